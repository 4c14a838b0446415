// Whole numbers near the values.
import { type DType, isComplex, isInteger } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { fitsInteger } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { checkArrays, type UnaryDType } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { divide, multiply } from "./arithmetic.js";
import { imag, real } from "./complex-numbers.js";
import { fromParts } from "./from-parts.js";
import { isfinite } from "./predicates.js";
import { known, type ShortFractional, shortFractional } from "./verb-arguments.js";
import { unaryVerb } from "./verbs.js";
import { where } from "./where.js";

/**
 * The nearest whole number above. Integers and booleans are returned unchanged.
 *
 * @returns dtype and shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.ceil.html
 * @example await ceil(asarray([1.2, -1.2])).compute(); // → [2, -1]
 */
export const ceil = unaryVerb("ceil");

/**
 * The nearest whole number below. Integers and booleans are returned unchanged.
 *
 * @returns dtype and shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.floor.html
 * @example await floor(asarray([1.8, -1.2])).compute(); // → [1, -2]
 */
export const floor = unaryVerb("floor");

/**
 * The value without its fraction: rounded towards 0. Integers and booleans are returned unchanged.
 *
 * @returns dtype and shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.trunc.html
 * @example await trunc(asarray([1.8, -1.8])).compute(); // → [1, -1]
 */
export const trunc = unaryVerb("trunc");
export { trunc as fix };

/**
 * Rounds to `decimals` decimal places, halves to the even digit; negative `decimals` round before
 * the point. Both parts of complex numbers are rounded.
 *
 * @param decimals a whole number; default: 0
 * @returns the dtype of `x`, float32 for booleans, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.value` when `decimals` is no whole number
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.round.html and
 * https://numpy.org/doc/stable/reference/generated/numpy.round.html
 * @example
 * await round(asarray([0.5, 1.5, 2.5, -1.2])).compute(); // → [0, 2, 2, -1]
 * await round(asarray([1.25, 1.75]), 1).compute(); // → [1.2, 1.8]
 * await round(asarray([15, 26]), -1).compute(); // → [20, 30]
 */
export function round<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  decimals = 0,
): ChunkedArray<UnaryDType<"round", D>, R> {
  checkArrays("round", x);
  if (!Number.isSafeInteger(decimals)) {
    throw new ArgumentError("value", `decimals are a whole number, got ${decimals}`, { decimals });
  }
  const whole = known<UnaryDType<"round", D>, R>(elementwise("round", [x]));
  if (decimals === 0 || (isInteger(x.dtype) && decimals > 0)) return whole;
  const scale = 10 ** Math.abs(decimals);
  const [up, down] = decimals > 0 ? ([multiply, divide] as const) : ([divide, multiply] as const);
  // Of 1000s, the whole numbers of one byte are fractions.
  const given: ChunkedArray = fitsInteger(x.dtype, scale) ? x : astype(x, "float64");
  const scaled = down(elementwise("round", [up(given, scale)]), scale) as ChunkedArray;
  const rounded = astype(scaled, whole.dtype);
  if (!isComplex(x.dtype)) return known(rounded);
  const parts = fromParts(round(real(x), decimals), round(imag(x), decimals), x.dtype);
  return known(where(isfinite(x), rounded, parts));
}
export { round as around };

/**
 * The nearest whole number, halves to the even one, floating-point also for integers.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rint.html
 * @example
 * await rint(asarray([0.5, 1.5, 2.5])).compute(); // → [0, 2, 2]
 * rint(asarray([1], { dtype: "int32" })).dtype; // → "float64"
 */
export function rint<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ShortFractional<D, R> {
  checkArrays("rint", x);
  return known(elementwise("round", [shortFractional(x)]));
}
