// LU with partial pivoting, row by row, of a whole matrix or of a panel of columns whose first rows
// are done. The pivot is the element with the largest |re| + |im|, as in LAPACK (getrf).
import type { Complex } from "../../../base/dtype.js";
import { lapackFor } from "../products/linalg-backend.js";
import { systemLU } from "./lapack.js";
import {
  type DenseMatrix,
  multiplyMatrices,
  partOfMatrix,
  placeMatrix,
  subtractInPlace,
} from "./matrix.js";
import { addMultiple, divide, elementAt, setElementAt, swapRuns } from "./rows.js";
import { solveTriangle } from "./triangular.js";

/** Panels up to this width are eliminated column by column; wider ones in halves, by products. */
const COLUMNS_MAX = 32;

/**
 * Factors rows `start` and on of `a` in place: U on and above the diagonal that begins there, the
 * factors of L below it.
 *
 * @returns where each row came from
 */
export function factorLU(a: DenseMatrix, start = 0): Int32Array {
  const { rows, columns } = a;
  const blas = rows > start ? lapackFor(a) : undefined;
  if (blas !== undefined) return systemLU(blas, a, start);
  if (columns <= COLUMNS_MAX || rows - start <= COLUMNS_MAX) return eliminateColumns(a, start);
  const half = columns >> 1;
  const left = partOfMatrix(a, 0, 0, rows, half);
  const right = partOfMatrix(a, 0, half, rows, columns - half);
  const order = factorLU(left, start);
  applyElimination(left, order, right, start);
  if (start + half < rows) {
    const more = factorLU(right, start + half);
    permuteRows(left, more);
    order.set(more.map((from) => order[from] as number));
  }
  placeMatrix(left, a, 0, 0);
  placeMatrix(right, a, 0, half);
  return order;
}

/**
 * Applies the elimination of `panel` to other columns: permutes rows, solves for rows of U, updates
 * the rest.
 */
export function applyElimination(
  panel: DenseMatrix,
  order: Int32Array,
  c: DenseMatrix,
  start: number,
): void {
  const width = Math.min(panel.columns, panel.rows - start);
  const below = panel.rows - start - width;
  permuteRows(c, order);
  const top = partOfMatrix(c, start, 0, width, c.columns);
  solveTriangle(partOfMatrix(panel, start, 0, width, width), top, { lower: true, unit: true });
  placeMatrix(top, c, start, 0);
  const factors = partOfMatrix(panel, start + width, 0, below, width);
  const bottom = partOfMatrix(c, start + width, 0, below, c.columns);
  subtractInPlace(bottom, multiplyMatrices(factors, top));
  placeMatrix(bottom, c, start + width, 0);
}

/** Row i becomes the former row `order[i]`. */
export function permuteRows(b: DenseMatrix, order: Int32Array): void {
  const before = partOfMatrix(b, 0, 0, b.rows, b.columns);
  order.forEach((from, to) => {
    if (from !== to) placeMatrix(partOfMatrix(before, from, 0, 1, b.columns), b, to, 0);
  });
}

function eliminateColumns(a: DenseMatrix, start: number): Int32Array {
  const { rows, columns } = a;
  const order = new Int32Array(rows).map((_, i) => i);
  for (let k = 0; k < Math.min(rows - start, columns); k++) {
    const row = start + k;
    const pivot = pivotRow(a, row, k);
    swapRuns(a, row * columns, pivot * columns, columns);
    const held = order[row] as number;
    order[row] = order[pivot] as number;
    order[pivot] = held;
    const divisor = elementAt(a, row * columns + k);
    if (divisor.re === 0 && divisor.im === 0) continue;
    for (let i = row + 1; i < rows; i++) {
      const factor = divide(elementAt(a, i * columns + k), divisor);
      setElementAt(a, i * columns + k, factor);
      const at = k + 1;
      addMultiple(-factor.re, -factor.im, a, row * columns + at, a, i * columns + at, columns - at);
    }
  }
  return order;
}

function pivotRow(a: DenseMatrix, from: number, column: number): number {
  let best = from;
  let largest = -1;
  for (let i = from; i < a.rows; i++) {
    const { re, im } = elementAt(a, i * a.columns + column);
    const size = Math.abs(re) + Math.abs(im);
    if (size > largest) [best, largest] = [i, size];
  }
  return best;
}

/** 1 or -1: whether an even number of exchanges makes `order`. */
export function parityOf(order: Int32Array): 1 | -1 {
  const seen = new Uint8Array(order.length);
  let parity: 1 | -1 = 1;
  for (let i = 0; i < order.length; i++) {
    for (let at = order[i] as number; seen[i] === 0 && at !== i; at = order[at] as number) {
      seen[at] = 1;
      parity = parity === 1 ? -1 : 1;
    }
    seen[i] = 1;
  }
  return parity;
}

/**
 * The sign (a number of absolute value 1, or 0) and the logarithm of the size of the determinant.
 */
export function logDeterminant(a: DenseMatrix): { readonly sign: Complex; readonly log: number } {
  const order = factorLU(a);
  let sign: Complex = { re: parityOf(order), im: 0 };
  let log = 0;
  for (let i = 0; i < a.rows; i++) {
    const { re, im } = elementAt(a, i * a.columns + i);
    const size = a.im === null ? Math.abs(re) : Math.hypot(re, im);
    if (size === 0) return { sign: { re: 0, im: 0 }, log: Number.NEGATIVE_INFINITY };
    log += Math.log(size);
    const [x, y] = [re / size, im / size];
    sign = { re: sign.re * x - sign.im * y, im: sign.re * y + sign.im * x };
  }
  return { sign, log };
}

/** The determinant; by logarithms where the product of the pivots leaves the range of numbers. */
export function determinant(a: DenseMatrix): Complex {
  const order = factorLU(a);
  let product: Complex = { re: parityOf(order), im: 0 };
  let log = 0;
  for (let i = 0; i < a.rows; i++) {
    const { re, im } = elementAt(a, i * a.columns + i);
    product = { re: product.re * re - product.im * im, im: product.re * im + product.im * re };
    const size = Math.max(Math.abs(product.re), Math.abs(product.im));
    // The size so far goes into the exponent before it overflows or vanishes.
    if (size > 1e150 || (size < 1e-150 && size > 0)) {
      log += Math.log(size);
      product = { re: product.re / size, im: product.im / size };
    }
  }
  if (log === 0) return product;
  const scale = Math.exp(log / 2);
  return { re: product.re * scale * scale, im: product.im * scale * scale };
}
