// Products of matrices and tensors. How a contraction becomes layers is ../contract.ts.
import { type DType, isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { Promote } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { broadcastShapes } from "../chunks/broadcast.js";
import { astype } from "../data-types/astype.js";
import { conj, multiply } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import type { MatmulRank } from "../layers/array-types.js";
import { checkList } from "../layers/check-arguments.js";
import { expandDims, squeeze } from "../manipulation/expand-dims.js";
import { ravel } from "../manipulation/reshape.js";
import { moveaxis } from "../manipulation/transpose.js";
import { sum } from "../reductions/sum.js";
import { contract } from "./contract-layers.js";

/**
 * The matrix product of the last two axes; the axes before broadcast. A vector counts as a row on
 * the left and as a column on the right, and its axis is dropped from the result.
 *
 * @param x1 (…, n, k) or (k)
 * @param x2 (…, k, m) or (k)
 * @returns (…, n, m) in the promoted dtype: integers wrap around, bool is "or of ands"
 * @chunks of n and m as in the operands; up to eight pairs of blocks along k make one task, a tree
 * adds more
 * @throws ArgumentError `argument.shape` when the two k differ or an operand has no axes
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.matmul.html
 * @example matmul(ones([2, 3]), ones([3, 4])).shape; // → [2, 4]
 */
export function matmul<A extends DType, B extends DType, RA extends number, RB extends number>(
  x1: ChunkedArray<A, RA>,
  x2: ChunkedArray<B, RB>,
): ChunkedArray<Promote<A, B>, MatmulRank<RA, RB>> {
  checkArrays("matmul", x1, x2);
  const inner1 = x1.shape.at(-1);
  const inner2 = x2.shape.at(x2.ndim > 1 ? -2 : -1);
  if (inner1 === undefined || inner2 === undefined || !Object.is(inner1, inner2)) {
    const second = x2.ndim > 1 ? "last but one" : "last";
    const why = `the last axis of the first, ${inner1}, is not the ${second} of the second, ${inner2}`;
    throw misfit("matmul", x1, x2, why);
  }
  const batch1 = x1.shape.slice(0, -2);
  const batch2 = x2.shape.slice(0, -2);
  const batch = broadcastShapes(batch1, batch2).map((_, axis) => axis);
  const [n, k, m] = [batch.length, batch.length + 1, batch.length + 2];
  const left = [...batch.slice(batch.length - batch1.length), ...(x1.ndim > 1 ? [n] : []), k];
  const right = [...batch.slice(batch.length - batch2.length), k, ...(x2.ndim > 1 ? [m] : [])];
  const output = [...batch, n, m].filter((label) => left.includes(label) || right.includes(label));
  return typed(contract({ array: x1, labels: left }, { array: x2, labels: right }, output));
}

/**
 * The sum of products over some axes of both arrays.
 *
 * @param axes how many: the last of `x1` with the first of `x2` (2 by default); or which, as
 * `[axes of x1, axes of x2]`
 * @returns the other axes of `x1`, then those of `x2`; the promoted dtype
 * @chunks of both along the axes that are left; up to eight pairs of blocks along the others make
 * one task, a tree adds more
 * @throws ArgumentError `argument.shape` when lengths differ, `argument.axis` for no such axis
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.tensordot.html
 * @example
 * tensordot(ones([2, 3, 4]), ones([3, 4, 5])).shape; // → [2, 5]
 * tensordot(ones([2, 3]), ones([2, 5]), [[0], [0]]).shape; // → [3, 5]
 */
export function tensordot<A extends DType, B extends DType>(
  x1: ChunkedArray<A>,
  x2: ChunkedArray<B>,
  axes: number | readonly [number | readonly number[], number | readonly number[]] = 2,
): ChunkedArray<Promote<A, B>> {
  checkArrays("tensordot", x1, x2);
  const [axes1, axes2] = contractedAxes(x1, x2, axes);
  if (
    axes1.length !== axes2.length ||
    axes1.some((a, i) => !Object.is(x1.shape[a], x2.shape[axes2[i] ?? -1]))
  ) {
    throw misfit("tensordot", x1, x2, `axes ${axes1} of one and ${axes2} of the other differ`);
  }
  if (axes1.length === 0) return typed(outerProduct(x1, x2));
  const left = x1.shape.map((_, axis) => axis);
  const right = x2.shape.map((_, axis) => {
    const at = axes2.indexOf(axis);
    return at < 0 ? x1.ndim + axis : (axes1[at] as number);
  });
  const output = [
    ...left.filter((axis) => !axes1.includes(axis)),
    ...right.filter((label) => label >= x1.ndim),
  ];
  return typed(contract({ array: x1, labels: left }, { array: x2, labels: right }, output));
}

/**
 * NumPy's dot product: of numbers the product, of two vectors the sum of products, otherwise over
 * the last axis of `x1` and the last but one of `x2`.
 *
 * @returns the promoted dtype; the axes of `x1` but its last, then those of `x2` but its last but
 * one
 * @chunks as {@link matmul}
 * @throws ArgumentError `argument.shape` when those differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.dot.html
 * @example
 * await dot(asarray([1, 2], { chunks: 1 }), asarray([3, 4])).compute(); // → 11
 * await dot(asarray([[1, 2], [3, 4]]), asarray([1, 1])).compute(); // → [3, 7]
 */
export function dot<A extends DType, B extends DType, RA extends number, RB extends number>(
  x1: ChunkedArray<A, RA>,
  x2: ChunkedArray<B, RB>,
): ChunkedArray<Promote<A, B>, MatmulRank<RA, RB>> {
  checkArrays("dot", x1, x2);
  if (x1.ndim === 0 || x2.ndim === 0) return typed(multiply(x1, x2));
  return typed(tensordot(x1, x2, [[x1.ndim - 1], [Math.max(0, x2.ndim - 2)]]));
}

/**
 * The sum of products along one axis of both arrays; the others broadcast. Complex elements of `x1`
 * are conjugated.
 *
 * @param x2 an array of vectors, as `x1`
 * @param options.axis the axis, counted from the end; default: -1
 * @returns the promoted dtype and the broadcast shape without the axis
 * @chunks kept axes keep theirs; one task per block of `x1` and a tree above
 * @throws ArgumentError `argument.shape` when shapes do not fit
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.vecdot.html
 * @example
 * await vecdot(asarray([[1, 2], [3, 4]]), asarray([1, 10])).compute(); // → [21, 43]
 * await vecdot(asarray([{ re: 0, im: 1 }]), asarray([{ re: 0, im: 1 }])).compute(); // → { re: 1, im: 0 }
 */
export function vecdot<A extends DType, B extends DType>(
  x1: ChunkedArray<A>,
  x2: ChunkedArray<B>,
  options: { readonly axis?: number } = {},
): ChunkedArray<Promote<A, B>> {
  checkArrays("vecdot", x1, x2);
  const axis = options.axis ?? -1;
  const [a, b] = [moveaxis(x1, axis, -1), moveaxis(x2, axis, -1)];
  if (!Object.is(a.shape.at(-1), b.shape.at(-1))) {
    throw misfit("vecdot", x1, x2, `axis ${axis} has different lengths`);
  }
  const products: ChunkedArray = multiply(isComplex(a.dtype) ? conj(a) : a, b);
  return typed(astype(sum(products, -1), products.dtype));
}

/**
 * All products of an element of `x1` with one of `x2`; arrays of more axes are raveled first.
 *
 * @param x1 (n)
 * @param x2 (m)
 * @returns (n, m) in the promoted dtype
 * @chunks those of `x1` along rows, of `x2` along columns; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.outer.html
 * @example await outer(asarray([1, 2]), asarray([3, 4, 5])).compute(); // → [[3, 4, 5], [6, 8, 10]]
 */
export function outer<A extends DType, B extends DType>(
  x1: ChunkedArray<A>,
  x2: ChunkedArray<B>,
): ChunkedArray<Promote<A, B>, 2> {
  checkArrays("outer", x1, x2);
  return typed(outerProduct(ravel(x1), ravel(x2)));
}

function outerProduct(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray {
  let left = x1;
  for (let axis = 0; axis < x2.ndim; axis++) left = expandDims(left, left.ndim);
  return multiply(left, x2);
}

function contractedAxes(
  x1: ChunkedArray,
  x2: ChunkedArray,
  axes: number | readonly [number | readonly number[], number | readonly number[]],
): [number[], number[]] {
  if (typeof axes !== "number") {
    checkList("tensordot needs a number of axes, or a list of two lists of them", axes, "axis");
    const [given1, given2] = axes.map((side) => (typeof side === "number" ? [side] : side));
    return [
      (given1 ?? []).map((axis) => checkAxis(axis, x1.ndim)),
      (given2 ?? []).map((axis) => checkAxis(axis, x2.ndim)),
    ];
  }
  if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(x1.ndim, x2.ndim)) {
    throw new ArgumentError(
      "axis",
      `tensordot cannot sum over ${axes} axes of arrays of ${x1.ndim} and ${x2.ndim} axes`,
      { axes },
    );
  }
  const places = Array.from({ length: axes }, (_, i) => i);
  return [places.map((i) => x1.ndim - axes + i), places];
}

function misfit(what: string, x1: ChunkedArray, x2: ChunkedArray, why: string): ArgumentError {
  return new ArgumentError(
    "shape",
    `${what} of shapes ${formatShape(x1.shape)} and ${formatShape(x2.shape)}: ${why}`,
    { shapes: [x1.shape, x2.shape] },
  );
}

/** Asserts the dtype and rank of the function's signature, which the compiler cannot derive. */
function typed<D extends DType, R extends number>(x: ChunkedArray): ChunkedArray<D, R> {
  return x as ChunkedArray<D, R>;
}

/**
 * Matrices times vectors; the axes before broadcast.
 *
 * @param x1 (…, n, k)
 * @param x2 (…, k)
 * @returns (…, n) in the promoted dtype
 * @chunks of n as in the operand; tasks as {@link matmul}
 * @throws ArgumentError `argument.shape` when `x1` is no matrix, `x2` no vector, or the two k
 * differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.matvec.html
 * @example await matvec(asarray([[1, 2], [3, 4]]), asarray([1, 10])).compute(); // → [21, 43]
 */
export function matvec(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray {
  checkArrays("matvec", x1, x2);
  checkMatrixAndVector("matvec", x1, x2, -1);
  return squeeze(matmul(x1, expandDims(x2, -1)) as ChunkedArray, -1);
}

/**
 * Vectors, conjugated, times matrices; the axes before broadcast.
 *
 * @param x1 (…, k)
 * @param x2 (…, k, n)
 * @returns (…, n) in the promoted dtype
 * @chunks of n as in the operand; tasks as {@link matmul}
 * @throws ArgumentError `argument.shape` when `x1` is no vector, `x2` no matrix, or the two k
 * differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vecmat.html
 * @example await vecmat(asarray([1, 10]), asarray([[1, 2], [3, 4]])).compute(); // → [31, 42]
 */
export function vecmat(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray {
  checkArrays("vecmat", x1, x2);
  checkMatrixAndVector("vecmat", x2, x1, -2);
  const rows = expandDims(isComplex(x1.dtype) ? conj(x1) : x1, -2) as ChunkedArray;
  return squeeze(matmul(rows, x2) as ChunkedArray, -2);
}

function checkMatrixAndVector(
  what: string,
  matrix: ChunkedArray,
  vector: ChunkedArray,
  axis: number,
): void {
  if (matrix.ndim >= 2 && vector.ndim >= 1 && matrix.shape.at(axis) === vector.shape.at(-1)) return;
  throw new ArgumentError(
    "shape",
    `${what} needs a matrix and a vector that share an axis, got a matrix of ` +
      `${formatShape(matrix.shape)} and a vector of ${formatShape(vector.shape)}`,
    { matrix: matrix.shape, vector: vector.shape },
  );
}
