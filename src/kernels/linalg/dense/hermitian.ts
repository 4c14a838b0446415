// Eigenvalues of Hermitian matrices: Householder's reflections make them tridiagonal and real
// (LAPACK's hetrd), QL steps with implicit shifts make that diagonal (tql2 of EISPACK).
import { ArgumentError } from "../../../base/errors.js";
import { lapackFor } from "../products/linalg-backend.js";
import { applyReflections, makeReflection } from "./householder-qr.js";
import { checkFinite, notConverged } from "./jacobi-svd.js";
import { systemEigh } from "./lapack.js";
import {
  type DenseMatrix,
  identityMatrix,
  type Parts,
  partOfMatrix,
  placeMatrix,
  zeroMatrix,
  zeroParts,
} from "./matrix.js";
import { addMultiple, elementAt, innerProduct, rotateRuns, setElementAt } from "./rows.js";

/** Eigenvalues in ascending order; the columns of `vectors` belong to them. */
export interface HermitianEigen {
  readonly values: Float64Array;
  readonly vectors: DenseMatrix;
}

const STEPS_PER_VALUE = 60;

/**
 * The eigenvalues of `a`, of which the lower triangle counts; `a` is overwritten.
 *
 * @throws ArgumentError `argument.value` for NaN and infinities
 */
export function hermitianEigen(a: DenseMatrix, withVectors: boolean): HermitianEigen {
  checkFinite(a, "eigenvalues");
  const blas = lapackFor(a);
  if (blas !== undefined) return systemEigh(blas, a, withVectors) ?? notConverged("eigenvalues");
  const n = a.rows;
  const complex = a.im !== null;
  mirrorLower(a);
  const { diagonal, beside, tau } = makeTridiagonal(a);
  const q = identityMatrix(withVectors ? n : 0, withVectors ? n : 0, complex);
  if (withVectors && n > 1) applyReflections({ matrix: a, tau }, q, false, 1);
  const rows = transposed(q);
  makeDiagonal(diagonal, beside, rows);
  const order = [...diagonal.keys()].sort(
    (i, j) => (diagonal[i] as number) - (diagonal[j] as number),
  );
  const sorted = zeroMatrix(rows.rows, rows.columns, complex);
  if (withVectors) {
    order.forEach((from, to) => {
      placeMatrix(partOfMatrix(rows, from, 0, 1, n), sorted, to, 0);
    });
  }
  return {
    values: Float64Array.from(order, (i) => diagonal[i] as number),
    vectors: transposed(sorted),
  };
}

/** The upper triangle becomes the conjugate of the lower one. */
function mirrorLower(a: DenseMatrix): void {
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const { re, im } = elementAt(a, i * n + j);
      setElementAt(a, j * n + i, { re, im: -im });
    }
    setElementAt(a, i * n + i, { re: a.re[i * n + i] as number, im: 0 });
  }
}

function transposed(a: DenseMatrix): DenseMatrix {
  const result = zeroMatrix(a.columns, a.rows, a.im !== null);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) {
      setElementAt(result, j * a.rows + i, elementAt(a, i * a.columns + j));
    }
  }
  return result;
}

/** Leaves the reflections' vectors in `a`, one row below the diagonal. */
function makeTridiagonal(a: DenseMatrix): {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
  readonly tau: Parts;
} {
  const n = a.rows;
  const complex = a.im !== null;
  const count = Math.max(0, n - 1);
  const [diagonal, beside] = [new Float64Array(n), new Float64Array(n)];
  const tau = zeroParts(count, complex);
  const [v, w] = [zeroParts(n, complex), zeroParts(n, complex)];
  for (let k = 0; k < count; k++) {
    const first = k + 1;
    const length = n - first;
    for (let i = 0; i < length; i++) setElementAt(v, i, elementAt(a, (first + i) * n + k));
    makeReflection(v, length, tau, k);
    for (let i = 0; i < length; i++) setElementAt(a, (first + i) * n + k, elementAt(v, i));
    beside[k] = v.re[0] as number;
    setElementAt(v, 0, { re: 1, im: 0 });
    reflectBothSides(a, first, v, w, elementAt(tau, k));
  }
  for (let i = 0; i < n; i++) diagonal[i] = a.re[i * n + i] as number;
  return { diagonal, beside, tau };
}

/** `a` from row and column `first` on becomes Hᴴ·a·H for H = I - τ·v·vᴴ. */
function reflectBothSides(
  a: DenseMatrix,
  first: number,
  v: Parts,
  w: Parts,
  tau: { readonly re: number; readonly im: number },
): void {
  if (tau.re === 0 && tau.im === 0) return;
  const n = a.rows;
  const length = n - first;
  // w = τ·a·v, less the part of it along v.
  conjugate(v, length);
  for (let i = 0; i < length; i++) {
    const { re, im } = innerProduct(v, 0, a, (first + i) * n + first, length);
    setElementAt(w, i, { re: tau.re * re - tau.im * im, im: tau.re * im + tau.im * re });
  }
  conjugate(v, length);
  const { re, im } = innerProduct(w, 0, v, 0, length);
  const [halfRe, halfIm] = [-0.5 * (tau.re * re - tau.im * im), -0.5 * (tau.re * im + tau.im * re)];
  addMultiple(halfRe, halfIm, v, 0, w, 0, length);
  conjugate(v, length);
  conjugate(w, length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [elementAt(v, i), elementAt(w, i)];
    const row = (first + i) * n + first;
    addMultiple(-x.re, x.im, w, 0, a, row, length);
    addMultiple(-y.re, y.im, v, 0, a, row, length);
  }
}

function conjugate(x: Parts, length: number): void {
  if (x.im === null) return;
  for (let i = 0; i < length; i++) x.im[i] = -(x.im[i] as number);
}

/** Makes the tridiagonal matrix diagonal; `rows` (of vectors) are turned along. */
function makeDiagonal(d: Float64Array, e: Float64Array, rows: DenseMatrix): void {
  const n = d.length;
  const at = (list: Float64Array, i: number) => list[i] as number;
  const isSmall = (m: number) =>
    Math.abs(at(e, m)) <= Number.EPSILON * (Math.abs(at(d, m)) + Math.abs(at(d, m + 1)));
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      while (m < n - 1 && !isSmall(m)) m++;
      if (m === l) break;
      if (step === STEPS_PER_VALUE) {
        throw new ArgumentError("value", `eigenvalue ${l} did not converge in ${step} steps`);
      }
      stepQL(d, e, rows, l, m);
    }
  }
}

/** One implicit step on rows `l` to `m`. */
function stepQL(d: Float64Array, e: Float64Array, rows: DenseMatrix, l: number, m: number): void {
  const at = (list: Float64Array, i: number) => list[i] as number;
  const width = rows.columns;
  let g = (at(d, l + 1) - at(d, l)) / (2 * at(e, l));
  let r = Math.hypot(g, 1);
  g = at(d, m) - at(d, l) + at(e, l) / (g + (g >= 0 ? r : -r));
  let [sine, cosine, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = sine * at(e, i);
    const b = cosine * at(e, i);
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // A rotation too small to matter: the matrix falls apart here.
      d[i + 1] = at(d, i + 1) - p;
      e[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = at(d, i + 1) - p;
    r = (at(d, i) - g) * sine + 2 * cosine * b;
    p = sine * r;
    d[i + 1] = g + p;
    g = cosine * r - b;
    if (rows.rows > 0) rotateRuns(rows, i * width, (i + 1) * width, width, cosine, sine);
  }
  d[l] = at(d, l) - p;
  e[l] = g;
  e[m] = 0;
}
