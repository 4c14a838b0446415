// Queries about data types: their ranges, and the results of promotion.
import {
  checkDType,
  DTYPES,
  type DType,
  isBigInt,
  isInteger,
  type Scalar,
} from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { integerRange, promote, promoteScalar, realPart } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { isChunkedArray, isScalar } from "../layers/array-operands.js";

/** Limits of a floating-point dtype. */
export interface FloatInfo {
  readonly dtype: DType;
  /** Bits of one number. */
  readonly bits: number;
  /** The distance from 1 to the next larger number. */
  readonly eps: number;
  readonly max: number;
  readonly min: number;
  /** The least positive number with all digits. */
  readonly smallestNormal: number;
}

/** Limits of an integer dtype: BigInts for 64 bits. */
export interface IntegerInfo {
  readonly dtype: DType;
  readonly bits: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
}

/** Groups of dtypes, by the names of the Python array API. */
const KINDS = {
  bool: ["bool"],
  "signed integer": ["int"],
  "unsigned integer": ["uint"],
  integral: ["int", "uint"],
  "real floating": ["float"],
  "complex floating": ["complex"],
  numeric: ["int", "uint", "float", "complex"],
} as const satisfies Record<DTypeGroup, readonly (typeof DTYPES)[DType]["kind"][]>;

/** A group of dtypes. */
export type DTypeGroup =
  | "bool"
  | "signed integer"
  | "unsigned integer"
  | "integral"
  | "real floating"
  | "complex floating"
  | "numeric";

/**
 * The limits of a floating-point dtype; of a complex one, those of its parts.
 *
 * @param x a dtype, or an array of it
 * @returns at once, without computing
 * @throws ArgumentError `argument.dtype` for integers and bool
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.finfo.html
 * @example finfo("float32").eps; // → 1.1920928955078125e-7
 */
export function finfo(x: DType | ChunkedArray): FloatInfo {
  const dtype = realPart(dtypeOf(x));
  if (dtype === "float32") {
    const [eps, smallestNormal] = [2 ** -23, 2 ** -126];
    const max = (2 - eps) * 2 ** 127;
    return { dtype, bits: 32, eps, max, min: -max, smallestNormal };
  }
  if (dtype === "float64") {
    const max = Number.MAX_VALUE;
    return { dtype, bits: 64, eps: Number.EPSILON, max, min: -max, smallestNormal: 2 ** -1022 };
  }
  throw new ArgumentError("dtype", `finfo is about floating point, not ${dtype}: see iinfo`, {
    dtype,
  });
}

/**
 * The limits of an integer dtype.
 *
 * @param x a dtype, or an array of it
 * @returns at once, without computing
 * @throws ArgumentError `argument.dtype` for other dtypes
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.iinfo.html
 * @example
 * iinfo("int8").max; // → 127
 * iinfo("int64").max; // → 9223372036854775807n
 */
export function iinfo(x: DType | ChunkedArray): IntegerInfo {
  const dtype = dtypeOf(x);
  if (!isInteger(dtype)) {
    throw new ArgumentError("dtype", `iinfo is about integers, not ${dtype}: see finfo`, { dtype });
  }
  const [min, max] = integerRange(dtype);
  const bits = 8 * DTYPES[dtype].itemBytes;
  return isBigInt(dtype)
    ? { dtype, bits, min, max }
    : { dtype, bits, min: Number(min), max: Number(max) };
}

/**
 * Whether values of one dtype become another's by promotion alone.
 *
 * @param from a dtype, or an array of it
 * @param to a dtype
 * @returns at once, without computing
 * @throws ArgumentError `argument.dtype` when there is no such dtype
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.can_cast.html
 * @example
 * canCast("int32", "float64"); // → true
 * canCast("float64", "int32"); // → false
 */
export function canCast(from: DType | ChunkedArray, to: DType): boolean {
  return promote(dtypeOf(from), checkDType(to)) === to;
}

/**
 * The dtype of a result of all of `operands` together: dtypes, arrays, and scalars that bend to
 * them.
 *
 * @returns the dtype, at once
 * @throws ArgumentError `argument.value` when there is nothing but scalars
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.result_type.html
 * @example
 * resultType("int32", "float32"); // → "float64"
 * resultType("uint8", 1); // → "uint8"
 */
export function resultType(...operands: readonly (DType | ChunkedArray | Scalar)[]): DType {
  const [first, ...rest] = operands.flatMap((x) => (isScalar(x) ? [] : [dtypeOf(x)]));
  if (first === undefined) {
    throw new ArgumentError("value", "resultType needs a dtype or an array among its operands");
  }
  return operands.filter(isScalar).reduce(promoteScalar, promote(first, ...rest));
}

/**
 * The dtype in which two dtypes meet.
 *
 * @param first a dtype
 * @param second a dtype
 * @returns the dtype, at once
 * @throws ArgumentError `argument.dtype` when there is no such dtype
 * @see https://numpy.org/doc/stable/reference/generated/numpy.promote_types.html
 * @example promoteTypes("int64", "float32"); // → "float64"
 */
export function promoteTypes(first: DType, second: DType): DType {
  return promote(checkDType(first), checkDType(second));
}

/**
 * Whether an array's dtype, or a dtype, is complex.
 *
 * @param x an array or a value
 * @returns at once, without computing
 * @throws ArgumentError `argument.dtype` when there is no such dtype
 * @see https://numpy.org/doc/stable/reference/generated/numpy.iscomplexobj.html
 * @example
 * iscomplexobj(asarray([{ re: 1, im: 0 }])); // → true
 * iscomplexobj("float64"); // → false
 */
export function iscomplexobj(x: DType | ChunkedArray): boolean {
  return DTYPES[dtypeOf(x)].kind === "complex";
}

/**
 * Whether an array's dtype, or a dtype, is not complex.
 *
 * @param x an array or a value
 * @returns at once, without computing
 * @throws ArgumentError `argument.dtype` when there is no such dtype
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isrealobj.html
 * @example isrealobj(ones(2)); // → true
 */
export function isrealobj(x: DType | ChunkedArray): boolean {
  return !iscomplexobj(x);
}

/**
 * Whether a dtype is another, is of a group, or is any of several of these.
 *
 * @param dtype a dtype
 * @param kind a dtype, one of `bool`, `signed integer`, `unsigned integer`, `integral`,
 * `real floating`, `complex floating` and `numeric`, or a list of them
 * @returns at once, without computing
 * @throws ArgumentError `argument.dtype` when there is no such dtype or group
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.isdtype.html
 * @example
 * isdtype("uint8", "integral"); // → true
 * isdtype("bool", ["numeric", "float64"]); // → false
 */
export function isdtype(
  dtype: DType,
  kind: DType | DTypeGroup | readonly (DType | DTypeGroup)[],
): boolean {
  if (Array.isArray(kind)) return kind.some((each: DType | DTypeGroup) => isdtype(dtype, each));
  const { kind: own } = DTYPES[checkDType(dtype)];
  if (isGroup(kind)) return (KINDS[kind] as readonly string[]).includes(own);
  return dtype === checkDType(kind);
}

function isGroup(kind: unknown): kind is DTypeGroup {
  return typeof kind === "string" && Object.hasOwn(KINDS, kind);
}

function dtypeOf(x: DType | ChunkedArray): DType {
  return isChunkedArray(x) ? x.dtype : checkDType(x);
}
