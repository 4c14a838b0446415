// Positions of the elements of triangles, worked out at once: they are as many as the triangle has.
import { ArgumentError } from "../../base/errors.js";
import { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import { checkArrays } from "../layers/array-operands.js";
import { dataNode } from "../layers/source-layer.js";

/** Options of {@link triuIndices} and {@link trilIndices}. */
export interface TriangleIndexOptions {
  /** Which diagonal ends the triangle: 0 (by default) the main one, positive ones above it. */
  readonly k?: number;
  /** As many columns; default: as rows. */
  readonly m?: number;
  /** How the arrays are cut; default: `"auto"`. */
  readonly chunks?: ChunkSpec;
}

/** Positions of elements of a matrix. */
export type RowsAndColumns = [rows: ChunkedArray<"int64", 1>, columns: ChunkedArray<"int64", 1>];

/**
 * The positions of the elements at and above a diagonal of a matrix, row by row.
 *
 * @param n rows
 * @returns rows and columns, int64 of one axis
 * @chunks by the options; tasks as {@link fromArray}
 * @throws ArgumentError `argument.value` when a number is no whole one
 * @see https://numpy.org/doc/stable/reference/generated/numpy.triu_indices.html
 * @example
 * const [rows, columns] = triuIndices(2);
 * await rows.compute(); // → [0n, 0n, 1n]
 * await columns.compute(); // → [0n, 1n, 1n]
 */
export function triuIndices(n: number, options: TriangleIndexOptions = {}): RowsAndColumns {
  const { k = 0, m = n } = options;
  return positions(n, m, k, options, (row) => [Math.max(0, row + k), m]);
}

/**
 * The positions of the elements at and below a diagonal of a matrix. As {@link triuIndices}.
 *
 * @param n how many rows
 * @returns the rows and the columns, as {@link triuIndices}
 * @chunks by the options; tasks as {@link fromArray}
 * @throws ArgumentError as {@link triuIndices}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tril_indices.html
 * @example
 * const [rows, columns] = trilIndices(2);
 * await rows.compute(); // → [0n, 1n, 1n]
 * await columns.compute(); // → [0n, 0n, 1n]
 */
export function trilIndices(n: number, options: TriangleIndexOptions = {}): RowsAndColumns {
  const { k = 0, m = n } = options;
  return positions(n, m, k, options, (row) => [0, Math.min(m, row + k + 1)]);
}

/**
 * {@link triuIndices} for the shape of a matrix.
 *
 * @param x a matrix
 * @returns as {@link triuIndices}
 * @chunks by the options; tasks as {@link fromArray}
 * @throws ArgumentError `argument.shape` when `x` is no matrix
 * @see https://numpy.org/doc/stable/reference/generated/numpy.triu_indices_from.html
 * @example
 * const [, columns] = triuIndicesFrom(ones([2, 3]), { k: 1 });
 * await columns.compute(); // → [1n, 2n, 2n]
 */
export function triuIndicesFrom(
  x: ChunkedArray,
  options: Omit<TriangleIndexOptions, "m"> = {},
): RowsAndColumns {
  checkArrays("triuIndicesFrom", x);
  const [n, m] = matrixShape(x);
  return triuIndices(n, { ...options, m });
}

/**
 * {@link trilIndices} for the shape of a matrix.
 *
 * @param x a matrix
 * @returns as {@link trilIndices}
 * @chunks by the options; tasks as {@link fromArray}
 * @throws ArgumentError `argument.shape` when `x` is no matrix
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tril_indices_from.html
 * @example
 * const [rows] = trilIndicesFrom(ones([2, 3]), { k: -1 });
 * await rows.compute(); // → [1n]
 */
export function trilIndicesFrom(
  x: ChunkedArray,
  options: Omit<TriangleIndexOptions, "m"> = {},
): RowsAndColumns {
  checkArrays("trilIndicesFrom", x);
  const [n, m] = matrixShape(x);
  return trilIndices(n, { ...options, m });
}

function positions(
  n: number,
  m: number,
  k: number,
  { chunks = "auto" }: TriangleIndexOptions,
  columnsOf: (row: number) => readonly [start: number, stop: number],
): RowsAndColumns {
  if (![n, m, k].every(Number.isSafeInteger) || n < 0 || m < 0) {
    throw new ArgumentError("value", `a triangle of ${n} by ${m} elements at diagonal ${k}`, {
      n,
      m,
      k,
    });
  }
  const rows: number[] = [];
  const columns: number[] = [];
  for (let row = 0; row < n; row++) {
    const [start, stop] = columnsOf(row);
    for (let column = start; column < stop; column++) {
      rows.push(row);
      columns.push(column);
    }
  }
  const arrayOf = (values: readonly number[]) =>
    new ChunkedArray<"int64", 1>(dataNode(BigInt64Array.from(values, BigInt), { chunks }));
  return [arrayOf(rows), arrayOf(columns)];
}

function matrixShape(x: ChunkedArray): readonly [number, number] {
  const [n, m] = x.shape;
  if (x.ndim === 2 && n !== undefined && m !== undefined) return [n, m];
  throw new ArgumentError("shape", `a triangle of a matrix, got shape ${formatShape(x.shape)}`, {
    shape: x.shape,
  });
}

/**
 * The positions of the elements of a main diagonal.
 *
 * @param n how many
 * @param ndim of how many axes; default: 2
 * @returns a list of positions for each axis, int64
 * @chunks one block each; tasks as {@link fromArray}
 * @throws ArgumentError `argument.value` when a number is no whole one from 0
 * @see https://numpy.org/doc/stable/reference/generated/numpy.diag_indices.html
 * @example
 * const [rows, columns] = diagIndices(3);
 * await arange(9).reshape([3, 3]).slice(rows, columns).compute(); // → [0, 4, 8]
 */
export function diagIndices(n: number, ndim = 2): ChunkedArray<"int64", 1>[] {
  for (const [name, count] of Object.entries({ n, ndim })) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw new ArgumentError("value", `${name} is ${count}: expected a whole number from 0`);
  }
  const positions = BigInt64Array.from({ length: n }, (_, i) => BigInt(i));
  const line = new ChunkedArray<"int64", 1>(dataNode(positions));
  return Array.from({ length: ndim }, () => line);
}

/**
 * {@link diagIndices} for the shape of an array.
 *
 * @param x an array of equal axes
 * @returns as {@link diagIndices}
 * @chunks one block each; tasks as {@link fromArray}
 * @throws ArgumentError `argument.shape` for less than two axes, or axes of unequal lengths
 * @see https://numpy.org/doc/stable/reference/generated/numpy.diag_indices_from.html
 * @example diagIndicesFrom(ones([4, 4])).length; // → 2
 */
export function diagIndicesFrom(x: ChunkedArray): ChunkedArray<"int64", 1>[] {
  checkArrays("diagIndicesFrom", x);
  if (x.ndim < 2 || new Set(x.shape).size > 1) {
    throw new ArgumentError(
      "shape",
      `a main diagonal needs two axes or more of equal lengths, got ${formatShape(x.shape)}`,
    );
  }
  return diagIndices(x.shape[0] as number, x.ndim);
}
