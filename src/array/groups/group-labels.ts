// Labels along an axis: the user's labels as numbers of groups, and the label of each group.
import type { TypedArray } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import { type Civil, civilOf, DAY_MS, type DateLike, dateMs, dayNumber } from "./calendar.js";

/** The label of a group. */
export type Label = number | string | bigint | boolean;

/**
 * Labels as users pass them: one for each position along the axis; dates if a part of them is the
 * label.
 */
export type Labels = readonly (Label | DateLike)[] | TypedArray;

/**
 * The part of a date that is its label, in UTC: `"season"` is `"DJF"`, `"MAM"`, `"JJA"` or `"SON"`,
 * months and days count from 1.
 */
export type DatePart = "year" | "month" | "season" | "dayOfYear" | "day" | "hour";

/** Positions by their groups. */
export interface Grouping {
  /** The labels of the groups, in order. */
  readonly labels: readonly Label[];
  /** Per position, the number of its group; -1 where it is in none. */
  readonly groups: Int32Array;
  /** How many positions each group has. */
  readonly sizes: Float64Array;
}

const SEASONS = ["DJF", "MAM", "JJA", "SON"] as const;
const PARTS: Readonly<Record<DatePart, (date: Civil, ms: number) => Label>> = {
  year: ({ year }) => year,
  month: ({ month }) => month,
  season: ({ month }) => SEASONS[Math.floor((month % 12) / 3)] as string,
  dayOfYear: ({ year }, ms) => 1 + Math.floor(ms / DAY_MS) - dayNumber(year, 1, 1),
  day: ({ day }) => day,
  hour: (_, ms) => Math.floor((ms - Math.floor(ms / DAY_MS) * DAY_MS) / 3_600_000),
};

/**
 * Numbers the groups.
 *
 * @param length how many positions the axis has
 * @param by what of dates is their label
 * @param expected the groups in their order; others are left out. Default: those that there are,
 * ascending
 * @throws ArgumentError `argument.shape` for another number of labels, `argument.value` for labels
 * that are none
 */
export function groupLabels(
  given: Labels,
  length: number,
  by: DatePart | undefined,
  expected: readonly Label[] | undefined,
): Grouping {
  checkOneEach("labels", given, length);
  const values = by === undefined ? plainLabels(given) : datedLabels(given, by);
  const labels = expected === undefined ? distinct(values) : checkExpected(expected);
  const numbers = new Map(labels.map((label, k) => [label, k]));
  const groups = Int32Array.from(values, (value) => numbers.get(value) ?? -1);
  const sizes = new Float64Array(labels.length);
  for (const group of groups) if (group >= 0) sizes[group] = (sizes[group] as number) + 1;
  return { labels, groups, sizes };
}

/**
 * Checks that there is a list with one for each position along an axis.
 *
 * @param what names them in errors
 * @throws ArgumentError `argument.value` for no list, `argument.shape` for another number of them
 */
export function checkOneEach(what: "labels" | "dates", given: Labels, length: number): void {
  if (!Array.isArray(given) && !ArrayBuffer.isView(given)) {
    const text = `${what} are ${shown(given)}: expected a list with one for each position along the axis`;
    throw new ArgumentError("value", text);
  }
  if (given.length === length) return;
  const text = `${given.length} ${what} were given for ${length} positions along the axis`;
  throw new ArgumentError("shape", text, { [what]: given.length, length });
}

function plainLabels(given: Labels): Label[] {
  return Array.from(given as ArrayLike<unknown>, (label, at) => {
    const isLabel = ["number", "string", "bigint", "boolean"].includes(typeof label);
    if (isLabel) return label as Label;
    const isDate = typeof (label as { getTime?: unknown } | null)?.getTime === "function";
    const what = isDate ? 'a date: say { by: "month" } or another part' : shown(label);
    throw new ArgumentError("value", `label ${at} is ${what}: expected a number or a string`, {
      at,
    });
  });
}

function datedLabels(given: Labels, by: DatePart): Label[] {
  const partOf = Object.hasOwn(PARTS, by) ? PARTS[by] : undefined;
  if (partOf === undefined) {
    const text = `by is ${shown(by)}: expected one of ${Object.keys(PARTS).join(", ")}`;
    throw new ArgumentError("value", text, { by });
  }
  return Array.from(given as ArrayLike<unknown>, (value, at) => {
    const ms = dateMs(value, at);
    return partOf(civilOf(Math.floor(ms / DAY_MS)), ms);
  });
}

/** Labels in their order; NaN is none, and seasons follow one another as in the year. */
function distinct(values: readonly Label[]): Label[] {
  const found = [...new Set(values)].filter((value) => !Number.isNaN(value));
  if (found.every((value) => SEASONS.includes(value as "DJF"))) {
    return SEASONS.filter((season) => found.includes(season));
  }
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function checkExpected(expected: readonly Label[]): readonly Label[] {
  if (!Array.isArray(expected) || new Set(expected).size !== expected.length) {
    const text = `expected is ${shown(expected)}: expected a list of different labels`;
    throw new ArgumentError("value", text);
  }
  return [...expected];
}
