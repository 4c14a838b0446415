// QR by Householder's reflections, with LAPACK's signs (geqrf, ormqr): H = I - τ·v·vᴴ with v₀ = 1,
// and A = H₁·H₂·…·R. Reflections stay in the form of their vectors, which a tree of blocks passes
// on.
import { lapackFor } from "../products/linalg-backend.js";
import { applySystemQR, systemQR } from "./lapack.js";
import { type DenseMatrix, type Parts, zeroParts } from "./matrix.js";
import { addMultiple, divide, elementAt, euclideanNorm, scaleRun, setElementAt } from "./rows.js";

/** Reflections below the diagonal, R on and above it; τ by column. */
export interface Reflections {
  readonly matrix: DenseMatrix;
  readonly tau: Parts;
}

/**
 * Makes the reflection that turns `x` (at least one number) into (β, 0, …) with β real: writes its
 * vector over `x`, with β in place of its leading 1, and τ at `at` of `tau`.
 */
export function makeReflection(x: Parts, length: number, tau: Parts, at: number): void {
  const alpha = elementAt(x, 0);
  const rest = euclideanNorm(x, 1, length - 1);
  if (rest === 0 && alpha.im === 0) {
    setElementAt(tau, at, { re: 0, im: 0 });
    return;
  }
  const size = Math.hypot(alpha.re, alpha.im, rest);
  const beta = alpha.re >= 0 ? -size : size;
  setElementAt(tau, at, { re: (beta - alpha.re) / beta, im: -alpha.im / beta });
  const scale = divide({ re: 1, im: 0 }, { re: alpha.re - beta, im: alpha.im });
  scaleRun(scale.re, scale.im, x, 1, length - 1);
  setElementAt(x, 0, { re: beta, im: 0 });
}

/** Factors `a` in place. */
export function factorQR(a: DenseMatrix): Reflections {
  const { rows, columns } = a;
  const count = Math.min(rows, columns);
  const complex = a.im !== null;
  const tau = zeroParts(count, complex);
  const blas = lapackFor(a);
  if (blas !== undefined) {
    systemQR(blas, a, tau);
    return { matrix: a, tau };
  }
  const v = zeroParts(rows, complex);
  const sums = zeroParts(columns, complex);
  for (let k = 0; k < count; k++) {
    const length = rows - k;
    for (let i = 0; i < length; i++) {
      setElementAt(v, i, elementAt(a, (k + i) * columns + k));
    }
    makeReflection(v, length, tau, k);
    for (let i = 0; i < length; i++) {
      setElementAt(a, (k + i) * columns + k, elementAt(v, i));
    }
    setElementAt(v, 0, { re: 1, im: 0 });
    const { re, im } = elementAt(tau, k);
    reflect(a, k, k + 1, v, { re, im: -im }, sums);
  }
  return { matrix: a, tau };
}

/** Rows `row` and on, columns `column` and on of `a` become `(I - τ·v·vᴴ)` times themselves. */
function reflect(
  a: DenseMatrix,
  row: number,
  column: number,
  v: Parts,
  tau: { readonly re: number; readonly im: number },
  sums: Parts,
): void {
  const width = a.columns - column;
  const length = a.rows - row;
  if (width <= 0 || (tau.re === 0 && tau.im === 0)) return;
  sums.re.fill(0);
  sums.im?.fill(0);
  for (let i = 0; i < length; i++) {
    const { re, im } = elementAt(v, i);
    addMultiple(re, -im, a, (row + i) * a.columns + column, sums, 0, width);
  }
  for (let i = 0; i < length; i++) {
    const { re, im } = elementAt(v, i);
    const factorRe = -(tau.re * re - tau.im * im);
    const factorIm = -(tau.re * im + tau.im * re);
    addMultiple(factorRe, factorIm, sums, 0, a, (row + i) * a.columns + column, width);
  }
}

/**
 * `c` becomes Q·c, or Qᴴ·c, in place; it has as many rows as the factored matrix.
 *
 * @param shift how many rows below the diagonal the reflections begin
 */
export function applyReflections(
  { matrix, tau }: Reflections,
  c: DenseMatrix,
  conjugate: boolean,
  shift = 0,
): void {
  const complex = c.im !== null;
  const blas = shift === 0 && complex === (matrix.im !== null) ? lapackFor(c) : undefined;
  if (blas !== undefined && tau.re.length > 0) {
    applySystemQR(blas, { matrix, tau }, c, conjugate);
    return;
  }
  const v = zeroParts(matrix.rows, complex);
  const sums = zeroParts(c.columns, complex);
  const count = tau.re.length;
  for (let step = 0; step < count; step++) {
    const k = conjugate ? step : count - 1 - step;
    const row = k + shift;
    setElementAt(v, 0, { re: 1, im: 0 });
    for (let i = 1; i < matrix.rows - row; i++) {
      setElementAt(v, i, elementAt(matrix, (row + i) * matrix.columns + k));
    }
    const { re, im } = elementAt(tau, k);
    reflect(c, row, 0, v, conjugate ? { re, im: -im } : { re, im }, sums);
  }
}
