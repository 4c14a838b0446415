// The entry to dense linear algebra for routines on blocks, matrix by matrix. dense/ has our own
// algorithms, for both real and complex numbers. Large matrices go to a system's LAPACK, if there
// is one (linalg/dense/lapack.ts).
import { generalEigen } from "./dense/eigen.js";
import { hermitianEigen } from "./dense/hermitian.js";
import { applyReflections, factorQR } from "./dense/householder-qr.js";
import { singularValues } from "./dense/jacobi-svd.js";
import {
  applyElimination,
  determinant,
  factorLU,
  logDeterminant,
  parityOf,
  permuteRows,
} from "./dense/lu.js";
import { multiplyMatrices } from "./dense/matrix.js";
import { factorCholesky, solveTriangle } from "./dense/triangular.js";

/** Dense linear algebra on single matrices in memory. */
export const dense = {
  /** geqrf */
  factorQR,
  /** ormqr */
  applyReflections,
  /** getrf */
  factorLU,
  applyElimination,
  /** laswp */
  permuteRows,
  parityOf,
  determinant,
  logDeterminant,
  /** potrf */
  factorCholesky,
  /** trsm */
  solveTriangle,
  /** gesdd */
  singularValues,
  /** heevd */
  hermitianEigen,
  /** geev */
  generalEigen,
  /** gemm */
  multiply: multiplyMatrices,
} as const;
