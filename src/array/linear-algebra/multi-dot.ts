// Products of several matrices in the cheapest order, and arrays whose axes are split in two
// groups, by which they are matrices.
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkArrayList } from "../layers/check-arguments.js";
import { ravel, reshape } from "../manipulation/reshape.js";
import { transpose } from "../manipulation/transpose.js";
import { matmul } from "./matmul.js";
import { inv, solve } from "./solve.js";

/**
 * The product of several matrices, in the order with the fewest multiplications.
 *
 * @param arrays two or more; the first and the last may be vectors, a row and a column
 * @returns the promoted dtype; a matrix, or a vector or a number where a vector is at an end
 * @chunks the rows of the first and the columns of the last; tasks of {@link matmul} for each
 * product
 * @throws ArgumentError `argument.value` for less than two arrays, `argument.shape` when they do
 * not fit each other
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.multi_dot.html
 * @example
 * const [a, b] = [ones([2, 30]), ones([30, 40])];
 * await linalg.multiDot([a, b, ones(40)]).compute(); // → [1200, 1200]
 */
export function multiDot(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("multiDot", arrays);
  if (arrays.length < 2) {
    throw new ArgumentError("value", `multiDot needs two or more arrays, got ${arrays.length}`);
  }
  const matrices = arrays.map((x, i) => {
    checkLengths("multiDot", x.chunks);
    const isEnd = i === 0 || i === arrays.length - 1;
    if (x.ndim === 2) return x;
    if (x.ndim === 1 && isEnd) return reshape(x, i === 0 ? [1, x.size] : [x.size, 1]);
    const expected = isEnd ? "a matrix or a vector" : "a matrix";
    const text = `array ${i} of multiDot has the shape ${formatShape(x.shape)}: expected ${expected}`;
    throw new ArgumentError("shape", text, { shape: x.shape });
  }) as readonly ChunkedArray[];
  matrices.slice(1).forEach((x, i) => {
    const before = matrices[i] as ChunkedArray;
    if (before.shape[1] === x.shape[0]) return;
    const [left, right] = [before, x].map(({ shape }) => formatShape(shape));
    throw new ArgumentError("shape", `matrices of ${left} and ${right} have no product`);
  });
  const product = productOf(matrices, cheapestSplits(matrices), 0, matrices.length - 1);
  const [first, last] = [arrays[0] as ChunkedArray, arrays.at(-1) as ChunkedArray];
  const shape = [...first.shape.slice(0, -1), ...last.shape.slice(1)];
  return shape.length === 2 ? product : (reshape(product, shape) as ChunkedArray);
}

/**
 * For matrices i to j, behind which of them the last product joins two: the table of matrix chains.
 */
function cheapestSplits(matrices: readonly ChunkedArray[]): readonly (readonly number[])[] {
  const count = matrices.length;
  const sides = [matrices[0]?.shape[0] as number, ...matrices.map((x) => x.shape[1] as number)];
  const cost = matrices.map(() => new Array<number>(count).fill(0));
  const splits = matrices.map(() => new Array<number>(count).fill(0));
  for (let span = 1; span < count; span++) {
    for (let i = 0; i + span < count; i++) {
      const j = i + span;
      const row = cost[i] as number[];
      row[j] = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const last = (sides[i] as number) * (sides[k + 1] as number) * (sides[j + 1] as number);
        const all = (row[k] as number) + ((cost[k + 1] as number[])[j] as number) + last;
        if (all >= (row[j] as number)) continue;
        row[j] = all;
        (splits[i] as number[])[j] = k;
      }
    }
  }
  return splits;
}

function productOf(
  matrices: readonly ChunkedArray[],
  splits: readonly (readonly number[])[],
  from: number,
  to: number,
): ChunkedArray {
  if (from === to) return matrices[from] as ChunkedArray;
  const at = splits[from]?.[to] as number;
  return matmul(productOf(matrices, splits, from, at), productOf(matrices, splits, at + 1, to));
}

/** Options of {@link tensorinv}. */
export interface TensorInverseOptions {
  /** How many axes make the rows of the matrix; default: 2. */
  readonly ind?: number;
}

/**
 * The inverse of an array for {@link tensordot}: its product with `x` over `ind` axes is the unit
 * array.
 *
 * @param x whose first `ind` axes have as many elements as the others
 * @returns floating point; the other axes of `x`, then the first `ind`
 * @chunks cut as {@link inv} and a reshape leave them; tasks of both
 * @throws ArgumentError `argument.value` for `ind` that is no whole number from 1, `argument.shape`
 * when the axes make no square matrix; when computed, for one that has no inverse
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.tensorinv.html
 * @example
 * const x = eye(6).multiply(2).reshape([6, 2, 3]);
 * linalg.tensorinv(x, { ind: 1 }).shape; // → [2, 3, 6]
 */
export function tensorinv(x: ChunkedArray, options: TensorInverseOptions = {}): ChunkedArray {
  checkArrays("tensorinv", x);
  checkLengths("tensorinv", x.chunks);
  const { ind = 2 } = options;
  if (!Number.isSafeInteger(ind) || ind < 1) {
    throw new ArgumentError("value", `ind of tensorinv is ${ind}: expected a whole number from 1`);
  }
  const [rows, columns] = [x.shape.slice(0, ind), x.shape.slice(ind)];
  checkSquare("tensorinv", sizeOf(rows), sizeOf(columns), x);
  const matrix = reshape(x, [sizeOf(rows), sizeOf(columns)]) as ChunkedArray;
  return reshape(inv(matrix) as ChunkedArray, [...columns, ...rows]) as ChunkedArray;
}

/** Options of {@link tensorsolve}. */
export interface TensorSolveOptions {
  /** Axes of the first array that are first moved to its end. */
  readonly axes?: readonly number[];
}

/**
 * The solution x of `tensordot(a, x, x.ndim)` = `b`.
 *
 * @param a the axes of `b`, then those of x, which have as many elements
 * @returns floating point; the axes of `a` behind those of `b`
 * @chunks cut as {@link solve} and a reshape leave them; tasks of both
 * @throws ArgumentError `argument.shape` when the axes make no square matrix, `argument.axis`; when
 * computed, for a singular one
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.tensorsolve.html
 * @example
 * const a = eye(6).multiply(2).reshape([2, 3, 6]);
 * await linalg.tensorsolve(a, ones([2, 3])).compute(); // → [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
 */
export function tensorsolve(
  a: ChunkedArray,
  b: ChunkedArray,
  options: TensorSolveOptions = {},
): ChunkedArray {
  checkArrays("tensorsolve", a, b);
  for (const { chunks } of [a, b] as readonly { readonly chunks: Chunks }[]) {
    checkLengths("tensorsolve", chunks);
  }
  const last = (options.axes ?? []).map((axis) => checkAxis(axis, a.ndim));
  const order = [...[...a.shape.keys()].filter((axis) => !last.includes(axis)), ...last];
  const moved: ChunkedArray = last.length === 0 ? a : transpose(a, order);
  const shape = moved.shape.slice(b.ndim);
  checkSquare("tensorsolve", b.size, sizeOf(shape), a);
  const matrix = reshape(moved, [b.size, sizeOf(shape)]) as ChunkedArray;
  return reshape(solve(matrix, ravel(b) as ChunkedArray) as ChunkedArray, shape) as ChunkedArray;
}

function checkSquare(what: string, rows: number, columns: number, x: ChunkedArray): void {
  if (rows === columns && rows * columns === x.size) return;
  throw new ArgumentError(
    "shape",
    `${what} takes an array whose axes make a square matrix: ${formatShape(x.shape)} makes ${rows} by ${columns}`,
    { shape: x.shape },
  );
}
