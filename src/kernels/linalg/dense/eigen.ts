// Eigenvalues of general matrices. Real ones by ml-matrix (hqr2 of EISPACK), whose pairs are
// exactly conjugate; complex ones by reflections to Hessenberg's form and QR steps with one shift
// (comqr2).
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Complex } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import { applyReflections, makeReflection } from "./householder-qr.js";
import { checkFinite } from "./jacobi-svd.js";
import {
  type DenseMatrix,
  identityMatrix,
  multiplyMatrices,
  type Parts,
  zeroMatrix,
  zeroParts,
} from "./matrix.js";
import { divide, elementAt, setElementAt } from "./rows.js";

/** Eigenvalues, and vectors of length 1 in the columns; both complex. */
export interface GeneralEigen {
  readonly values: Parts;
  readonly vectors: DenseMatrix;
}

const STEPS_PER_VALUE = 300;

/**
 * The eigenvalues of `a`, which is overwritten.
 *
 * @throws ArgumentError `argument.value` for NaN and infinities
 */
export function generalEigen(a: DenseMatrix): GeneralEigen {
  checkFinite(a, "eigenvalues");
  const result = a.im === null ? realEigen(a) : complexEigen(a);
  for (let k = 0; k < a.rows; k++) normalizeColumn(result.vectors, k);
  return result;
}

function realEigen({ rows: n, re }: DenseMatrix): GeneralEigen {
  const values = zeroParts(n, true);
  const vectors = zeroMatrix(n, n, true);
  if (n === 0) return { values, vectors };
  const matrix = Matrix.from1DArray(n, n, Array.from(re));
  const found = new EigenvalueDecomposition(matrix);
  const columns = found.eigenvectorMatrix;
  for (let k = 0; k < n; k++) {
    const im = found.imaginaryEigenvalues[k] as number;
    setElementAt(values, k, { re: found.realEigenvalues[k] as number, im });
    // The vectors of a pair are the sum and the difference of two columns, one times i.
    const [first, second] = im < 0 ? [k - 1, k] : [k, k + 1];
    for (let i = 0; i < n; i++) {
      setElementAt(vectors, i * n + k, {
        re: columns.get(i, first),
        im: im === 0 ? 0 : Math.sign(im) * columns.get(i, second),
      });
    }
  }
  return { values, vectors };
}

/** To length 1, with the largest element real, as LAPACK does (geev). */
function normalizeColumn(vectors: DenseMatrix, k: number): void {
  const { rows, columns } = vectors;
  let largest: Complex = { re: 0, im: 0 };
  let size = 0;
  for (let i = 0; i < rows; i++) {
    const x = elementAt(vectors, i * columns + k);
    if (Math.hypot(x.re, x.im) > size) {
      size = Math.hypot(x.re, x.im);
      largest = x;
    }
  }
  if (size === 0) return;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const x = elementAt(vectors, i * columns + k);
    sum += (Math.hypot(x.re, x.im) / size) ** 2;
  }
  const length = size * Math.sqrt(sum);
  const isReal = largest.im === 0;
  const phase = isReal ? { re: 1, im: 0 } : { re: largest.re / size, im: -largest.im / size };
  for (let i = 0; i < rows; i++) {
    const x = elementAt(vectors, i * columns + k);
    const re = (x.re * phase.re - x.im * phase.im) / length;
    const im = (x.re * phase.im + x.im * phase.re) / length;
    setElementAt(vectors, i * columns + k, { re, im });
  }
}

function complexEigen(h: DenseMatrix): GeneralEigen {
  const n = h.rows;
  const z = makeHessenberg(h);
  makeTriangular(h, z);
  const values = zeroParts(n, true);
  for (let k = 0; k < n; k++) setElementAt(values, k, elementAt(h, k * n + k));
  return { values, vectors: multiplyMatrices(z, triangularVectors(h)) };
}

/** `a` becomes zᴴ·a·z, without elements more than one below the diagonal; returns z. */
function makeHessenberg(a: DenseMatrix): DenseMatrix {
  const n = a.rows;
  const z = identityMatrix(n, n, true);
  for (let k = 0; k < n - 2; k++) {
    const length = n - k - 1;
    const v = zeroMatrix(length, 1, true);
    const tau = zeroParts(1, true);
    for (let i = 0; i < length; i++) setElementAt(v, i, elementAt(a, (k + 1 + i) * n + k));
    makeReflection(v, length, tau, 0);
    const one = { matrix: placedBelow(v, n), tau };
    applyReflections(one, a, true, k + 1);
    reflectColumns(a, v, tau, k + 1);
    reflectColumns(z, v, tau, k + 1);
    for (let i = k + 2; i < n; i++) setElementAt(a, i * n + k, { re: 0, im: 0 });
  }
  return z;
}

/** The vector as the one column of a matrix of `rows` rows, at its end. */
function placedBelow(v: DenseMatrix, rows: number): DenseMatrix {
  const column = zeroMatrix(rows, 1, true);
  column.re.set(v.re, rows - v.rows);
  column.im?.set(v.im as Float64Array, rows - v.rows);
  return column;
}

/** `a` from column `first` on becomes a·(I - τ·v·vᴴ). */
function reflectColumns(a: DenseMatrix, v: DenseMatrix, tau: Parts, first: number): void {
  const { re: tauRe, im: tauIm } = elementAt(tau, 0);
  const at = (j: number): Complex => (j === 0 ? { re: 1, im: 0 } : elementAt(v, j));
  for (let i = 0; i < a.rows; i++) {
    const row = i * a.columns + first;
    let [sumRe, sumIm] = [0, 0];
    for (let j = 0; j < v.rows; j++) {
      const [x, y] = [elementAt(a, row + j), at(j)];
      sumRe += x.re * y.re - x.im * y.im;
      sumIm += x.re * y.im + x.im * y.re;
    }
    const re = tauRe * sumRe - tauIm * sumIm;
    const im = tauRe * sumIm + tauIm * sumRe;
    for (let j = 0; j < v.rows; j++) {
      const [x, y] = [elementAt(a, row + j), at(j)];
      setElementAt(a, row + j, {
        re: x.re - (re * y.re + im * y.im),
        im: x.im - (im * y.re - re * y.im),
      });
    }
  }
}

/** Turns Hessenberg's form into a triangle by QR steps; `z` is turned along. */
function makeTriangular(h: DenseMatrix, z: DenseMatrix): void {
  const n = h.rows;
  const sizeAt = (i: number, j: number) => {
    const { re, im } = elementAt(h, i * n + j);
    return Math.abs(re) + Math.abs(im);
  };
  let step = 0;
  for (let high = n - 1; high > 0; ) {
    let low = high;
    while (low > 0) {
      const around = sizeAt(low - 1, low - 1) + sizeAt(low, low);
      if (sizeAt(low, low - 1) <= Number.EPSILON * around || sizeAt(low, low - 1) < 1e-300) break;
      low--;
    }
    if (low > 0) setElementAt(h, low * n + low - 1, { re: 0, im: 0 });
    if (low === high) {
      high--;
      step = 0;
      continue;
    }
    if (step++ === STEPS_PER_VALUE) {
      throw new ArgumentError("value", `eigenvalue ${high} did not converge in ${step} steps`);
    }
    const shift =
      step % 10 === 0
        ? { re: sizeAt(high, high - 1) + sizeAt(high, high), im: 0 }
        : wilkinsonShift(h, high);
    stepQR(h, z, low, high, shift);
  }
}

/** The eigenvalue of the last 2 × 2 block that is nearer to its last element. */
function wilkinsonShift(h: DenseMatrix, high: number): Complex {
  const n = h.columns;
  const [a, b] = [elementAt(h, (high - 1) * n + high - 1), elementAt(h, (high - 1) * n + high)];
  const [c, d] = [elementAt(h, high * n + high - 1), elementAt(h, high * n + high)];
  const half = { re: (a.re - d.re) / 2, im: (a.im - d.im) / 2 };
  const product = { re: b.re * c.re - b.im * c.im, im: b.re * c.im + b.im * c.re };
  const root = squareRoot({
    re: half.re * half.re - half.im * half.im + product.re,
    im: 2 * half.re * half.im + product.im,
  });
  // d - bc / (half ± root), with the sign that makes the divisor large.
  const sign = half.re * root.re + half.im * root.im >= 0 ? 1 : -1;
  const divisor = { re: half.re + sign * root.re, im: half.im + sign * root.im };
  if (divisor.re === 0 && divisor.im === 0) return d;
  const offset = divide(product, divisor);
  return { re: d.re - offset.re, im: d.im - offset.im };
}

function squareRoot({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im);
  if (size === 0) return { re: 0, im: 0 };
  const x = Math.sqrt((size + Math.abs(re)) / 2);
  const y = im / (2 * x);
  if (re >= 0) return { re: x, im: y };
  return { re: Math.abs(y), im: im >= 0 ? x : -x };
}

/** One step on rows `low` to `high`: h - shift = q·r becomes r·q + shift. */
function stepQR(h: DenseMatrix, z: DenseMatrix, low: number, high: number, shift: Complex): void {
  const n = h.columns;
  addToDiagonal(h, low, high, { re: -shift.re, im: -shift.im });
  const turns: (readonly [Complex, Complex])[] = [];
  for (let k = low; k < high; k++) {
    const [a, b] = [elementAt(h, k * n + k), elementAt(h, (k + 1) * n + k)];
    const size = Math.hypot(a.re, a.im, b.re, b.im);
    const turn =
      size === 0
        ? ([
            { re: 1, im: 0 },
            { re: 0, im: 0 },
          ] as const)
        : ([
            { re: a.re / size, im: a.im / size },
            { re: b.re / size, im: b.im / size },
          ] as const);
    turns.push(turn);
    turnRows(h, k, turn);
  }
  turns.forEach((turn, i) => {
    turnColumns(h, low + i, Math.min(low + i + 2, high + 1), turn);
    turnColumns(z, low + i, z.rows, turn);
  });
  addToDiagonal(h, low, high, shift);
}

function addToDiagonal(h: DenseMatrix, low: number, high: number, value: Complex): void {
  for (let k = low; k <= high; k++) {
    const { re, im } = elementAt(h, k * h.columns + k);
    setElementAt(h, k * h.columns + k, { re: re + value.re, im: im + value.im });
  }
}

/** Rows `k` and `k + 1`, from column `k` on, times [[ā, b̄], [-b, a]]. */
function turnRows(h: DenseMatrix, k: number, [a, b]: readonly [Complex, Complex]): void {
  const n = h.columns;
  const [re, im] = [h.re, h.im as Float64Array];
  for (let x = k * n + k, y = x + n; x < (k + 1) * n; x++, y++) {
    const [p, q, r, s] = [re[x], im[x], re[y], im[y]] as [number, number, number, number];
    re[x] = a.re * p + a.im * q + b.re * r + b.im * s;
    im[x] = a.re * q - a.im * p + b.re * s - b.im * r;
    re[y] = a.re * r - a.im * s - b.re * p + b.im * q;
    im[y] = a.re * s + a.im * r - b.re * q - b.im * p;
  }
}

/** Columns `k` and `k + 1` of the first `rows` rows times [[a, -b̄], [b, ā]]. */
function turnColumns(
  h: DenseMatrix,
  k: number,
  rows: number,
  [a, b]: readonly [Complex, Complex],
): void {
  const n = h.columns;
  const [re, im] = [h.re, h.im as Float64Array];
  for (let i = 0, x = k; i < rows; i++, x += n) {
    const y = x + 1;
    const [p, q, r, s] = [re[x], im[x], re[y], im[y]] as [number, number, number, number];
    re[x] = a.re * p - a.im * q + b.re * r - b.im * s;
    im[x] = a.re * q + a.im * p + b.re * s + b.im * r;
    re[y] = a.re * r + a.im * s - b.re * p - b.im * q;
    im[y] = a.re * s - a.im * r - b.re * q + b.im * p;
  }
}

/** The eigenvectors of an upper triangle, in the columns of an upper triangle. */
function triangularVectors(t: DenseMatrix): DenseMatrix {
  const n = t.rows;
  const x = zeroMatrix(n, n, true);
  const largest = Math.max(...t.re.map(Math.abs), ...(t.im as Float64Array).map(Math.abs), 0);
  const least = Math.max(Number.EPSILON * largest, 1e-300);
  for (let k = 0; k < n; k++) {
    const value = elementAt(t, k * n + k);
    setElementAt(x, k * n + k, { re: 1, im: 0 });
    for (let i = k - 1; i >= 0; i--) {
      let [re, im] = [0, 0];
      for (let j = i + 1; j <= k; j++) {
        const [p, q] = [elementAt(t, i * n + j), elementAt(x, j * n + k)];
        re -= p.re * q.re - p.im * q.im;
        im -= p.re * q.im + p.im * q.re;
      }
      const { re: a, im: b } = elementAt(t, i * n + i);
      let divisor = { re: a - value.re, im: b - value.im };
      // Eigenvalues that are equal, but for rounding, are pushed apart by as much.
      if (Math.hypot(divisor.re, divisor.im) < least) divisor = { re: least, im: 0 };
      setElementAt(x, i * n + k, divide({ re, im }, divisor));
      keepInRange(x, i, k);
    }
  }
  return x;
}

/** Divides column `k` from row `i` to `k` when its element `i` threatens to overflow. */
function keepInRange(x: DenseMatrix, i: number, k: number): void {
  const n = x.columns;
  const { re, im } = elementAt(x, i * n + k);
  const size = Math.hypot(re, im);
  if (size < 1e100) return;
  for (let j = i; j <= k; j++) {
    const value = elementAt(x, j * n + k);
    setElementAt(x, j * n + k, { re: value.re / size, im: value.im / size });
  }
}
