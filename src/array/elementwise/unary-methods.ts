// Elementwise operations of one array as methods: what each does, for editors and the API pages.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { UnaryDType } from "../layers/array-operands.js";

/** The elementwise operations of one array as methods. Results are lazy, in its chunks. */
export interface UnaryMethods<D extends DType, R extends number> {
  /**
   * The number with its sign turned; booleans are refused. See {@link negative}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([1, -2]).negative().compute(); // → [-1, 2]
   */
  negative(): ChunkedArray<UnaryDType<"negative", D>, R>;
  /**
   * The number itself; booleans are refused. See {@link positive}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([-1, 2]).positive().compute(); // → [-1, 2]
   */
  positive(): ChunkedArray<UnaryDType<"positive", D>, R>;
  /**
   * The magnitude, without the sign; of complex numbers, the distance from 0. See {@link abs}.
   *
   * @returns its dtype, of complex numbers that of their parts, in its shape
   * @example await asarray([-2, 0.5]).abs().compute(); // → [2, 0.5]
   */
  abs(): ChunkedArray<UnaryDType<"abs", D>, R>;
  /**
   * -1, 0 or 1 by the sign, NaN for NaN; complex numbers are divided by their magnitude.
   * See {@link sign}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([-5, 0, 0.1]).sign().compute(); // → [-1, 0, 1]
   */
  sign(): ChunkedArray<UnaryDType<"sign", D>, R>;
  /**
   * The number times itself. See {@link square}.
   *
   * @returns its dtype, int8 for booleans, in its shape
   * @example await asarray([-3, 0.5]).square().compute(); // → [9, 0.25]
   */
  square(): ChunkedArray<UnaryDType<"square", D>, R>;
  /**
   * 1 over the number; of integers, rounded towards 0. See {@link reciprocal}.
   *
   * @returns its dtype, int8 for booleans, in its shape
   * @example await asarray([4, 0.5]).reciprocal().compute(); // → [0.25, 2]
   */
  reciprocal(): ChunkedArray<UnaryDType<"reciprocal", D>, R>;
  /**
   * The real part; real numbers are returned unchanged. See {@link real}.
   *
   * @returns its dtype, of complex numbers that of their parts, in its shape
   * @example await asarray([{ re: 1, im: 2 }]).real().compute(); // → [1]
   */
  real(): ChunkedArray<UnaryDType<"real", D>, R>;
  /**
   * The imaginary part; 0 for real numbers. See {@link imag}.
   *
   * @returns its dtype, of complex numbers that of their parts, in its shape
   * @example await asarray([{ re: 1, im: 2 }]).imag().compute(); // → [2]
   */
  imag(): ChunkedArray<UnaryDType<"imag", D>, R>;
  /**
   * The complex conjugate; real numbers are returned unchanged. See {@link conj}.
   *
   * @returns its dtype, int8 for booleans, in its shape
   * @example await asarray([{ re: 1, im: 2 }]).conj().compute(); // → [[1, -2]]
   */
  conj(): ChunkedArray<UnaryDType<"conj", D>, R>;
  /**
   * The nearest whole number above. See {@link ceil}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([1.2, -1.2]).ceil().compute(); // → [2, -1]
   */
  ceil(): ChunkedArray<UnaryDType<"ceil", D>, R>;
  /**
   * The nearest whole number below. See {@link floor}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([1.8, -1.2]).floor().compute(); // → [1, -2]
   */
  floor(): ChunkedArray<UnaryDType<"floor", D>, R>;
  /**
   * The number without its fraction: rounded towards 0. See {@link trunc}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([1.8, -1.8]).trunc().compute(); // → [1, -1]
   */
  trunc(): ChunkedArray<UnaryDType<"trunc", D>, R>;
  /**
   * e to the power of the number. See {@link exp}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, 1, -Infinity]).exp().compute(); // → [1, Math.E, 0]
   */
  exp(): ChunkedArray<UnaryDType<"exp", D>, R>;
  /**
   * exp(x) - 1, exact near 0. See {@link expm1}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1e-20, 0]).expm1().compute(); // → [1e-20, 0]
   */
  expm1(): ChunkedArray<UnaryDType<"expm1", D>, R>;
  /**
   * The natural logarithm: -Infinity at 0, NaN for negative numbers. See {@link log}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1, 0, -1]).log().compute(); // → [0, -Infinity, NaN]
   */
  log(): ChunkedArray<UnaryDType<"log", D>, R>;
  /**
   * log(1 + x), exact near 0. See {@link log1p}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1e-20, -1]).log1p().compute(); // → [1e-20, -Infinity]
   */
  log1p(): ChunkedArray<UnaryDType<"log1p", D>, R>;
  /**
   * The logarithm to base 2. See {@link log2}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([8, 0.5]).log2().compute(); // → [3, -1]
   */
  log2(): ChunkedArray<UnaryDType<"log2", D>, R>;
  /**
   * The logarithm to base 10. See {@link log10}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1000, 0.01]).log10().compute(); // → [3, -2]
   */
  log10(): ChunkedArray<UnaryDType<"log10", D>, R>;
  /**
   * The square root; NaN for negative numbers. See {@link sqrt}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([9, -1]).sqrt().compute(); // → [3, NaN]
   */
  sqrt(): ChunkedArray<UnaryDType<"sqrt", D>, R>;
  /**
   * The cube root. See {@link cbrt}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([27, -8]).cbrt().compute(); // → [3, -2]
   */
  cbrt(): ChunkedArray<UnaryDType<"cbrt", D>, R>;
  /**
   * The sine of angles in radians. See {@link sin}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, Math.PI / 2]).sin().compute(); // → [0, 1]
   */
  sin(): ChunkedArray<UnaryDType<"sin", D>, R>;
  /**
   * The cosine of angles in radians. See {@link cos}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, Math.PI]).cos().compute(); // → [1, -1]
   */
  cos(): ChunkedArray<UnaryDType<"cos", D>, R>;
  /**
   * The tangent of angles in radians. See {@link tan}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, Math.PI / 4]).tan().compute(); // → ≈ [0, 1]
   */
  tan(): ChunkedArray<UnaryDType<"tan", D>, R>;
  /**
   * The arc sine, in [-π/2, π/2]; NaN for real numbers beyond -1 and 1. See {@link asin}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1, 2]).asin().compute(); // → [Math.PI / 2, NaN]
   */
  asin(): ChunkedArray<UnaryDType<"asin", D>, R>;
  /**
   * The arc cosine, in [0, π]; NaN for real numbers beyond -1 and 1. See {@link acos}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1, -1]).acos().compute(); // → [0, Math.PI]
   */
  acos(): ChunkedArray<UnaryDType<"acos", D>, R>;
  /**
   * The arc tangent, in [-π/2, π/2]. See {@link atan}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1, -Infinity]).atan().compute(); // → [Math.PI / 4, -Math.PI / 2]
   */
  atan(): ChunkedArray<UnaryDType<"atan", D>, R>;
  /**
   * The hyperbolic sine. See {@link sinh}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, Math.LN2]).sinh().compute(); // → ≈ [0, 0.75]
   */
  sinh(): ChunkedArray<UnaryDType<"sinh", D>, R>;
  /**
   * The hyperbolic cosine. See {@link cosh}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, Math.LN2]).cosh().compute(); // → ≈ [1, 1.25]
   */
  cosh(): ChunkedArray<UnaryDType<"cosh", D>, R>;
  /**
   * The hyperbolic tangent. See {@link tanh}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, Math.LN2]).tanh().compute(); // → ≈ [0, 0.6]
   */
  tanh(): ChunkedArray<UnaryDType<"tanh", D>, R>;
  /**
   * The inverse of the hyperbolic sine. See {@link asinh}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, 0.75]).asinh().compute(); // → ≈ [0, Math.LN2]
   */
  asinh(): ChunkedArray<UnaryDType<"asinh", D>, R>;
  /**
   * The inverse of the hyperbolic cosine; NaN for real numbers below 1. See {@link acosh}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1, 0]).acosh().compute(); // → [0, NaN]
   */
  acosh(): ChunkedArray<UnaryDType<"acosh", D>, R>;
  /**
   * The inverse of the hyperbolic tangent; NaN for real numbers beyond -1 and 1.
   * See {@link atanh}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([0, 1, 2]).atanh().compute(); // → [0, Infinity, NaN]
   */
  atanh(): ChunkedArray<UnaryDType<"atanh", D>, R>;
  /**
   * Whether the element is 0 or false. See {@link logicalNot}.
   *
   * @returns bool, in its shape
   * @example await asarray([0, 0.5, NaN]).logicalNot().compute(); // → [1, 0, 0]
   */
  logicalNot(): ChunkedArray<UnaryDType<"logicalNot", D>, R>;
  /**
   * Whether the element is neither infinite nor NaN. See {@link isfinite}.
   *
   * @returns bool, in its shape
   * @example await asarray([1, Infinity, NaN]).isfinite().compute(); // → [1, 0, 0]
   */
  isfinite(): ChunkedArray<UnaryDType<"isfinite", D>, R>;
  /**
   * Whether the element is infinite. See {@link isinf}.
   *
   * @returns bool, in its shape
   * @example await asarray([1, -Infinity, NaN]).isinf().compute(); // → [0, 1, 0]
   */
  isinf(): ChunkedArray<UnaryDType<"isinf", D>, R>;
  /**
   * Whether the element is NaN. See {@link isnan}.
   *
   * @returns bool, in its shape
   * @example await asarray([1, Infinity, NaN]).isnan().compute(); // → [0, 0, 1]
   */
  isnan(): ChunkedArray<UnaryDType<"isnan", D>, R>;
  /**
   * Whether the element has a minus sign, also -0. See {@link signbit}.
   *
   * @returns bool, in its shape
   * @example await asarray([-1, -0, 0]).signbit().compute(); // → [1, 1, 0]
   */
  signbit(): ChunkedArray<UnaryDType<"signbit", D>, R>;
  /**
   * The inverted bits of integers; of booleans, the negation. See {@link bitwiseInvert}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([0, 5], { dtype: "int8" }).bitwiseInvert().compute(); // → [-1, -6]
   */
  bitwiseInvert(): ChunkedArray<UnaryDType<"bitwiseInvert", D>, R>;
  /**
   * The number of bits that are 1 in the magnitude of an integer. See {@link bitwiseCount}.
   *
   * @returns its dtype, in its shape
   * @example await asarray([7, 8], { dtype: "uint8" }).bitwiseCount().compute(); // → [3, 1]
   */
  bitwiseCount(): ChunkedArray<UnaryDType<"bitwiseCount", D>, R>;
  /**
   * The distance to the next floating-point number away from 0. See {@link spacing}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([1]).spacing().compute(); // → [Number.EPSILON]
   */
  spacing(): ChunkedArray<UnaryDType<"spacing", D>, R>;
  /**
   * The number over 2 to the power of its `exponent()`: from 1/2 to below 1, with its sign.
   * See {@link mantissa}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([8, -0.75]).mantissa().compute(); // → [0.5, -0.75]
   */
  mantissa(): ChunkedArray<UnaryDType<"mantissa", D>, R>;
  /**
   * The whole number n for which x / 2ⁿ is from 1/2 to below 1; 0 for 0. See {@link exponent}.
   *
   * @returns its dtype, for booleans and integers float32 (up to 16 bits) or float64, in its shape
   * @example await asarray([8, 0.75, 0]).exponent().compute(); // → [4, 0, 0]
   */
  exponent(): ChunkedArray<UnaryDType<"exponent", D>, R>;
  /**
   * The modified Bessel function of the first kind, of order 0. See {@link i0}.
   *
   * @returns its dtype, float64 for integers and booleans, in its shape
   * @example await asarray([0, 1]).i0().compute(); // → ≈ [1, 1.26607]
   */
  i0(): ChunkedArray<UnaryDType<"i0", D>, R>;
}
