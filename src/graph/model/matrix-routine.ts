// Routines of linear algebra as data: their parameters. The arithmetic is
// kernels/linalg/factorizations.ts and kernels/linalg/matrix-spectra.ts; array/linear-algebra/
// combines them.

/**
 * Linear algebra on the matrices in the last two axes of blocks. Routines with several results pack
 * them into one block, which other routines unpack.
 */
export type MatrixRoutine =
  /** Cholesky's factor, lower or upper. */
  | { readonly name: "cholesky"; readonly upper: boolean }
  /** A QR as reflections: R on and above the diagonal, vectors below it, a row more for factors. */
  | { readonly name: "reflections" }
  /**
   * Q (or its adjoint) of the first operand's reflections times the others, stacked vertically;
   * times an identity if there are none.
   */
  | { readonly name: "applyReflections"; readonly conjugate: boolean }
  /**
   * As much as the output holds, from a row (or the last ones) and a column on; or its upper
   * triangle.
   */
  | {
      readonly name: "matrixPart";
      readonly triangle: "all" | "upper";
      readonly row: number | "last";
      readonly column: number;
    }
  /** x of triangle · x = b (`"left"`) or of x · triangleᴴ = b. */
  | {
      readonly name: "solveTriangular";
      readonly lower: boolean;
      readonly unit: boolean;
      readonly side: "left" | "rightAdjoint";
    }
  /** a - b·c, or a - b·cᴴ. */
  | { readonly name: "subtractProduct"; readonly conjugate: boolean }
  /** x of a·x = b, by elimination or, for positive definite matrices, Cholesky's factor. */
  | { readonly name: "solve"; readonly assume: "gen" | "pos" }
  | { readonly name: "inverse" }
  | { readonly name: "determinant" }
  /** The sign of the determinant and the logarithm of its size, along a last axis. */
  | { readonly name: "logDeterminant" }
  /**
   * Eliminates a panel of columns from row `start` on; two more columns hold the permutation of
   * rows.
   */
  | { readonly name: "luPanel"; readonly start: number }
  /** Applies a panel's elimination to other columns. */
  | { readonly name: "luUpdate"; readonly start: number }
  /** A panel's columns of U. */
  | { readonly name: "luUpper"; readonly start: number }
  /** A panel's columns of L, rows in the order after the last panel. */
  | { readonly name: "luFactors"; readonly start: number }
  /** The sign of the permutation in the last panel. */
  | { readonly name: "luParity" }
  /** U, the singular values and Vᴴ, or the values alone, one after the other along one axis. */
  | { readonly name: "svd"; readonly vectors: "none" | "reduced" | "full" }
  /** Eigenvalues of Hermitian matrices, then vectors by option, one after the other likewise. */
  | { readonly name: "eigh"; readonly vectors: boolean }
  /** Eigenvalues of any square matrices, then vectors by option, likewise. */
  | { readonly name: "eig"; readonly vectors: boolean }
  /** The packed numbers from `start` on along one axis, in the output's last `axes` axes. */
  | { readonly name: "unpack"; readonly start: number; readonly axes: number };
