// Signs, exponents, fractions and neighbours of floating-point numbers.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { checkArrays } from "../layers/array-operands.js";
import { subtract } from "./arithmetic.js";
import { isinf } from "./predicates.js";
import { trunc } from "./rounding.js";
import { known, type ShortFractional, shortFractional } from "./verb-arguments.js";
import { binaryVerb, unaryVerb } from "./verbs.js";
import { where } from "./where.js";

/**
 * The first with the sign of the second, also of a zero.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.copysign.html
 * @example await copysign(asarray([1, -2]), [-0, 3]).compute(); // → [-1, 2]
 */
export const copysign = binaryVerb("copysign");

/**
 * The next floating-point number from the first towards the second.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.nextafter.html
 * @example
 * await nextafter(asarray([1]), 2).compute(); // → [1 + Number.EPSILON]
 * await nextafter(asarray([0]), 1).compute(); // → [Number.MIN_VALUE]
 */
export const nextafter = binaryVerb("nextafter");

/**
 * The distance to the next floating-point number away from 0, with the sign of the value.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.spacing.html
 * @example await spacing(asarray([1, -4])).compute(); // → [Number.EPSILON, -4 * Number.EPSILON]
 */
export const spacing = unaryVerb("spacing");

/**
 * The first times 2 to the power of the second, rounded once: the inverse of {@link frexp}.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ldexp.html
 * @example await ldexp(asarray([0.5, 3]), [4, -1]).compute(); // → [8, 1.5]
 */
export const ldexp = binaryVerb("ldexp");

/**
 * The value over 2 to the power of its {@link exponent}: from 1/2 to below 1, with its sign.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.frexp.html
 * @example await mantissa(asarray([8, -0.75])).compute(); // → [0.5, -0.75]
 */
export const mantissa = unaryVerb("mantissa");

/**
 * The whole number n for which x / 2ⁿ is from 1/2 to below 1; 0 for 0, as a float.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.frexp.html
 * @example await exponent(asarray([8, 0.75, 0])).compute(); // → [4, 0, 0]
 */
export const exponent = unaryVerb("exponent");

/**
 * The fractions and the whole parts, both with the sign of the value.
 *
 * @returns two arrays with the dtype of `x`, for booleans and integers float32 (up to 16 bits) or
 * float64
 * @chunks those of `x`; one task per block of each
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.modf.html
 * @example
 * const [fraction, whole] = modf(asarray([2.5, -1.25]));
 * await fraction.compute(); // → [0.5, -0.25]
 * await whole.compute(); // → [2, -1]
 */
export function modf<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): [fraction: ShortFractional<D, R>, whole: ShortFractional<D, R>] {
  checkArrays("modf", x);
  const value = shortFractional(x);
  const whole: ChunkedArray = trunc(value);
  const rest: ChunkedArray = where(isinf(value), 0, subtract(value, whole));
  return [known(copysign(rest, value)), known(whole)];
}

/**
 * Mantissas, from 1/2 to below 1 in size, and exponents of 2: together {@link ldexp} makes `x` of
 * them.
 *
 * @returns mantissas, which are floating-point, and int32 exponents, both in the shape of `x`
 * @chunks those of `x`; one task per block of each
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.frexp.html
 * @example
 * const [mantissas, exponents] = frexp(asarray([8, 0.75]));
 * await mantissas.compute(); // → [0.5, 0.75]
 * await exponents.compute(); // → [4, 0]
 */
export function frexp<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): [mantissas: ShortFractional<D, R>, exponents: ChunkedArray<"int32", R>] {
  checkArrays("frexp", x);
  const exponents: ChunkedArray<"int32"> = astype(exponent(x) as ChunkedArray, "int32");
  return [known(mantissa(x)), known(exponents)];
}
