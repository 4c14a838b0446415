// Polynomials at the elements of an array. Algebra of a few coefficients needs no chunks: it is
// left to the caller.
import type { Complex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { sourceNode } from "../layers/source-layer.js";
import { add, multiply } from "./elementwise.js";

/**
 * A polynomial at every element, by Horner's rule.
 *
 * @param coefficients those of the highest power first
 * @returns the shape of `x`, the dtype of `x` with the coefficients
 * @chunks those of `x`; one task per block, none where it joins the layers around it
 * @throws ArgumentError `argument.value` without coefficients
 * @see https://numpy.org/doc/stable/reference/generated/numpy.polyval.html
 * @example await polyval([3, 0, 1], asarray([5, 2])).compute(); // → [76, 13]
 */
export function polyval(
  coefficients: readonly (number | bigint | Complex)[],
  x: ChunkedArray,
): ChunkedArray {
  checkArrays("polyval", x);
  const [first, ...rest] = Array.isArray(coefficients) ? coefficients : [];
  if (first === undefined) {
    throw new ArgumentError("value", "polyval needs a list of coefficients, highest power first");
  }
  const generator = { type: "full", value: 1 } as const;
  const ones: ChunkedArray = x.derive(sourceNode("full", generator, x.shape, x.dtype, x.chunks));
  const start = multiply(ones, first) as ChunkedArray;
  return rest.reduce<ChunkedArray>((sum, each) => add(multiply(sum, x), each), start);
}
