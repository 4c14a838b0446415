// Products composed of others: inner, Kronecker's, the cross product.
import { isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { conj, multiply, subtract } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { along } from "../layers/slice-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { expandDims } from "../manipulation/expand-dims.js";
import { ravel, reshape } from "../manipulation/reshape.js";
import { tensordot } from "./matmul.js";

/**
 * The sum of products over the last axis of both.
 *
 * @returns the promoted dtype; the axes of `x1` but its last, then those of `x2` but its last
 * @chunks of both along the axes that are left; up to eight pairs of blocks along the others make
 * one task, a tree adds more
 * @throws ArgumentError `argument.shape` when the last axes differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.inner.html
 * @example await inner(asarray([1, 2]), asarray([[3, 4], [5, 6]])).compute(); // → [11, 17]
 */
export function inner(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray {
  checkArrays("inner", x1, x2);
  if (x1.ndim === 0 || x2.ndim === 0) return multiply(x1, x2);
  return tensordot(x1, x2, [[-1], [-1]]);
}

/**
 * The sum of products of all elements, in row-major order; those of `x1` conjugated.
 *
 * @param x2 as `x1`
 * @returns the promoted dtype without axes
 * @chunks one block; tasks of {@link ravel} for both, then up to eight pairs of blocks make one
 * @throws ArgumentError `argument.shape` when the sizes differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vdot.html
 * @example await vdot(asarray([[1, 2], [3, 4]]), asarray([[1, 1], [1, 1]])).compute(); // → 10
 */
export function vdot(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray {
  checkArrays("vdot", x1, x2);
  const left: ChunkedArray = isComplex(x1.dtype) ? conj(x1) : x1;
  return tensordot(ravel(left), ravel(x2), 1);
}

/**
 * Kronecker's product: every element of `x1` times all of `x2`, in place of the element.
 *
 * @returns axes as long as those of both together; the promoted dtype
 * @chunks those of `x1` times the length of `x2`; some three tasks per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.kron.html
 * @example await kron(asarray([1, 2]), asarray([1, 1])).compute(); // → [1, 1, 2, 2]
 */
export function kron(x1: ChunkedArray, x2: ChunkedArray): ChunkedArray {
  checkArrays("kron", x1, x2);
  const ndim = Math.max(x1.ndim, x2.ndim);
  const lead = (x: ChunkedArray) => new Array<number>(ndim - x.ndim).fill(1).concat(x.shape);
  const places = Array.from({ length: ndim }, (_, axis) => axis);
  const [a, b] = [reshape(x1, lead(x1)), reshape(x2, lead(x2))];
  const product: ChunkedArray = multiply(
    expandDims(
      a,
      places.map((axis) => 2 * axis + 1),
    ),
    expandDims(
      b,
      places.map((axis) => 2 * axis),
    ),
  );
  return reshape(
    product,
    places.map((axis) => (a.shape[axis] as number) * (b.shape[axis] as number)),
  );
}

/** Options of {@link cross}. */
export interface CrossOptions {
  /** Where vectors are; default: the last axis. */
  readonly axis?: number;
}

/**
 * The cross product of vectors of three elements; other axes broadcast.
 *
 * @param x1 an array of vectors of two or three elements
 * @param x2 as `x1`; the two broadcast
 * @returns the promoted dtype and the broadcast shape
 * @chunks those of both, aligned, blocks of length 1 along the axis; about three tasks per block
 * @throws ArgumentError `argument.dtype` for booleans, `argument.shape` when vectors have another
 * length
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.cross.html
 * @example await cross(asarray([1, 0, 0]), asarray([0, 1, 0])).compute(); // → [0, 0, 1]
 */
export function cross(
  x1: ChunkedArray,
  x2: ChunkedArray,
  options: CrossOptions = {},
): ChunkedArray {
  checkArrays("cross", x1, x2);
  const axis = options.axis ?? -1;
  const parts = [x1, x2].map((x) => {
    const at = checkAxis(axis, x.ndim);
    if (x.shape[at] !== 3) {
      throw new ArgumentError(
        "shape",
        `cross needs vectors of three elements, axis ${axis} of ${formatShape(x.shape)} has others`,
      );
    }
    return [0, 1, 2].map((i) => along(x, at, i, i + 1));
  });
  const [a, b] = parts as [ChunkedArray[], ChunkedArray[]];
  const element = (i: number): ChunkedArray => {
    const [j, k] = [(i + 1) % 3, (i + 2) % 3];
    const times = (from: number, to: number): ChunkedArray =>
      multiply(a[from] as ChunkedArray, b[to] as ChunkedArray);
    return subtract(times(j, k), times(k, j));
  };
  const elements = [0, 1, 2].map(element);
  const ndim = (elements[0] as ChunkedArray).ndim;
  return concatenate(elements, axis < 0 ? axis : axis + ndim - x1.ndim);
}
