// Elementwise comparisons of two. Whether two are close is ../choosing.ts.
import { binaryVerb } from "./verbs.js";

/**
 * Whether both are equal. NaN equals nothing, -0 equals 0, and numbers compare exactly across
 * dtypes.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.equal.html
 * @example
 * await equal(asarray([1, NaN, -0]), [1, NaN, 0]).compute(); // → [1, 0, 1]
 * await equal(asarray([255], { dtype: "uint8" }), -1).compute(); // → [0]
 */
export const equal = binaryVerb("equal");

/**
 * Whether they differ; NaN differs from itself.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.not_equal.html
 * @example await notEqual(asarray([1, NaN]), [1, NaN]).compute(); // → [0, 1]
 */
export const notEqual = binaryVerb("notEqual");

/**
 * Whether the first is less; never, where either is NaN. Complex numbers are ordered by real parts,
 * equal ones by imaginary parts, as NumPy has it.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.less.html
 * @example await less(asarray([1, 2, NaN]), 2).compute(); // → [1, 0, 0]
 */
export const less = binaryVerb("less");

/**
 * Whether the first is less or equal; never, where either is NaN.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.less_equal.html
 * @example await lessEqual(asarray([1, 2, 3]), 2).compute(); // → [1, 1, 0]
 */
export const lessEqual = binaryVerb("lessEqual");

/**
 * Whether the first is greater; never, where either is NaN.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.greater.html
 * @example await greater(asarray([1, 2, NaN]), 1).compute(); // → [0, 1, 0]
 */
export const greater = binaryVerb("greater");

/**
 * Whether the first is greater or equal; never, where either is NaN.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.greater_equal.html
 * @example await greaterEqual(asarray([1, 2, 3]), 2).compute(); // → [0, 1, 1]
 */
export const greaterEqual = binaryVerb("greaterEqual");
