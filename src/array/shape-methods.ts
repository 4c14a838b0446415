// Methods of arrays that move, add, drop or stretch axes: `x.reshape(shape)` is
// `reshape(x, shape)`.
import type { DType } from "../base/dtype.js";
import type { ChunkedArray } from "./chunked-array.js";
import type { AxisLike, ShapeLike } from "./chunks/axes.js";
import type { ChunkSpec } from "./chunks/normalize-chunks.js";
import type { IndexList } from "./indexing/parse-index.js";
import type { RankOf, RankPlusOne } from "./layers/array-types.js";
import type { RechunkOptions } from "./layers/rechunk-layer.js";
import { broadcastTo } from "./manipulation/broadcast-to.js";
import { expandDims, squeeze } from "./manipulation/expand-dims.js";
import { flip } from "./manipulation/flip.js";
import { repeat } from "./manipulation/longer/repeat.js";
import { rechunk } from "./manipulation/rechunk.js";
import { type ReshapeOptions, ravel, reshape } from "./manipulation/reshape.js";
import { swapaxes, transpose } from "./manipulation/transpose.js";

/** Axes, shapes and chunks, as methods. */
export interface ShapeMethods<D extends DType, R extends number> {
  /**
   * The array with its axes in another order. See {@link transpose}.
   *
   * @param order for each axis of the result, the axis that it was; default: all, reversed
   * @returns a view without copies: lengths and chunks in the order of the axes
   * @example zeros([2, 3, 4]).transpose([0, 2, 1]).shape; // → [2, 4, 3]
   */
  transpose(order?: readonly number[] | null): ChunkedArray<D, R>;
  /**
   * The array with two axes exchanged; negative axes count from the last. See {@link swapaxes}.
   *
   * @param axis1 an axis
   * @param axis2 another axis
   * @example zeros([2, 3, 4]).swapaxes(0, -1).shape; // → [4, 3, 2]
   */
  swapaxes(axis1: number, axis2: number): ChunkedArray<D, R>;
  /**
   * The same elements, in row-major order, in another shape. See {@link reshape}.
   *
   * @param shape lengths with the same product; one of them may be -1 and is worked out
   * @example
   * await arange(6).reshape([2, -1]).compute(); // → [[0, 1, 2], [3, 4, 5]]
   */
  reshape<const S extends ShapeLike>(
    shape: S,
    options?: ReshapeOptions,
  ): ChunkedArray<D, RankOf<S>>;
  /**
   * All elements along one axis, in row-major order. See {@link ravel}.
   *
   * @example await asarray([[1, 2], [3, 4]]).ravel().compute(); // → [1, 2, 3, 4]
   */
  ravel(): ChunkedArray<D, 1>;
  /**
   * All elements along one axis, in row-major order: another name of `ravel`. See {@link ravel}.
   *
   * @example await asarray([[1, 2], [3, 4]]).flatten().compute(); // → [1, 2, 3, 4]
   */
  flatten(): ChunkedArray<D, 1>;
  /**
   * The array without axes of length 1. See {@link squeeze}.
   *
   * @param axis the axis or axes to drop; default: all of length 1
   * @example ones([1, 3, 1]).squeeze(0).shape; // → [3, 1]
   */
  squeeze(axis?: AxisLike): ChunkedArray<D>;
  /**
   * The array with a new axis of length 1. See {@link expandDims}.
   *
   * @param axis the place of the new axis in the result; default: 0, the first
   * @example zeros([3]).expandDims(1).shape; // → [3, 1]
   */
  expandDims(axis?: number): ChunkedArray<D, RankPlusOne<R>>;
  /**
   * The array stretched to a shape: its elements repeat along axes that are new or had length 1.
   * See {@link broadcastTo}.
   *
   * @param shape the lengths of the result
   * @param options `chunks` says how stretched axes are cut; default: one block
   * @example await asarray([1, 2]).broadcastTo([2, 2]).compute(); // → [[1, 2], [1, 2]]
   */
  broadcastTo<const S extends readonly number[]>(
    shape: S,
    options?: { readonly chunks?: ChunkSpec },
  ): ChunkedArray<D, S["length"]>;
  /**
   * The elements in reverse order. See {@link flip}.
   *
   * @param axis the axis or axes to reverse; default: all
   * @example await arange(3).flip().compute(); // → [2, 1, 0]
   */
  flip(axis?: AxisLike): ChunkedArray<D, R>;
  /**
   * The same array in other chunks. See {@link rechunk}.
   *
   * @param chunks block lengths, for all axes or by axis; -1 is the whole axis, `"auto"` about
   * 128 MiB
   * @example zeros([100, 100], { chunks: [10, 100] }).rechunk([100, 10]).numblocks; // → [1, 10]
   */
  rechunk(chunks: ChunkSpec, options?: RechunkOptions): ChunkedArray<D, R>;
  /**
   * Every element repeated. See {@link repeat}.
   *
   * @param repeats how often: one number for all, or one for each position along the axis
   * @param axis default: all elements in row-major order, as one axis
   * @example await arange(3).repeat([2, 0, 1]).compute(); // → [0, 0, 2]
   */
  repeat(repeats: number | IndexList, axis?: number | null): ChunkedArray<D>;
}

/** The function behind each method, by name. */
export const SHAPE_METHODS = {
  transpose,
  swapaxes,
  reshape,
  ravel,
  flatten: ravel,
  squeeze,
  expandDims,
  broadcastTo,
  flip,
  rechunk,
  repeat,
} as const satisfies Record<keyof ShapeMethods<DType, number>, unknown>;
