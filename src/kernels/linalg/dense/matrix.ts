// Dense matrices for the decompositions in this folder: 64-bit row-major numbers, real and
// imaginary parts apart, so that one algorithm serves both kinds of numbers and a real matrix pays
// for no imaginary part. Their rows are worked on by rows.ts.
import type { Block } from "../../../base/block.js";
import { isComplex } from "../../../base/dtype.js";
import type { Matrix } from "../products/strided-matrix.js";
import { sumOfProducts } from "../products/sum-of-products.js";

/** Complex numbers, or real ones where `im` is null. */
export interface Parts {
  readonly re: Float64Array;
  readonly im: Float64Array | null;
}

/** A row-major matrix with numbers of its own: algorithms work in place. */
export interface DenseMatrix extends Parts {
  readonly rows: number;
  readonly columns: number;
}

/** `length` zeros. */
export function zeroParts(length: number, complex: boolean): Parts {
  return { re: new Float64Array(length), im: complex ? new Float64Array(length) : null };
}

/** A matrix of zeros. */
export function zeroMatrix(rows: number, columns: number, complex: boolean): DenseMatrix {
  return { rows, columns, ...zeroParts(rows * columns, complex) };
}

/** Ones on the diagonal. */
export function identityMatrix(rows: number, columns: number, complex: boolean): DenseMatrix {
  const a = zeroMatrix(rows, columns, complex);
  for (let i = 0; i < Math.min(rows, columns); i++) a.re[i * columns + i] = 1;
  return a;
}

/** A copy of the two-dimensional `block`. */
export function loadMatrix(block: Block): DenseMatrix {
  const [rows = 0, columns = 0] = block.shape;
  const [down = 0, right = 0] = block.stride;
  const complex = isComplex(block.dtype);
  const a = zeroMatrix(rows, columns, complex);
  const data = block.data as Float64Array;
  const { re, im } = a;
  for (let i = 0, to = 0; i < rows; i++) {
    let from = block.offset + i * down;
    for (let j = 0; j < columns; j++, to++, from += right) {
      re[to] = data[im === null ? from : 2 * from] as number;
      if (im !== null) im[to] = data[2 * from + 1] as number;
    }
  }
  return a;
}

/**
 * Writes `a` into the two-dimensional `block`; of complex numbers a real block gets the real parts.
 */
export function storeMatrix(a: DenseMatrix, block: Block): void {
  const [down = 0, right = 0] = block.stride;
  const complex = isComplex(block.dtype);
  const data = block.data as Float64Array;
  const { rows, columns, re, im } = a;
  for (let i = 0, from = 0; i < rows; i++) {
    let to = block.offset + i * down;
    for (let j = 0; j < columns; j++, from++, to += right) {
      data[complex ? 2 * to : to] = re[from] as number;
      if (complex) data[2 * to + 1] = im === null ? 0 : (im[from] as number);
    }
  }
}

/** The conjugate transpose. */
export function adjoint(a: DenseMatrix): DenseMatrix {
  const { rows, columns } = a;
  const result = zeroMatrix(columns, rows, a.im !== null);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [from, to] = [i * columns + j, j * rows + i];
      result.re[to] = a.re[from] as number;
      if (result.im !== null && a.im !== null) result.im[to] = -(a.im[from] as number);
    }
  }
  return result;
}

/** A copy of rows `row` and on, and columns `column` and on. */
export function partOfMatrix(
  a: DenseMatrix,
  row: number,
  column: number,
  rows: number,
  columns: number,
): DenseMatrix {
  const result = zeroMatrix(rows, columns, a.im !== null);
  for (let i = 0; i < rows; i++) {
    const start = (row + i) * a.columns + column;
    result.re.set(a.re.subarray(start, start + columns), i * columns);
    if (a.im !== null) result.im?.set(a.im.subarray(start, start + columns), i * columns);
  }
  return result;
}

/** Writes `part` over `a` from row `row` and column `column` on. */
export function placeMatrix(part: DenseMatrix, a: DenseMatrix, row: number, column: number): void {
  const { columns } = part;
  for (let i = 0; i < part.rows; i++) {
    const [from, to] = [i * columns, (row + i) * a.columns + column];
    a.re.set(part.re.subarray(from, from + columns), to);
    if (part.im !== null) a.im?.set(part.im.subarray(from, from + columns), to);
  }
}

/** The matrix product; by the kernel of `matmul`. */
export function multiplyMatrices(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const complex = a.im !== null || b.im !== null;
  const result = zeroMatrix(a.rows, b.columns, complex);
  const view = ({ rows, columns }: DenseMatrix, data: Float64Array): Matrix => ({
    data,
    offset: 0,
    rows,
    columns,
    rowStride: columns,
    columnStride: 1,
  });
  const output = (data: Float64Array): Block => ({
    dtype: "float64",
    data,
    shape: [a.rows, b.columns],
    stride: [b.columns, 1],
    offset: 0,
  });
  const left = view(a, a.re);
  const right = view(b, b.re);
  if (result.im === null || a.im === null || b.im === null) {
    sumOfProducts([[left, right]], output(result.re));
    if (result.im !== null) {
      const pair = a.im === null ? [left, view(b, b.im ?? b.re)] : [view(a, a.im), right];
      sumOfProducts([pair as unknown as readonly [Matrix, Matrix]], output(result.im));
    }
    return result;
  }
  const [leftIm, rightIm] = [view(a, a.im), view(b, b.im)];
  const minusLeftIm = view(
    a,
    a.im.map((x) => -x),
  );
  sumOfProducts(
    [
      [left, right],
      [minusLeftIm, rightIm],
    ],
    output(result.re),
  );
  sumOfProducts(
    [
      [left, rightIm],
      [leftIm, right],
    ],
    output(result.im),
  );
  return result;
}

/** `a - b`, in place of `a`. */
export function subtractInPlace(a: DenseMatrix, b: DenseMatrix): void {
  for (let i = 0; i < a.re.length; i++) a.re[i] = (a.re[i] as number) - (b.re[i] as number);
  if (a.im === null || b.im === null) return;
  for (let i = 0; i < a.im.length; i++) a.im[i] = (a.im[i] as number) - (b.im[i] as number);
}

/** Whether no element is NaN or infinite. */
export function allFinite(a: DenseMatrix): boolean {
  return a.re.every(Number.isFinite) && (a.im === null || a.im.every(Number.isFinite));
}
