// Arrays with axes of length 1 added until they have one, two or three.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { reshape } from "./reshape.js";

/**
 * The array with at least one axis.
 *
 * @returns `x` itself where it has an axis
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block, none for `x` itself
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.atleast_1d.html
 * @example atleast1d(asarray(5)).shape; // → [1]
 */
export function atleast1d<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D> {
  checkArrays("atleast1d", x);
  return x.ndim === 0 ? reshape(x, [1]) : x;
}

/**
 * The array with at least two axes; new ones come first.
 *
 * @returns `x` itself where it has two axes
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block, none for `x` itself
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.atleast_2d.html
 * @example atleast2d(asarray([5, 6])).shape; // → [1, 2]
 */
export function atleast2d<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D> {
  checkArrays("atleast2d", x);
  return x.ndim >= 2 ? x : reshape(x, x.ndim === 0 ? [1, 1] : [1, ...x.shape]);
}

/**
 * The array with at least three axes; a matrix gets a last axis, a vector one on each side.
 *
 * @returns `x` itself where it has three axes
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block, none for `x` itself
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.atleast_3d.html
 * @example
 * atleast3d(asarray([5, 6])).shape; // → [1, 2, 1]
 * atleast3d(ones([2, 3])).shape; // → [2, 3, 1]
 */
export function atleast3d<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D> {
  checkArrays("atleast3d", x);
  if (x.ndim >= 3) return x;
  return reshape(x, x.ndim === 2 ? [...x.shape, 1] : [1, ...(x.ndim === 0 ? [1] : x.shape), 1]);
}
