// Angles and their functions, circular and hyperbolic.
import { type DType, isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { divide, multiply } from "./arithmetic.js";
import { equal } from "./comparison.js";
import {
  type Fractional,
  fractional,
  known,
  type ShortFractional,
  shortFractional,
} from "./verb-arguments.js";
import { binaryVerb, unaryVerb } from "./verbs.js";
import { where } from "./where.js";

/**
 * The sine of angles in radians; NaN at infinities.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.sin.html
 * @example await sin(asarray([0, Math.PI / 2, Infinity])).compute(); // → [0, 1, NaN]
 */
export const sin = unaryVerb("sin");

/**
 * The cosine of angles in radians; NaN at infinities.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.cos.html
 * @example await cos(asarray([0, Math.PI, Infinity])).compute(); // → [1, -1, NaN]
 */
export const cos = unaryVerb("cos");

/**
 * The tangent of angles in radians; NaN at infinities.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.tan.html
 * @example await tan(asarray([0, Math.PI / 4])).compute(); // → ≈ [0, 1]
 */
export const tan = unaryVerb("tan");

/**
 * The arc sine, in [-π/2, π/2]; NaN for real numbers beyond -1 and 1, complex for complex ones.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.asin.html
 * @example
 * await asin(asarray([1, 2])).compute(); // → [Math.PI / 2, NaN]
 * await asin(asarray([{ re: 2, im: 0 }])).compute(); // → ≈ [[1.5708, 1.31696]]
 */
export const asin = unaryVerb("asin");
export { asin as arcsin };

/**
 * The arc cosine, in [0, π]; NaN for real numbers beyond -1 and 1, complex for complex ones.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.acos.html
 * @example await acos(asarray([1, -1, 2])).compute(); // → [0, Math.PI, NaN]
 */
export const acos = unaryVerb("acos");
export { acos as arccos };

/**
 * The arc tangent, in [-π/2, π/2]. {@link atan2} knows the quadrant.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.atan.html
 * @example await atan(asarray([1, -Infinity])).compute(); // → [Math.PI / 4, -Math.PI / 2]
 */
export const atan = unaryVerb("atan");
export { atan as arctan };

/**
 * The angle of the point (x2, x1), in [-π, π], by the signs of both.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.atan2.html
 * @example
 * await atan2(asarray([1, 1, -1]), [1, -1, -1]).compute(); // → ≈ [Math.PI / 4, 3 * Math.PI / 4, -3 * Math.PI / 4]
 * await atan2(asarray([0, -0]), -1).compute(); // → [Math.PI, -Math.PI]
 */
export const atan2 = binaryVerb("atan2");
export { atan2 as arctan2 };

/**
 * The hyperbolic sine.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.sinh.html
 * @example await sinh(asarray([0, Infinity, Math.LN2])).compute(); // → ≈ [0, Infinity, 0.75]
 */
export const sinh = unaryVerb("sinh");

/**
 * The hyperbolic cosine.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.cosh.html
 * @example await cosh(asarray([0, -Infinity, Math.LN2])).compute(); // → ≈ [1, Infinity, 1.25]
 */
export const cosh = unaryVerb("cosh");

/**
 * The hyperbolic tangent, between -1 and 1.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.tanh.html
 * @example await tanh(asarray([0, 1000, Math.LN2])).compute(); // → ≈ [0, 1, 0.6]
 */
export const tanh = unaryVerb("tanh");

/**
 * The inverse hyperbolic sine.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.asinh.html
 * @example await asinh(asarray([0, 0.75])).compute(); // → ≈ [0, Math.LN2]
 */
export const asinh = unaryVerb("asinh");
export { asinh as arcsinh };

/**
 * The inverse hyperbolic cosine; NaN for real numbers below 1, complex for complex ones.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.acosh.html
 * @example
 * await acosh(asarray([1, 0])).compute(); // → [0, NaN]
 * await acosh(asarray([{ re: 0, im: 0 }])).compute(); // → [[0, Math.PI / 2]]
 */
export const acosh = unaryVerb("acosh");
export { acosh as arccosh };

/**
 * The inverse hyperbolic tangent: infinite at -1 and 1, NaN for real numbers beyond.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.atanh.html
 * @example await atanh(asarray([0, 1, 2])).compute(); // → [0, Infinity, NaN]
 */
export const atanh = unaryVerb("atanh");
export { atanh as arctanh };

/**
 * The length of the vector (x1, x2), without overflow on the way.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.hypot.html
 * @example await hypot(asarray([3, 3e200]), [4, 4e200]).compute(); // → ≈ [5, 5e200]
 */
export const hypot = binaryVerb("hypot");

/**
 * sin(πx) / (πx), 1 at 0.
 *
 * @returns the dtype of `x`, float64 for integers and booleans, in the shape of `x` (see
 * {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sinc.html
 * @example await sinc(asarray([0, 0.5])).compute(); // → ≈ [1, 2 / Math.PI]
 */
export function sinc<D extends DType, R extends number>(x: ChunkedArray<D, R>): Fractional<D, R> {
  checkArrays("sinc", x);
  const turned: ChunkedArray = multiply(fractional(x), Math.PI);
  return known(where(equal(turned, 0), 1, divide(sin(turned), turned)));
}

/**
 * Degrees as radians.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.deg2rad.html
 * @example await deg2rad(asarray([180, -90])).compute(); // → [Math.PI, -Math.PI / 2]
 */
export function deg2rad<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ShortFractional<D, R> {
  return turned("deg2rad", x, Math.PI / 180);
}
export { deg2rad as radians };

/**
 * Radians as degrees.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rad2deg.html
 * @example await rad2deg(asarray([Math.PI, -Math.PI / 2])).compute(); // → [180, -90]
 */
export function rad2deg<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ShortFractional<D, R> {
  return turned("rad2deg", x, 180 / Math.PI);
}
export { rad2deg as degrees };

/** Angles of real numbers in another unit. */
function turned<D extends DType, R extends number>(
  what: string,
  x: ChunkedArray<D, R>,
  factor: number,
): ShortFractional<D, R> {
  checkArrays(what, x);
  if (isComplex(x.dtype)) {
    throw new ArgumentError(
      "dtype",
      `${what} does not take ${x.dtype}: an angle is a real number (take angle or real first)`,
      { dtype: x.dtype },
    );
  }
  return known(multiply(shortFractional(x), factor));
}
