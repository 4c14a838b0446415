// Distinct values: per block first, then of the results in groups of blocks, up a tree.

import { type DType, isComplex } from "../../base/dtype.js";
import { blockCount, UNKNOWN_LENGTH } from "../../graph/model/chunks.js";
import type { Routine } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import {
  add,
  isnan,
  logicalNot,
  minimum,
  notEqual,
  subtract,
  where,
} from "../elementwise/elementwise.js";
import { takeAlongAxis } from "../indexing/take.js";
import { checkArrays } from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { along } from "../layers/slice-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { ravel, reshape } from "../manipulation/reshape.js";
import { cumsum } from "../reductions/cumsum.js";
import { sum } from "../reductions/sum.js";
import { positionsOf } from "../searching/nonzero.js";
import { argsort } from "../sorting/sort.js";

/**
 * The distinct values in ascending order; NaN once, at the end.
 *
 * @returns the dtype of `x`, one axis, whose length is not known before it is computed. Complex
 * numbers are ordered by their real parts, then by their imaginary parts. With options that ask for
 * more an object of `values` and `indices`, `inverseIndices`, `counts`, as {@link uniqueAll} has
 * them but for NaN
 * @chunks one block of unknown length; one task per block of `x`, and a tree whose tasks join the
 * results of sixteen
 * @throws ArgumentError `argument.chunks` when indices are requested and lengths of `x` are unknown
 * @see https://numpy.org/doc/stable/reference/generated/numpy.unique.html
 * @example
 * await unique(asarray([3, 1, 3, 2])).compute(); // → [1, 2, 3]
 * const { counts } = unique(asarray([3, 1, 3]), { returnCounts: true });
 * await counts.compute(); // → [1n, 2n]
 */
export function unique<
  D extends DType,
  const O extends OnlyKnown<UniqueOptions, O> = Record<never, never>,
>(x: ChunkedArray<D>, options?: O): UniqueResult<D, O> {
  checkArrays("unique", x);
  const { returnIndex, returnInverse, returnCounts, equalNan = true } = options ?? {};
  const values = distinct(x, "values", equalNan) as ChunkedArray<D, 1>;
  if (!returnIndex && !returnInverse && !returnCounts) return values as UniqueResult<D, O>;
  const found: Record<string, ChunkedArray> = { values: values as ChunkedArray };
  if (returnIndex) {
    checkLengths("unique with returnIndex", x.chunks);
    found.indices = distinct(ravel(x), "indices", equalNan);
  }
  if (returnInverse) {
    found.inverseIndices = equalNan
      ? placesWithNaN(values as ChunkedArray, x)
      : uniqueInverse(x).inverseIndices;
  }
  if (returnCounts) found.counts = distinct(x, "counts", equalNan);
  return found as object as UniqueResult<D, O>;
}

/** Options of {@link unique}. */
export interface UniqueOptions {
  /** Whether to return the first position of each value, in row-major order; default: false. */
  readonly returnIndex?: boolean;
  /** Whether to return, for each element, the position of its value; default: false. */
  readonly returnInverse?: boolean;
  /** Whether to return how often each value occurs; default: false. */
  readonly returnCounts?: boolean;
  /** Whether NaN is one value; default: true. */
  readonly equalNan?: boolean;
}

/**
 * The result of {@link unique}: the values, with indices, inverse or counts if the options ask for
 * them.
 */
export type UniqueResult<D extends DType, O extends UniqueOptions> = O extends
  | { readonly returnIndex: true }
  | { readonly returnInverse: true }
  | { readonly returnCounts: true }
  ? { readonly values: ChunkedArray<D, 1> } & (O extends { readonly returnIndex: true }
      ? Pick<UniqueAll<D>, "indices">
      : unknown) &
      (O extends { readonly returnInverse: true }
        ? Pick<UniqueInverse<D>, "inverseIndices">
        : unknown) &
      (O extends { readonly returnCounts: true } ? Pick<UniqueCounts<D>, "counts"> : unknown)
  : ChunkedArray<D, 1>;

/**
 * The distinct values in ascending order; every NaN counts as distinct.
 *
 * @returns as {@link unique}
 * @chunks one block of unknown length; one task per block of `x`, and a tree whose tasks join the
 * results of sixteen
 * @throws nothing
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.unique_values.html
 * @example await uniqueValues(asarray([3, NaN, 1, 3, NaN])).compute(); // → [1, 3, NaN, NaN]
 */
export function uniqueValues<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D, 1> {
  checkArrays("uniqueValues", x);
  return distinct(x, "values", false) as ChunkedArray<D, 1>;
}

/** The result of {@link uniqueCounts}. */
export interface UniqueCounts<D extends DType> {
  readonly values: ChunkedArray<D, 1>;
  /** How often each value occurs in the array. */
  readonly counts: ChunkedArray<"int64", 1>;
}

/**
 * The distinct values, and how often each occurs in the array.
 *
 * @returns two arrays of one length that is not known before they are computed, in the dtype of `x`
 * and int64
 * @chunks one block of unknown length each; two tasks per block of `x`, a tree above each
 * @throws nothing
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.unique_counts.html
 * @example
 * const { values, counts } = uniqueCounts(asarray([3, 1, 3]));
 * await counts.compute(); // → [1n, 2n]
 */
export function uniqueCounts<D extends DType>(x: ChunkedArray<D>): UniqueCounts<D> {
  checkArrays("uniqueCounts", x);
  const counts = distinct(x, "counts", false) as ChunkedArray<"int64", 1>;
  return { values: uniqueValues(x), counts };
}

/** The result of {@link uniqueInverse}. */
export interface UniqueInverse<D extends DType> {
  readonly values: ChunkedArray<D, 1>;
  /** For each element of the array, in its shape, the position of its value in `values`. */
  readonly inverseIndices: ChunkedArray<"int64">;
}

/**
 * The distinct values, and for each element of the array which of them it is.
 *
 * @returns values as {@link uniqueValues}, int64 positions in the shape of `x`
 * @chunks one block for the values; positions are cut as a sort of all elements leaves them, some
 * 25 tasks per block of `x`
 * @throws ArgumentError `argument.chunks` when lengths of `x` are not known and it holds floats or
 * complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.unique_inverse.html
 * @example
 * const { inverseIndices } = uniqueInverse(asarray([30, 10, 30]));
 * await inverseIndices.compute(); // → [1n, 0n, 1n]
 */
export function uniqueInverse<D extends DType>(x: ChunkedArray<D>): UniqueInverse<D> {
  checkArrays("uniqueInverse", x);
  const values = uniqueValues(x);
  const places = placesIn(values as ChunkedArray, x);
  const inverseIndices = astype(numberedNaN(x, places), "int64") as ChunkedArray<"int64">;
  return { values, inverseIndices };
}

/** The positions of the elements of `x` among sorted values. */
function placesIn(values: ChunkedArray, x: ChunkedArray): ChunkedArray {
  const operands = [
    { node: values.node, axes: [-1] },
    { node: x.node, axes: [...x.chunks.keys()] },
  ];
  const routine = { name: "search", side: "left" } as const;
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, "int64"));
}

/** The positions among values of which only the last may be NaN. */
function placesWithNaN(values: ChunkedArray, x: ChunkedArray): ChunkedArray {
  const places = placesIn(values, x);
  if (!isComplex(x.dtype)) return places;
  // A complex number with another NaN than the one that is kept would come behind it.
  const count = sum(logicalNot(isnan(values)), 0, { dtype: "int64" }) as ChunkedArray;
  return minimum(places, count);
}

/** NaN number k is the kth of those at the end. */
function numberedNaN(x: ChunkedArray, places: ChunkedArray): ChunkedArray {
  if (isComplex(x.dtype)) return x.size > 1 ? placesByRank(x) : places;
  if (x.dtype !== "float64" && x.dtype !== "float32") return places;
  checkLengths("uniqueInverse", x.chunks);
  const isNaNs: ChunkedArray = isnan(x);
  const before = reshape(cumsum(ravel(isNaNs), 0, { dtype: "float64" }), x.shape);
  return where(isNaNs, subtract(add(places, before) as ChunkedArray, 1), places) as ChunkedArray;
}

/**
 * For each element in order, how many of those before it differ from their predecessor: NaN differs
 * from NaN.
 */
function placesByRank(x: ChunkedArray): ChunkedArray {
  checkLengths("uniqueInverse", x.chunks);
  const flat: ChunkedArray = ravel(x);
  const order = argsort(flat);
  const sorted = takeAlongAxis(flat, order, 0) as ChunkedArray;
  const isNew = notEqual(along(sorted, 0, 1, x.size), along(sorted, 0, 0, x.size - 1));
  const differing = cumsum(isNew as ChunkedArray, 0);
  const first: ChunkedArray = subtract(along(differing, 0, 0, 1), along(differing, 0, 0, 1));
  const groups = concatenate([first, differing]);
  return reshape(takeAlongAxis(groups, argsort(order), 0) as ChunkedArray, x.shape);
}

/** The result of {@link uniqueAll}. */
export interface UniqueAll<D extends DType> extends UniqueCounts<D>, UniqueInverse<D> {
  /** The first position of each value, in row-major order. */
  readonly indices: ChunkedArray<"int64", 1>;
}

/**
 * The distinct values, the first position of each, for each element the position of its value, and
 * how often each value occurs.
 *
 * @returns arrays of one length that is not known before they are computed, and the inverse in the
 * shape of `x`; all int64 but the values
 * @chunks as {@link uniqueInverse}, one block each for indices and counts; some 30 tasks per block
 * of `x`
 * @throws ArgumentError `argument.chunks` when lengths of `x` are not known
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.unique_all.html
 * @example
 * const { values, indices } = uniqueAll(asarray([3, 1, 3]));
 * await indices.compute(); // → [1n, 0n]
 */
export function uniqueAll<D extends DType>(x: ChunkedArray<D>): UniqueAll<D> {
  checkArrays("uniqueAll", x);
  checkLengths("uniqueAll", x.chunks);
  const indices = distinct(ravel(x), "indices", false) as ChunkedArray<"int64", 1>;
  return { ...uniqueCounts(x), ...uniqueInverse(x), indices };
}

/**
 * The distinct values of two arrays together, in ascending order.
 *
 * @param x1 an array
 * @param x2 an array
 * @returns the promoted dtype, one axis as {@link unique}
 * @chunks as {@link unique}
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.union1d.html
 * @example await union1d(asarray([3, 1]), asarray([2, 3])).compute(); // → [1, 2, 3]
 */
export function union1d(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray<DType, 1> {
  checkArrays("union1d", x1, x2);
  return unique(
    concatenate([ravel(x1) as ChunkedArray, ravel(x2) as ChunkedArray]) as ChunkedArray,
  );
}

/** Blocks whose distinct values one task joins. */
const GROUP = 16;

type Gives = Extract<Routine, { readonly name: "unique" }>["gives"];

/** The distinct values, or one fact about each, in one block. */
function distinct(x: ChunkedArray, gives: Gives, equalNaN: boolean): ChunkedArray {
  const [perBlock, notes] = [
    ofBlocks(x, "values", equalNaN),
    gives === "values" ? undefined : ofBlocks(x, gives, equalNaN),
  ];
  let level: readonly [values: ChunkedArray, notes: ChunkedArray | undefined] = [perBlock, notes];
  while (level[0].numblocks[0] !== 1) {
    const [values, noted] = level;
    level = [
      groupsJoined([values], "values", equalNaN),
      noted === undefined ? undefined : groupsJoined([values, noted], gives, equalNaN),
    ];
  }
  return level[1] ?? level[0];
}

/** Distinct values of groups of blocks, or their joined counts, positions or notes. */
function groupsJoined(arrays: readonly ChunkedArray[], gives: Gives, equalNaN: boolean) {
  const [values, notes] = arrays as [ChunkedArray, ChunkedArray | undefined];
  const groups = Math.ceil((values.numblocks[0] as number) / GROUP);
  const loopChunks = [new Array<number>(groups).fill(UNKNOWN_LENGTH)];
  const operands = arrays.map(({ node }) => ({ node, axes: [0], every: GROUP }));
  const routine = { name: "unique", gives, hasNotes: notes !== undefined, equalNaN } as const;
  const dtype = notes === undefined ? values.dtype : "int64";
  return values.derive<DType, number>(routineNode(routine, operands, { loopChunks }, dtype));
}

/** The same of each block, one after another along one axis. */
function ofBlocks(x: ChunkedArray, gives: Gives, equalNaN: boolean): ChunkedArray {
  const hasNotes = gives === "indices";
  const axes = [...x.chunks.keys()];
  const operands = [x, ...(hasNotes ? [positionsOf(x, x)] : [])].map(({ node }) => ({
    node,
    axes,
  }));
  const chunks = [new Array<number>(blockCount(x.chunks)).fill(UNKNOWN_LENGTH)];
  const routine = { name: "unique", gives, hasNotes, equalNaN } as const;
  const dtype = gives === "values" ? x.dtype : "int64";
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks, chunks }, dtype));
}
