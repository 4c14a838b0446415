// Reads the arguments of `x.slice(…)` as NumPy does: the positions of each axis, and new axes.
// Lists and masks are index-lists.ts; indexing/get-slice.ts makes the layers.

import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { formatCount } from "../../base/units.js";
import type { AxisSelection } from "../../graph/model/layer.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { lengthsNeeded } from "../chunks/unknown-lengths.js";
import { type ArrayData, readArrayData } from "../layers/array-data.js";
import { isChunkedArray } from "../layers/array-operands.js";
import type { RankMinusOne, RankPlusOne } from "../layers/array-types.js";
import { isSlice, resolveSlice, type Slice, wholeAxis, wrongSlice } from "../layers/slice-layer.js";
import {
  axesOfList,
  type ComputedLists,
  isIndexList,
  type ListedPoints,
  meetLists,
  readIndexList,
} from "./index-lists.js";

/** In an index: a new axis of length 1. */
export const newAxis: unique symbol = Symbol("newAxis");

/** In an index: as many whole axes as are missing. `"..."` is the same. */
export const ellipsis: unique symbol = Symbol("ellipsis");

/** Positions in a list or array, or a mask of booleans, which indexes as many axes as it has. */
export type IndexList = Exclude<ArrayData, number | boolean>;

/**
 * One entry of an index: a position (also a BigInt; negative ones count from the end; the axis is
 * dropped), a slice, `"2:10:3"` for one, null for a whole axis, {@link newAxis}, {@link ellipsis},
 * a list of positions or a mask. Several lists are broadcast and name points together, as in NumPy.
 * Lists may be chunked arrays of integers, whose values need not be known yet.
 */
export type IndexEntry =
  | number
  | bigint
  | string
  | Slice
  | null
  | NewAxis
  | Ellipsis
  | IndexList
  | ChunkedArray;

/**
 * The rank of the result of indexing an array of rank `R`, as far as the compiler can derive it.
 */
export type SlicedRank<R extends number, I extends readonly unknown[]> = I extends readonly [
  infer First,
  ...infer Rest,
]
  ? First extends number | bigint
    ? SlicedRank<RankMinusOne<R>, Rest>
    : First extends NewAxis
      ? SlicedRank<RankPlusOne<R>, Rest>
      : First extends string | Slice | Ellipsis | null
        ? SlicedRank<R, Rest>
        : number
  : I extends readonly []
    ? R
    : number;

/** The type of {@link newAxis}. */
export type NewAxis = typeof newAxis;

/** The type of {@link ellipsis}. */
export type Ellipsis = typeof ellipsis;

/**
 * Positions `start`, `start + step`, … before `stop`, as Python's `start:stop:step`.
 *
 * @returns an entry for the lists of indices that `x.slice` takes
 * @throws nothing: `x.slice` throws where a step is 0 or an entry no whole number
 * @see https://numpy.org/doc/stable/user/basics.indexing.html
 * @example
 * const x = arange(10);
 * await x.slice(slice(2, 10, 3)).compute(); // → [2, 5, 8]
 * await x.slice(slice(null, 6, -1)).compute(); // → [9, 8, 7]
 */
export function slice(
  start: number | null = null,
  stop: number | null = null,
  step: number | null = null,
): Slice {
  return { start, stop, step };
}

/** An index made plain. */
export interface ParsedIndex {
  /** The selection along each axis; axes with index lists are selected whole. */
  readonly selection: readonly AxisSelection[];
  /** The places of new axes in the result. */
  readonly newAxes: readonly number[];
  /** The lists, as points along some axes. */
  readonly points?: ListedPoints;
  /** The lists, when values of some are computed. */
  readonly computed?: ComputedLists;
  /** The position of the points' axes among the result's axes other than new ones. */
  readonly place: number;
}

/** An entry with the axes of the array that it indexes. */
export interface PlacedEntry {
  readonly entry: Exclude<IndexEntry, Ellipsis | bigint>;
  readonly axes: readonly number[];
}

/**
 * Reads an index into an array of `shape`.
 *
 * @param pointsFirst whether the axes of points always come first, as in `vindex`
 * @throws ArgumentError `argument.index` for a position out of range, too many entries, two
 * ellipses, a step of 0, a mask of another shape or an entry of another kind; `argument.shape` when
 * lists do not broadcast.
 */
export function parseIndex(
  entries: readonly IndexEntry[],
  shape: readonly number[],
  pointsFirst = false,
): ParsedIndex {
  const placed = placeEntries(entries.map(readOnce), shape);
  const selection = placed.flatMap(({ entry, axes }): AxisSelection[] => {
    const [axis] = axes;
    if (axis === undefined) return [];
    if (isIndexList(entry)) return axes.map((a) => wholeAxis(shape[a] as number));
    return [selectAxis(entry as number | string | Slice | null, axis, shape[axis] as number)];
  });
  const lists = placed.flatMap(({ entry, axes }) =>
    isIndexList(entry) ? [readIndexList(entry, axes, shape)] : [],
  );
  const met = meetLists(lists);
  const order = resultOrder(placed, pointsFirst);
  const places = order.flatMap((kind) =>
    kind === "points" ? new Array<string>(met.ndim).fill(kind) : [kind],
  );
  return {
    selection,
    newAxes: places.flatMap((kind, place) => (kind === "new" ? [place] : [])),
    place: order.filter((kind) => kind !== "new").indexOf("points"),
    ...(met.points === undefined ? {} : { points: met.points }),
    ...(met.computed === undefined ? {} : { computed: met.computed }),
  };
}

/** Lists in memory, read once; BigInts become numbers. */
export function readOnce(entry: IndexEntry): Exclude<IndexEntry, bigint> {
  if (typeof entry === "bigint") return Number(entry);
  return isIndexList(entry) && !isChunkedArray(entry) ? readArrayData(entry) : entry;
}

/**
 * The axes that each entry indexes. Missing entries and ellipses become whole axes; an ellipsis for
 * no axes stays as an entry, since it separates its neighbours.
 */
export function placeEntries(
  entries: readonly Exclude<IndexEntry, bigint>[],
  shape: readonly number[],
): PlacedEntry[] {
  const isEllipsis = (entry: IndexEntry): entry is Ellipsis =>
    entry === ellipsis || entry === "...";
  const widthOf = (entry: IndexEntry) =>
    entry === newAxis || isEllipsis(entry) ? 0 : isIndexList(entry) ? axesOfList(entry) : 1;
  const used = entries.reduce<number>((sum, entry) => sum + widthOf(entry), 0);
  const ellipses = entries.filter(isEllipsis).length;
  if (used > shape.length || ellipses > 1) {
    throw new ArgumentError(
      "index",
      ellipses > 1
        ? "an index may have one ellipsis only"
        : `got ${formatCount(used, "index")} for an array of ${formatCount(shape.length, "axis")}, shape ${formatShape(shape)}: give one for each axis at most`,
      { shape },
    );
  }
  const placed: PlacedEntry[] = [];
  let axis = 0;
  const place = (entry: Exclude<IndexEntry, Ellipsis | bigint>, width: number) => {
    placed.push({ entry, axes: Array.from({ length: width }, () => axis++) });
  };
  for (const entry of ellipses === 0 ? [...entries, ellipsis as Ellipsis] : entries) {
    if (!isEllipsis(entry)) place(entry, widthOf(entry));
    else if (shape.length === used) place(null, 0);
    else for (let missing = shape.length - used; missing > 0; missing--) place(null, 1);
  }
  return placed;
}

/**
 * The result's axes in order. The axes of points take the place of the lists if lists and single
 * positions are neighbours, and come first otherwise: NumPy's rule.
 */
function resultOrder(
  placed: readonly PlacedEntry[],
  pointsFirst: boolean,
): ("new" | "basic" | "points")[] {
  const isPoint = ({ entry }: PlacedEntry) => typeof entry === "number" || isIndexList(entry);
  const hasLists = placed.some(({ entry }) => isIndexList(entry));
  const first = placed.findIndex(isPoint);
  const last = placed.findLastIndex(isPoint);
  const together = placed.slice(first, last + 1).every(isPoint) && !pointsFirst;
  const order = placed.flatMap((each, i): ("new" | "basic" | "points")[] => {
    if (isPoint(each)) return hasLists && together && i === first ? ["points"] : [];
    if (each.entry === newAxis) return ["new"];
    return each.axes.length === 0 ? [] : ["basic"];
  });
  return hasLists && !together ? ["points", ...order] : order;
}

function selectAxis(
  entry: number | string | Slice | null,
  axis: number,
  length: number,
): AxisSelection {
  if (Number.isNaN(length)) return selectUnknown(entry, axis);
  if (typeof entry === "number") return { type: "index", at: checkPosition(entry, axis, length) };
  if (entry === null) return wholeAxis(length);
  if (typeof entry === "string") return resolveSlice(parseSlice(entry), axis, length);
  if (isSlice(entry)) return resolveSlice(entry, axis, length);
  const wrong = wrongSlice(entry);
  if (wrong !== undefined) throw new ArgumentError("index", wrong, { axis });
  throw new ArgumentError(
    "index",
    `the index at axis ${axis} is ${kindOf(entry)}: expected a number, a slice like "2:10:3", null, ` +
      "newAxis, ellipsis, a list of positions or a mask",
    { axis },
  );
}

/** An axis of unknown length can only be taken as a whole. */
function selectUnknown(entry: number | string | Slice | null, axis: number): AxisSelection {
  const slice = typeof entry === "string" ? parseSlice(entry) : entry;
  const isAll =
    slice === null ||
    (typeof slice === "object" &&
      (slice.start ?? 0) === 0 &&
      (slice.stop ?? null) === null &&
      (slice.step ?? 1) === 1);
  if (isAll) return wholeAxis(Number.NaN);
  throw lengthsNeeded("an index", axis);
}

function checkPosition(position: number, axis: number, length: number): number {
  const at = position < 0 ? position + length : position;
  if (!Number.isInteger(position) || at < 0 || at >= length) {
    throw new ArgumentError(
      "index",
      Number.isInteger(position)
        ? `index ${position} is out of range for axis ${axis} of length ${length}`
        : `index ${position} at axis ${axis} is no whole number`,
      { index: position, axis, length },
    );
  }
  return at;
}

function parseSlice(text: string): Slice {
  const parts = text.split(":").map((part) => part.trim());
  const whole = parts.every((part) => part === "" || /^[+-]?\d+$/.test(part));
  if (parts.length < 2 || parts.length > 3 || !whole) {
    throw new ArgumentError(
      "index",
      `${JSON.stringify(text)} is no slice: expected something like "2:10", "::2" or "5:0:-1"`,
      { text },
    );
  }
  const [start = null, stop = null, step = null] = parts.map((part) =>
    part === "" ? null : Number(part),
  );
  return { start, stop, step };
}
