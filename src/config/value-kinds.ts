// The kinds of values that a configuration key may have: how each is read from text or JSON, what
// is expected, and how it is shown.
import { ArgumentError, isTileworkError } from "../base/errors.js";
import { formatBytes, parseBytes, parseDuration } from "../base/units.js";

/** A kind of value. */
export interface ValueKind<T> {
  /** The accepted notations, in words. */
  readonly expected: string;
  /** The value that is meant; undefined when it is none of this kind. */
  read(given: unknown): T | undefined;
  /** The value as people write it. */
  show(value: T): string;
}

const plain = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** A whole number of a range. */
export function count(low: number, high = Number.MAX_SAFE_INTEGER): ValueKind<number> {
  const range = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
  return {
    expected: `a whole number ${range}`,
    read: (given) => {
      const value = numberIn(given);
      return Number.isInteger(value) && value >= low && value <= high ? value : undefined;
    },
    show: plain,
  };
}

/** A span of time, in milliseconds. */
export const duration: ValueKind<number> = {
  expected: 'a time with its unit, such as "10 s" or "500 ms", or a number of milliseconds',
  read: (given) => {
    const value = typeof given === "string" ? tried(() => parseDuration(given)) : given;
    return typeof value === "number" && value > 0 && value < 2 ** 31 ? value : undefined;
  },
  show: shownDuration,
};

/** A number of bytes. */
export const bytes: ValueKind<number> = {
  expected: 'bytes, such as "128MiB" or 1000000',
  read: (given) => {
    const value = typeof given === "string" ? tried(() => parseBytes(given)) : given;
    return typeof value === "number" && value >= 1 && Number.isFinite(value) ? value : undefined;
  },
  show: (value) => {
    const text = formatBytes(value);
    return parseBytes(text) === value ? text : String(value);
  },
};

/** Bytes, or a fraction of the machine's memory; kept as it is written. */
export const memory: ValueKind<string | number> = {
  expected: 'bytes ("4GB") or a fraction of the machine\'s memory ("0.5")',
  read: (given) => {
    const value = numberIn(given);
    if (value > 0 && Number.isFinite(value)) return value;
    return bytes.read(given) === undefined ? undefined : (given as string);
  },
  show: plain,
};

/** A part of the memory limit. */
export const part: ValueKind<number | false> = {
  expected: "a part above 0 and up to 1, such as 0.6, or false",
  read: (given) => {
    if (given === false || given === "false") return false;
    const value = numberIn(given);
    return value > 0 && value <= 1 ? value : undefined;
  },
  show: plain,
};

/** A fraction. */
export const fraction: ValueKind<number> = {
  expected: "a fraction above 0 and up to 1",
  read: (given) => part.read(given) || undefined,
  show: plain,
};

/** Yes or no. */
export const flag: ValueKind<boolean> = {
  expected: "true or false",
  read: (given) => {
    if (given === true || given === "true" || given === "1" || given === "on") return true;
    if (given === false || given === "false" || given === "0" || given === "off") return false;
    return undefined;
  },
  show: plain,
};

/** A text. */
export function text(expected = "a text"): ValueKind<string> {
  const read = (given: unknown) => (typeof given === "string" && given !== "" ? given : undefined);
  return { expected, read, show: plain };
}

/** One of some words. */
export function word<const W extends string>(...words: readonly W[]): ValueKind<W> {
  const read = (given: unknown) => words.find((each) => each === given);
  return { expected: words.join(" or "), read, show: plain };
}

/** Texts, as a list or with commas between them. */
export const list: ValueKind<readonly string[]> = {
  expected: "a list of texts, or one text with commas",
  read: (given) => {
    const items = typeof given === "string" ? given.split(",").map((it) => it.trim()) : given;
    if (!Array.isArray(items)) return undefined;
    return items.every((item) => typeof item === "string" && item !== "") ? items : undefined;
  },
  show: (value) => value.join(","),
};

/** Amounts by name. */
export const amounts: ValueKind<Readonly<Record<string, number>>> = {
  expected: 'names with amounts above 0, as in { "GPU": 1 } or "GPU=1 MEM=10e9"',
  read: (given) => {
    const pairs = typeof given === "string" ? amountsIn(given) : given;
    if (typeof pairs !== "object" || pairs === null || Array.isArray(pairs)) return undefined;
    const values = Object.values(pairs);
    const isGood = (value: unknown) => typeof value === "number" && value > 0 && value < 1e300;
    return values.every(isGood) ? (pairs as Record<string, number>) : undefined;
  },
  show: (value) =>
    Object.entries(value)
      .map(([name, amount]) => `${name}=${amount}`)
      .join(" "),
};

/** A port, or the ports from which one is taken. */
export const ports: ValueKind<string> = {
  expected: "a port (8786), a range of ports (9000-9100), or 0 for any that is free",
  read: (given) => {
    const written = typeof given === "number" ? String(given) : given;
    if (typeof written !== "string") return undefined;
    const [, low, high = low] = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(written) ?? [];
    return low !== undefined && Number(low) <= Number(high) && Number(high) <= 65_535
      ? written.replace(":", "-")
      : undefined;
  },
  show: plain,
};

/** A time as it can be read again: in the largest unit of which it is a whole number. */
function shownDuration(milliseconds: number): string {
  const units = [
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
  ] as const;
  const [unit, factor] = units.find(([, each]) => milliseconds % each === 0) ?? ["ms", 1];
  return `${milliseconds / factor} ${unit}`;
}

function amountsIn(written: string): Record<string, number> {
  const parts = written.split(/[\s,]+/).filter((it) => it !== "");
  return Object.fromEntries(
    parts.map((it) => {
      const at = it.indexOf("=");
      return [it.slice(0, at), at > 0 ? Number(it.slice(at + 1)) : Number.NaN];
    }),
  );
}

function numberIn(given: unknown): number {
  if (typeof given === "number") return given;
  return typeof given === "string" && given.trim() !== "" ? Number(given) : Number.NaN;
}

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isTileworkError(error)) return undefined;
    throw error;
  }
}

/**
 * The value of a key as it is used.
 *
 * @param where who says so, for people: `/etc/tilework/config.json`
 * @throws ArgumentError `argument.value` when it is none of the kind
 */
export function readValue<T>(kind: ValueKind<T>, key: string, given: unknown, where: string): T {
  const value = kind.read(given);
  if (value !== undefined) return value;
  const shown = JSON.stringify(given) ?? String(given);
  throw new ArgumentError("value", `${key} is ${shown} ${where}: expected ${kind.expected}`, {
    key,
    value: given,
  });
}
