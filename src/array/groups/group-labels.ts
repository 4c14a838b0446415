// Labels along axes: the user's labels as numbers of groups, and the label of each group.
import type { NdArray } from "ndarray";
import type { NdData } from "../../base/block.js";
import { isComplex, type Scalar, type TypedArray } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape, sameShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { type ArrayData, readArrayData } from "../layers/array-data.js";
import { routineNode } from "../layers/take-layer.js";
import {
  type Civil,
  civilOf,
  DAY_MS,
  type DateLike,
  type DatePart,
  dateMs,
  dayNumber,
} from "./calendar.js";
import { datePart } from "./date-parts.js";

/** The label of a group. */
export type Label = number | string | bigint | boolean;

/**
 * Labels as users pass them: one for each position along the axis; dates if a part of them is the
 * label.
 */
export type Labels = readonly (Label | DateLike)[] | TypedArray | NdArray<NdData | number[]>;

/**
 * Labels of several axes: nested lists, as `tolist` gives, or what `compute` returned, which by its
 * type may be one value.
 */
export type GridLabels = readonly (Labels | GridLabels)[] | NdArray<NdData | number[]> | Scalar;

/** The groups of positions along axes. */
export interface Grouping {
  /** The labels of the groups, in order. */
  readonly labels: readonly Label[];
  /** Per position, the number of its group, -1 where it is in none; undefined if it is computed. */
  readonly groups?: Int32Array;
  /** How many positions each group has, where that is known. */
  readonly sizes?: Float64Array;
  /** The groups as an array, where they are computed or are along several axes. */
  readonly codes?: ChunkedArray;
}

/** A {@link Grouping} that is known. */
export type KnownGrouping = Grouping & {
  readonly groups: Int32Array;
  readonly sizes: Float64Array;
};

/** The groups that are expected: a list, or what `compute` returned. */
export type ExpectedLabels = readonly Label[] | NdArray<NdData | number[]>;

const SEASONS = ["DJF", "MAM", "JJA", "SON"] as const;
const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, k) => first + k);
/** The labels that there can be, of all but years. */
const PART_LABELS: Readonly<Partial<Record<DatePart, readonly Label[]>>> = {
  month: upTo(1, 12),
  season: SEASONS,
  dayOfYear: upTo(1, 366),
  day: upTo(1, 31),
  hour: upTo(0, 23),
};
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
 * @param lengths of the axes that the labels are along
 * @param by what of dates is their label
 * @param expected the groups in their order; others are left out. Default: those that there are,
 * ascending
 * @throws ArgumentError `argument.shape` for another number of labels, `argument.value` for labels
 * that are none
 */
export function groupLabels(
  given: Labels | GridLabels,
  lengths: readonly number[],
  by: DatePart | undefined,
  expected: ExpectedLabels | undefined,
): KnownGrouping {
  const listed = listOf("labels", given, lengths);
  const values = by === undefined ? plainLabels(listed) : datedLabels(listed, by);
  const labels = expected === undefined ? distinct(values) : checkExpected(expected);
  const numbers = new Map(labels.map((label, k) => [label, k]));
  const groups = Int32Array.from(values, (value) => numbers.get(value) ?? -1);
  const sizes = new Float64Array(labels.length);
  for (const group of groups) if (group >= 0) sizes[group] = (sizes[group] as number) + 1;
  return { labels, groups, sizes };
}

/**
 * The groups of labels that are computed, as an array of their numbers.
 *
 * @throws ArgumentError `argument.value` where the expected labels are missing, or are no numbers;
 * `argument.shape` for labels of another shape; `argument.dtype` for complex ones
 */
export function computedGroups(
  labels: ChunkedArray,
  lengths: readonly number[],
  by: DatePart | undefined,
  expected: ExpectedLabels | undefined,
): Grouping {
  if (!sameShape(labels.shape, lengths)) throw misfit(labels.shape, lengths);
  if (isComplex(labels.dtype)) {
    throw new ArgumentError("dtype", `labels are numbers, got ${labels.dtype}`);
  }
  if (by !== undefined) return computedDates(labels, by, expected);
  if (expected === undefined) {
    const text =
      "labels are computed, and the groups are not known: pass them, " +
      "{ expected: await uniqueValues(labels).compute() }, or labels in memory, `await labels.compute()`";
    throw new ArgumentError("value", text);
  }
  const names = checkExpected(expected);
  const wrong = names.findIndex((label) => typeof label === "string");
  if (wrong >= 0) {
    const text = `expected label ${wrong} is ${shown(names[wrong])}: labels of a chunked array are numbers`;
    throw new ArgumentError("value", text, { at: wrong });
  }
  const isShort = labels.dtype === "float32";
  const numbers = names.map((label) => (isShort ? Math.fround(Number(label)) : Number(label)));
  return { labels: names, codes: codesOf(labels, numbers) };
}

/** The groups of dates that are computed: milliseconds since 1970. */
function computedDates(
  dates: ChunkedArray,
  by: DatePart,
  expected: ExpectedLabels | undefined,
): Grouping {
  const known = expected === undefined ? PART_LABELS[checkPart(by)] : checkExpected(expected);
  if (known === undefined) {
    const text =
      "dates are computed, and their years are not known: pass { expected: [2001, 2002] }";
    throw new ArgumentError("value", text);
  }
  const numbers = known.map((label) =>
    by === "season" ? SEASONS.indexOf(label as (typeof SEASONS)[number]) : Number(label),
  );
  const parts = datePart(astype(dates, "float64"), by);
  return { labels: known, codes: codesOf(parts, numbers) };
}

/** The number of each label's group; -1 for those that are none of `numbers`. */
function codesOf(labels: ChunkedArray, listed: readonly number[]): ChunkedArray {
  const numbers = Float64Array.from(listed);
  const operands = [{ node: labels.node, axes: [...labels.shape.keys()] }];
  const routine = { name: "groupCodes", labels: numbers } as const;
  const node = routineNode(routine, operands, { loopChunks: labels.chunks }, "int32");
  return labels.derive(node) as ChunkedArray;
}

/**
 * Values with one for each position along axes, row by row.
 *
 * @param what names them in errors
 * @param lengths of the axes
 * @throws ArgumentError `argument.value` for no list, `argument.shape` for another number of them
 */
export function listOf(
  what: "labels" | "dates",
  given: Labels | GridLabels,
  lengths: readonly number[],
): ArrayLike<unknown> {
  if (isNdArray(given)) {
    const { data, shape } = readArrayData(given as ArrayData);
    if (!sameShape(shape, lengths)) throw misfit(shape, lengths);
    return data as ArrayLike<unknown>;
  }
  if (!Array.isArray(given) && !ArrayBuffer.isView(given)) {
    const text = `${what} are ${shown(given)}: expected a list with one for each position along the axis`;
    throw new ArgumentError("value", text);
  }
  if (lengths.length > 1) return rowByRow(what, given, lengths);
  const [length = 0] = lengths;
  const list = given as ArrayLike<unknown>;
  if (list.length === length) return list;
  const text = `${list.length} ${what} were given for ${length} positions along the axis`;
  throw new ArgumentError("shape", text, { [what]: list.length, length });
}

/** Nested lists, flat. */
function rowByRow(
  what: "labels" | "dates",
  given: unknown,
  [length = 0, ...others]: readonly number[],
): unknown[] {
  if (!Array.isArray(given) && !ArrayBuffer.isView(given)) {
    const text = `${what} of several axes are nested lists, as deep as there are axes, got ${shown(given)}`;
    throw new ArgumentError("shape", text);
  }
  const list = Array.from(given as unknown as ArrayLike<unknown>);
  if (list.length !== length) throw misfit([list.length, ...others], [length, ...others]);
  return others.length === 0 ? list : list.flatMap((each) => rowByRow(what, each, others));
}

function isNdArray(given: unknown): boolean {
  return typeof given === "object" && given !== null && "data" in given && "shape" in given;
}

function misfit(shape: readonly number[], lengths: readonly number[]): ArgumentError {
  const text = `labels of shape ${formatShape(shape)} do not fit axes of lengths ${formatShape(lengths)}`;
  return new ArgumentError("shape", text, { shape, lengths });
}

function plainLabels(given: ArrayLike<unknown>): Label[] {
  return Array.from(given, (label, at) => {
    const isLabel = ["number", "string", "bigint", "boolean"].includes(typeof label);
    if (isLabel) return label as Label;
    const isDate = typeof (label as { getTime?: unknown } | null)?.getTime === "function";
    const what = isDate ? 'a date: say { by: "month" } or another part' : shown(label);
    throw new ArgumentError("value", `label ${at} is ${what}: expected a number or a string`, {
      at,
    });
  });
}

function checkPart(by: DatePart): DatePart {
  if (Object.hasOwn(PARTS, by)) return by;
  const text = `by is ${shown(by)}: expected one of ${Object.keys(PARTS).join(", ")}`;
  throw new ArgumentError("value", text, { by });
}

function datedLabels(given: ArrayLike<unknown>, by: DatePart): Label[] {
  const partOf = PARTS[checkPart(by)];
  return Array.from(given, (value, at) => {
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

function checkExpected(given: ExpectedLabels): readonly Label[] {
  const expected = isNdArray(given)
    ? Array.from<number | bigint>(readArrayData(given as ArrayData).data)
    : given;
  if (!Array.isArray(expected) || new Set(expected).size !== expected.length) {
    const text = `expected is ${shown(expected)}: expected a list of different labels`;
    throw new ArgumentError("value", text);
  }
  return [...expected];
}
