// Options as tables: for each name the expected value, in words and as a test. Mistakes, unknown
// names included, are reported before anything is done.
import { ArgumentError } from "./errors.js";
import { shown } from "./format-value.js";
import { nearestOption, whyWithout } from "./option-words.js";

/** An expected value, in words and as a test. */
export type Expectation = readonly [expected: string, isMet: (value: unknown) => boolean];

/** The expected value of each option; undefined if its user checks it. */
export type Expectations<Options> = {
  readonly [Name in keyof Required<Options>]: Expectation | undefined;
};

/** A longer value would hide the rest of the message. */
const SHOWN_CHARACTERS_MAX = 100;

/** A boolean. */
export const A_BOOLEAN: Expectation = ["true or false", (value) => typeof value === "boolean"];
/** A function. */
export const A_FUNCTION: Expectation = ["a function", (value) => typeof value === "function"];
/** A text of one character or more. */
export const A_TEXT: Expectation = ["a text", (value) => typeof value === "string" && value !== ""];
/** A span of time; more than a timer takes fires at once. */
export const MILLISECONDS: Expectation = [
  "milliseconds above 0 and below 2³¹",
  (value) => typeof value === "number" && value > 0 && value < 2 ** 31,
];

/** A whole number from `low` to `high`. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): Expectation {
  const range = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
  const isInside = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
  return [`a whole number ${range}`, isInside];
}

/** One of some words. */
export function oneOf(words: readonly string[]): Expectation {
  return [words.join(" or "), (value) => words.includes(value as string)];
}

/**
 * Checks that all options are known and have legal values; undefined ones are ignored.
 *
 * @param what whose options they are, for people
 * @throws ArgumentError `argument.value` naming the first that is not
 */
export function checkOptions<Options extends object>(
  what: string,
  options: Options,
  expectations: Expectations<Options>,
): void {
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError("value", `${what} takes options in an object, got ${shown(options)}`);
  }
  checkKnown(what, Object.keys(expectations), options, (name) => Object.hasOwn(expectations, name));
  for (const [name, value] of Object.entries(options)) {
    const expectation = expectations[name as keyof Options];
    if (value !== undefined && expectation !== undefined) checkOption(name, value, expectation);
  }
}

/**
 * Checks that all options are known.
 *
 * @param known the names of all options, for the message
 * @throws ArgumentError `argument.value` naming the first that is not
 */
export function checkKnown(
  what: string,
  known: readonly string[],
  options: object,
  isKnown: (name: string) => boolean,
): void {
  const unknown = Object.entries(options).find(([name]) => !isKnown(name));
  if (unknown === undefined) return;
  const [name, value] = unknown;
  const text = `there is no option ${name} of ${what}${hintOf(name, known)}: expected ${known.join(", ")}`;
  throw new ArgumentError("value", text, { [name]: value });
}

/** A hint in parentheses: the option that was probably meant, or why there is no such option. */
function hintOf(name: string, known: readonly string[]): string {
  const nearest = nearestOption(name, known);
  if (nearest !== undefined) return ` (did you mean ${nearest}?)`;
  const why = whyWithout(name);
  return why === undefined ? "" : ` (${why})`;
}

/**
 * Checks one value.
 *
 * @throws ArgumentError `argument.value` when it is not as expected
 */
export function checkOption(name: string, value: unknown, [expected, isMet]: Expectation): void {
  if (isMet(value)) return;
  const given = shown(value);
  const start = given.slice(0, SHOWN_CHARACTERS_MAX);
  const text = `${name} is ${start}${given === start ? "" : "…"}: expected ${expected}`;
  throw new ArgumentError("value", text, { [name]: value });
}

/** The number, when it is a whole one from 1. */
export function checkCount(value: number, what: string, method: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  const text = `${method}: ${what} is ${shown(value)}: expected a whole number from 1`;
  throw new ArgumentError("value", text, { [what]: value });
}
