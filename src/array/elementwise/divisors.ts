// Divisors and multiples that whole numbers have in common.
import { binaryVerb } from "./verbs.js";

/**
 * The greatest common divisor, never negative; of 0 and a number its magnitude.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for all but integers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.gcd.html
 * @example await gcd(asarray([12, -18, 0], { dtype: "int32" }), 8).compute(); // → [4, 2, 8]
 */
export const gcd = binaryVerb("gcd");

/**
 * The least common multiple, 0 where either is 0. Wraps around where the dtype cannot hold it.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @throws ArgumentError `argument.dtype` for all but integers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lcm.html
 * @example await lcm(asarray([12, -18, 0], { dtype: "int32" }), 8).compute(); // → [24, 72, 0]
 */
export const lcm = binaryVerb("lcm");
