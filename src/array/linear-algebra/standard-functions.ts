// Functions of the standard's linear algebra whose counterparts outside of it take other axes, or
// arrays of any shape: here matrices are in the last two axes.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { Promote } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { diagonal as diagonalOfAxes } from "../indexing/diagonal.js";
import { checkArrays } from "../layers/array-operands.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { sum } from "../reductions/sum.js";
import { matmul, outer as outerOfAny } from "./matmul.js";
import { inv } from "./solve.js";
import { asSquares, eyeLikeGrid } from "./stacks.js";

/** Options of {@link diagonal}. */
export interface MatrixDiagonalOptions {
  /** Which diagonal: 0 (by default) the main one, positive ones above it. */
  readonly offset?: number;
}

/**
 * The diagonals of the matrices in the last two axes.
 *
 * @param x (…, m, n)
 * @returns the dtype of `x`, (…, length of the diagonal)
 * @chunks as the entry's {@link diagonal}; one task per block
 * @throws ArgumentError `argument.shape` for less than two axes, `argument.value`
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.diagonal.html
 * @example await linalg.diagonal(asarray([[1, 2], [3, 4]])).compute(); // → [1, 4]
 */
export function diagonal<D extends DType>(
  x: ChunkedArray<D>,
  options: MatrixDiagonalOptions = {},
): ChunkedArray<D> {
  checkArrays("diagonal", x);
  checkMatrices("diagonal", x);
  return diagonalOfAxes(x, { ...options, axis1: -2, axis2: -1 });
}

/** Options of {@link trace}. */
export interface MatrixTraceOptions extends MatrixDiagonalOptions {
  /** The dtype of the sum; default: as `sum` has it. */
  readonly dtype?: DType;
}

/**
 * The sums of the diagonals of the matrices in the last two axes.
 *
 * @param x (…, m, n)
 * @returns the dtype that `sum` gives, (…)
 * @chunks those of the other axes; tasks of {@link diagonal} and a sum above
 * @throws ArgumentError as {@link diagonal}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.trace.html
 * @example await linalg.trace(asarray([[1, 2], [3, 4]])).compute(); // → 5
 */
export function trace(x: ChunkedArray, options: MatrixTraceOptions = {}): ChunkedArray {
  checkArrays("trace", x);
  const { dtype, ...which } = options;
  return sum(diagonal(x, which), -1, dtype === undefined ? {} : { dtype });
}

/**
 * All products of an element of one vector with one of the other: (n, m).
 *
 * @returns (n, m) in the promoted dtype
 * @chunks those of `x1` along rows, of `x2` along columns; one task per block
 * @throws ArgumentError `argument.shape` when one is no vector
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.outer.html
 * @example
 * await linalg.outer(asarray([1, 2]), asarray([3, 4, 5])).compute(); // → [[3, 4, 5], [6, 8, 10]]
 */
export function outer<A extends DType, B extends DType>(
  x1: ChunkedArray<A>,
  x2: ChunkedArray<B>,
): ChunkedArray<Promote<A, B>, 2> {
  checkArrays("outer", x1, x2);
  for (const { shape } of [x1, x2]) {
    if (shape.length !== 1) {
      throw new ArgumentError("shape", `outer needs vectors, got the shape ${formatShape(shape)}`, {
        shape,
      });
    }
  }
  return outerOfAny(x1, x2);
}

/**
 * Square matrices times themselves: n factors; the inverse for -1.
 *
 * @param x (…, m, m)
 * @param n a whole number
 * @returns the same shape; the same dtype, floating point for negative `n`
 * @chunks those of a {@link matmul}; its tasks, for each bit of `n` once or twice
 * @throws ArgumentError `argument.shape` for matrices that are not square, `argument.value` when
 * `n` is no whole number
 * @see
 * https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.matrix_power.html
 * @example await linalg.matrixPower(asarray([[1, 1], [0, 1]]), 5).compute(); // → [[1, 5], [0, 1]]
 */
export function matrixPower(x: ChunkedArray, n: number): ChunkedArray {
  checkArrays("matrixPower", x);
  asSquares("matrixPower", x);
  if (!Number.isSafeInteger(n)) {
    throw new ArgumentError("value", `matrixPower needs a whole number, got ${n}`, { n });
  }
  if (n === 0) {
    const ones = eyeLikeGrid(x, x.chunks.slice(-2));
    return broadcastTo(ones, x.shape, { chunks: x.chunks });
  }
  let square: ChunkedArray = n < 0 ? inv(x) : x;
  let power: ChunkedArray | undefined;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = power === undefined ? square : matmul(power, square);
    if (rest > 1) square = matmul(square, square);
  }
  return astype(power as ChunkedArray, n < 0 ? (power as ChunkedArray).dtype : x.dtype);
}

function checkMatrices(what: string, x: ChunkedArray): void {
  if (x.ndim >= 2) return;
  throw new ArgumentError(
    "shape",
    `${what} needs matrices in the last two axes, the shape is ${formatShape(x.shape)}`,
    { shape: x.shape },
  );
}
