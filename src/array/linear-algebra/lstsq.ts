// Least squares, by singular values.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating, type PromoteFloating, promote } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { abs, multiply, subtract } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { expandDims, squeeze } from "../manipulation/expand-dims.js";
import { sum } from "../reductions/sum.js";
import { matmul } from "./matmul.js";
import { type LstsqResult, named } from "./named-results.js";
import { adjointOf } from "./stacks.js";
import { invertedValues, rankOf, rankTolerance, svd } from "./svd.js";

/** Options of {@link lstsq}. */
export interface LstsqOptions {
  /**
   * Singular values up to this share of the largest count as 0; default: the rounding error of one
   * times the longer side.
   */
  readonly rcond?: number;
}

/**
 * The x for which `a` · x is nearest to `b`: the least sum of squares, and of these x the shortest.
 *
 * @param a (m, n)
 * @param b (m) or (m, k)
 * @returns x (n) or (n, k); the sums of squared residuals (1) or (k), which are 0 up to rounding
 * where `a` · x = `b` has a solution; the rank of `a`, int64; its singular values, real. Floating
 * point
 * @chunks those of columns along the axis of `a`'s columns, of `b` along the other; tasks of
 * {@link qr} where `a` is in blocks, then some more
 * @throws ArgumentError `argument.shape` when shapes do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.lstsq.html
 * @example
 * const a = asarray([[1, 0], [1, 1], [1, 2]]);
 * const { rank } = linalg.lstsq(a, asarray([1, 3, 5]));
 * await rank.compute(); // → 2n
 */
export function lstsq<A extends DType, B extends DType>(
  a: ChunkedArray<A>,
  b: ChunkedArray<B>,
  options: LstsqOptions = {},
): LstsqResult<PromoteFloating<A, B>> {
  checkArrays("lstsq", a, b);
  if (a.ndim !== 2 || (b.ndim !== 1 && b.ndim !== 2) || a.shape[0] !== b.shape[0]) {
    throw new ArgumentError(
      "shape",
      `lstsq of ${formatShape(a.shape)} and ${formatShape(b.shape)}: expected a matrix, and a vector or ` +
        "matrix with as many rows",
      { shapes: [a.shape, b.shape] },
    );
  }
  const dtype = floating(promote(a.dtype, b.dtype));
  const left: ChunkedArray = astype(a, dtype);
  const given: ChunkedArray = astype(b, dtype);
  const right: ChunkedArray = b.ndim === 1 ? expandDims(given, 1) : given;
  const { U, S, Vh } = svd(left, { fullMatrices: false });
  const rcond = options.rcond ?? rankTolerance(left);
  const inverted = expandDims(invertedValues(S, rcond), 1);
  const coordinates: ChunkedArray = multiply(
    inverted,
    matmul(adjointOf(U), right) as ChunkedArray,
  ) as ChunkedArray;
  const x: ChunkedArray = matmul(adjointOf(Vh), coordinates);
  const missed: ChunkedArray = abs(subtract(right, matmul(left, x) as ChunkedArray));
  return named({
    x: b.ndim === 1 ? squeeze(x, 1) : x,
    residuals: sum(multiply(missed, missed) as ChunkedArray, 0),
    rank: rankOf(S, rcond),
    singularValues: S,
  });
}
