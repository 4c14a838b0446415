// Powers of a vector's elements, as columns of a matrix.
import { ArgumentError } from "../../base/errors.js";
import { promote } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { multiply } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { stack } from "../manipulation/concatenate.js";
import { fullLike } from "./create.js";

/** Options of {@link vander}. */
export interface VanderOptions {
  /** How many columns; default: as many as elements. */
  readonly n?: number;
  /** Whether powers rise from left to right; default: false. */
  readonly increasing?: boolean;
}

/**
 * The matrix of powers of the elements of a vector, a row for each.
 *
 * @returns elements × `n` in the dtype that `x` shares with int64
 * @chunks those of `x` along rows, blocks of length 1 along columns; one task per block, and those
 * of the powers
 * @throws ArgumentError `argument.shape` for other than one axis, `argument.value` when `n` is no
 * whole number from 0
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vander.html
 * @example await vander(asarray([2, 3]), { n: 3 }).compute(); // → [[4, 2, 1], [9, 3, 1]]
 */
export function vander(x: ChunkedArray, options: VanderOptions = {}): ChunkedArray {
  checkArrays("vander", x);
  if (x.ndim !== 1) {
    throw new ArgumentError("shape", `vander takes a vector, got ${formatShape(x.shape)}`);
  }
  const { n = x.size, increasing = false } = options;
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new ArgumentError("value", `vander makes a whole number of columns from 0, got ${n}`);
  }
  const base: ChunkedArray = astype(x, promote(x.dtype, "int64"));
  const ones = fullLike(base, 1) as ChunkedArray;
  if (n === 0) return stack([ones], 1).slice(null, { start: 0, stop: 0, step: 1 });
  const powers = [ones];
  while (powers.length < n) powers.push(multiply(powers.at(-1) as ChunkedArray, base));
  return stack(increasing ? powers : powers.reverse(), 1);
}
