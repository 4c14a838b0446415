// Results of functions that return several arrays: a list whose members also have names, those of
// the array API standard and their lowercase forms.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";

/** The results of `qr`: `const { q, r } = …`, `const { Q, R } = …` or `const [q, r] = …`. */
export type QRResult<D extends DType = DType> = readonly [
  Q: ChunkedArray<D>,
  R: ChunkedArray<D>,
] & {
  /** Orthonormal columns: (…, m, k), or (…, m, m). */
  readonly Q: ChunkedArray<D>;
  /** The same. */
  readonly q: ChunkedArray<D>;
  /** An upper triangle: (…, k, n), or (…, m, n). */
  readonly R: ChunkedArray<D>;
  /** The same. */
  readonly r: ChunkedArray<D>;
};

/** The results of `svd`. */
export type SVDResult<D extends DType = DType> = readonly [
  U: ChunkedArray<D>,
  S: ChunkedArray,
  Vh: ChunkedArray<D>,
] & {
  /** Left singular vectors in columns. */
  readonly U: ChunkedArray<D>;
  /** The same. */
  readonly u: ChunkedArray<D>;
  /** Singular values, largest first; real. */
  readonly S: ChunkedArray;
  /** The same. */
  readonly s: ChunkedArray;
  /** Right singular vectors in rows, conjugated. */
  readonly Vh: ChunkedArray<D>;
  /** The same. */
  readonly vh: ChunkedArray<D>;
};

/** The results of `eigh` and `eig`. */
export type EigenResult = readonly [eigenvalues: ChunkedArray, eigenvectors: ChunkedArray] & {
  /** (…, n) */
  readonly eigenvalues: ChunkedArray;
  /** (…, n, n): the columns belong to the values. */
  readonly eigenvectors: ChunkedArray;
};

/** The results of `slogdet`. */
export type SlogdetResult<D extends DType = DType> = readonly [
  sign: ChunkedArray<D>,
  logabsdet: ChunkedArray,
] & {
  /** A number of absolute value 1, or 0. */
  readonly sign: ChunkedArray<D>;
  /** The logarithm of the determinant's absolute value; real. */
  readonly logabsdet: ChunkedArray;
};

/** The results of `lu`: the matrix is P · L · U. */
export type LUResult<D extends DType = DType> = readonly [
  P: ChunkedArray,
  L: ChunkedArray<D>,
  U: ChunkedArray<D>,
] & {
  /** A permutation matrix (m, m); real. */
  readonly P: ChunkedArray;
  /** The same. */
  readonly p: ChunkedArray;
  /** A lower triangle with ones on the diagonal (m, k). */
  readonly L: ChunkedArray<D>;
  /** The same. */
  readonly l: ChunkedArray<D>;
  /** An upper triangle (k, n). */
  readonly U: ChunkedArray<D>;
  /** The same. */
  readonly u: ChunkedArray<D>;
};

/** The results of `lstsq`. */
export type LstsqResult<D extends DType = DType> = readonly [
  x: ChunkedArray<D>,
  residuals: ChunkedArray,
  rank: ChunkedArray<"int64">,
  singularValues: ChunkedArray,
] & {
  /** The solution with the least sum of squares, of these the shortest: (n) or (n, k). */
  readonly x: ChunkedArray<D>;
  /** The sums of squared residuals of each column: (1) or (k). */
  readonly residuals: ChunkedArray;
  /** The rank of the matrix. */
  readonly rank: ChunkedArray<"int64">;
  /** Its singular values. */
  readonly singularValues: ChunkedArray;
};

/**
 * The fields as a list with names. Names with a capital also work in lower case, as hidden
 * properties.
 */
export function named<T>(fields: { readonly [name: string]: ChunkedArray }): T {
  const results = Object.assign(Object.values(fields), fields);
  for (const [name, value] of Object.entries(fields)) {
    if (/^[A-Z]/.test(name)) Object.defineProperty(results, name.toLowerCase(), { value });
  }
  return results as T;
}
