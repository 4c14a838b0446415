// Arrays joined to arrays by rows, columns and depth, and in nested lists. Concatenation costs no
// tasks; concatenate and stack are concatenate.ts.
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import {
  checkArrays,
  isChunkedArray,
  type Operand,
  operandArray,
} from "../layers/array-operands.js";
import { checkArrayList, checkList } from "../layers/check-arguments.js";
import { atleast1d, atleast2d, atleast3d } from "./atleast.js";
import { concatenate } from "./concatenate.js";
import { ravel, reshape } from "./reshape.js";

/**
 * The arrays below each other: vectors count as rows. As {@link concatenate} along axis 0.
 *
 * @param arrays a list of arrays
 * @returns the promoted dtype, two axes or more
 * @chunks those of all, one after the other along the axis and unified along others; no tasks
 * @throws ArgumentError as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vstack.html
 * @example await vstack([asarray([1, 2]), asarray([3, 4])]).compute(); // → [[1, 2], [3, 4]]
 */
export function vstack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("vstack", arrays);
  return concatenate(arrays.map(atleast2d), 0);
}

export { vstack as rowStack };

/**
 * The arrays next to each other: vectors count as columns.
 *
 * @param arrays a list of arrays
 * @returns the promoted dtype, two axes
 * @chunks those of all, one after the other; one task per block of a vector, no tasks for matrices
 * @throws ArgumentError `argument.shape` for more than two axes, otherwise as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.column_stack.html
 * @example await columnStack([asarray([1, 2]), asarray([3, 4])]).compute(); // → [[1, 3], [2, 4]]
 */
export function columnStack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("columnStack", arrays);
  const wide = arrays.find(({ ndim }) => ndim > 2);
  if (wide !== undefined) {
    throw new ArgumentError(
      "shape",
      `columnStack takes vectors and matrices, got ${formatShape(wide.shape)}`,
    );
  }
  return concatenate(
    arrays.map((x) => (x.ndim < 2 ? reshape(x, [x.size, 1]) : x)),
    1,
  );
}

/**
 * The arrays next to each other: along the second axis, vectors along their only one.
 *
 * @param arrays a list of arrays
 * @returns the promoted dtype
 * @chunks those of all, one after the other along the axis and unified along others; no tasks
 * @throws ArgumentError as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.hstack.html
 * @example
 * await hstack([asarray([1, 2]), asarray([3])]).compute(); // → [1, 2, 3]
 * hstack([ones([2, 3]), ones([2, 1])]).chunks; // → [[2], [3, 1]]
 */
export function hstack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("hstack", arrays);
  const grown = arrays.map(atleast1d);
  return concatenate(grown, grown[0]?.ndim === 1 ? 0 : 1);
}

/**
 * The arrays behind each other, along a third axis.
 *
 * @param arrays a list of arrays
 * @returns three axes, the promoted dtype
 * @chunks those of all, unified, and blocks of length 1 along the new axis; one task per block
 * @throws ArgumentError as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.dstack.html
 * @example
 * const x = dstack([asarray([1, 2]), asarray([3, 4])]);
 * await x.compute(); // → [[[1, 3], [2, 4]]]
 */
export function dstack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("dstack", arrays);
  return concatenate(arrays.map(atleast3d), 2);
}

/** Arrays in nested lists, all equally deep. */
export type NestedArrays = ChunkedArray | readonly NestedArrays[];

/**
 * One array of blocks laid out in nested lists: the innermost lists run along the last axis.
 *
 * @param nested nested lists of arrays, as they are to be beside each other
 * @returns the promoted dtype
 * @chunks those of all, one after the other along the axis and unified along others; no tasks
 * @throws ArgumentError `argument.shape` when blocks do not fit, `argument.value` for empty lists
 * or ones that are not equally deep
 * @see https://numpy.org/doc/stable/reference/generated/numpy.block.html
 * @example block([[eye(2), zeros([2, 3])], [ones([1, 5])]]).shape; // → [3, 5]
 */
export function block(nested: NestedArrays): ChunkedArray {
  const depth = depthOf(nested);
  const leaves = leavesOf(nested);
  const ndim = Math.max(depth, ...leaves.map((x) => x.ndim));
  const join = (part: NestedArrays, level: number): ChunkedArray => {
    if (isChunkedArray(part)) {
      const lead = new Array<number>(ndim - part.ndim).fill(1);
      return lead.length === 0 ? part : reshape(part, [...lead, ...part.shape]);
    }
    return concatenate(
      part.map((inner) => join(inner, level + 1)),
      ndim - depth + level,
    );
  };
  return join(nested, 0);
}

function depthOf(nested: NestedArrays): number {
  if (isChunkedArray(nested)) return 0;
  checkList("block takes chunked arrays in nested lists", nested);
  const depths = new Set(nested.map(depthOf));
  const [depth] = depths;
  if (depth === undefined || depths.size > 1) {
    throw new ArgumentError(
      "value",
      depth === undefined ? "block was given an empty list" : "block needs lists of equal depth",
    );
  }
  return depth + 1;
}

function leavesOf(nested: NestedArrays): ChunkedArray[] {
  return isChunkedArray(nested) ? [nested] : nested.flatMap(leavesOf);
}

/**
 * `values` after the elements of `x`.
 *
 * @param axis where; default: both are raveled
 * @returns the promoted dtype
 * @chunks those of both, one after the other; no tasks but those of a {@link ravel} without an axis
 * @throws ArgumentError `argument.shape` when the other axes differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.append.html
 * @example await append(arange(3), [7, 8]).compute(); // → [0, 1, 2, 7, 8]
 */
export function append(x: ChunkedArray, values: Operand, axis?: number | null): ChunkedArray {
  checkArrays("append", x);
  const others = operandArray(x, values);
  if (axis === null || axis === undefined) return concatenate([ravel(x), ravel(others)], 0);
  return concatenate([x, others], axis);
}
