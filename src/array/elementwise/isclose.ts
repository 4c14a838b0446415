// Whether elements are close to each other, one by one.
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays, type Operand, operandArray } from "../layers/array-operands.js";
import {
  abs,
  add,
  equal,
  isfinite,
  isnan,
  lessEqual,
  logicalAnd,
  logicalOr,
  multiply,
  subtract,
} from "./elementwise.js";
import { fractional } from "./verb-arguments.js";

/** Options of {@link isclose} and {@link allclose}. */
export interface CloseOptions {
  /** Allowed distance as a share of the second number; default: 1e-5. */
  readonly rtol?: number;
  /** The allowed absolute distance; default: 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN; default: false. */
  readonly equalNan?: boolean;
}

/**
 * Whether elements are equal within a tolerance.
 *
 * @param x1 an array, a number or nested lists
 * @param x2 as `x1`; the two broadcast against each other
 * @returns bool in the broadcast shape
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError `argument.shape` when the two do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isclose.html
 * @example await isclose(asarray([1, 2]), [1.000001, 2.1]).compute(); // → [1, 0]
 */
export function isclose(x1: ChunkedArray, x2: Operand, options: CloseOptions = {}): ChunkedArray {
  checkArrays("isclose", x1);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  // With fractions: differences of integers would wrap around.
  const second = fractional(operandArray(x1, x2));
  const allowed: ChunkedArray = add(multiply(abs(second), rtol), atol);
  const near: ChunkedArray = lessEqual(abs(subtract(x1, second) as ChunkedArray), allowed);
  // Infinities are close to themselves only.
  const close: ChunkedArray = logicalOr(logicalAnd(near, isfinite(second)), equal(x1, second));
  return equalNan ? logicalOr(close, logicalAnd(isnan(x1), isnan(second))) : close;
}
