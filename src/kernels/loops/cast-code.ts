// The text of values and of casts between dtypes, in generated loops. Operations are
// scalar-code.ts.
import { DTYPES, type DType, isBigInt, isComplex, type Scalar } from "../../base/dtype.js";
import { promote, realPart } from "../../base/promotion.js";
import { valueAs } from "../blocks/scalar-values.js";

/** The text of a value in a generated loop: one number, or real and imaginary part. */
export type Value = readonly string[];

/** The text of `value` as `dtype` holds it; NaN, infinities and the sign of zero are kept. */
export function constantCode(dtype: DType, value: Scalar): Value {
  const held = valueAs(dtype, value);
  if (typeof held === "bigint") return [`(${held}n)`];
  return typeof held === "object" ? [numberCode(held.re), numberCode(held.im)] : [numberCode(held)];
}

function numberCode(value: number): string {
  return Object.is(value, -0) ? "(-0)" : `(${String(value)})`;
}

/**
 * `text`, a number of any size (a BigInt for 64 bits), as a value of `dtype` or as a part of one.
 */
export function wrap(dtype: DType, text: string): string {
  switch (dtype) {
    case "bool":
      return `(${text} ? 1 : 0)`;
    case "int8":
      return `(${text} << 24 >> 24)`;
    case "int16":
      return `(${text} << 16 >> 16)`;
    case "int32":
      return `(${text} | 0)`;
    case "int64":
      return `BigInt.asIntN(64, ${text})`;
    case "uint8":
      return `(${text} & 255)`;
    case "uint16":
      return `(${text} & 65535)`;
    case "uint32":
      return `(${text} >>> 0)`;
    case "uint64":
      return `BigInt.asUintN(64, ${text})`;
    case "float32":
    case "complex64":
      return `Math.fround(${text})`;
    case "float64":
    case "complex128":
      return `(${text})`;
  }
}

/**
 * `value`, of dtype `from`, as a value of `to`: truncates to integers, wraps, drops the imaginary
 * part, `!= 0` for bool.
 */
export function castCode(value: Value, from: DType, to: DType): Value {
  if (from === to) return value;
  const [re = "", im = ""] = value;
  if (isComplex(from)) {
    if (isComplex(to)) return [wrap(to, re), wrap(to, im)];
    if (to === "bool") return [`(${re} !== 0 || ${im} !== 0 ? 1 : 0)`];
    return [castReal(re, realPart(from), to)];
  }
  return isComplex(to) ? [castReal(re, from, realPart(to)), "0"] : [castReal(re, from, to)];
}

function castReal(text: string, from: DType, to: DType): string {
  if (from === to) return text;
  if (to === "bool") return `(${text} !== ${isBigInt(from) ? "0n" : "0"} ? 1 : 0)`;
  if (isBigInt(from)) return castBigInt(text, to);
  if (isBigInt(to)) {
    if (DTYPES[from].kind === "float") return wrap(to, `wholeBigInt(${text})`);
    return promote(from, to) === to ? `BigInt(${text})` : wrap(to, `BigInt(${text})`);
  }
  return promote(from, to) === to ? text : wrap(to, text);
}

function castBigInt(text: string, to: DType): string {
  switch (to) {
    case "int64":
    case "uint64":
      return wrap(to, text);
    case "float32":
      return `bigintToFloat32(${text})`;
    case "float64":
      return `Number(${text})`;
    default:
      return wrap(to, `Number(BigInt.asIntN(32, ${text}))`);
  }
}
