// Properties of arrays as NumPy's functions of the same names.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";

/**
 * The length of each axis.
 *
 * @param x an array
 * @returns at once, without computing; NaN where a length is not known
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.shape.html
 * @example shape(ones([4, 6])); // → [4, 6]
 */
export function shape(x: ChunkedArray): readonly number[] {
  checkArrays("shape", x);
  return x.shape;
}

/**
 * The number of axes.
 *
 * @param x an array
 * @returns at once, without computing
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ndim.html
 * @example ndim(ones([4, 6])); // → 2
 */
export function ndim(x: ChunkedArray): number {
  checkArrays("ndim", x);
  return x.ndim;
}

/**
 * The number of elements, or the length of an axis.
 *
 * @param x an array
 * @param axis an axis; default: all
 * @returns at once, without computing; NaN where a length is not known
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.size.html
 * @example
 * size(ones([4, 6])); // → 24
 * size(ones([4, 6]), 1); // → 6
 */
export function size(x: ChunkedArray, axis?: number): number {
  checkArrays("size", x);
  return axis === undefined ? x.size : (x.shape[checkAxis(axis, x.ndim)] as number);
}

/**
 * The array itself: arrays never change, so there is nothing to copy.
 *
 * @returns `x` itself
 * @chunks those of `x`; no tasks
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.copy.html
 * @example
 * const x = ones([2]);
 * copy(x) === x; // → true
 */
export function copy<D extends DType, R extends number>(x: ChunkedArray<D, R>): ChunkedArray<D, R> {
  checkArrays("copy", x);
  return x;
}
