// Whether two arrays are equal, or close to each other, as a whole.

import type { ChunkedArray } from "../chunked-array.js";
import { sameShape } from "../chunks/axes.js";
import { equal } from "../elementwise/elementwise.js";
import { type CloseOptions, isclose } from "../elementwise/isclose.js";
import { checkArrays, type Operand, operandArray } from "../layers/array-operands.js";
import { dataNode } from "../layers/source-layer.js";
import { all } from "./sum.js";

/**
 * Whether all elements are equal within a tolerance. As {@link isclose}.
 *
 * @returns a bool without axes
 * @chunks one block; one task per block of `x1`, aligned with `x2`, and a tree above
 * @throws ArgumentError `argument.shape` when shapes do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.allclose.html
 * @example
 * await allclose(asarray([1, 2]), [1, 2 + 1e-9]).compute(); // → true
 * await allclose(asarray([NaN]), [NaN]).compute(); // → false
 * await allclose(asarray([NaN]), [NaN], { equalNan: true }).compute(); // → true
 */
export function allclose(x1: ChunkedArray, x2: Operand, options?: CloseOptions): ChunkedArray {
  checkArrays("allclose", x1);
  return all(isclose(x1, x2, options));
}

/**
 * Whether two arrays have one shape and equal elements; NaN equals nothing.
 *
 * @returns a bool without axes
 * @chunks one block; one task per block of `x1`, aligned with `x2`, and a tree above
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.array_equal.html
 * @example
 * await arrayEqual(asarray([1, 2]), [1, 2]).compute(); // → true
 * await arrayEqual(asarray([1, 1]), [1]).compute(); // → false
 */
export function arrayEqual(x1: ChunkedArray, x2: Operand): ChunkedArray {
  checkArrays("arrayEqual", x1);
  const second: ChunkedArray = operandArray(x1, x2);
  if (sameShape(x1.shape, second.shape)) return all(equal(x1, second) as ChunkedArray);
  return x1.derive(dataNode(new Uint8Array(1), { dtype: "bool", shape: [] }));
}

/**
 * Whether two arrays have equal elements once one is stretched to the other's shape.
 *
 * @returns a bool without axes
 * @chunks one block; one task per block of `x1`, aligned with `x2`, and a tree above
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.array_equiv.html
 * @example
 * await arrayEquiv(asarray([[1, 2], [1, 2]]), [1, 2]).compute(); // → true
 * await arrayEquiv(asarray([1, 2]), [1, 2, 3]).compute(); // → false
 */
export function arrayEquiv(x1: ChunkedArray, x2: Operand): ChunkedArray {
  checkArrays("arrayEquiv", x1);
  const second: ChunkedArray = operandArray(x1, x2);
  const fits = broadcasts(x1.shape, second.shape);
  if (fits) return all(equal(x1, second) as ChunkedArray);
  return x1.derive(dataNode(new Uint8Array(1), { dtype: "bool", shape: [] }));
}

/** Whether shapes broadcast together. */
function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  const rank = Math.min(a.length, b.length);
  return a.slice(a.length - rank).every((length, i) => {
    const other = b[b.length - rank + i] as number;
    return length === other || length === 1 || other === 1;
  });
}
