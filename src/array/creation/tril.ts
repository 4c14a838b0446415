// Triangles of matrices, which are masks by position and fuse with later operations, and diagonal
// matrices.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { greaterEqual, where } from "../elementwise/elementwise.js";
import { checkDiagonal, diagonal } from "../indexing/diagonal.js";
import { checkArrays } from "../layers/array-operands.js";
import { sourceNode } from "../layers/source-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { ravel, reshape } from "../manipulation/reshape.js";

/** Options of {@link tril} and {@link triu}. */
export interface TriangleOptions {
  /** Which diagonal ends the triangle: 0 (by default) the main one, positive ones above it. */
  readonly k?: number;
}

/**
 * The lower triangles of the matrices in the last two axes; zeros above.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.shape` for less than two axes, `argument.value`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.tril.html
 * @example await tril(ones([2, 3])).compute(); // → [[1, 0, 0], [1, 1, 0]]
 */
export function tril<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: TriangleOptions = {},
): ChunkedArray<D, R> {
  checkArrays("tril", x);
  return triangle("tril", x, options.k ?? 0, true);
}

/**
 * The upper triangles of the matrices in the last two axes; zeros below. As {@link tril}.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block
 * @throws ArgumentError as {@link tril}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.triu.html
 * @example
 * await triu(asarray([[1, 2], [3, 4]])).compute(); // → [[1, 2], [0, 4]]
 * await triu(asarray([[1, 2], [3, 4]]), { k: 1 }).compute(); // → [[0, 2], [0, 0]]
 */
export function triu<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: TriangleOptions = {},
): ChunkedArray<D, R> {
  checkArrays("triu", x);
  return triangle("triu", x, (options.k ?? 0) - 1, false);
}

function triangle<D extends DType, R extends number>(
  what: string,
  x: ChunkedArray<D, R>,
  k: number,
  keepsLower: boolean,
): ChunkedArray<D, R> {
  if (x.ndim < 2) {
    throw new ArgumentError(
      "shape",
      `${what} needs at least two axes, the shape is ${formatShape(x.shape)}`,
      { shape: x.shape },
    );
  }
  checkDiagonal(k);
  const lower = lowerMask(x, k);
  const zero = x.derive(sourceNode("zero", { type: "full", value: 0 }, [], x.dtype));
  return where(lower, keepsLower ? x : zero, keepsLower ? zero : x) as ChunkedArray as ChunkedArray<
    D,
    R
  >;
}

/** Where `column - row <= k`, for the last two axes of `x`, in its chunks. */
function lowerMask(x: ChunkedArray, k: number): ChunkedArray {
  checkLengths("a triangle", x.chunks);
  const [rows, columns] = [x.ndim - 2, x.ndim - 1];
  const counting = (axis: number, start: number) => {
    const { length, chunks } = { length: x.shape[axis] as number, chunks: x.chunks[axis] ?? [] };
    const generator = { type: "arange", start, step: 1 } as const;
    return x.derive(sourceNode("arange", generator, [length], "float64", [chunks]));
  };
  const down: ChunkedArray = counting(rows, k);
  return greaterEqual(reshape(down, [x.shape[rows] as number, 1]), counting(columns, 0));
}

/**
 * For a vector, the matrix with it on a diagonal; for a matrix, the diagonal.
 *
 * @param options.k which diagonal: 0 (by default) the main one, positive ones above it
 * @returns the dtype of `x`
 * @chunks of a matrix as {@link diagonal}; of a vector its blocks along both axes, one task each
 * @throws ArgumentError `argument.shape` for other dimensions, `argument.value`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.diag.html
 * @example
 * await diag(arange(1, 3)).compute(); // → [[1, 0], [0, 2]]
 * await diag(arange(4).reshape([2, 2])).compute(); // → [0, 3]
 */
export function diag<D extends DType>(
  x: ChunkedArray<D>,
  options: TriangleOptions = {},
): ChunkedArray<D> {
  checkArrays("diag", x);
  const { k = 0 } = options;
  checkDiagonal(k);
  if (x.ndim === 2) return diagonal(x, { offset: k });
  if (x.ndim !== 1) {
    throw new ArgumentError("shape", `diag takes vectors and matrices, not ${x.ndim} axes`);
  }
  const [length = 0] = x.shape;
  const [chunks = []] = x.chunks;
  const chunked = [chunks, chunks];
  const eye = sourceNode("eye", { type: "eye", offset: 0 }, [length, length], "bool", chunked);
  const zero = x.derive(sourceNode("zero", { type: "full", value: 0 }, [], x.dtype));
  const square: ChunkedArray = where(x.derive(eye), x, zero);
  if (k === 0) return square as ChunkedArray<D>;
  const margin = (shape: readonly number[]) =>
    x.derive<D, number>(sourceNode("zeros", { type: "full", value: 0 }, shape, x.dtype));
  const width = Math.abs(k);
  const sides = [margin([length, width]), square];
  const wide = concatenate(k > 0 ? sides : sides.reverse(), 1);
  const flat = margin([width, length + width]);
  return concatenate(k > 0 ? [wide, flat] : [flat, wide], 0) as ChunkedArray<D>;
}

/**
 * The matrix with all elements of an array on a diagonal, in row-major order.
 *
 * @param x the diagonal, of any shape
 * @returns as {@link diag} of a vector
 * @chunks as {@link diag} of a vector
 * @throws ArgumentError `argument.value` when `k` is no whole number
 * @see https://numpy.org/doc/stable/reference/generated/numpy.diagflat.html
 * @example await diagflat(asarray([[1], [2]])).compute(); // → [[1, 0], [0, 2]]
 */
export function diagflat<D extends DType>(
  x: ChunkedArray<D>,
  options: TriangleOptions = {},
): ChunkedArray<D> {
  checkArrays("diagflat", x);
  return diag(ravel(x) as ChunkedArray<D>, options);
}
