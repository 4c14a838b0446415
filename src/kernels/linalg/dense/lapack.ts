// Decompositions by a system's LAPACK, with the results of our own in this folder. LAPACK's
// matrices are column-major: a row-major one is its transpose, so that the LQ of that is our QR,
// its upper Cholesky factor our lower one, and its left singular vectors our right ones. Only LU
// has to be turned.
import type { LapackRoutine, SystemBlas } from "../products/linalg-backend.js";
import { adjoint, type DenseMatrix, type Parts, zeroMatrix } from "./matrix.js";

/** Real numbers unchanged, complex ones as (re, im) pairs. */
function numbersOf({ re, im }: Parts): Float64Array {
  if (im === null) return re;
  const numbers = new Float64Array(2 * re.length);
  for (let i = 0; i < re.length; i++) {
    numbers[2 * i] = re[i] as number;
    numbers[2 * i + 1] = im[i] as number;
  }
  return numbers;
}

/**
 * Writes back what {@link numbersOf} gave: nothing to do for real ones, which are the same memory.
 */
function putNumbers(numbers: Float64Array, { re, im }: Parts): void {
  if (im === null) return;
  for (let i = 0; i < re.length; i++) {
    re[i] = numbers[2 * i] as number;
    im[i] = numbers[2 * i + 1] as number;
  }
}

function numberSpace(length: number, complex: boolean): Float64Array {
  return new Float64Array(complex ? 2 * length : length);
}

/** A workspace of the size that a routine reports for a query with size -1. */
function workspace(complex: boolean, ask: (work: Float64Array, size: -1) => void): Workspace {
  const answer = new Float64Array(2);
  ask(answer, -1);
  const size = Math.max(1, Math.ceil(answer[0] as number));
  return { work: numberSpace(size, complex), size };
}

interface Workspace {
  readonly work: Float64Array;
  readonly size: number;
}

/** geqrf, in place; τ goes to `tau`. */
export function systemQR(blas: SystemBlas, a: DenseMatrix, tau: Parts): void {
  const { rows, columns } = a;
  const complex = a.im !== null;
  const [numbers, factors] = [numbersOf(a), numbersOf(tau)];
  const run = (work: Float64Array, size: number) => {
    const routine = complex ? "zgelqf" : "dgelqf";
    blas.call(routine, columns, rows, numbers, columns, factors, work, size);
  };
  const { work, size } = workspace(complex, run);
  run(work, size);
  putNumbers(numbers, a);
  putNumbers(factors, tau);
  // The transpose's reflections are the conjugates of these.
  if (tau.im !== null) negate(tau.im);
}

function negate(numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = -(numbers[i] as number);
}

/** ormqr: `c` becomes Q·c, or Qᴴ·c, in place. */
export function applySystemQR(
  blas: SystemBlas,
  { matrix, tau }: { readonly matrix: DenseMatrix; readonly tau: Parts },
  c: DenseMatrix,
  conjugate: boolean,
): void {
  const complex = c.im !== null;
  const factors = numbersOf(tau);
  if (complex) for (let i = 1; i < factors.length; i += 2) factors[i] = -(factors[i] as number);
  const [reflections, numbers] = [numbersOf(matrix), numbersOf(c)];
  const routine: LapackRoutine = complex ? "zunmlq" : "dormlq";
  const adjointFlag = complex ? "C" : "T";
  const count = tau.re.length;
  const run = (work: Float64Array, size: number) => {
    blas.call(
      routine,
      "R",
      conjugate ? adjointFlag : "N",
      c.columns,
      c.rows,
      count,
      reflections,
      matrix.columns,
      factors,
      numbers,
      c.columns,
      work,
      size,
    );
  };
  const { work, size } = workspace(complex, run);
  run(work, size);
  putNumbers(numbers, c);
}

/**
 * potrf, in place; leaves the other triangle. Returns the row whose pivot is not above 0, or -1.
 */
export function systemCholesky(blas: SystemBlas, a: DenseMatrix): number {
  const n = a.rows;
  const numbers = numbersOf(a);
  const info = blas.call(a.im === null ? "dpotrf" : "zpotrf", "U", n, numbers, n);
  if (info > 0) return info - 1;
  putNumbers(numbers, a);
  // Not every LAPACK takes NaN for a pivot that is not above 0.
  for (let i = 0; i < n; i++) if (Number.isNaN(a.re[i * n + i])) return i;
  return -1;
}

/** trsm, in place. */
export function solveSystemTriangle(
  blas: SystemBlas,
  t: DenseMatrix,
  b: DenseMatrix,
  form: { readonly lower: boolean; readonly unit: boolean },
): void {
  const numbers = numbersOf(b);
  blas.solveTriangle({
    ...form,
    complex: b.im !== null,
    rows: t.rows,
    columns: b.columns,
    t: numbersOf(t),
    leading: t.columns,
    b: numbers,
  });
  putNumbers(numbers, b);
}

/** getrf of rows `start` and on, in place; returns where each row came from. */
export function systemLU(blas: SystemBlas, a: DenseMatrix, start: number): Int32Array {
  const rows = a.rows - start;
  const numbers = turned(a, start);
  const pivots = new Int32Array(Math.min(rows, a.columns));
  blas.call(a.im === null ? "dgetrf" : "zgetrf", rows, a.columns, numbers, rows, pivots);
  turnBack(numbers, a, start);
  const order = new Int32Array(a.rows).map((_, i) => i);
  pivots.forEach((pivot, i) => {
    const [row, other] = [start + i, start + pivot - 1];
    [order[row], order[other]] = [order[other] as number, order[row] as number];
  });
  return order;
}

/** Column by column, from row `start` on. */
function turned({ rows, columns, re, im }: DenseMatrix, start: number): Float64Array {
  const [height, at, step] = [rows - start, start * columns, im === null ? 1 : 2];
  const numbers = numberSpace(height * columns, im !== null);
  turn({ data: re, at, step: 1 }, height, columns, { data: numbers, at: 0, step });
  if (im !== null) turn({ data: im, at, step: 1 }, height, columns, { data: numbers, at: 1, step });
  return numbers;
}

/** Writes back what {@link turned} gave. */
function turnBack(numbers: Float64Array, a: DenseMatrix, start: number): void {
  const { rows, columns, re, im } = a;
  const [height, at, step] = [rows - start, start * columns, im === null ? 1 : 2];
  turn({ data: numbers, at: 0, step }, columns, height, { data: re, at, step: 1 });
  if (im !== null) turn({ data: numbers, at: 1, step }, columns, height, { data: im, at, step: 1 });
}

interface Run {
  readonly data: Float64Array;
  readonly at: number;
  readonly step: number;
}

/** Rows and columns are exchanged in squares of this size, which stay in the cache. */
const TURN_SIZE = 32;

/** The transpose of a matrix of `rows` rows, in squares. */
function turn(from: Run, rows: number, columns: number, to: Run): void {
  for (let top = 0; top < rows; top += TURN_SIZE) {
    const bottom = Math.min(rows, top + TURN_SIZE);
    for (let left = 0; left < columns; left += TURN_SIZE) {
      const right = Math.min(columns, left + TURN_SIZE);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) {
          const value = from.data[from.at + from.step * (i * columns + j)] as number;
          to.data[to.at + to.step * (j * rows + i)] = value;
        }
      }
    }
  }
}

/** A = u · diag(values) · vh. */
interface SystemSVD {
  readonly u: DenseMatrix;
  readonly values: Float64Array;
  readonly vh: DenseMatrix;
}

/** gesdd; undefined when it did not converge. Overwrites `a`. */
export function systemSVD(
  blas: SystemBlas,
  a: DenseMatrix,
  vectors: "none" | "reduced" | "full",
): SystemSVD | undefined {
  const { rows, columns } = a;
  const complex = a.im !== null;
  const [least, most] = [Math.min(rows, columns), Math.max(rows, columns)];
  const job = { none: "N", reduced: "S", full: "A" }[vectors];
  // LAPACK sees the transpose, since our rows are its columns: its u is our vh, and its vh our u.
  const [left, right] = { none: [0, 0], reduced: [least, least], full: [columns, rows] }[
    vectors
  ] as [number, number];
  const values = new Float64Array(least);
  const u = zeroMatrix(vectors === "none" ? 0 : rows, right, complex);
  const vh = zeroMatrix(left, vectors === "none" ? 0 : columns, complex);
  const [numbers, uNumbers, vhNumbers] = [numbersOf(a), numbersOf(u), numbersOf(vh)];
  const bare = 7 * least;
  const real = new Float64Array(
    vectors === "none" ? bare : bare + least * Math.max(5 * least, 2 * most + 2 * least + 1),
  );
  const integers = new Int32Array(8 * least);
  let info = 0;
  const run = (work: Float64Array, size: number) => {
    const [m, n] = [columns, rows];
    const [ldu, ldvt] = [columns, Math.max(1, right)];
    const extra = complex ? [real, integers] : [integers];
    info = blas.call(
      complex ? "zgesdd" : "dgesdd",
      job,
      m,
      n,
      numbers,
      m,
      values,
      vhNumbers,
      ldu,
      uNumbers,
      ldvt,
      work,
      size,
      ...extra,
    );
  };
  const { work, size } = workspace(complex, run);
  run(work, size);
  if (info !== 0) return undefined;
  putNumbers(uNumbers, u);
  putNumbers(vhNumbers, vh);
  return { u, values, vh };
}

/** syevd and heevd of the lower triangle; undefined when it did not converge. Overwrites `a`. */
export function systemEigh(
  blas: SystemBlas,
  a: DenseMatrix,
  withVectors: boolean,
): { readonly values: Float64Array; readonly vectors: DenseMatrix } | undefined {
  const n = a.rows;
  const complex = a.im !== null;
  const numbers = numbersOf(a);
  const values = new Float64Array(n);
  const job = withVectors ? "V" : "N";
  let info = 0;
  const run = (
    work: Float64Array,
    size: number,
    real: Float64Array,
    integers: Int32Array,
    ask: boolean,
  ) => {
    const reals = complex ? [real, ask ? -1 : real.length] : [];
    const rest = [...reals, integers, ask ? -1 : integers.length];
    const routine = complex ? "zheevd" : "dsyevd";
    info = blas.call(routine, job, "U", n, numbers, n, values, work, size, ...rest);
  };
  const [realSize, integerSize] = [new Float64Array(1), new Int32Array(1)];
  const { work, size } = workspace(complex, (answer) => {
    run(answer, -1, realSize, integerSize, true);
  });
  const real = new Float64Array(Math.max(1, realSize[0] as number));
  run(work, size, real, new Int32Array(Math.max(1, integerSize[0] as number)), false);
  if (info !== 0) return undefined;
  if (!withVectors) return { values, vectors: zeroMatrix(0, 0, complex) };
  putNumbers(numbers, a);
  // LAPACK's columns are our rows, and those of the conjugate.
  return { values, vectors: adjoint(a) };
}
