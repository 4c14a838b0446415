// The result dtype of several dtypes: one table, which the compiler reads as well. It follows
// NumPy: a JavaScript scalar is "weak" and takes the array's dtype if that can hold it.
import { type Complex, DTYPES, type DType, isComplex, isInteger, type Scalar } from "./dtype.js";
import { ArgumentError } from "./errors.js";

/** The dtype of two arrays of these dtypes together. */
// biome-ignore format: one line for each dtype reads as a table
export const PROMOTION = {
  bool: { bool: "bool", int8: "int8", int16: "int16", int32: "int32", int64: "int64", uint8: "uint8", uint16: "uint16", uint32: "uint32", uint64: "uint64", float32: "float32", float64: "float64", complex64: "complex64", complex128: "complex128" },
  int8: { bool: "int8", int8: "int8", int16: "int16", int32: "int32", int64: "int64", uint8: "int16", uint16: "int32", uint32: "int64", uint64: "float64", float32: "float32", float64: "float64", complex64: "complex64", complex128: "complex128" },
  int16: { bool: "int16", int8: "int16", int16: "int16", int32: "int32", int64: "int64", uint8: "int16", uint16: "int32", uint32: "int64", uint64: "float64", float32: "float32", float64: "float64", complex64: "complex64", complex128: "complex128" },
  int32: { bool: "int32", int8: "int32", int16: "int32", int32: "int32", int64: "int64", uint8: "int32", uint16: "int32", uint32: "int64", uint64: "float64", float32: "float64", float64: "float64", complex64: "complex128", complex128: "complex128" },
  int64: { bool: "int64", int8: "int64", int16: "int64", int32: "int64", int64: "int64", uint8: "int64", uint16: "int64", uint32: "int64", uint64: "float64", float32: "float64", float64: "float64", complex64: "complex128", complex128: "complex128" },
  uint8: { bool: "uint8", int8: "int16", int16: "int16", int32: "int32", int64: "int64", uint8: "uint8", uint16: "uint16", uint32: "uint32", uint64: "uint64", float32: "float32", float64: "float64", complex64: "complex64", complex128: "complex128" },
  uint16: { bool: "uint16", int8: "int32", int16: "int32", int32: "int32", int64: "int64", uint8: "uint16", uint16: "uint16", uint32: "uint32", uint64: "uint64", float32: "float32", float64: "float64", complex64: "complex64", complex128: "complex128" },
  uint32: { bool: "uint32", int8: "int64", int16: "int64", int32: "int64", int64: "int64", uint8: "uint32", uint16: "uint32", uint32: "uint32", uint64: "uint64", float32: "float64", float64: "float64", complex64: "complex128", complex128: "complex128" },
  uint64: { bool: "uint64", int8: "float64", int16: "float64", int32: "float64", int64: "float64", uint8: "uint64", uint16: "uint64", uint32: "uint64", uint64: "uint64", float32: "float64", float64: "float64", complex64: "complex128", complex128: "complex128" },
  float32: { bool: "float32", int8: "float32", int16: "float32", int32: "float64", int64: "float64", uint8: "float32", uint16: "float32", uint32: "float64", uint64: "float64", float32: "float32", float64: "float64", complex64: "complex64", complex128: "complex128" },
  float64: { bool: "float64", int8: "float64", int16: "float64", int32: "float64", int64: "float64", uint8: "float64", uint16: "float64", uint32: "float64", uint64: "float64", float32: "float64", float64: "float64", complex64: "complex128", complex128: "complex128" },
  complex64: { bool: "complex64", int8: "complex64", int16: "complex64", int32: "complex128", int64: "complex128", uint8: "complex64", uint16: "complex64", uint32: "complex128", uint64: "complex128", float32: "complex64", float64: "complex128", complex64: "complex64", complex128: "complex128" },
  complex128: { bool: "complex128", int8: "complex128", int16: "complex128", int32: "complex128", int64: "complex128", uint8: "complex128", uint16: "complex128", uint32: "complex128", uint64: "complex128", float32: "complex128", float64: "complex128", complex64: "complex128", complex128: "complex128" },
} as const satisfies { readonly [A in DType]: { readonly [B in DType]: DType } };

type PromotionRows = typeof PROMOTION;

/** The dtype of two arrays together: `PromotionTable[A][B]`. */
export interface PromotionTable extends PromotionRows {}

/** dtypes that have fractions. */
export type FractionalDType = "float32" | "float64" | "complex64" | "complex128";

/** dtypes that float32 holds exactly, and that become float32 in functions such as `sin`. */
export type ShortDType = "bool" | "int8" | "int16" | "uint8" | "uint16";

/** The dtype of arrays of dtypes `A` and `B` together. */
// By rows, so that the compiler sees `Promote` grow with `A`.
export type Promote<A extends DType, B extends DType> = {
  readonly [K in DType]: PromotionTable[K][A];
}[B];

/**
 * The dtype of an array of dtype `D` and a scalar; the compiler cannot distinguish whole numbers
 * from fractions.
 */
export type PromoteScalar<D extends DType, S extends Scalar> = S extends boolean
  ? D
  : S extends bigint
    ? D extends "bool"
      ? "int64"
      : D
    : S extends Complex
      ? Complexified<D>
      : {
          readonly [K in DType]: K extends "bool"
            ? "int32" | "int64" | "float64"
            : K extends FractionalDType
              ? K
              : K | "float64";
        }[D];

/** The complex dtype that holds dtype `D`. */
export type Complexified<D extends DType> = {
  readonly [K in DType]: K extends "float32" | "complex64" ? "complex64" : "complex128";
}[D];

/** The floating dtype for dtype `D`. */
export type Floating<D extends DType> = {
  readonly [K in DType]: K extends FractionalDType ? K : "float64";
}[D];

/** The result dtype of functions such as `sin` for dtype `D`. */
export type ShortFloating<D extends DType> = {
  readonly [K in DType]: K extends ShortDType ? "float32" : Floating<K>;
}[D];

/** The dtype of arithmetic that truth values have no part in: int8 for booleans. */
export type Numeric<D extends DType> = {
  readonly [K in DType]: K extends "bool" ? "int8" : K;
}[D];

/** The dtype of the real part. */
export type RealPart<D extends DType> = {
  readonly [K in DType]: K extends "complex64" ? "float32" : K extends "complex128" ? "float64" : K;
}[D];

/** The dtype of a sum. */
export type Accumulated<D extends DType> = {
  readonly [K in DType]: K extends FractionalDType
    ? K
    : K extends `uint${number}`
      ? "uint64"
      : "int64";
}[D];

/** {@link Floating} of {@link Promote}. */
export type PromoteFloating<A extends DType, B extends DType> = {
  readonly [K in DType]: K extends FractionalDType
    ? PromotionTable[K][A]
    : Floating<PromotionTable[K][A]>;
}[B];

/** {@link Numeric} of {@link Promote}. */
export type PromoteNumeric<A extends DType, B extends DType> = {
  readonly [K in DType]: K extends "bool" ? Numeric<PromotionTable[K][A]> : PromotionTable[K][A];
}[B];

/** {@link Promote} of {@link ShortFloating}. */
export type PromoteShortFloating<A extends DType, B extends DType> = {
  readonly [K in DType]: K extends ShortDType
    ? PromotionTable["float32"][ShortFloating<A>]
    : PromotionTable[Floating<K>][A];
}[B];

/** The dtype that values of all of `dtypes` are brought to. */
export function promote(first: DType, ...rest: readonly DType[]): DType {
  return rest.reduce<DType>((a, b) => PROMOTION[a][b], first);
}

/** The floating dtype for `dtype`: float64 for integers and booleans. */
export function floating(dtype: DType): DType {
  return isInteger(dtype) || dtype === "bool" ? "float64" : dtype;
}

/**
 * The result dtype of elementwise functions such as `sin`: float32 for booleans and for integers of
 * up to 16 bits, which it holds exactly, {@link floating} for others. NumPy has float16 for those
 * of 8 bits.
 */
export function shortFloating(dtype: DType): DType {
  if (dtype === "bool") return "float32";
  return isInteger(dtype) && DTYPES[dtype].itemBytes <= 2 ? "float32" : floating(dtype);
}

/** The dtype of arithmetic that truth values have no part in: int8 for booleans. */
export function numeric(dtype: DType): DType {
  return dtype === "bool" ? "int8" : dtype;
}

/** The dtype of the real part: float32 for complex64, float64 for complex128. */
export function realPart(dtype: DType): DType {
  if (!isComplex(dtype)) return dtype;
  return dtype === "complex64" ? "float32" : "float64";
}

/** The complex dtype that holds `dtype`: complex64 for float32, complex128 for integers. */
export function complexified(dtype: DType): DType {
  return dtype === "float32" || dtype === "complex64" ? "complex64" : "complex128";
}

/** The dtype of a sum: int64 for booleans and signed integers, uint64 for unsigned ones. */
export function accumulated(dtype: DType): DType {
  switch (DTYPES[dtype].kind) {
    case "bool":
    case "int":
      return "int64";
    case "uint":
      return "uint64";
    default:
      return dtype;
  }
}

/** The least and the greatest value of an integer dtype. */
export function integerRange(dtype: DType): readonly [min: bigint, max: bigint] {
  const { kind, itemBytes } = DTYPES[dtype];
  const bits = BigInt(8 * itemBytes);
  return kind === "int"
    ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
    : [0n, dtype === "bool" ? 1n : 2n ** bits - 1n];
}

/** Whether the whole number `value` can be written in `dtype`, if that is an integer dtype. */
export function fitsInteger(dtype: DType, value: number | bigint): boolean {
  if (!isInteger(dtype)) return true;
  const [min, max] = integerRange(dtype);
  return value >= min && value <= max;
}

/** Whether a scalar is a whole number. */
export function isWhole(scalar: Scalar): scalar is number | bigint {
  return typeof scalar === "bigint" || Number.isInteger(scalar);
}

/**
 * The dtype of an array of `dtype` together with a JavaScript scalar: booleans and whole numbers
 * bend to the array (a whole number makes bool int32, a BigInt makes it int64), a fraction makes
 * integers float64, `{ re, im }` makes the array complex.
 *
 * @throws ArgumentError `argument.value` when a whole number is outside the integer dtype's range.
 */
export function promoteScalar(dtype: DType, scalar: Scalar): DType {
  if (typeof scalar === "boolean") return dtype;
  if (typeof scalar === "object") return complexified(dtype);
  if (!isWhole(scalar)) return floating(dtype);
  const result = wholeDType(dtype, scalar);
  if (!fitsInteger(result, scalar)) {
    throw new ArgumentError(
      "value",
      `${scalar} does not fit into ${result}; cast the array first, as in x.astype("float64")`,
      { scalar, dtype: result },
    );
  }
  return result;
}

/** The dtype that an array of `dtype` takes a whole number in. */
export function wholeDType(dtype: DType, scalar: number | bigint): DType {
  if (dtype !== "bool") return dtype;
  return typeof scalar === "bigint" ? "int64" : "int32";
}

/**
 * The dtype of a scalar alone: bool, int32 for whole numbers that fit, int64 for BigInts (uint64
 * for larger ones), complex128 for `{ re, im }`, float64 otherwise.
 */
export function scalarDType(scalar: Scalar): DType {
  switch (typeof scalar) {
    case "boolean":
      return "bool";
    case "object":
      return "complex128";
    case "bigint":
      return fitsInteger("int64", scalar) ? "int64" : "uint64";
    default:
      return isWhole(scalar) && fitsInteger("int32", scalar) && !Object.is(scalar, -0)
        ? "int32"
        : "float64";
  }
}
