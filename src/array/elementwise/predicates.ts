// Elementwise predicates on numbers: finite, infinite, NaN, negative.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { logicalAnd, logicalNot } from "./logic.js";
import { known, type Truth } from "./verb-arguments.js";
import { unaryVerb } from "./verbs.js";

/**
 * Whether it is neither infinite nor NaN: of complex numbers, neither part.
 *
 * @returns bool, in the shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.isfinite.html
 * @example await isfinite(asarray([1, Infinity, NaN])).compute(); // → [1, 0, 0]
 */
export const isfinite = unaryVerb("isfinite");

/**
 * Whether it is infinite, with either sign: of complex numbers, either part.
 *
 * @returns bool, in the shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.isinf.html
 * @example await isinf(asarray([1, -Infinity, NaN])).compute(); // → [0, 1, 0]
 */
export const isinf = unaryVerb("isinf");

/**
 * Whether it is NaN: of complex numbers, either part. Integers never are.
 *
 * @returns bool, in the shape of `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.isnan.html
 * @example await isnan(asarray([1, Infinity, NaN])).compute(); // → [0, 0, 1]
 */
export const isnan = unaryVerb("isnan");

/**
 * Whether the sign bit is set; true for -0.
 *
 * @returns bool, in the shape of `x`
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.signbit.html
 * @example await signbit(asarray([-1, -0, 0])).compute(); // → [1, 1, 0]
 */
export const signbit = unaryVerb("signbit");

/**
 * Whether it is minus infinity.
 *
 * @returns bool, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isneginf.html
 * @example await isneginf(asarray([Infinity, -Infinity, -1])).compute(); // → [0, 1, 0]
 */
export function isneginf<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  checkArrays("isneginf", x);
  return known(logicalAnd(isinf(x), signbit(x)));
}

/**
 * Whether it is infinity, and not minus infinity.
 *
 * @returns bool, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isposinf.html
 * @example await isposinf(asarray([Infinity, -Infinity, 1])).compute(); // → [1, 0, 0]
 */
export function isposinf<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  checkArrays("isposinf", x);
  return known(logicalAnd(isinf(x), logicalNot(signbit(x))));
}

/**
 * Whether it is no number: NaN. As pandas has it.
 *
 * @returns bool, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://docs.dask.org/en/stable/generated/dask.array.isnull.html
 * @example await isnull(asarray([1, NaN])).compute(); // → [0, 1]
 */
export function isnull<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  checkArrays("isnull", x);
  return known(isnan(x));
}

/**
 * Whether it is a number, and not NaN.
 *
 * @returns bool, in the shape of `x` (see {@link UnaryVerb})
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://docs.dask.org/en/stable/generated/dask.array.notnull.html
 * @example await notnull(asarray([1, NaN])).compute(); // → [1, 0]
 */
export function notnull<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  checkArrays("notnull", x);
  return known(logicalNot(isnan(x) as ChunkedArray));
}
