// Whole numbers near the values.

import type { DType } from "../../../base/dtype.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { checkArrays } from "../../operands.js";
import { type Fractional, fractional, known } from "./arguments.js";
import { unaryVerb } from "./verbs.js";

/**
 * The nearest whole number above. Integers and booleans stay as they are.
 *
 * @returns dtype and shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.ceil.html
 *
 * @example
 * ```ts
 * await ceil(asarray([1.2, -1.2])).compute(); // → [2, -1]
 * ```
 */
export const ceil = unaryVerb("ceil");

/**
 * The nearest whole number below. Integers and booleans stay as they are.
 *
 * @returns dtype and shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.floor.html
 *
 * @example
 * ```ts
 * await floor(asarray([1.8, -1.2])).compute(); // → [1, -2]
 * ```
 */
export const floor = unaryVerb("floor");

/**
 * The value without its fraction: rounded towards 0. Integers and booleans stay as they are.
 *
 * @returns dtype and shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.trunc.html
 *
 * @example
 * ```ts
 * await trunc(asarray([1.8, -1.8])).compute(); // → [1, -1]
 * ```
 */
export const trunc = unaryVerb("trunc");
export { trunc as fix };

/**
 * The nearest whole number, halves to the even one; of complex numbers, of both parts. {@link
 * around} rounds to a number of decimals.
 *
 * @returns dtype and shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for booleans
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.round.html
 *
 * @example
 * ```ts
 * await round(asarray([0.5, 1.5, 2.5, -1.2])).compute(); // → [0, 2, 2, -1]
 * ```
 */
export const round = unaryVerb("round");

/**
 * The nearest whole number, halves to the even one, floating-point also for integers.
 *
 * @returns the dtype of `x`, float64 for integers and booleans, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rint.html
 *
 * @example
 * ```ts
 * await rint(asarray([0.5, 1.5, 2.5])).compute(); // → [0, 2, 2]
 * rint(asarray([1], { dtype: "int8" })).dtype; // → "float64"
 * ```
 */
export function rint<D extends DType, R extends number>(x: ChunkedArray<D, R>): Fractional<D, R> {
  checkArrays("rint", x);
  return known(round(fractional(x)));
}
