// Shapes, axes and blocks by NumPy's and Dask's other names, and blocks that are reshaped in their places.
import { checkDType, type DType, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, shapeOf, sizeOf } from "../../graph/model/chunks.js";
import type { ReshapeLayer, RoutineLayer } from "../../graph/model/layer.js";
import { nameLayer } from "../../graph/model/naming.js";
import { checkAxis, checkShape, formatShape, type ShapeLike } from "../axes.js";
import {
  broadcastShapes,
  trailingLabels,
  unifiedOperand,
  unifyChunks as unify,
} from "../broadcast.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../operands.js";
import { routineNode } from "../take.js";
import { rechunkTo } from "./rechunk.js";
import { flip } from "./slicing.js";
import { moveaxis } from "./transpose.js";

/**
 * The length of each axis.
 *
 * @returns at once, without computing; NaN where a length is not known
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.shape.html
 *
 * @example
 * ```ts
 * shape(ones([4, 6])); // → [4, 6]
 * ```
 */
export function shape(x: ChunkedArray): readonly number[] {
  checkArrays("shape", x);
  return x.shape;
}

/**
 * The number of axes.
 *
 * @returns at once, without computing
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ndim.html
 *
 * @example
 * ```ts
 * ndim(ones([4, 6])); // → 2
 * ```
 */
export function ndim(x: ChunkedArray): number {
  checkArrays("ndim", x);
  return x.ndim;
}

/**
 * The number of elements, or the length of an axis.
 *
 * @returns at once, without computing; NaN where a length is not known
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.size.html
 *
 * @example
 * ```ts
 * size(ones([4, 6])); // → 24
 * size(ones([4, 6]), 1); // → 6
 * ```
 */
export function size(x: ChunkedArray, axis?: number): number {
  checkArrays("size", x);
  return axis === undefined ? x.size : (x.shape[checkAxis(axis, x.ndim)] as number);
}

/**
 * The array itself: arrays never change, so that there is nothing to copy.
 *
 * @returns `x` itself
 * @chunks those of `x`; no tasks
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.copy.html
 *
 * @example
 * ```ts
 * const x = ones([2]);
 * copy(x) === x; // → true
 * ```
 */
export function copy<D extends DType, R extends number>(x: ChunkedArray<D, R>): ChunkedArray<D, R> {
  checkArrays("copy", x);
  return x;
}

/**
 * The order of rows turned around: of elements along the first axis.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`, turned around; one task per block
 * @throws ArgumentError `argument.axis` when there is no axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.flipud.html
 *
 * @example
 * ```ts
 * const x = asarray([1, 2, 3], { chunks: 2 });
 * flipud(x).chunks; // → [[1, 2]]
 * await flipud(x).compute(); // → [3, 2, 1]
 * ```
 */
export function flipud<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<D, R> {
  checkArrays("flipud", x);
  return flip(x, 0);
}

/**
 * The order of columns turned around: of elements along the second axis.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`, turned around; one task per block
 * @throws ArgumentError `argument.axis` when there is no second axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fliplr.html
 *
 * @example
 * ```ts
 * await fliplr(asarray([[1, 2], [3, 4]])).compute(); // → [[2, 1], [4, 3]]
 * ```
 */
export function fliplr<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<D, R> {
  checkArrays("fliplr", x);
  return flip(x, checkAxis(1, x.ndim));
}

/**
 * The array with one axis moved to before another.
 *
 * @param start the axis before which it comes: 0 unless given, the number of axes for the end
 * @returns the dtype of `x`, lengths moved as the axes are
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rollaxis.html
 *
 * @example
 * ```ts
 * rollaxis(ones([3, 4, 5, 6]), 3, 1).shape; // → [3, 6, 4, 5]
 * ```
 */
export function rollaxis(x: ChunkedArray, axis: number, start = 0): ChunkedArray {
  checkArrays("rollaxis", x);
  const from = checkAxis(axis, x.ndim);
  const before = start === x.ndim ? start : checkAxis(start, x.ndim);
  return moveaxis(x, from, before > from ? before - 1 : before);
}

/**
 * Arrays that broadcast, cut alike: where two run along one axis, their blocks do, too.
 *
 * @returns the arrays in order, with their shapes and dtypes
 * @chunks all boundaries of any of them, axes of length 1 whole; tasks of {@link rechunk} for those that change
 * @throws ArgumentError `argument.shape` when they do not broadcast
 * @see https://docs.dask.org/en/stable/generated/dask.array.unify_chunks.html
 *
 * @example
 * ```ts
 * const [x, y] = unifyChunks(ones(6, { chunks: 2 }), ones(6, { chunks: 3 }));
 * x.chunks; // → [[2, 1, 1, 2]]
 * ```
 */
export function unifyChunks<T extends readonly ChunkedArray[]>(...arrays: T): [...T] {
  checkArrays("unifyChunks", ...arrays);
  const whole = broadcastShapes(...arrays.map((x) => x.shape));
  const labelled = arrays.map((x) => trailingLabels(x.chunks, whole.length));
  const unified = unify(labelled);
  return arrays.map((x, i) =>
    rechunkTo(x, unifiedOperand(labelled[i] as (typeof labelled)[0], unified)),
  ) as ChunkedArray[] as [...T];
}

/** Options of {@link reshapeBlockwise}. */
export interface ReshapeBlockwiseOptions {
  /** How axes are cut that others are split into: block n must be as large as it was. */
  readonly chunks?: Chunks;
}

/**
 * Every block in another shape, in its place: cheap whatever the chunks, and in another order than
 * `reshape` has where more than the first of some axes that are joined is cut.
 *
 * @param shape neighbouring axes joined; or others split, when chunks are given
 * @returns the dtype of `x`
 * @chunks each block becomes one; one task per block
 * @throws ArgumentError `argument.shape` when the shape does not join axes and no chunks are given,
 * `argument.chunks` when blocks would differ in size
 * @see https://docs.dask.org/en/stable/generated/dask.array.reshape_blockwise.html
 *
 * @example
 * ```ts
 * const x = asarray([[0, 1, 2, 3], [4, 5, 6, 7]], { chunks: [2, 2] });
 * const flat = reshapeBlockwise(x, 8);
 * await flat.compute(); // → [0, 1, 4, 5, 2, 3, 6, 7]
 * const back = reshapeBlockwise(flat, [2, 4], { chunks: x.chunks });
 * await back.compute(); // → [[0, 1, 2, 3], [4, 5, 6, 7]]
 * ```
 */
export function reshapeBlockwise<D extends DType>(
  x: ChunkedArray<D>,
  shape: ShapeLike,
  options: ReshapeBlockwiseOptions = {},
): ChunkedArray<D> {
  checkArrays("reshapeBlockwise", x);
  const target = checkShape(shape);
  const chunks = options.chunks ?? joinedChunks(x, target);
  const [before, after] = [blockSizes(x.chunks), blockSizes(chunks)];
  const fits =
    formatShape(shapeOf(chunks)) === formatShape(target) &&
    before.length === after.length &&
    before.every((size, n) => size === after[n]);
  if (!fits) {
    throw new ArgumentError(
      "chunks",
      `blocks of ${formatShape(x.shape)} do not become blocks of ${formatShape(target)} in their places`,
      { shape: target, chunks },
    );
  }
  const layer = nameLayer<ReshapeLayer>("reshapeBlockwise", {
    kind: "reshape",
    inputs: [x.node.layer.name],
    chunks,
    dtype: x.dtype,
  });
  return x.derive({ layer, inputs: [x.node] });
}

function blockSizes(chunks: Chunks): readonly number[] {
  return chunks.reduce<number[]>(
    (sizes, lengths) => sizes.flatMap((size) => lengths.map((length) => size * length)),
    [1],
  );
}

/** Runs of axes that are joined into one, their blocks one after the other. */
function joinedChunks(x: ChunkedArray, target: readonly number[]): Chunks {
  let axis = 0;
  const chunks = target.map((length) => {
    const start = axis;
    let size = 1;
    while (axis < x.ndim && (axis === start || size < length)) size *= x.shape[axis++] as number;
    return size === length ? blockSizes(x.chunks.slice(start, axis)) : undefined;
  });
  // Axes of length 1 at the end belong to the last one.
  const rest = sizeOf(x.shape.slice(axis));
  if (rest === 1 && chunks.every((own) => own !== undefined)) return chunks as Chunks;
  throw new ArgumentError(
    "shape",
    `${formatShape(target)} does not join neighbouring axes of ${formatShape(x.shape)}: give { chunks } ` +
      "to split axes",
    { shape: target },
  );
}

/**
 * The bytes of the array read as another dtype, along the last axis.
 *
 * @returns `dtype`; the last axis longer or shorter by the sizes of both dtypes
 * @chunks those of `x`, the last axis longer or shorter likewise; one task per block
 * @throws ArgumentError `argument.dtype`, `argument.shape` without axes, `argument.chunks` when a block
 * has no whole number of elements of the new dtype
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ndarray.view.html
 *
 * @example
 * ```ts
 * await view(asarray([1], { dtype: "float32" }), "uint32").compute(); // → [1065353216]
 * view(ones([2, 4]), "uint8").shape; // → [2, 32]
 * ```
 */
export function view<D extends DType>(x: ChunkedArray, dtype: D): ChunkedArray<D> {
  checkArrays("view", x);
  const [from, to] = [itemBytes(x.dtype), itemBytes(checkDType(dtype))];
  if (x.ndim === 0 && from !== to) {
    throw new ArgumentError("shape", `a view of one ${x.dtype} as ${dtype} needs an axis`, {
      dtype,
    });
  }
  const chunks = x.chunks.map((lengths, axis) =>
    axis < x.ndim - 1 ? lengths : lengths.map((length) => (length * from) / to),
  );
  if (!(chunks.at(-1) ?? []).every(Number.isSafeInteger)) {
    throw new ArgumentError(
      "chunks",
      `blocks of ${x.dtype} along the last axis have no whole number of elements of ${dtype}: rechunk first`,
      { dtype, chunks: x.chunks.at(-1) },
    );
  }
  const operand = { node: x.node, axes: [...x.shape.keys()] };
  const node = routineNode({ name: "view" }, [operand], { loopChunks: x.chunks, chunks }, dtype);
  return x.derive<D, number>(node as typeof node & { layer: RoutineLayer });
}
