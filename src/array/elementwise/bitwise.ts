// Bits of integers and booleans.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { checkArrays } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { binaryVerb, unaryVerb } from "./verbs.js";

/**
 * The bits set in both.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for floating-point and complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.bitwise_and.html
 * @example await bitwiseAnd(asarray([12, 10], { dtype: "uint8" }), 6).compute(); // → [4, 2]
 */
export const bitwiseAnd = binaryVerb("bitwiseAnd");

/**
 * The bits set in either.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for floating-point and complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.bitwise_or.html
 * @example await bitwiseOr(asarray([12, 10], { dtype: "uint8" }), 3).compute(); // → [15, 11]
 */
export const bitwiseOr = binaryVerb("bitwiseOr");

/**
 * The bits set in exactly one.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for floating-point and complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.bitwise_xor.html
 * @example await bitwiseXor(asarray([12, 10], { dtype: "uint8" }), 6).compute(); // → [10, 12]
 */
export const bitwiseXor = binaryVerb("bitwiseXor");

/**
 * The inverted bits; of booleans, the negation.
 *
 * @returns dtype and shape of `x`
 * @throws ArgumentError `argument.dtype` for floating-point and complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.bitwise_invert.html
 * @example
 * await bitwiseInvert(asarray([0, 5], { dtype: "int8" })).compute(); // → [-1, -6]
 * await bitwiseInvert(asarray([0, 5], { dtype: "uint8" })).compute(); // → [255, 250]
 * await bitwiseInvert(asarray([true, false])).compute(); // → [0, 1]
 */
export const bitwiseInvert = unaryVerb("bitwiseInvert");
export { bitwiseInvert as bitwiseNot, bitwiseInvert as invert };

/**
 * The bits shifted left; bits beyond the dtype are lost.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, int8 for booleans, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for floating-point and complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.bitwise_left_shift.html
 * @example
 * await bitwiseLeftShift(asarray([1, 200], { dtype: "uint8" }), 1).compute(); // → [2, 144]
 */
export const bitwiseLeftShift = binaryVerb("bitwiseLeftShift");
export { bitwiseLeftShift as leftShift };

/**
 * The bits moved down, keeping the sign.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, int8 for booleans, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for floating-point and complex numbers
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.bitwise_right_shift.html
 * @example await bitwiseRightShift(asarray([8, -8], { dtype: "int32" }), 1).compute(); // → [4, -4]
 */
export const bitwiseRightShift = binaryVerb("bitwiseRightShift");
export { bitwiseRightShift as rightShift };

/**
 * How many bits are set in the magnitude of each number.
 *
 * @returns uint8, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for all but integers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.bitwise_count.html
 * @example await bitwiseCount(asarray([1023, -2], { dtype: "int16" })).compute(); // → [10, 1]
 */
export function bitwiseCount<R extends number>(
  x: ChunkedArray<DType, R>,
): ChunkedArray<"uint8", R> {
  checkArrays("bitwiseCount", x);
  const counts: ChunkedArray = elementwise("bitwiseCount", [x]);
  return astype(counts, "uint8") as ChunkedArray<"uint8"> as ChunkedArray<"uint8", R>;
}
