// Data types: their names, sizes and typed arrays, in one table. A new dtype is a new row here, a
// column in promotion.ts and its arithmetic in kernels/scalar-code.ts. Nothing here computes.
import { ArgumentError } from "./errors.js";

/** Names of the data types, as in the Python array API standard. */
export type DType = "bool" | "uint8" | "int32" | "float32" | "float64";

/** The typed arrays that chunks are stored in; booleans are 0/1 in a Uint8Array. */
export type TypedArray = Uint8Array | Int32Array | Float32Array | Float64Array;

/** What kind of number a dtype holds; decides promotion and which functions accept it. */
export type DTypeKind = "bool" | "uint" | "int" | "float";

/** One row of the table of data types. */
export interface DTypeInfo {
  readonly kind: DTypeKind;
  /** Bytes of one element. */
  readonly itemBytes: number;
  /** How NumPy's `.npy` header spells it (little-endian). */
  readonly npy: string;
  /** Makes a typed array over a buffer. */
  readonly view: (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
}

/** The table of data types. */
export const DTYPES: { readonly [D in DType]: DTypeInfo } = {
  bool: { kind: "bool", itemBytes: 1, npy: "|b1", view: (b, o, n) => new Uint8Array(b, o, n) },
  uint8: { kind: "uint", itemBytes: 1, npy: "|u1", view: (b, o, n) => new Uint8Array(b, o, n) },
  int32: { kind: "int", itemBytes: 4, npy: "<i4", view: (b, o, n) => new Int32Array(b, o, n) },
  float32: {
    kind: "float",
    itemBytes: 4,
    npy: "<f4",
    view: (b, o, n) => new Float32Array(b, o, n),
  },
  float64: {
    kind: "float",
    itemBytes: 8,
    npy: "<f8",
    view: (b, o, n) => new Float64Array(b, o, n),
  },
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
    `unknown dtype ${JSON.stringify(name)}: expected one of ${Object.keys(DTYPES).join(", ")}`,
    { dtype: name },
  );
}

/** Bytes of one element of `dtype`. */
export function itemBytes(dtype: DType): number {
  return DTYPES[dtype].itemBytes;
}

/** A typed array of `length` elements of `dtype` over `buffer`, from `byteOffset` bytes. */
export function typedView(
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArray {
  return DTYPES[dtype].view(buffer, byteOffset, length);
}

/** A new zeroed typed array of `length` elements, in memory that threads share. */
export function sharedArray(dtype: DType, length: number): TypedArray {
  return typedView(dtype, new SharedArrayBuffer(length * itemBytes(dtype)), 0, length);
}
