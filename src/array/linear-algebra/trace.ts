// Sums of diagonals.
import type { ChunkedArray } from "../chunked-array.js";
import { type DiagonalOptions, diagonal } from "../indexing/diagonal.js";
import { checkArrays } from "../layers/array-operands.js";
import { sum } from "../reductions/sum.js";

/**
 * The sum of a diagonal.
 *
 * @param x matrices in the first two axes
 * @returns the dtype that {@link sum} gives, without the two axes
 * @chunks kept axes keep theirs; tasks of {@link diagonal} and a sum above
 * @throws ArgumentError as {@link diagonal}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.trace.html
 * @example await trace(arange(9).reshape([3, 3])).compute(); // → 12n
 */
export function trace(x: ChunkedArray, options: DiagonalOptions = {}): ChunkedArray {
  checkArrays("trace", x);
  return sum(diagonal(x, options), -1);
}
