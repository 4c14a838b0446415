// The larger and the smaller of two, and values held between bounds.
import type { DType } from "../../base/dtype.js";
import type { Promote } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays, type Operand } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { isnan } from "./predicates.js";
import { operandPair } from "./verb-arguments.js";
import { binaryVerb } from "./verbs.js";
import { where } from "./where.js";

/**
 * The larger of two; NaN when either is. {@link fmax} passes over NaN.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.maximum.html
 * @example await maximum(asarray([1, NaN, 3]), 2).compute(); // → [2, NaN, 3]
 */
export const maximum = binaryVerb("maximum");

/**
 * The smaller of two; NaN when either is. {@link fmin} passes over NaN.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.minimum.html
 * @example await minimum(asarray([1, NaN, 3]), 2).compute(); // → [1, NaN, 2]
 */
export const minimum = binaryVerb("minimum");

/**
 * The larger of two; NaN only when both are.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape (see {@link BinaryVerb})
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError as {@link maximum}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fmax.html
 * @example await fmax(asarray([1, NaN, 3]), 2).compute(); // → [2, 2, 3]
 */
export function fmax(x1: Operand, x2: Operand): ChunkedArray {
  const [first, second] = operandPair(x1, x2, "fmax");
  const larger: ChunkedArray = where(isnan(second), first, maximum(first, second));
  return where(isnan(first), second, larger);
}

/**
 * The smaller of two; NaN only when both are.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns the promoted dtype, in the broadcast shape (see {@link BinaryVerb})
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError as {@link minimum}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fmin.html
 * @example await fmin(asarray([1, NaN, 3]), 2).compute(); // → [1, 2, 2]
 */
export function fmin(x1: Operand, x2: Operand): ChunkedArray {
  const [first, second] = operandPair(x1, x2, "fmin");
  const smaller: ChunkedArray = where(isnan(second), first, minimum(first, second));
  return where(isnan(first), second, smaller);
}

/**
 * `x` with values below `min` raised to it and values above `max` lowered to it; null or undefined
 * leaves a side open.
 *
 * @returns the promoted dtype in the broadcast shape
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.shape` when the bounds do not broadcast
 * with `x`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.clip.html
 * @example await clip(asarray([-1, 0.5, 2]), 0, 1).compute(); // → [0, 0.5, 1]
 */
export function clip<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  min?: Operand | null,
  max?: Operand | null,
): ChunkedArray<D | Promote<D, "float64">, R> {
  checkArrays("clip", x);
  const raised = min === null || min === undefined ? x : elementwise("maximum", [x, min]);
  const result = max === null || max === undefined ? raised : elementwise("minimum", [raised, max]);
  return result as ChunkedArray<D | Promote<D, "float64">, R>;
}
