// Set operations on arrays: intersections, unions and differences. Distinct values are unique.ts,
// whether elements are among others searchsorted.ts.
import type { DType } from "../../base/dtype.js";
import { promote } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { compress } from "../indexing/compress.js";
import { checkArrays } from "../layers/array-operands.js";
import { concatenate } from "../manipulation/concatenate.js";
import { isin } from "../searching/searchsorted.js";
import { unique, uniqueValues } from "./unique.js";

/**
 * The distinct values that both arrays have, in ascending order.
 *
 * @param x1 an array
 * @param x2 an array
 * @returns the promoted dtype; one axis, whose length is not known before it is computed
 * @chunks one block of unknown length; tasks of {@link unique} for each array, and some more
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.intersect1d.html
 * @example await intersect1d(asarray([3, 1, 3, 2]), asarray([4, 3, 1])).compute(); // → [1, 3]
 */
export function intersect1d(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray<DType, 1> {
  checkArrays("intersect1d", x1, x2);
  const dtype = promote(x1.dtype, x2.dtype);
  return kept(astype(x1, dtype), x2, false);
}

/**
 * The distinct values of the first array that the second does not have, in ascending order.
 *
 * @param x2 what is left out
 * @returns the dtype of `x1`; one axis, whose length is not known before it is computed
 * @chunks one block of unknown length; tasks of {@link unique} for each array, and some more
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.setdiff1d.html
 * @example await setdiff1d(asarray([3, 1, 3, 2]), asarray([4, 3])).compute(); // → [1, 2]
 */
export function setdiff1d(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray<DType, 1> {
  checkArrays("setdiff1d", x1, x2);
  return kept(x1, x2, true);
}

/**
 * The distinct values that one of two arrays has, and not both, in ascending order. NaN is unlike
 * any other value: that of each array is kept.
 *
 * @param x1 an array
 * @param x2 an array
 * @returns as {@link intersect1d}
 * @chunks one block of unknown length; tasks of {@link unique} for each array, and some more
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.setxor1d.html
 * @example await setxor1d(asarray([3, 1]), asarray([4, 3])).compute(); // → [1, 4]
 */
export function setxor1d(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray<DType, 1> {
  checkArrays("setxor1d", x1, x2);
  const parts: ChunkedArray[] = [kept(x1, x2, true), kept(x2, x1, true)];
  return uniqueValues(concatenate(parts)) as ChunkedArray as ChunkedArray<DType, 1>;
}

/** The distinct values of `x1` that are among those of `x2`, or are not. */
function kept(x1: ChunkedArray, x2: ChunkedArray, invert: boolean): ChunkedArray<DType, 1> {
  const values: ChunkedArray = unique(x1);
  return compress(isin(values, x2, { invert }), values, 0) as ChunkedArray<DType, 1>;
}
