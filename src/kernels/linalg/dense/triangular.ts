// Triangular matrices: solving with them, and Cholesky's factor.
import { ArgumentError } from "../../../base/errors.js";
import { lapackFor } from "../products/linalg-backend.js";
import { solveSystemTriangle, systemCholesky } from "./lapack.js";
import {
  adjoint,
  type DenseMatrix,
  multiplyMatrices,
  partOfMatrix,
  placeMatrix,
  subtractInPlace,
} from "./matrix.js";
import { addMultiple, divide, elementAt, innerProduct, scaleRun, setElementAt } from "./rows.js";

/** Which triangle of a matrix counts. */
export interface TriangleForm {
  readonly lower: boolean;
  /** The diagonal counts as ones. */
  readonly unit: boolean;
}

/**
 * Triangles up to this size are worked on row by row; larger ones in halves, by matrix products.
 */
const ROWS_MAX = 64;

/** `b` becomes the x of `t·x = b`, in place; reads only the triangle of `t`. */
export function solveTriangle(t: DenseMatrix, b: DenseMatrix, form: TriangleForm): void {
  const n = t.rows;
  const blas = b.columns > 0 && (t.im === null) === (b.im === null) ? lapackFor(t) : undefined;
  if (blas !== undefined) {
    if (!form.unit) checkPivots(t, form.lower);
    solveSystemTriangle(blas, t, b, form);
    return;
  }
  if (n <= ROWS_MAX || b.columns < 8) {
    solveByRows(t, b, form);
    return;
  }
  const half = n >> 1;
  const [first, second] = form.lower ? [0, half] : [half, 0];
  const [firstSize, secondSize] = form.lower ? [half, n - half] : [n - half, half];
  const x = partOfMatrix(b, first, 0, firstSize, b.columns);
  solveTriangle(partOfMatrix(t, first, first, firstSize, firstSize), x, form);
  placeMatrix(x, b, first, 0);
  const rest = partOfMatrix(b, second, 0, secondSize, b.columns);
  const between = partOfMatrix(t, second, first, secondSize, firstSize);
  subtractInPlace(rest, multiplyMatrices(between, x));
  solveTriangle(partOfMatrix(t, second, second, secondSize, secondSize), rest, form);
  placeMatrix(rest, b, second, 0);
}

function solveByRows(t: DenseMatrix, b: DenseMatrix, { lower, unit }: TriangleForm): void {
  const n = t.rows;
  const { columns } = b;
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    const [from, to] = lower ? [0, i] : [i + 1, n];
    for (let k = from; k < to; k++) {
      const { re, im } = elementAt(t, i * t.columns + k);
      addMultiple(-re, -im, b, k * columns, b, i * columns, columns);
    }
    if (unit) continue;
    const pivot = elementAt(t, i * t.columns + i);
    if (pivot.re === 0 && pivot.im === 0) throw singular(i);
    if (b.im === null) {
      for (let j = 0; j < columns; j++) {
        b.re[i * columns + j] = (b.re[i * columns + j] as number) / pivot.re;
      }
    } else {
      const { re, im } = divide({ re: 1, im: 0 }, pivot);
      scaleRun(re, im, b, i * columns, columns);
    }
  }
}

/** @throws ArgumentError `argument.value` for a 0 on the diagonal, the one that is met first. */
function checkPivots(t: DenseMatrix, lower: boolean): void {
  const n = t.rows;
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    const { re, im } = elementAt(t, i * t.columns + i);
    if (re === 0 && im === 0) throw singular(i);
  }
}

function singular(row: number): ArgumentError {
  return new ArgumentError(
    "value",
    `the matrix is singular: pivot ${row} is 0, so there is no one solution (lstsq and pinv take such ` +
      "matrices)",
    { row },
  );
}

/**
 * Cholesky's lower factor of `a`, in place: reads the lower triangle, and clears the upper one.
 *
 * @param row which row of the whole matrix the first one is, for errors
 * @throws ArgumentError `argument.value` when `a` is not positive definite
 */
export function factorCholesky(a: DenseMatrix, row = 0): void {
  const n = a.rows;
  const blas = lapackFor(a);
  if (blas !== undefined) {
    const broken = systemCholesky(blas, a);
    if (broken >= 0) throw notPositive(row + broken);
    clearAbove(a);
    return;
  }
  if (n <= ROWS_MAX) {
    factorByRows(a, row);
    return;
  }
  const half = n >> 1;
  const corner = partOfMatrix(a, 0, 0, half, half);
  factorCholesky(corner, row);
  const above = adjoint(partOfMatrix(a, half, 0, n - half, half));
  solveTriangle(corner, above, { lower: true, unit: false });
  const below = adjoint(above);
  const rest = partOfMatrix(a, half, half, n - half, n - half);
  subtractInPlace(rest, multiplyMatrices(below, above));
  factorCholesky(rest, row + half);
  a.re.fill(0);
  a.im?.fill(0);
  placeMatrix(corner, a, 0, 0);
  placeMatrix(below, a, half, 0);
  placeMatrix(rest, a, half, half);
}

function factorByRows(a: DenseMatrix, first: number): void {
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const { re, im } = innerProduct(a, j * n, a, row, j);
      const { re: x, im: y } = elementAt(a, row + j);
      const pivot = a.re[j * n + j] as number;
      setElementAt(a, row + j, { re: (x - re) / pivot, im: (y - im) / pivot });
    }
    const square = (a.re[row + i] as number) - innerProduct(a, row, a, row, i).re;
    if (!(square > 0)) throw notPositive(first + i);
    setElementAt(a, row + i, { re: Math.sqrt(square), im: 0 });
    a.re.fill(0, row + i + 1, row + n);
    a.im?.fill(0, row + i + 1, row + n);
  }
}

function clearAbove(a: DenseMatrix): void {
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    a.re.fill(0, i * n + i + 1, (i + 1) * n);
    a.im?.fill(0, i * n + i, (i + 1) * n);
  }
}

function notPositive(row: number): ArgumentError {
  return new ArgumentError(
    "value",
    `the matrix is not positive definite: pivot ${row} is not above 0 (solve with assume "gen" takes ` +
      "others)",
    { row },
  );
}
