// Diagonals: points at equal positions along two axes.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import { positionArray } from "../layers/positions.js";
import { takeNode } from "../layers/take-layer.js";

/** Options of {@link diagonal} and {@link trace}. */
export interface DiagonalOptions {
  /** Which diagonal: 0 (by default) the main one, positive ones above it. */
  readonly offset?: number;
  /** The axis of rows; default: the first one. */
  readonly axis1?: number;
  /** The axis of columns; default: the second one. */
  readonly axis2?: number;
}

/**
 * The diagonals of the matrices in two axes, along a new last axis.
 *
 * @returns the dtype of `x`, the diagonal's elements along the last axis
 * @chunks one block for the whole diagonal, other axes keep theirs; one task per block, which reads
 * only blocks that the diagonal goes through
 * @throws ArgumentError `argument.axis`, `argument.value`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.diagonal.html
 * @example
 * await diagonal(arange(9).reshape([3, 3])).compute(); // → [0, 4, 8]
 * await diagonal(arange(9).reshape([3, 3]), { offset: 1 }).compute(); // → [1, 5]
 */
export function diagonal<D extends DType>(
  x: ChunkedArray<D>,
  options: DiagonalOptions = {},
): ChunkedArray<D> {
  checkArrays("diagonal", x);
  const { offset = 0 } = options;
  const rows = checkAxis(options.axis1 ?? 0, x.ndim);
  const columns = checkAxis(options.axis2 ?? 1, x.ndim);
  if (rows === columns) {
    throw new ArgumentError("axis", `a diagonal needs two axes, got ${rows} twice`);
  }
  checkLengths("a diagonal", x.chunks, [rows, columns]);
  checkDiagonal(offset);
  const [down, right] = [Math.max(0, -offset), Math.max(0, offset)];
  const [height, width] = [x.shape[rows] as number, x.shape[columns] as number];
  const count = Math.max(0, Math.min(height - down, width - right));
  const points = {
    axes: [rows, columns],
    indices: [countFrom(down, count), countFrom(right, count)],
  };
  return x.derive(takeNode(x.node, points, x.ndim - 2));
}

function countFrom(start: number, count: number): Int32Array | Float64Array {
  return positionArray(count, start + count).map((_: number, i: number) => start + i);
}

export function checkDiagonal(k: number): void {
  if (!Number.isInteger(k)) {
    throw new ArgumentError("value", `a diagonal is a whole number, got ${k}`, { k });
  }
}
