// Adds and removes axes of length 1: programs that pass their operand on, which fuse into their
// readers.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, formatShape } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";
import type { RankMinusOne, RankPlusOne } from "../layers/array-types.js";
import { remapNode } from "./transpose.js";

/**
 * The array with new axes of length 1 at the places that `axis` names in the result.
 *
 * @returns the dtype of `x`, new axes of length 1
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block
 * @throws ArgumentError `argument.axis` when the result has no such axis
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.expand_dims.html
 * @example
 * expandDims(zeros([3]), 0).shape; // → [1, 3]
 * expandDims(zeros([3]), [0, 2]).shape; // → [1, 3, 1]
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
 * @chunks those of `x` along the other axes; one task per block, none where it joins the layers
 * around it
 * @throws ArgumentError `argument.axis` when a named axis is longer than 1
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.squeeze.html
 * @example
 * squeeze(ones([1, 3, 1])).shape; // → [3]
 * squeeze(ones([1, 3, 1]), 0).shape; // → [3, 1]
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
