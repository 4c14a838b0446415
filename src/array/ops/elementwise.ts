// The elementwise operations as functions, by their names in the Python array API standard. All are
// lazy and follow one contract, which is written once, at unaryVerb and binaryVerb; the table they
// come from is graph/operations.ts, how they become layers ../elementwise.ts.
import type { DType } from "../../base/dtype.js";
import type { Floating, Promote, RealPart } from "../../base/promotion.js";
import type { Operation } from "../../graph/operations.js";
import type { ChunkedArray } from "../chunked-array.js";
import { elementwise } from "../elementwise.js";
import type { MeetDType, MeetRank, MeetResult, Operand, UnaryDType } from "../operands.js";
import { astype } from "./astype.js";

/** An operation on one array: same shape and chunks; see each for what it computes. */
export type UnaryVerb<K extends Operation> = <D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
) => ChunkedArray<UnaryDType<K, D>, R>;

/**
 * An operation on two operands, of which at least one is a chunked array: shapes broadcast, dtypes
 * are promoted, chunks are cut to fit each other. The other operand may be a number, a boolean, an
 * ndarray, a typed array or nested lists; as may a BigInt and `{ re, im }`.
 */
export type BinaryVerb<K extends Operation> = <A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
) => ChunkedArray<MeetResult<K, A, B>, MeetRank<A, B>>;

function unaryVerb<K extends Operation>(op: K): UnaryVerb<K> {
  return ((x: Operand) => elementwise(op, [x])) as UnaryVerb<K>;
}

function binaryVerb<K extends Operation>(op: K): BinaryVerb<K> {
  return ((x1: Operand, x2: Operand) => elementwise(op, [x1, x2])) as BinaryVerb<K>;
}

/** The sum; of booleans, whether either is true. */
export const add = binaryVerb("add");
/** The difference. */
export const subtract = binaryVerb("subtract");
/** The product; of booleans, whether both are true. */
export const multiply = binaryVerb("multiply");
/** The quotient, floating-point for integers too. */
export const divide = binaryVerb("divide");
/** The quotient rounded down. */
export const floorDivide = binaryVerb("floorDivide");
/** The remainder, with the sign of the divisor. */
export const remainder = binaryVerb("remainder");
/** The first to the power of the second. */
export const pow = binaryVerb("pow");
/** The value with its sign turned. */
export const negative = unaryVerb("negative");
/** The value itself. */
export const positive = unaryVerb("positive");
/** The distance from zero; real for complex numbers. */
export const abs = unaryVerb("abs");
/** -1, 0 or 1 by the sign; of complex numbers, the direction from 0. */
export const sign = unaryVerb("sign");
/** The value times itself. */
export const square = unaryVerb("square");
/** One over the value. */
export const reciprocal = unaryVerb("reciprocal");
/** The real part. */
export const real = unaryVerb("real");
/** The imaginary part; 0 for real numbers. */
export const imag = unaryVerb("imag");
/** The value with its imaginary part turned around. */
export const conj = unaryVerb("conj");
/** The larger of two; NaN when either is. */
export const maximum = binaryVerb("maximum");
/** The smaller of two; NaN when either is. */
export const minimum = binaryVerb("minimum");
/** The nearest whole number above. */
export const ceil = unaryVerb("ceil");
/** The nearest whole number below. */
export const floor = unaryVerb("floor");
/** The value without its fraction. */
export const trunc = unaryVerb("trunc");
export { trunc as fix };
/** The nearest whole number, halves to the even one. */
export const round = unaryVerb("round");
/** e to the power of the value. */
export const exp = unaryVerb("exp");
/** exp(x) - 1, exact near 0. */
export const expm1 = unaryVerb("expm1");
/** The natural logarithm. */
export const log = unaryVerb("log");
/** log(1 + x), exact near 0. */
export const log1p = unaryVerb("log1p");
/** The logarithm to base 2. */
export const log2 = unaryVerb("log2");
/** The logarithm to base 10. */
export const log10 = unaryVerb("log10");
/** log(exp(x1) + exp(x2)) without overflow. */
export const logaddexp = binaryVerb("logaddexp");
/** The square root. */
export const sqrt = unaryVerb("sqrt");
/** The cube root. */
export const cbrt = unaryVerb("cbrt");
/** The sine. */
export const sin = unaryVerb("sin");
/** The cosine. */
export const cos = unaryVerb("cos");
/** The tangent. */
export const tan = unaryVerb("tan");
/** The arc sine. */
export const asin = unaryVerb("asin");
/** The arc cosine. */
export const acos = unaryVerb("acos");
/** The arc tangent. */
export const atan = unaryVerb("atan");
/** The angle of the point (x2, x1), in (-π, π]. */
export const atan2 = binaryVerb("atan2");
/** The hyperbolic sine. */
export const sinh = unaryVerb("sinh");
/** The hyperbolic cosine. */
export const cosh = unaryVerb("cosh");
/** The hyperbolic tangent. */
export const tanh = unaryVerb("tanh");
/** The inverse hyperbolic sine. */
export const asinh = unaryVerb("asinh");
/** The inverse hyperbolic cosine. */
export const acosh = unaryVerb("acosh");
/** The inverse hyperbolic tangent. */
export const atanh = unaryVerb("atanh");
/** The length of the vector (x1, x2). */
export const hypot = binaryVerb("hypot");
/** The first with the sign of the second. */
export const copysign = binaryVerb("copysign");
/** Whether both are equal; NaN equals nothing. */
export const equal = binaryVerb("equal");
/** Whether they differ. */
export const notEqual = binaryVerb("notEqual");
/** Whether the first is less. */
export const less = binaryVerb("less");
/** Whether the first is less or equal. */
export const lessEqual = binaryVerb("lessEqual");
/** Whether the first is greater. */
export const greater = binaryVerb("greater");
/** Whether the first is greater or equal. */
export const greaterEqual = binaryVerb("greaterEqual");
/** Whether both are non-zero. */
export const logicalAnd = binaryVerb("logicalAnd");
/** Whether either is non-zero. */
export const logicalOr = binaryVerb("logicalOr");
/** Whether exactly one is non-zero. */
export const logicalXor = binaryVerb("logicalXor");
/** Whether the value is zero. */
export const logicalNot = unaryVerb("logicalNot");
/** Whether it is neither infinite nor NaN. */
export const isfinite = unaryVerb("isfinite");
/** Whether it is infinite. */
export const isinf = unaryVerb("isinf");
/** Whether it is NaN. */
export const isnan = unaryVerb("isnan");
/** Whether its sign bit is set, as it is for -0. */
export const signbit = unaryVerb("signbit");
/** The bits set in both. */
export const bitwiseAnd = binaryVerb("bitwiseAnd");
/** The bits set in either. */
export const bitwiseOr = binaryVerb("bitwiseOr");
/** The bits set in exactly one. */
export const bitwiseXor = binaryVerb("bitwiseXor");
/** The bits turned around. */
export const bitwiseInvert = unaryVerb("bitwiseInvert");
/** The bits moved up. */
export const bitwiseLeftShift = binaryVerb("bitwiseLeftShift");
/** The bits moved down, keeping the sign. */
export const bitwiseRightShift = binaryVerb("bitwiseRightShift");
/** The remainder, with the sign of the dividend. */
export const fmod = binaryVerb("fmod");
/** The next floating-point number from the first towards the second. */
export const nextafter = binaryVerb("nextafter");
/** The distance to the next floating-point number away from 0, with the sign of the value. */
export const spacing = unaryVerb("spacing");
/** The first times 2 to the power of the second, rounded once. */
export const ldexp = binaryVerb("ldexp");
/** The value over 2 to the power of its {@link exponent}: from 1/2 to below 1, with its sign. */
export const mantissa = unaryVerb("mantissa");
/** The whole number n for which x / 2ⁿ lies from 1/2 to below 1; 0 for 0, as a float. */
export const exponent = unaryVerb("exponent");
/** The modified Bessel function of the first kind, of order 0. */
export const i0 = unaryVerb("i0");
/** The regularized upper incomplete gamma function Q(x1, x2), 1 at x2 = 0. */
export const gammaincc = binaryVerb("gammaincc");

/**
 * Elements of `x` where `condition` is true, of `y` elsewhere.
 *
 * @param condition booleans, or numbers that count as true unless 0; broadcasts with the others
 * @returns the broadcast shape, the promoted dtype of `x` and `y`, lazy
 * @throws ArgumentError `argument.shape` when the three do not broadcast
 *
 * @example
 * ```ts
 * const x = asarray([-1, 2, -3]);
 * await where(greater(x, 0), x, 0).compute(); // → [0, 2, 0]
 * ```
 */
export function where<C extends Operand, A extends Operand, B extends Operand>(
  condition: C,
  x: A,
  y: B,
): ChunkedArray<MeetDType<A, B>, number> {
  return elementwise("where", [condition, x, y]) as ChunkedArray<MeetDType<A, B>, number>;
}

/**
 * The regularized incomplete beta function, from 0 at `x` = 0 to 1 at `x` = 1.
 *
 * @param a above 0
 * @param b above 0
 * @returns the broadcast shape, the promoted dtype with fractions, lazy
 * @throws ArgumentError `argument.shape` when the three do not broadcast, `argument.dtype`
 *
 * @example
 * ```ts
 * await betainc(2, 1, asarray(0.5)).compute(); // → ≈ 0.25
 * ```
 */
export function betainc(a: Operand, b: Operand, x: Operand): ChunkedArray<"float32" | "float64"> {
  return elementwise("betainc", [a, b, x]) as ChunkedArray as ChunkedArray<"float32" | "float64">;
}

/**
 * `x` with values below `min` raised to it and values above `max` lowered to it; null or undefined
 * leaves a side open.
 *
 * @returns the broadcast shape, the promoted dtype, lazy
 *
 * @example
 * ```ts
 * await clip(asarray([-1, 0.5, 2]), 0, 1).compute(); // → [0, 0.5, 1]
 * ```
 */
export function clip<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  min?: Operand | null,
  max?: Operand | null,
): ChunkedArray<D | Promote<D, "float64">, R> {
  const raised = min === null || min === undefined ? x : elementwise("maximum", [x, min]);
  const result = max === null || max === undefined ? raised : elementwise("minimum", [raised, max]);
  return result as ChunkedArray<D | Promote<D, "float64">, R>;
}

/**
 * The angle of each complex number in the plane, in (-π, π]; of real numbers, 0 or π.
 *
 * @returns the same shape and chunks, float32 or float64, lazy
 *
 * @example
 * ```ts
 * await angle(asarray([{ re: 0, im: 2 }])).compute(); // → [Math.PI / 2]
 * ```
 */
export function angle<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<RealPart<Floating<D>>, R> {
  const numbers: ChunkedArray = x.dtype === "bool" ? astype(x, "float64") : x;
  const result: ChunkedArray = atan2(imag(numbers), real(numbers));
  return result as ChunkedArray as ChunkedArray<RealPart<Floating<D>>, R>;
}
