// Singular values and eigenvalues, and functions of them: ranks and pseudo-inverses. Matrices are
// decomposed in one block each; a matrix in blocks is first reduced by QR.
import type { DType } from "../../base/dtype.js";
import { complexified, type Floating, realPart } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { finfo } from "../data-types/data-types.js";
import { greater, multiply, reciprocal, where } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { along } from "../layers/slice-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { expandDims } from "../manipulation/expand-dims.js";
import { max, sum } from "../reductions/sum.js";
import { blockedQR } from "./blocked-qr.js";
import { matmul } from "./matmul.js";
import { type EigenResult, named, type SVDResult } from "./named-results.js";
import {
  adjointOf,
  asMatrices,
  asSquares,
  isCutMatrix,
  overStack,
  unpackFrom,
  wholeMatrices,
} from "./stacks.js";

const item = (x: ChunkedArray) => ({ x, own: 2 });

/** Options of {@link svd}. */
export interface SVDOptions {
  /** Whether U and Vh are square (by default), or have as many vectors as there are values. */
  readonly fullMatrices?: boolean;
}

/**
 * U · diag(S) · Vh: orthonormal columns, singular values in descending order, orthonormal rows.
 *
 * @param x (…, m, n)
 * @returns U (…, m, m), S (…, k) and Vh (…, n, n) for k = min(m, n), k vectors each when
 * `fullMatrices` is false; floating point, S real
 * @chunks singular values in one block, vectors as they come; one task per block of stacks. A
 * matrix in blocks goes through {@link qr} first: one task then decomposes k × k elements
 * @throws ArgumentError `argument.shape` for less than two axes; when computed, `argument.value` as
 * the cause of a TaskError for NaN and infinities
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.svd.html
 * @example
 * const { u, s, vh } = linalg.svd(ones([6, 2], { chunks: [2, 2] }), { fullMatrices: false });
 * [u.shape, s.shape, vh.shape]; // → [[6, 2], [2], [2, 2]]
 */
export function svd<D extends DType>(
  x: ChunkedArray<D>,
  options: SVDOptions = {},
): SVDResult<Floating<D>> {
  checkArrays("svd", x);
  const { fullMatrices = true } = options;
  const a: ChunkedArray = asMatrices("svd", x);
  return named(isCutMatrix(a) ? svdInBlocks(a, fullMatrices) : svdOfStack(a, fullMatrices));
}

type Factors = { readonly U: ChunkedArray; readonly S: ChunkedArray; readonly Vh: ChunkedArray };

function svdOfStack(a: ChunkedArray, full: boolean): Factors {
  const [m = 0, n = 0] = a.shape.slice(-2);
  const k = Math.min(m, n);
  const [left, right] = full ? [m, n] : [k, k];
  const routine = { name: "svd", vectors: full ? "full" : "reduced" } as const;
  const packed = overStack(routine, [item(a)], [m * left + k + right * n], a.dtype);
  return {
    U: unpackFrom(packed, 0, [m, left], a.dtype),
    S: unpackFrom(packed, m * left, [k], realPart(a.dtype)),
    Vh: unpackFrom(packed, m * left + k, [right, n], a.dtype),
  };
}

/** The values and vectors of R are those of Q · R, but for Q. */
function svdInBlocks(a: ChunkedArray, full: boolean): Factors {
  const [m, n] = a.shape as [number, number];
  if (m < n) {
    const { U, S, Vh } = svdInBlocks(adjointOf(a), full);
    return { U: adjointOf(Vh), S, Vh: adjointOf(U) };
  }
  const { Q, R } = blockedQR(a, full ? "complete" : "reduced");
  const { U, S, Vh } = svdOfStack(wholeMatrices(along(R, 0, 0, n)), false);
  const inner: ChunkedArray = matmul(along(Q, 1, 0, n), U);
  return { U: full && m > n ? concatenate([inner, along(Q, 1, n, m)], 1) : inner, S, Vh };
}

/**
 * The singular values, largest first.
 *
 * @param x (…, m, n)
 * @returns (…, k) for k = min(m, n), floating point, real
 * @chunks singular values in one block, vectors as they come; one task per block of stacks. A
 * matrix in blocks goes through {@link qr} first: one task then decomposes k × k elements
 * @throws ArgumentError as {@link svd}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.svdvals.html
 * @example await linalg.svdvals(asarray([[3, 0], [0, -4]])).compute(); // → [4, 3]
 */
export function svdvals(x: ChunkedArray): ChunkedArray {
  checkArrays("svdvals", x);
  const a: ChunkedArray = asMatrices("svdvals", x);
  const [m = 0, n = 0] = a.shape.slice(-2);
  const whole = isCutMatrix(a) ? triangleOf(a) : a;
  const routine = { name: "svd", vectors: "none" } as const;
  return overStack(routine, [item(whole)], [Math.min(m, n)], realPart(a.dtype));
}

/** A smaller matrix with the same singular values. */
function triangleOf(a: ChunkedArray): ChunkedArray {
  const [m, n] = a.shape as [number, number];
  return blockedQR(m < n ? adjointOf(a) : a, "reduced").R;
}

/**
 * Eigenvalues and eigenvectors of Hermitian matrices.
 *
 * @param x (…, n, n): the lower triangles are read. Each matrix is put into one block
 * @returns eigenvalues (…, n), real and ascending; eigenvectors (…, n, n), floating point,
 * orthonormal, in columns
 * @chunks each matrix in one block; one task per block of each, and one for both and those of the
 * rechunk
 * @throws ArgumentError `argument.shape` for matrices that are not square; when computed,
 * `argument.value` as the cause of a TaskError for NaN and infinities
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.eigh.html
 * @example
 * const { eigenvalues } = linalg.eigh(asarray([[5, 0], [0, 3]]));
 * await eigenvalues.compute(); // → [3, 5]
 */
export function eigh(x: ChunkedArray): EigenResult {
  checkArrays("eigh", x);
  const a: ChunkedArray = asSquares("eigh", x);
  return eigenOf("eigh", a, a.dtype, realPart(a.dtype));
}

/**
 * The eigenvalues of Hermitian matrices: (…, n), real and ascending. As {@link eigh}.
 *
 * @param x symmetric or Hermitian matrices, in the last two axes
 * @returns float32 for float32 and complex64, float64 for all others, ascending along the last axis
 * (…, n)
 * @chunks each matrix in one block; one task per block, and those of the rechunk
 * @throws ArgumentError as {@link eigh}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.eigvalsh.html
 * @example await linalg.eigvalsh(asarray([[2, 1], [1, 2]])).compute(); // → ≈ [1, 3]
 */
export function eigvalsh(x: ChunkedArray): ChunkedArray {
  checkArrays("eigvalsh", x);
  const a: ChunkedArray = asSquares("eigvalsh", x);
  const routine = { name: "eigh", vectors: false } as const;
  return overStack(routine, [item(a)], a.shape.slice(-1), realPart(a.dtype));
}

/**
 * Eigenvalues and eigenvectors of any square matrices.
 *
 * @param x (…, n, n). Each matrix is put into one block
 * @returns eigenvalues (…, n) in no particular order; eigenvectors (…, n, n), of length 1, in
 * columns; both complex
 * @chunks each matrix in one block; one task per block of each, and one for both and those of the
 * rechunk
 * @throws ArgumentError as {@link eigh}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.eig.html
 * @example
 * const { eigenvalues } = linalg.eig(asarray([[0, 1], [-1, 0]]));
 * eigenvalues.dtype; // → "complex128"
 */
export function eig(x: ChunkedArray): EigenResult {
  checkArrays("eig", x);
  const a: ChunkedArray = asSquares("eig", x);
  return eigenOf("eig", a, complexified(a.dtype), complexified(a.dtype));
}

/**
 * The eigenvalues of any square matrices: (…, n), complex. As {@link eig}.
 *
 * @param x square matrices, in the last two axes
 * @returns complex64 for float32 and complex64, complex128 for all others; (…, n)
 * @chunks each matrix in one block; one task per block, and those of the rechunk
 * @throws ArgumentError as {@link eig}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.eigvals.html
 * @example
 * const turn = asarray([[0, -1], [1, 0]]);
 * const values = await linalg.eigvals(turn).imag().abs().compute();
 * values; // → ≈ [1, 1]
 */
export function eigvals(x: ChunkedArray): ChunkedArray {
  checkArrays("eigvals", x);
  const a: ChunkedArray = asSquares("eigvals", x);
  const routine = { name: "eig", vectors: false } as const;
  return overStack(routine, [item(a)], a.shape.slice(-1), complexified(a.dtype));
}

function eigenOf(
  name: "eigh" | "eig",
  a: ChunkedArray,
  dtype: DType,
  valuesDType: DType,
): EigenResult {
  const [n = 0] = a.shape.slice(-1);
  const packed = overStack({ name, vectors: true }, [item(a)], [n + n * n], dtype);
  return named({
    eigenvalues: unpackFrom(packed, 0, [n], valuesDType),
    eigenvectors: unpackFrom(packed, n, [n, n], dtype),
  });
}

/** Options of {@link matrixRank} and {@link pinv}. */
export interface RankOptions {
  /**
   * Singular values up to this share of the largest count as 0: a number, or one for each matrix of
   * the stack. The rounding error of one by default, times the longer side for ranks and solutions.
   */
  readonly rtol?: number | ChunkedArray;
}

/**
 * The ranks of matrices: how many singular values are not 0.
 *
 * @param x (…, m, n)
 * @returns int64 (…)
 * @chunks those of the other axes; tasks of {@link svdvals}, then one or two
 * @throws ArgumentError as {@link svd}
 * @see
 * https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.matrix_rank.html
 * @example await linalg.matrixRank(ones([3, 3])).compute(); // → 1n
 */
export function matrixRank(x: ChunkedArray, options: RankOptions = {}): ChunkedArray<"int64"> {
  checkArrays("matrixRank", x);
  const a: ChunkedArray = asMatrices("matrixRank", x);
  const values = svdvals(a);
  return rankOf(values, options.rtol ?? rankTolerance(a));
}

/** How small a share of the largest singular value counts as nothing, as NumPy has it. */
export function rankTolerance(a: ChunkedArray): number {
  const [m = 0, n = 0] = a.shape.slice(-2);
  return Math.max(m, n) * finfo(a.dtype).eps;
}

/** How many of some singular values count. */
export function rankOf(values: ChunkedArray, rtol: number | ChunkedArray): ChunkedArray<"int64"> {
  const counted = values.shape.at(-1) === 0 ? values : greater(values, threshold(values, rtol));
  return sum(counted as ChunkedArray, -1, {
    dtype: "int64",
  }) as ChunkedArray as ChunkedArray<"int64">;
}

function threshold(values: ChunkedArray, rtol: number | ChunkedArray): ChunkedArray {
  const largest: ChunkedArray = max(values, -1, { keepdims: true });
  const share = typeof rtol === "number" ? rtol : expandDims(rtol, rtol.ndim);
  return multiply(largest, share) as ChunkedArray;
}

/** 1 / s for the singular values that count, 0 for the others. */
export function invertedValues(values: ChunkedArray, rtol: number | ChunkedArray): ChunkedArray {
  if (values.shape.at(-1) === 0) return values;
  const counted: ChunkedArray = greater(values, threshold(values, rtol));
  return where(counted, reciprocal(where(counted, values, 1) as ChunkedArray), 0) as ChunkedArray;
}

/**
 * Moore and Penrose's pseudo-inverse, by singular values.
 *
 * @param x (…, m, n)
 * @returns (…, n, m), floating point
 * @chunks the rows in one block, columns those of the rows of `x`; tasks of {@link svd} and a
 * product above
 * @throws ArgumentError as {@link svd}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.pinv.html
 * @example await linalg.pinv(asarray([[2, 0], [0, 0]])).compute(); // → [[0.5, 0], [0, 0]]
 */
export function pinv<D extends DType>(
  x: ChunkedArray<D>,
  options: RankOptions = {},
): ChunkedArray<Floating<D>> {
  checkArrays("pinv", x);
  const a: ChunkedArray = asMatrices("pinv", x);
  const { U, S, Vh } = svd(a, { fullMatrices: false });
  const inverted = invertedValues(S, options.rtol ?? rankTolerance(a));
  const scaled: ChunkedArray = multiply(
    adjointOf(Vh),
    expandDims(inverted, S.ndim - 1),
  ) as ChunkedArray;
  return matmul(scaled, adjointOf(U)) as ChunkedArray as ChunkedArray<Floating<D>>;
}
