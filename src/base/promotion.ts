// Which dtype comes out when dtypes meet: one table, read by the compiler as well. Follows NumPy,
// where a JavaScript number or boolean is "weak": it bends to the array's dtype when it can.
import { DTYPES, type DType } from "./dtype.js";
import { ArgumentError } from "./errors.js";

/** The dtype of two arrays of these dtypes together. */
export const PROMOTION = {
  bool: { bool: "bool", uint8: "uint8", int32: "int32", float32: "float32", float64: "float64" },
  uint8: { bool: "uint8", uint8: "uint8", int32: "int32", float32: "float32", float64: "float64" },
  int32: { bool: "int32", uint8: "int32", int32: "int32", float32: "float64", float64: "float64" },
  float32: {
    bool: "float32",
    uint8: "float32",
    int32: "float64",
    float32: "float32",
    float64: "float64",
  },
  float64: {
    bool: "float64",
    uint8: "float64",
    int32: "float64",
    float32: "float64",
    float64: "float64",
  },
} as const satisfies { readonly [A in DType]: { readonly [B in DType]: DType } };

type Table = typeof PROMOTION;

/** {@link promote} for the compiler; by rows, so that it sees `Promote` grow with `A`. */
export type Promote<A extends DType, B extends DType> = {
  readonly bool: Table["bool"][A];
  readonly uint8: Table["uint8"][A];
  readonly int32: Table["int32"][A];
  readonly float32: Table["float32"][A];
  readonly float64: Table["float64"][A];
}[B];

/** {@link promoteScalar} for the compiler, which cannot tell whole numbers from fractions. */
export type PromoteScalar<D extends DType, S extends number | boolean> = S extends boolean
  ? D
  : {
      readonly bool: "int32" | "float64";
      readonly uint8: "uint8" | "float64";
      readonly int32: "int32" | "float64";
      readonly float32: "float32";
      readonly float64: "float64";
    }[D];

/** {@link floating} for the compiler. */
export type Floating<D extends DType> = {
  readonly bool: "float64";
  readonly uint8: "float64";
  readonly int32: "float64";
  readonly float32: "float32";
  readonly float64: "float64";
}[D];

/** {@link floating} of {@link promote} for the compiler. */
export type PromoteFloating<A extends DType, B extends DType> = {
  readonly bool: Floating<A>;
  readonly uint8: Floating<A>;
  readonly int32: "float64";
  readonly float32: Table["float32"][A];
  readonly float64: "float64";
}[B];

/** The dtype that values of all of `dtypes` are brought to. */
export function promote(first: DType, ...rest: readonly DType[]): DType {
  return rest.reduce<DType>((a, b) => PROMOTION[a][b], first);
}

/** The floating-point dtype that stands for `dtype`: float64 for integers and booleans. */
export function floating(dtype: DType): DType {
  return DTYPES[dtype].kind === "float" ? dtype : "float64";
}

const INTEGER_RANGE: { readonly [D in DType]?: readonly [number, number] } = {
  uint8: [0, 255],
  int32: [-2147483648, 2147483647],
};

/** Whether the whole number `value` can be written in the integer dtype `dtype`. */
export function fitsInteger(dtype: DType, value: number): boolean {
  const range = INTEGER_RANGE[dtype];
  return range === undefined || (value >= range[0] && value <= range[1]);
}

/**
 * The dtype of an array of `dtype` together with a JavaScript scalar: booleans and whole numbers
 * bend to the array (a whole number makes bool int32), a fraction makes integers float64.
 *
 * @throws ArgumentError `argument.value` when a whole number is outside the integer dtype's range.
 */
export function promoteScalar(dtype: DType, scalar: number | boolean): DType {
  if (typeof scalar === "boolean") return dtype;
  if (!Number.isInteger(scalar)) return floating(dtype);
  const result = dtype === "bool" ? "int32" : dtype;
  if (!fitsInteger(result, scalar)) {
    throw new ArgumentError(
      "value",
      `${scalar} does not fit into ${result}; cast the array first, as in x.astype("float64")`,
      { scalar, dtype: result },
    );
  }
  return result;
}

/** The dtype of a scalar alone: bool, int32 for whole numbers that fit, float64 otherwise. */
export function scalarDType(scalar: number | boolean): DType {
  if (typeof scalar === "boolean") return "bool";
  return Number.isInteger(scalar) && fitsInteger("int32", scalar) && !Object.is(scalar, -0)
    ? "int32"
    : "float64";
}
