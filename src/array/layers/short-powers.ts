// Powers with constant exponents in a few steps: each costs as much as `square`, `sqrt` or
// `reciprocal`, instead of a logarithm and an exponential per element. Values are NumPy's, which
// has the same shortcuts.
import { type DType, isComplex, isComplexValue, type Scalar } from "../../base/dtype.js";
import type { ProgramBuilder } from "./program-builder.js";

/** Adds the steps to a program that make a power of node `x`; the last step added is the result. */
type Power = (builder: ProgramBuilder, x: number, dtype: DType) => void;

const INFINITY = Number.POSITIVE_INFINITY;

/** By exponent. Those with a fraction or below 0 never meet integers. */
const POWERS: ReadonlyMap<number, Power> = new Map<number, Power>([
  [-1, (builder, x, dtype) => builder.apply("reciprocal", [x], dtype)],
  [-0.5, inverseRoot],
  // NaN to the power of 0 is 1, too.
  [0, (builder, _x, dtype) => builder.constant(1, dtype)],
  // As in NumPy, -0 gives -0 and -Infinity gives NaN; C's pow gives 0 and Infinity.
  [0.5, (builder, x, dtype) => builder.apply("sqrt", [x], dtype)],
  [1, (builder, x, dtype) => builder.apply("positive", [x], dtype)],
  [2, (builder, x, dtype) => builder.apply("square", [x], dtype)],
  [3, (builder, x, dtype) => builder.apply("multiply", [square(builder, x, dtype), x], dtype)],
  [4, (builder, x, dtype) => builder.apply("square", [square(builder, x, dtype)], dtype)],
]);

/** The powers of which complex numbers have other values by their general way, at infinities. */
const REAL_ONLY: readonly number[] = [-0.5, 4];

/**
 * The steps that make the power of an array of `dtype` with `exponent`, if there are some short
 * ones.
 */
export function shortPower(exponent: Scalar, dtype: DType): Power | undefined {
  if (isComplexValue(exponent)) return undefined;
  const value = Number(exponent);
  if (isComplex(dtype) && REAL_ONLY.includes(value)) return undefined;
  return POWERS.get(value);
}

function square(builder: ProgramBuilder, x: number, dtype: DType): number {
  return builder.apply("square", [x], dtype);
}

/** NumPy has no shortcut here: either zero gives Infinity, and -Infinity gives 0. */
function inverseRoot(builder: ProgramBuilder, x: number, dtype: DType): void {
  const zero = builder.constant(0, dtype);
  const root = builder.apply("sqrt", [builder.apply("add", [x, zero], dtype)], dtype);
  const inverse = builder.apply("reciprocal", [root], dtype);
  const isInfinite = builder.apply("equal", [x, builder.constant(-INFINITY, dtype)], "bool");
  builder.apply("where", [isInfinite, zero, inverse], dtype);
}
