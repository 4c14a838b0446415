// Reverses the order of elements along some axes.
import type { DType } from "../../base/dtype.js";
import type { AxisSelection } from "../../graph/model/layer.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import { sliceNode } from "../layers/slice-layer.js";

/**
 * The array with its elements in reverse order along some axes, default: all.
 *
 * @param axis an axis, or several; default: all
 * @returns shape and dtype of `x`
 * @chunks those of `x`, turned around; one task per block
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.flip.html
 * @example await flip(arange(3)).compute(); // → [2, 1, 0]
 */
export function flip<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  axis?: AxisLike,
): ChunkedArray<D, R> {
  checkArrays("flip", x);
  const axes = checkAxes(axis, x.ndim);
  checkLengths("flip", x.chunks, axes);
  const selection = x.shape.map((length, i): AxisSelection => {
    const turned = axes.includes(i) && length > 1;
    return { type: "range", start: turned ? length - 1 : 0, step: turned ? -1 : 1, count: length };
  });
  return x.derive(sliceNode(x.node, x.shape, selection));
}

/**
 * The array with its rows (the first axis) in reverse order.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`, turned around; one task per block
 * @throws ArgumentError `argument.axis` when there is no axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.flipud.html
 * @example
 * const x = asarray([1, 2, 3], { chunks: 2 });
 * flipud(x).chunks; // → [[1, 2]]
 * await flipud(x).compute(); // → [3, 2, 1]
 */
export function flipud<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<D, R> {
  checkArrays("flipud", x);
  return flip(x, 0);
}

/**
 * The array with its columns (the second axis) in reverse order.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`, turned around; one task per block
 * @throws ArgumentError `argument.axis` when there is no second axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fliplr.html
 * @example await fliplr(asarray([[1, 2], [3, 4]])).compute(); // → [[2, 1], [4, 3]]
 */
export function fliplr<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<D, R> {
  checkArrays("fliplr", x);
  return flip(x, checkAxis(1, x.ndim));
}
