// Moving, adding and dropping axes without touching elements: programs that hand their operand on,
// with another map of axes. They fuse with what comes after, so that they cost nothing there.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, sameChunks, shapeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { RankMinusOne, RankPlusOne } from "../array-types.js";
import { type AxisLike, checkAxes, checkAxis, checkShape, formatShape } from "../axes.js";
import { broadcastShapes } from "../broadcast.js";
import type { ChunkedArray } from "../chunked-array.js";
import { blockwiseNode } from "../elementwise.js";
import { checkList } from "../given.js";
import { type ChunkSpec, normalizeChunks } from "../normalize-chunks.js";
import { checkArrays } from "../operands.js";
import { ProgramBuilder } from "../program-builder.js";
import { rechunkNode } from "./rechunk.js";

/**
 * The array with its axes in another order, reversed unless `axes` says which.
 *
 * @param axes for each axis of the result, the axis of `x` that it was
 * @returns the dtype of `x`, lengths in the order of the axes
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis` when `axes` is no permutation
 * @see https://numpy.org/doc/stable/reference/generated/numpy.transpose.html
 *
 * @example
 * ```ts
 * transpose(zeros([2, 3, 4])).shape; // → [4, 3, 2]
 * transpose(zeros([2, 3, 4]), [0, 2, 1]).shape; // → [2, 4, 3]
 * ```
 */
export function transpose<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  axes?: readonly number[] | null,
): ChunkedArray<D, R> {
  checkArrays("transpose", x);
  if (axes !== undefined && axes !== null)
    checkList("transpose needs a list of axes", axes, "axis");
  const order = axes?.map((axis) => checkAxis(axis, x.ndim)) ?? [...x.shape.keys()].reverse();
  if (order.length !== x.ndim || new Set(order).size !== order.length) {
    throw new ArgumentError(
      "axis",
      `axes ${JSON.stringify(axes)} do not name each of the ${x.ndim} axes once`,
      { axes, ndim: x.ndim },
    );
  }
  if (order.every((axis, i) => axis === i)) return x;
  const loopAxes = order.reduce<number[]>((map, axis, i) => {
    map[axis] = i;
    return map;
  }, []);
  return x.derive(
    remapNode(
      "transpose",
      x.node,
      loopAxes,
      order.map((axis) => x.chunks[axis] as readonly number[]),
    ),
  );
}

/**
 * {@link transpose} by its name in the array API standard.
 *
 * @returns as {@link transpose}
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError as {@link transpose}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.permute_dims.html
 *
 * @example
 * ```ts
 * permuteDims(ones([2, 3, 4]), [2, 0, 1]).shape; // → [4, 2, 3]
 * ```
 */
export function permuteDims<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  axes: readonly number[],
): ChunkedArray<D, R> {
  checkArrays("permuteDims", x);
  return transpose(x, axes);
}

/**
 * Each matrix, in the last two axes, transposed.
 *
 * @param x at least two dimensions
 * @returns the dtype of `x`, its last two lengths exchanged
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.shape` when there are fewer
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.matrix_transpose.html
 *
 * @example
 * ```ts
 * matrixTranspose(ones([5, 2, 3])).shape; // → [5, 3, 2]
 * await matrixTranspose(asarray([[1, 2], [3, 4]])).compute(); // → [[1, 3], [2, 4]]
 * ```
 */
export function matrixTranspose<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<D, R> {
  checkArrays("matrixTranspose", x);
  if (x.ndim < 2) {
    throw new ArgumentError(
      "shape",
      `matrixTranspose needs at least two axes, the shape is ${formatShape(x.shape)}`,
      { shape: x.shape },
    );
  }
  return swapaxes(x, -1, -2);
}

/**
 * The array with two axes exchanged.
 *
 * @returns the dtype of `x`, two lengths exchanged
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.swapaxes.html
 *
 * @example
 * ```ts
 * swapaxes(ones([2, 3, 4], { chunks: [1, 3, 4] }), 0, 2).chunks; // → [[4], [3], [1, 1]]
 * ```
 */
export function swapaxes<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  axis1: number,
  axis2: number,
): ChunkedArray<D, R> {
  checkArrays("swapaxes", x);
  const [a, b] = [checkAxis(axis1, x.ndim), checkAxis(axis2, x.ndim)];
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
}

/**
 * The array with some axes at other places, the others in their order.
 *
 * @param source the axis, or several
 * @param destination where each stands in the result
 * @returns the dtype of `x`, lengths moved as the axes are
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis` when there is no such axis, one stands twice, or there are not
 * as many places as axes
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.moveaxis.html
 *
 * @example
 * ```ts
 * moveaxis(zeros([2, 3, 4]), 0, -1).shape; // → [3, 4, 2]
 * moveaxis(zeros([2, 3, 4]), [0, 1], [1, 2]).shape; // → [4, 2, 3]
 * ```
 */
export function moveaxis<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  source: number | readonly number[],
  destination: number | readonly number[],
): ChunkedArray<D, R> {
  checkArrays("moveaxis", x);
  const from = [source].flat().map((axis) => checkAxis(axis, x.ndim));
  const to = [destination].flat().map((axis) => checkAxis(axis, x.ndim));
  if (from.length !== to.length || [from, to].some((all) => new Set(all).size !== all.length)) {
    throw new ArgumentError(
      "axis",
      `moveaxis needs different axes and a place for each, got ${JSON.stringify(source)} and ` +
        JSON.stringify(destination),
      { source, destination },
    );
  }
  const rest = [...x.shape.keys()].filter((axis) => !from.includes(axis));
  const order = x.shape.map((_, place) => {
    const moved = from[to.indexOf(place)];
    return moved ?? (rest.shift() as number);
  });
  return transpose(x, order);
}

/**
 * The array with new axes of length 1 at the places that `axis` names in the result.
 *
 * @returns the dtype of `x`, new axes of length 1
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block
 * @throws ArgumentError `argument.axis` when the result has no such axis
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.expand_dims.html
 *
 * @example
 * ```ts
 * expandDims(zeros([3]), 0).shape; // → [1, 3]
 * expandDims(zeros([3]), [0, 2]).shape; // → [1, 3, 1]
 * ```
 */
export function expandDims<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  axis?: number,
): ChunkedArray<D, RankPlusOne<R>>;
export function expandDims<D extends DType>(
  x: ChunkedArray<D>,
  axis: number | readonly number[],
): ChunkedArray<D>;
export function expandDims(x: ChunkedArray, axis: number | readonly number[] = 0): ChunkedArray {
  checkArrays("expandDims", x);
  const axes = typeof axis === "number" ? [axis] : axis;
  return x.derive(insertAxesNode(x.node, checkAxes(axes, x.ndim + axes.length)));
}

/** The node with new axes of length 1; `axes` are places in the result, ascending. */
export function insertAxesNode(node: LayerNode, axes: readonly number[]): LayerNode {
  if (axes.length === 0) return node;
  const { chunks } = node.layer;
  const ndim = chunks.length + axes.length;
  const old = Array.from({ length: ndim }, (_, axis) => axis).filter((a) => !axes.includes(a));
  const result = Array.from({ length: ndim }, (): readonly number[] => [1]);
  old.forEach((axis, i) => {
    result[axis] = chunks[i] as readonly number[];
  });
  return remapNode("expandDims", node, old, result);
}

/**
 * The array without axes of length 1: all of them, or those that `axis` names.
 *
 * @returns the dtype of `x`, without axes of length 1
 * @chunks those of `x` along the other axes; one task per block, none where it joins the layers around it
 * @throws ArgumentError `argument.axis` when a named axis is longer than 1
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.squeeze.html
 *
 * @example
 * ```ts
 * squeeze(ones([1, 3, 1])).shape; // → [3]
 * squeeze(ones([1, 3, 1]), 0).shape; // → [3, 1]
 * ```
 */
export function squeeze<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  axis: number,
): ChunkedArray<D, RankMinusOne<R>>;
export function squeeze<D extends DType>(x: ChunkedArray<D>, axis?: AxisLike): ChunkedArray<D>;
export function squeeze(x: ChunkedArray, axis?: AxisLike): ChunkedArray {
  checkArrays("squeeze", x);
  const all = axis === null || axis === undefined;
  const dropped = checkAxes(axis, x.ndim).filter((a) => !all || x.shape[a] === 1);
  const long = dropped.find((a) => x.shape[a] !== 1);
  if (long !== undefined) {
    throw new ArgumentError(
      "axis",
      `axis ${long} of ${formatShape(x.shape)} cannot be squeezed: its length is ${x.shape[long]}`,
      { axis: long, shape: x.shape },
    );
  }
  return x.derive(dropAxesNode(x.node, dropped));
}

/** The node without `axes`, which have length 1. */
export function dropAxesNode(node: LayerNode, axes: readonly number[]): LayerNode {
  if (axes.length === 0) return node;
  let kept = 0;
  const loopAxes = node.layer.chunks.map((_, axis) => (axes.includes(axis) ? -1 : kept++));
  const chunks = node.layer.chunks.filter((_, axis) => !axes.includes(axis));
  return remapNode("squeeze", node, loopAxes, chunks);
}

/** The node in a shape that differs in axes of length 1 only. */
export function exchangeOnesNode(node: LayerNode, target: readonly number[]): LayerNode {
  const { chunks } = node.layer;
  const long = shapeOf(chunks).flatMap((length, axis) => (length === 1 ? [] : [axis]));
  const places = target.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  const loopAxes = chunks.map((_, axis) => places[long.indexOf(axis)] ?? -1);
  const result = target.map((_, axis) => chunks[long[places.indexOf(axis)] ?? -1] ?? [1]);
  return remapNode("reshape", node, loopAxes, result);
}

/**
 * The array repeated, without copies of its blocks in memory, until it has `shape`.
 *
 * @param options.chunks how axes are cut that the array does not have or that have length 1; one
 * block unless given
 * @returns the dtype of `x`, in `shape`
 * @chunks those of `x`, one block along axes that stretch unless the options cut them; one task per block
 * @throws ArgumentError `argument.shape` when the array does not broadcast to `shape`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.broadcast_to.html
 *
 * @example
 * ```ts
 * broadcastTo(arange(3), [4, 3]).shape; // → [4, 3]
 * ```
 */
export function broadcastTo<D extends DType, const S extends readonly number[]>(
  x: ChunkedArray<D, number>,
  shape: S,
  options: { readonly chunks?: ChunkSpec } = {},
): ChunkedArray<D, S["length"]> {
  checkArrays("broadcastTo", x);
  const target = checkShape(shape);
  const together = broadcastShapes(x.shape, target);
  if (together.length !== target.length || together.some((n, axis) => n !== target[axis])) {
    throw new ArgumentError(
      "shape",
      `an array of shape ${formatShape(x.shape)} does not broadcast to ${formatShape(target)}`,
      { shape: x.shape, target },
    );
  }
  const lead = target.length - x.ndim;
  const stretched = target.map((n, axis) => axis < lead || (x.shape[axis - lead] === 1 && n !== 1));
  const free = options.chunks === undefined ? undefined : normalizeChunks(options.chunks, target);
  const chunks: Chunks = target.map((length, axis) =>
    stretched[axis] ? (free?.[axis] ?? [length]) : (x.chunks[axis - lead] as readonly number[]),
  );
  target.forEach((length, axis) => {
    const given = free?.[axis];
    if (!stretched[axis] && given !== undefined && !sameChunks([given], [chunks[axis] ?? []])) {
      throw new ArgumentError(
        "chunks",
        `axis ${axis} of length ${length} is not stretched: it keeps its chunks (rechunk it first)`,
        { axis, chunks: given },
      );
    }
  });
  if (!stretched.includes(true)) return x as ChunkedArray<D, S["length"]>;
  const loopAxes = x.shape.map((_, axis) => (stretched[axis + lead] ? -1 : axis + lead));
  return x.derive(remapNode("broadcastTo", x.node, loopAxes, chunks));
}

/** A layer that hands its operand on: axis i of the node runs along axis `loopAxes[i]` of the result. */
function remapNode(
  word: string,
  node: LayerNode,
  loopAxes: readonly number[],
  chunks: Chunks,
): LayerNode {
  const builder = new ProgramBuilder();
  // An axis that is dropped or stretched has one element: here in one block, without empty ones beside.
  const shape = shapeOf(node.layer.chunks);
  const whole = node.layer.chunks.map((own, axis) =>
    loopAxes[axis] === -1 && own.length > 1 && shape[axis] === 1 ? [1] : own,
  );
  builder.load(rechunkNode(node, whole), loopAxes);
  return blockwiseNode(word, builder, chunks, node.layer.dtype);
}
