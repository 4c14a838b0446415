/**
 * Linear algebra: the `linalg` extension of the Python array API standard 2025.12, and Dask's
 * additions. Matrices are in the last two axes; all axes before count them.
 *
 * @module linalg
 */

export { matrixTranspose } from "../manipulation/transpose.js";
export { cond } from "./cond.js";
export { cross } from "./kron.js";
export { type LstsqOptions, lstsq } from "./lstsq.js";
export { dot, matmul, tensordot, vecdot } from "./matmul.js";
export {
  multiDot,
  type TensorInverseOptions,
  type TensorSolveOptions,
  tensorinv,
  tensorsolve,
} from "./multi-dot.js";
export type {
  EigenResult,
  LstsqResult,
  LUResult,
  QRResult,
  SlogdetResult,
  SVDResult,
} from "./named-results.js";
export { matrixNorm, norm, vectorNorm } from "./norm.js";
export {
  type CholeskyOptions,
  cholesky,
  lu,
  type QRFactors,
  type QROptions,
  qr,
} from "./qr.js";
export {
  det,
  inv,
  type SolveOptions,
  type SolveTriangularOptions,
  slogdet,
  solve,
  solveTriangular,
} from "./solve.js";
export {
  diagonal,
  type MatrixDiagonalOptions,
  type MatrixTraceOptions,
  matrixPower,
  outer,
  trace,
} from "./standard-functions.js";
export {
  eig,
  eigh,
  eigvals,
  eigvalsh,
  matrixRank,
  pinv,
  type RankOptions,
  type SVDOptions,
  svd,
  svdvals,
} from "./svd.js";
export { type SVDCompressedOptions, svdCompressed } from "./svd-compressed.js";
