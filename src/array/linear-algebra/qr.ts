// Factors of matrices: QR, LU and Cholesky's. Stacks are factored matrix by matrix; one matrix that
// is cut into blocks by the algorithms of the blocked-*.ts files.

import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { Floating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { checkWord } from "../layers/check-arguments.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { blockedCholesky } from "./blocked-cholesky.js";
import { eliminate, lowerFactor, permutationMatrix, upperFactor } from "./blocked-lu.js";
import { blockedQR } from "./blocked-qr.js";
import { type LUResult, named, type QRResult } from "./named-results.js";
import {
  adjointOf,
  asMatrices,
  asSquares,
  eyeLikeGrid,
  isCutMatrix,
  overStack,
  zerosLikeGrid,
} from "./stacks.js";

/** Options of {@link cholesky}. */
export interface CholeskyOptions {
  /** Whether to return the upper factor U of Uᴴ · U; default: the lower one. */
  readonly upper?: boolean;
}

/**
 * Cholesky's factor L of positive definite matrices: L · Lᴴ.
 *
 * @param x (…, n, n), Hermitian: one triangle is read
 * @returns the same shape, floating point
 * @chunks those of the rows along both axes; n (n + 1) (n + 2) / 6 tasks for n × n blocks, one per
 * block of matrices for stacks
 * @throws ArgumentError `argument.shape` for matrices that are not square; when computed,
 * `argument.value` as the cause of a TaskError for one that is not positive definite
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.cholesky.html
 * @example await linalg.cholesky(asarray([[4, 2], [2, 5]])).compute(); // → [[2, 0], [1, 2]]
 */
export function cholesky<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: CholeskyOptions = {},
): ChunkedArray<Floating<D>, R> {
  checkArrays("cholesky", x);
  const { upper = false } = options;
  const matrices: ChunkedArray = asSquares("cholesky", x);
  const result = isCutMatrix(matrices)
    ? blockedCholesky(upper ? adjointOf(matrices) : matrices)
    : overStack(
        { name: "cholesky", upper },
        [item(matrices)],
        matrices.shape.slice(-2),
        matrices.dtype,
      );
  const factor = upper && isCutMatrix(matrices) ? adjointOf(result) : result;
  return factor as ChunkedArray<Floating<D>, R>;
}

const item = (x: ChunkedArray) => ({ x, own: 2 });

/** Options of {@link qr}. */
export interface QROptions {
  /**
   * `"reduced"` (by default): min(m, n) columns of Q; `"complete"`: all m; `"r"`: R alone, without
   * Q.
   */
  readonly mode?: "reduced" | "complete" | "r";
}

/** Both factors, or R alone in mode `"r"`. */
export type QRFactors<D extends DType, O extends QROptions> = O extends { readonly mode: "r" }
  ? ChunkedArray<Floating<D>>
  : QRResult<Floating<D>>;

/**
 * Q · R: orthonormal columns times an upper triangle.
 *
 * @param x (…, m, n)
 * @returns Q (…, m, k) and R (…, k, n) for k = min(m, n), or k = m when complete; floating point; R
 * alone in mode `"r"`. Signs are LAPACK's where the matrix is one block
 * @chunks those of `x`; one task per block where matrices are not cut, some four n³ for n × n
 * blocks: block column by block column through trees of small factorizations, whose tasks hold
 * three blocks
 * @throws ArgumentError `argument.shape` for less than two axes, `argument.value` for another mode
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.qr.html
 * @example
 * const { q, r } = linalg.qr(ones([6, 2], { chunks: [2, 2] }));
 * q.shape; // → [6, 2]
 * r.shape; // → [2, 2]
 */
export function qr<D extends DType, const O extends OnlyKnown<QROptions, O> = Record<never, never>>(
  x: ChunkedArray<D>,
  options?: O,
): QRFactors<D, O> {
  checkArrays("qr", x);
  const { mode = "reduced" } = options ?? {};
  if ((mode as string) === "raw") {
    const text = `qr has no mode "raw" (LAPACK's reflections): use "reduced", "complete" or "r"`;
    throw new ArgumentError("value", text, { mode });
  }
  checkWord("the mode of qr", mode, ["reduced", "complete", "r"]);
  const found = bothFactors(x, mode === "complete" ? mode : "reduced");
  return (mode === "r" ? found.R : found) as QRFactors<D, O>;
}

function bothFactors(x: ChunkedArray, mode: "reduced" | "complete"): QRResult {
  const a: ChunkedArray = asMatrices("qr", x);
  if (isCutMatrix(a)) return named({ ...blockedQR(a, mode) });
  const [m = 0, n = 0] = a.shape.slice(-2);
  const k = mode === "complete" ? m : Math.min(m, n);
  const packed = overStack({ name: "reflections" }, [item(a)], [m + 1, n], a.dtype);
  const apply = { name: "applyReflections", conjugate: false } as const;
  const part = { name: "matrixPart", triangle: "upper", row: 0, column: 0 } as const;
  // R of "complete" has m rows, as many as there are reflections' rows.
  return named({
    Q: overStack(apply, [item(packed)], [m, k], a.dtype),
    R: overStack(part, [item(packed)], [k, n], a.dtype),
  });
}

/**
 * P · L · U: a permutation of rows, a lower triangle with ones on its diagonal, an upper triangle.
 * Pivots are the largest elements of whole columns, however the matrix is cut.
 *
 * @param x (m, n)
 * @returns P (m, m), L (m, k) and U (k, n) for k = min(m, n); floating point, P real
 * @chunks those of `x`; some four n² tasks for n × n blocks. Panels of whole columns, about as
 * large as a block, are eliminated one after the other; a task holds three of them
 * @throws ArgumentError `argument.shape` when `x` is no matrix
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.linalg.lu.html
 * @example
 * const { p, l, u } = linalg.lu(asarray([[1, 2], [4, 4]]));
 * await u.compute(); // → [[4, 4], [0, 1]]
 * await p.compute(); // → [[0, 1], [1, 0]]
 */
export function lu<D extends DType>(x: ChunkedArray<D>): LUResult<Floating<D>> {
  checkArrays("lu", x);
  if (x.ndim !== 2) {
    throw new ArgumentError("shape", `lu needs a matrix, the shape is ${formatShape(x.shape)}`, {
      shape: x.shape,
    });
  }
  const a: ChunkedArray = asMatrices("lu", x);
  const [rows, columns] = a.chunks as [readonly number[], readonly number[]];
  const [m, n] = a.shape as [number, number];
  if (a.size === 0) {
    return named({
      P: eyeLikeGrid(a, [rows, rows]),
      L: zerosLikeGrid(a, [rows, [0]]),
      U: zerosLikeGrid(a, [[0], columns]),
    });
  }
  const elimination = eliminate(a);
  const short = m <= n ? rows : columns;
  return named({
    P: permutationMatrix(a, elimination),
    L: rechunkTo(lowerFactor(elimination), [rows, short]),
    U: rechunkTo(upperFactor(a, elimination), [short, columns]),
  });
}
