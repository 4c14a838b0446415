// Elementwise functions of NumPy's that are made of others. They fuse with what is around them.
import { DTYPES, type DType } from "../../base/dtype.js";
import { type Floating, floating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { firstArray, isChunkedArray, type Operand } from "../operands.js";
import { dataNode } from "../source.js";
import { astype } from "./astype.js";
import {
  abs,
  add,
  copysign,
  divide,
  equal,
  exponent,
  floorDivide,
  imag,
  isinf,
  isnan,
  log1p,
  logicalAnd,
  logicalNot,
  mantissa,
  maximum,
  minimum,
  multiply,
  notEqual,
  pow,
  remainder,
  round,
  signbit,
  sin,
  subtract,
  trunc,
  where,
} from "./elementwise.js";

type Real<D extends DType, R extends number> = ChunkedArray<Floating<D>, R>;
type Truth<R extends number> = ChunkedArray<"bool", R>;

/** 2 to the power of the value. */
export function exp2<D extends DType, R extends number>(x: ChunkedArray<D, R>): Real<D, R> {
  return known(pow(2, fractional(x)));
}

/** log2(2^x1 + 2^x2) without overflow. */
export function logaddexp2(x1: Operand, x2: Operand): ChunkedArray {
  const [first, second] = pair(x1, x2, "logaddexp2");
  const more: ChunkedArray = divide(
    log1p(exp2(abs(subtract(first, second) as ChunkedArray).negative() as ChunkedArray)),
    Math.LN2,
  );
  // Of two equal infinities the difference is no number.
  const joined: ChunkedArray = add(maximum(first, second) as ChunkedArray, more);
  return where(equal(first, second), add(first, 1), joined);
}

/** The larger of two; NaN only when both are. */
export function fmax(x1: Operand, x2: Operand): ChunkedArray {
  const [first, second] = pair(x1, x2, "fmax");
  const larger: ChunkedArray = where(isnan(second), first, maximum(first, second));
  return where(isnan(first), second, larger);
}

/** The smaller of two; NaN only when both are. */
export function fmin(x1: Operand, x2: Operand): ChunkedArray {
  const [first, second] = pair(x1, x2, "fmin");
  const smaller: ChunkedArray = where(isnan(second), first, minimum(first, second));
  return where(isnan(first), second, smaller);
}

/**
 * The quotients rounded down and the remainders: floorDivide and remainder.
 *
 * @example
 * ```ts
 * const [quotient, rest] = divmod(asarray([7, -7]), 2);
 * await quotient.compute(); // → [3, -4]
 * await rest.compute(); // → [1, 1]
 * ```
 */
export function divmod(x1: Operand, x2: Operand): [quotient: ChunkedArray, rest: ChunkedArray] {
  return [floorDivide(x1, x2), remainder(x1, x2)];
}

/** The first to the power of the second, in floating point also for integers. */
export function floatPower(x1: Operand, x2: Operand): ChunkedArray {
  const [first, second] = pair(x1, x2, "floatPower");
  const wide = (x: ChunkedArray): ChunkedArray =>
    astype(x, DTYPES[x.dtype].kind === "complex" ? "complex128" : "float64");
  return pow(wide(first), wide(second));
}

/** The distance from zero, floating-point also for integers. */
export function fabs<D extends DType, R extends number>(x: ChunkedArray<D, R>): Real<D, R> {
  return known(abs(fractional(x)));
}

/** The nearest whole number, halves to the even one, floating-point also for integers. */
export function rint<D extends DType, R extends number>(x: ChunkedArray<D, R>): Real<D, R> {
  return known(round(fractional(x)));
}

/**
 * The fractions and the whole parts, both with the sign of the value.
 *
 * @example
 * ```ts
 * const [fraction, whole] = modf(asarray([2.5, -1.25]));
 * await fraction.compute(); // → [0.5, -0.25]
 * await whole.compute(); // → [2, -1]
 * ```
 */
export function modf<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): [fraction: Real<D, R>, whole: Real<D, R>] {
  const value = fractional(x);
  const whole: ChunkedArray = trunc(value);
  const rest: ChunkedArray = where(isinf(value), 0, subtract(value, whole));
  return [known(copysign(rest, value)), known(whole)];
}

/**
 * Mantissas, from 1/2 to below 1 in size, and exponents of 2: together {@link ldexp} makes `x` of them.
 *
 * @returns floating-point mantissas and int32 exponents
 *
 * @example
 * ```ts
 * const [mantissas, exponents] = frexp(asarray([8, 0.75]));
 * await mantissas.compute(); // → [0.5, 0.75]
 * await exponents.compute(); // → [4, 0]
 * ```
 */
export function frexp<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): [mantissas: Real<D, R>, exponents: ChunkedArray<"int32", R>] {
  const exponents: ChunkedArray<"int32"> = astype(exponent(x) as ChunkedArray, "int32");
  return [known(mantissa(x)), exponents as ChunkedArray as ChunkedArray<"int32", R>];
}

/** sin(πx) / (πx), 1 at 0. */
export function sinc<D extends DType, R extends number>(x: ChunkedArray<D, R>): Real<D, R> {
  const turned: ChunkedArray = multiply(fractional(x), Math.PI);
  return known(where(equal(turned, 0), 1, divide(sin(turned), turned)));
}

/** Degrees as radians. */
export function deg2rad<D extends DType, R extends number>(x: ChunkedArray<D, R>): Real<D, R> {
  return known(multiply(fractional(x), Math.PI / 180));
}
export { deg2rad as radians };

/** Radians as degrees. */
export function rad2deg<D extends DType, R extends number>(x: ChunkedArray<D, R>): Real<D, R> {
  return known(multiply(fractional(x), 180 / Math.PI));
}
export { rad2deg as degrees };

/** Whether it is minus infinity. */
export function isneginf<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  return known(logicalAnd(isinf(x), signbit(x)));
}

/** Whether it is infinity, and not minus infinity. */
export function isposinf<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  return known(logicalAnd(isinf(x), logicalNot(signbit(x))));
}

/** Whether the imaginary part is 0. */
export function isreal<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  return known(equal(imaginary(x), 0));
}

/** Whether the imaginary part is not 0. */
export function iscomplex<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  return known(notEqual(imaginary(x), 0));
}

/** Whether it is no number: NaN. As pandas has it. */
export function isnull<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  return known(isnan(x));
}

/** Whether it is a number, and not NaN. */
export function notnull<R extends number>(x: ChunkedArray<DType, R>): Truth<R> {
  return known(logicalNot(isnan(x) as ChunkedArray));
}

function imaginary(x: ChunkedArray): ChunkedArray {
  return imag(x.dtype === "bool" ? (astype(x, "uint8") as ChunkedArray) : x);
}

function fractional(x: ChunkedArray): ChunkedArray {
  return astype(x, floating(x.dtype));
}

/** Both as arrays; at least one is. */
function pair(x1: Operand, x2: Operand, what: string): [ChunkedArray, ChunkedArray] {
  const context = firstArray([x1, x2], what);
  const arrayOf = (x: Operand): ChunkedArray => {
    if (isChunkedArray(x)) return x;
    const made: ChunkedArray = context.derive(dataNode(x));
    // A number bends to the array that it meets.
    return typeof x === "number" && DTYPES[context.dtype].kind === "float"
      ? astype(made, context.dtype)
      : made;
  };
  return [arrayOf(x1), arrayOf(x2)];
}

/** A result under the type that is known of it. */
function known<D extends DType, R extends number>(x: ChunkedArray): ChunkedArray<D, R> {
  return x as ChunkedArray<D, R>;
}
