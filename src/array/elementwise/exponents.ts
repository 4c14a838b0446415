// Exponentials, logarithms and roots.
import { type DType, isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { promote, shortFloating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { checkArrays, type Operand } from "../layers/array-operands.js";
import { abs, add, divide, pow, subtract } from "./arithmetic.js";
import { equal } from "./comparison.js";
import { maximum } from "./extremes.js";
import { known, operandPair, type ShortFractional, shortFractional } from "./verb-arguments.js";
import { binaryVerb, unaryVerb } from "./verbs.js";
import { where } from "./where.js";

/**
 * e to the power of the value.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.exp.html
 * @example
 * await exp(asarray([0, 1, -Infinity])).compute(); // → [1, Math.E, 0]
 * await exp(asarray([{ re: 0, im: Math.PI }])).compute(); // → ≈ [[-1, 0]]
 */
export const exp = unaryVerb("exp");

/**
 * exp(x) - 1, exact near 0, where subtracting would lose digits.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.expm1.html
 * @example await expm1(asarray([1e-20, 0])).compute(); // → [1e-20, 0]
 */
export const expm1 = unaryVerb("expm1");

/**
 * The natural logarithm: -Infinity at 0, NaN for negative numbers. For complex numbers, the one
 * with an imaginary part in [-π, π].
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.log.html
 * @example
 * await log(asarray([1, 0, -1])).compute(); // → [0, -Infinity, NaN]
 * await log(asarray([{ re: -1, im: 0 }])).compute(); // → [[0, Math.PI]]
 */
export const log = unaryVerb("log");

/**
 * log(1 + x), exact near 0, where adding would lose digits.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.log1p.html
 * @example await log1p(asarray([1e-20, -1])).compute(); // → [1e-20, -Infinity]
 */
export const log1p = unaryVerb("log1p");

/**
 * The logarithm to base 2.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.log2.html
 * @example await log2(asarray([8, 0.5])).compute(); // → [3, -1]
 */
export const log2 = unaryVerb("log2");

/**
 * The logarithm to base 10.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.log10.html
 * @example await log10(asarray([1000, 0.01])).compute(); // → [3, -2]
 */
export const log10 = unaryVerb("log10");

/**
 * log(exp(x1) + exp(x2)) without overflow: adds probabilities that are kept as logarithms.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.logaddexp.html
 * @example await logaddexp(asarray([1000]), 1000).compute(); // → ≈ [1000.6931]
 */
export const logaddexp = binaryVerb("logaddexp");

/**
 * The square root: NaN for negative real numbers. For complex numbers, the one with a real part
 * from 0.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.sqrt.html
 * @example
 * await sqrt(asarray([9, -1])).compute(); // → [3, NaN]
 * await sqrt(asarray([{ re: -1, im: 0 }])).compute(); // → [[0, 1]]
 */
export const sqrt = unaryVerb("sqrt");

/**
 * The cube root, also of negative numbers.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cbrt.html
 * @example await cbrt(asarray([27, -8])).compute(); // → [3, -2]
 */
export const cbrt = unaryVerb("cbrt");

/**
 * 2 to the power of the value.
 *
 * @returns the dtype of `x`, for booleans and integers float32 (up to 16 bits) or float64, in the
 * shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.exp2.html
 * @example await exp2(asarray([3, -1], { dtype: "int32" })).compute(); // → [8, 0.5]
 */
export function exp2<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ShortFractional<D, R> {
  checkArrays("exp2", x);
  return known(pow(2, shortFractional(x)));
}

/**
 * log2(2^x1 + 2^x2) without overflow.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, for booleans and integers float32 (up to 16 bits) or float64, in the
 * broadcast shape (see {@link BinaryVerb})
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError `argument.shape` when shapes do not broadcast, `argument.dtype` for complex
 * numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logaddexp2.html
 * @example await logaddexp2(asarray([2000, -Infinity]), [2000, 1]).compute(); // → [2001, 1]
 */
export function logaddexp2(x1: Operand, x2: Operand): ChunkedArray {
  const operands = operandPair(x1, x2, "logaddexp2");
  // With fractions: differences of integers would wrap around.
  const dtype = promote(shortFloating(operands[0].dtype), shortFloating(operands[1].dtype));
  if (isComplex(dtype)) {
    throw new ArgumentError("dtype", `logaddexp2 does not take ${dtype}: take abs or real first`);
  }
  const [first, second] = [astype(operands[0], dtype), astype(operands[1], dtype)];
  const more: ChunkedArray = divide(
    log1p(exp2(abs(subtract(first, second) as ChunkedArray).negative() as ChunkedArray)),
    Math.LN2,
  );
  // The difference of two equal infinities is NaN.
  const joined: ChunkedArray = add(maximum(first, second) as ChunkedArray, more);
  return where(equal(first, second), add(first, 1), joined);
}
