// Truth values joined. Choosing by them is where.ts.
import { binaryVerb, unaryVerb } from "./verbs.js";

/**
 * Whether both are true, as all numbers but 0 are (NaN, too).
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.logical_and.html
 * @example await logicalAnd(asarray([2, 0, NaN]), true).compute(); // → [1, 0, 1]
 */
export const logicalAnd = binaryVerb("logicalAnd");

/**
 * Whether either is true, as all numbers but 0 are.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.logical_or.html
 * @example await logicalOr(asarray([true, false]), asarray([0, 0])).compute(); // → [1, 0]
 */
export const logicalOr = binaryVerb("logicalOr");

/**
 * Whether exactly one is true, as all numbers but 0 are.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool, in the broadcast shape
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.logical_xor.html
 * @example await logicalXor(asarray([3, 0]), 5).compute(); // → [0, 1]
 */
export const logicalXor = binaryVerb("logicalXor");

/**
 * Whether the value is false: 0.
 *
 * @returns bool, in the shape of `x`
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.logical_not.html
 * @example await logicalNot(asarray([0, 0.5, NaN])).compute(); // → [1, 0, 0]
 */
export const logicalNot = unaryVerb("logicalNot");
