// Moves axes without touching elements: programs that pass their operand on with another map of
// axes. They fuse with the layers after them, so they cost nothing.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, shapeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { blockwiseNode } from "../layers/elementwise-layer.js";
import { ProgramBuilder } from "../layers/program-builder.js";
import { rechunkNode } from "../layers/rechunk-layer.js";

/**
 * The array with its axes permuted, by default reversed.
 *
 * @param axes for each axis of the result, the axis of `x` that it was
 * @returns the dtype of `x`, lengths in the order of the axes
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis` when `axes` is no permutation
 * @see https://numpy.org/doc/stable/reference/generated/numpy.transpose.html
 * @example
 * transpose(zeros([2, 3, 4])).shape; // → [4, 3, 2]
 * transpose(zeros([2, 3, 4]), [0, 2, 1]).shape; // → [2, 4, 3]
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
 * @param axes the axes of `x` in their new order
 * @returns as {@link transpose}
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError as {@link transpose}
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.permute_dims.html
 * @example permuteDims(ones([2, 3, 4]), [2, 0, 1]).shape; // → [4, 2, 3]
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
 * @see
 * https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.matrix_transpose.html
 * @example
 * matrixTranspose(ones([5, 2, 3])).shape; // → [5, 3, 2]
 * await matrixTranspose(asarray([[1, 2], [3, 4]])).compute(); // → [[1, 3], [2, 4]]
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
 * @param axis1 an axis
 * @param axis2 another axis
 * @returns the dtype of `x`, two lengths exchanged
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.swapaxes.html
 * @example swapaxes(ones([2, 3, 4], { chunks: [1, 3, 4] }), 0, 2).chunks; // → [[4], [3], [1, 1]]
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
 * @param destination their positions in the result
 * @returns the dtype of `x`, lengths moved as the axes are
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis` when there is no such axis, one occurs twice, or there are
 * not as many places as axes
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.moveaxis.html
 * @example
 * moveaxis(zeros([2, 3, 4]), 0, -1).shape; // → [3, 4, 2]
 * moveaxis(zeros([2, 3, 4]), [0, 1], [1, 2]).shape; // → [4, 2, 3]
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
 * A layer that hands its operand on: axis i of the node runs along axis `loopAxes[i]` of the
 * result.
 */
export function remapNode(
  word: string,
  node: LayerNode,
  loopAxes: readonly number[],
  chunks: Chunks,
): LayerNode {
  const builder = new ProgramBuilder();
  // A dropped or broadcast axis has one element: put it into one block, without empty ones.
  const shape = shapeOf(node.layer.chunks);
  const whole = node.layer.chunks.map((own, axis) =>
    loopAxes[axis] === -1 && own.length > 1 && shape[axis] === 1 ? [1] : own,
  );
  builder.load(rechunkNode(node, whole), loopAxes);
  return blockwiseNode(word, builder, chunks, node.layer.dtype);
}

/**
 * The array with one axis moved to before another.
 *
 * @param axis the axis to move
 * @param start the axis before which it comes: by default 0, the number of axes for the end
 * @returns the dtype of `x`, lengths moved as the axes are
 * @chunks those of `x`, in the order of the axes; one task per block
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rollaxis.html
 * @example rollaxis(ones([3, 4, 5, 6]), 3, 1).shape; // → [3, 6, 4, 5]
 */
export function rollaxis(x: ChunkedArray, axis: number, start = 0): ChunkedArray {
  checkArrays("rollaxis", x);
  const from = checkAxis(axis, x.ndim);
  const before = start === x.ndim ? start : checkAxis(start, x.ndim);
  return moveaxis(x, from, before > from ? before - 1 : before);
}
