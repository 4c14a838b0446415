// Methods of arrays that take elements by position or order: `x.slice(0)` is `getSlice(x, [0])`.
import type { DType } from "../base/dtype.js";
import type { ChunkedArray } from "./chunked-array.js";
import { type DiagonalOptions, diagonal } from "./indexing/diagonal.js";
import { getSlice, vindex } from "./indexing/get-slice.js";
import type { IndexEntry, IndexList, SlicedRank } from "./indexing/parse-index.js";
import { set } from "./indexing/replace/set.js";
import { blocks, take } from "./indexing/take.js";
import type { Operand } from "./layers/array-operands.js";
import type { OnlyKnown } from "./layers/array-types.js";
import { nonzero } from "./searching/nonzero.js";
import { argsort, type SortOptions, sort } from "./sorting/sort.js";
import { argtopk, topk } from "./sorting/topk.js";

/** Elements by position or order, as methods. */
export interface IndexMethods<D extends DType, R extends number> {
  /**
   * The part that the indices name, one for each axis. See {@link getSlice}.
   *
   * @param indices positions (they drop the axis), slices as `"2:10:3"`, null for a whole axis,
   * `newAxis`, `ellipsis`, lists of positions, masks
   * @returns lazy, in the same dtype; the length that a chunked mask leaves is NaN until computed
   * @example
   * const x = arange(12).reshape([3, 4]);
   * await x.slice(1, "::2").compute(); // → [4, 6]
   */
  slice<const I extends readonly IndexEntry[]>(...indices: I): ChunkedArray<D, SlicedRank<R, I>>;
  /**
   * The elements at points: lists of positions broadcast together. See {@link vindex}.
   *
   * @param indices lists, one for each axis; null or slices for axes that are taken whole or in
   * part
   * @returns the axes of the points come first
   * @example
   * const x = arange(12).reshape([3, 4]);
   * await x.vindex([0, 1, 2], [0, 1, 2]).compute(); // → [0, 5, 10]
   */
  vindex(...indices: readonly IndexEntry[]): ChunkedArray<D>;
  /**
   * The blocks at an index of the grid of blocks, put side by side. See {@link blocks}.
   *
   * @param indices as of `slice`, counted in blocks; a position keeps the axis
   * @example await arange(6, { chunks: 2 }).blocks(1).compute(); // → [2, 3]
   */
  blocks(...indices: readonly IndexEntry[]): ChunkedArray<D, R>;
  /**
   * A new array with a value at the indices. See {@link set}.
   *
   * @param indices as of `slice`, in a list
   * @param value broadcasts to the part that the indices name
   * @returns shape, dtype and chunks of the array, which itself does not change
   * @example await arange(4).set(["1:3"], -1).compute(); // → [0, -1, -1, 3]
   */
  set(indices: readonly IndexEntry[], value: Operand): ChunkedArray<D, R>;
  /**
   * The elements, or slabs, at listed positions along an axis. See {@link take}.
   *
   * @param indices positions, negative ones from the end
   * @param axis default: all elements in row-major order, as one axis
   * @example await arange(6).reshape([2, 3]).take([2, 0], 1).compute(); // → [[2, 0], [5, 3]]
   */
  take(indices: IndexList | ChunkedArray, axis?: number | null): ChunkedArray<D>;
  /**
   * The diagonals of the matrices in two axes, along a new last axis. See {@link diagonal}.
   *
   * @param options `offset` counts diagonals above the main one, `axis1` and `axis2` name the axes
   * @example await arange(9).reshape([3, 3]).diagonal({ offset: 1 }).compute(); // → [1, 5]
   */
  diagonal(options?: DiagonalOptions): ChunkedArray<D>;
  /**
   * The positions of elements that are not 0. See {@link nonzero}.
   *
   * @returns an array of int64 for each axis; their length is NaN until computed
   * @example
   * const [rows, columns] = asarray([[0, 3], [1, 0]]).nonzero();
   * await columns!.compute(); // → [1n, 0n]
   */
  nonzero(): ChunkedArray<"int64", 1>[];
  /**
   * The elements in ascending order along an axis, NaN last. See {@link sort}.
   *
   * @param options `axis` is the last by default, null for all elements; `descending` turns the
   * order
   * @example await asarray([3, 1, 2]).sort().compute(); // → [1, 2, 3]
   */
  sort<const O extends OnlyKnown<SortOptions, O> = Record<never, never>>(
    options?: O,
  ): ChunkedArray<D, O extends { readonly axis: null } ? 1 : R>;
  /**
   * The positions that put the elements in order along an axis, as int64. See {@link argsort}.
   *
   * @param options as of `sort`
   * @example await asarray([3, 1, 2]).argsort().compute(); // → [1n, 2n, 0n]
   */
  argsort<const O extends OnlyKnown<SortOptions, O> = Record<never, never>>(
    options?: O,
  ): ChunkedArray<"int64", O extends { readonly axis: null } ? 1 : R>;
  /**
   * The `k` largest elements along an axis, the largest first. See {@link topk}.
   *
   * @param k how many; -k for the smallest, the smallest first
   * @param axis default: the last
   * @example await asarray([5, 1, 9, 3]).topk(2).compute(); // → [9, 5]
   */
  topk(k: number, axis?: number): ChunkedArray<D, R>;
  /**
   * The positions of the `k` largest elements along an axis, as int64. See {@link argtopk}.
   *
   * @param k how many; -k for the smallest
   * @param axis default: the last
   * @example await asarray([5, 1, 9, 3]).argtopk(2).compute(); // → [2n, 0n]
   */
  argtopk(k: number, axis?: number): ChunkedArray<"int64", R>;
}

/** The function behind each method, by name. */
export const INDEX_METHODS = {
  slice: (x: ChunkedArray, ...indices: readonly IndexEntry[]) => getSlice(x, indices),
  vindex: (x: ChunkedArray, ...indices: readonly IndexEntry[]) => vindex(x, indices),
  blocks: (x: ChunkedArray, ...indices: readonly IndexEntry[]) => blocks(x, indices),
  set,
  take,
  diagonal,
  nonzero,
  sort,
  argsort,
  topk,
  argtopk,
} as const satisfies Record<keyof IndexMethods<DType, number>, unknown>;
