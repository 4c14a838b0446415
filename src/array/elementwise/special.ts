// Special functions of mathematics. The arithmetic is kernels/math/special-functions.ts.
import type { ChunkedArray } from "../chunked-array.js";
import type { Operand } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { binaryVerb, unaryVerb } from "./verbs.js";

/**
 * Heaviside's step: 0 below zero, 1 above, `x2` at zero, NaN at NaN.
 *
 * @param x1 an array, a number or nested lists
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.heaviside.html
 * @example await heaviside(asarray([-1.5, 0, 2]), 0.5).compute(); // → [0, 0.5, 1]
 */
export const heaviside = binaryVerb("heaviside");

/**
 * The modified Bessel function of the first kind, of order 0: the weight of Kaiser's window.
 *
 * @returns the dtype of `x`, float64 for integers and booleans, in the shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.i0.html
 * @example await i0(asarray([0, 1])).compute(); // → ≈ [1, 1.26607]
 */
export const i0 = unaryVerb("i0");

/**
 * The regularized upper incomplete gamma function Q(x1, x2), 1 at x2 = 0.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, float64 for integers and booleans, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.gammaincc.html
 * @example await gammaincc(1, asarray([0, Math.LN2])).compute(); // → ≈ [1, 0.5]
 */
export const gammaincc = binaryVerb("gammaincc");

/**
 * The regularized incomplete beta function, from 0 at `x` = 0 to 1 at `x` = 1.
 *
 * @param a above 0
 * @param b above 0
 * @returns the promoted dtype, float64 for integers and booleans, in the broadcast shape
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers, `argument.shape` when the three do
 * not broadcast
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.betainc.html
 * @example await betainc(2, 1, asarray(0.5)).compute(); // → ≈ 0.25
 */
export function betainc(a: Operand, b: Operand, x: Operand): ChunkedArray<"float32" | "float64"> {
  return elementwise("betainc", [a, b, x]) as ChunkedArray as ChunkedArray<"float32" | "float64">;
}
