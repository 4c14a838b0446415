// Sums of matrix products by a system's BLAS. Strided views are passed without a copy if their rows
// or their columns are contiguous; others are copied first. Our own products are
// sum-of-products.ts.
import type { Block } from "../../../base/block.js";
import { emptyBlock } from "../../../base/block.js";
import { type DType, isComplex, type NumberArray } from "../../../base/dtype.js";
import { copyBlock } from "../../programs/copy-block.js";
import { type BlasMatrix, isBlasDType, type SystemBlas } from "./linalg-backend.js";
import type { Matrix } from "./strided-matrix.js";

/** BLAS counts in 32 bits. */
const INT_MAX = 2 ** 31 - 1;

/** Whether BLAS takes all of these: one dtype of its own, lengths that it can count. */
export function isForBlas(
  pairs: readonly (readonly [left: Matrix, right: Matrix])[],
  output: Block,
): boolean {
  const array = output.data.constructor;
  return (
    isBlasDType(output.dtype) &&
    Math.max(...output.shape) <= INT_MAX &&
    pairs.every(
      ([left, right]) =>
        left.data.constructor === array &&
        right.data.constructor === array &&
        left.columns <= INT_MAX,
    )
  );
}

/**
 * `output` (two-dimensional) = the sum of `left × right` over all `pairs`, which {@link isForBlas}.
 */
export function multiplyBySystem(
  blas: SystemBlas,
  pairs: readonly (readonly [left: Matrix, right: Matrix])[],
  output: Block,
): void {
  const { dtype } = output;
  if (!isBlasDType(dtype)) return;
  const [rows = 0, columns = 0] = output.shape;
  const direct = blasMatrix(matrixOf(output), dtype);
  const result = direct === undefined ? emptyBlock(dtype, output.shape) : output;
  const c = direct ?? contiguous(result.data, columns);
  pairs.forEach(([left, right], i) => {
    const [a, b] = [left, right].map((m) => blasMatrix(m, dtype) ?? copied(m, dtype));
    blas.multiply({
      dtype,
      rows,
      columns,
      depth: left.columns,
      a: a as BlasMatrix,
      b: b as BlasMatrix,
      c,
      accumulate: i > 0,
    });
  });
  if (result !== output) copyBlock(result, output);
}

function matrixOf({ data, offset, shape, stride }: Block): Matrix {
  const [rows = 0, columns = 0] = shape;
  const [rowStride = 0, columnStride = 0] = stride;
  return { data, offset, rows, columns, rowStride, columnStride };
}

/** The view as BLAS takes it; undefined when neither its rows nor its columns are contiguous. */
function blasMatrix(m: Matrix, dtype: DType): BlasMatrix | undefined {
  const { rows, columns, rowStride, columnStride } = m;
  const data = (m.data as NumberArray).subarray(isComplex(dtype) ? 2 * m.offset : m.offset);
  const byRows = leadingOf(rows, columns, rowStride, columnStride);
  if (byRows !== undefined) return { data, transposed: false, leading: byRows };
  const byColumns = leadingOf(columns, rows, columnStride, rowStride);
  return byColumns === undefined ? undefined : { data, transposed: true, leading: byColumns };
}

/** From one of `lines` lines of `length` contiguous elements to the next. */
function leadingOf(
  lines: number,
  length: number,
  lineStride: number,
  step: number,
): number | undefined {
  if (step !== 1 && length > 1) return undefined;
  if (lines <= 1) return Math.max(1, length);
  return lineStride >= length && lineStride <= INT_MAX ? lineStride : undefined;
}

function copied(m: Matrix, dtype: DType): BlasMatrix {
  const { data, offset, rows, columns, rowStride, columnStride } = m;
  const copy = emptyBlock(dtype, [rows, columns]);
  const stride = [rowStride, columnStride];
  copyBlock({ dtype, data, offset, shape: [rows, columns], stride }, copy);
  return contiguous(copy.data, columns);
}

function contiguous(data: Block["data"], columns: number): BlasMatrix {
  return { data: data as NumberArray, transposed: false, leading: Math.max(1, columns) };
}
