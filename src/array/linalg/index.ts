/**
 * Linear algebra: the `linalg` extension of the Python array API standard 2025.12, and what Dask has
 * besides. Matrices lie in the last two axes; all axes before count them.
 *
 * @module linalg
 */
export { dot, matmul, tensordot, vecdot } from "../ops/linalg.js";
export { matrixNorm, norm, vectorNorm } from "../ops/norms.js";
export { cross } from "../ops/products.js";
export { matrixTranspose } from "../ops/transpose.js";
export { type SVDCompressedOptions, svdCompressed } from "./compressed.js";
export { cond } from "./condition.js";
export {
  type CholeskyOptions,
  cholesky,
  lu,
  type QRFactors,
  type QROptions,
  qr,
} from "./factors.js";
export { type LstsqOptions, lstsq } from "./least-squares.js";
export type {
  EigenResult,
  LstsqResult,
  LUResult,
  QRResult,
  SlogdetResult,
  SVDResult,
} from "./results.js";
export {
  det,
  inv,
  type SolveOptions,
  type SolveTriangularOptions,
  slogdet,
  solve,
  solveTriangular,
} from "./solving.js";
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
} from "./spectra.js";
export {
  diagonal,
  type MatrixDiagonalOptions,
  type MatrixTraceOptions,
  matrixPower,
  outer,
  trace,
} from "./stack-functions.js";
export {
  multiDot,
  type TensorInverseOptions,
  type TensorSolveOptions,
  tensorinv,
  tensorsolve,
} from "./tensors.js";
