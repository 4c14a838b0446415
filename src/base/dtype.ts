// Data types: their names, sizes and typed arrays, in one table. A new dtype is a new row here, a
// column in promotion.ts and its arithmetic in kernels/loops/scalar-code.ts. Nothing here computes.
import { ArgumentError } from "./errors.js";
import { shown } from "./format-value.js";
import { nearestOption } from "./option-words.js";

/** Names of the data types, as in the Python array API standard. */
export type DType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float32"
  | "float64"
  | "complex64"
  | "complex128";

/** Typed arrays whose elements are JavaScript numbers. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Typed arrays of 64-bit integers. */
export type BigIntArray = BigInt64Array | BigUint64Array;

/**
 * The typed arrays that chunks are stored in. Booleans are 0/1 in a Uint8Array, 64-bit integers are
 * BigInts, complex numbers are as (re, im) in a float array, two of its elements for each.
 */
export type TypedArray = NumberArray | BigIntArray;

/** A complex number as a JavaScript value. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** One element of an array as a JavaScript value. */
export type Scalar = number | bigint | boolean | Complex;

/** The kind of number of a dtype; decides promotion and which functions accept it. */
export type DTypeKind = "bool" | "uint" | "int" | "float" | "complex";

/** One row of the table of data types. */
export interface DTypeInfo {
  readonly kind: DTypeKind;
  /** Bytes of one element. */
  readonly itemBytes: number;
  /** How NumPy's `.npy` header spells it (little-endian). */
  readonly npy: string;
  /** The class of the typed array that holds its elements, or their real and imaginary parts. */
  readonly array: TypedArrayClass;
}

/** The class of a typed array. */
export type TypedArrayClass = (
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor
) &
  (new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => TypedArray);

/** The table of data types. */
export const DTYPES: { readonly [D in DType]: DTypeInfo } = {
  bool: { kind: "bool", itemBytes: 1, npy: "|b1", array: Uint8Array },
  int8: { kind: "int", itemBytes: 1, npy: "|i1", array: Int8Array },
  int16: { kind: "int", itemBytes: 2, npy: "<i2", array: Int16Array },
  int32: { kind: "int", itemBytes: 4, npy: "<i4", array: Int32Array },
  int64: { kind: "int", itemBytes: 8, npy: "<i8", array: BigInt64Array },
  uint8: { kind: "uint", itemBytes: 1, npy: "|u1", array: Uint8Array },
  uint16: { kind: "uint", itemBytes: 2, npy: "<u2", array: Uint16Array },
  uint32: { kind: "uint", itemBytes: 4, npy: "<u4", array: Uint32Array },
  uint64: { kind: "uint", itemBytes: 8, npy: "<u8", array: BigUint64Array },
  float32: { kind: "float", itemBytes: 4, npy: "<f4", array: Float32Array },
  float64: { kind: "float", itemBytes: 8, npy: "<f8", array: Float64Array },
  complex64: { kind: "complex", itemBytes: 8, npy: "<c8", array: Float32Array },
  complex128: { kind: "complex", itemBytes: 16, npy: "<c16", array: Float64Array },
};

/** Whether `name` is a known dtype. */
export function isDType(name: unknown): name is DType {
  return typeof name === "string" && Object.hasOwn(DTYPES, name);
}

/**
 * The dtype that `name` names.
 *
 * @throws ArgumentError `argument.dtype` when there is none of that name.
 */
export function checkDType(name: unknown): DType {
  if (isDType(name)) return name;
  throw new ArgumentError(
    "dtype",
    `unknown dtype ${typeof name === "function" ? name.name : shown(name)}${hintOf(name)}: expected one of ${Object.keys(DTYPES).join(", ")}`,
    { dtype: name },
  );
}

/** Names of dtypes elsewhere that are neither those of files nor mistyped ones. */
const ELSEWHERE: Readonly<Record<string, DType>> = {
  bigint: "int64",
  bool_: "bool",
  boolean: "bool",
  byte: "int8",
  cdouble: "complex128",
  complex: "complex128",
  double: "float64",
  float: "float64",
  half: "float32",
  int: "int64",
  long: "int64",
  number: "float64",
  short: "int16",
  single: "float32",
  uint: "uint64",
};

/** The dtype that was probably meant, in parentheses: by NumPy's name, as in files, or mistyped. */
function hintOf(given: unknown): string {
  // A class of numbers or typed arrays, as NumPy's np.float32.
  const name =
    typeof given === "function" ? given.name.replace(/(?<=.)(Clamped)?Array$/, "") : given;
  if (typeof name !== "string") return "";
  const word = name.toLowerCase().replace(/^[<>=|]/, "");
  const names = Object.keys(DTYPES) as DType[];
  const inFiles = names.find((dtype) => DTYPES[dtype].npy.slice(1) === word);
  const meant = ELSEWHERE[word] ?? inFiles ?? nearestOption(word, names);
  return meant === undefined ? "" : ` (did you mean ${meant}?)`;
}

/** Bytes of one element of `dtype`. */
export function itemBytes(dtype: DType): number {
  return DTYPES[dtype].itemBytes;
}

/** Whether elements of `dtype` have a real and an imaginary part. */
export function isComplex(dtype: DType): boolean {
  return DTYPES[dtype].kind === "complex";
}

/** Whether elements of `dtype` are BigInts. */
export function isBigInt(dtype: DType): boolean {
  return dtype === "int64" || dtype === "uint64";
}

/** Whether `dtype` is an integer dtype, signed or not. */
export function isInteger(dtype: DType): boolean {
  const { kind } = DTYPES[dtype];
  return kind === "int" || kind === "uint";
}

/**
 * How many elements of its typed array one element of `dtype` takes: 2 for complex, 1 otherwise.
 */
export function partsOf(dtype: DType): 1 | 2 {
  return isComplex(dtype) ? 2 : 1;
}

/** A typed array of `length` elements of `dtype` over `buffer`, from `byteOffset` bytes. */
export function typedView(
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArray {
  return new DTYPES[dtype].array(buffer, byteOffset, length * partsOf(dtype));
}

/** A new zeroed typed array of `length` elements, in memory that threads share. */
export function sharedArray(dtype: DType, length: number): TypedArray {
  return typedView(dtype, new SharedArrayBuffer(length * itemBytes(dtype)), 0, length);
}

/** Whether `value` is a complex number: an object with two numbers `re` and `im`. */
export function isComplexValue(value: unknown): value is Complex {
  if (typeof value !== "object" || value === null) return false;
  const { re, im } = value as Partial<Complex>;
  return typeof re === "number" && typeof im === "number";
}

/** Whether `value` is one element of an array. */
export function isScalar(value: unknown): value is Scalar {
  const isPrimitive = ["number", "bigint", "boolean"].includes(typeof value);
  return isPrimitive || isComplexValue(value);
}

/** The dtype of a typed array's elements; undefined where we have none (DataView). */
export function typedArrayDType(values: ArrayBufferView): DType | undefined {
  if (values instanceof Uint8ClampedArray) return "uint8";
  const found = Object.entries(DTYPES).find(
    ([dtype, { array, kind }]) => dtype !== "bool" && kind !== "complex" && values instanceof array,
  );
  return found?.[0] as DType | undefined;
}
