// Values that a caller holds in memory, in all the forms they come in, as one C-contiguous typed
// array in memory that threads share. Making an array of them is create.ts.
import type { NdArray } from "ndarray";
import { checkDType, type DType, sharedArray, type TypedArray } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { fitsInteger } from "../base/promotion.js";
import { contiguousStrides, sizeOf } from "../graph/chunks.js";
import { checkShape, formatShape, type ShapeLike, sameShape } from "./axes.js";

/** Numbers or booleans in nested lists of equal length. */
export type NestedArray = readonly (number | boolean | NestedArray)[];

/** Flat values, row-major, with a shape. */
export interface ShapedData {
  readonly data: TypedArray | readonly number[] | readonly boolean[];
  readonly shape?: ShapeLike;
  readonly dtype?: DType;
}

/** Values that an array can be made of. */
export type ArrayData =
  | TypedArray
  | NdArray<TypedArray | number[]>
  | ShapedData
  | NestedArray
  | number
  | boolean;

/** Values as one typed array, row-major, in shared memory. */
export interface SharedData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** What {@link readArrayData} may be told besides the values. */
export interface ArrayDataOptions {
  readonly dtype?: DType;
  readonly shape?: ShapeLike;
}

/** Values somewhere in memory, seen through strides. */
interface StridedData {
  readonly data: ArrayLike<number | boolean>;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/**
 * A snapshot of `values`: later changes by the caller do not reach it. Only a contiguous typed array
 * that lies in shared memory already, in the right dtype, is used as it is.
 *
 * @throws ArgumentError `argument.dtype` for elements of a kind we do not have, `argument.shape` when
 * lists are ragged or the shape asks for another number of elements.
 */
export function readArrayData(values: ArrayData, options: ArrayDataOptions = {}): SharedData {
  const given = strided(values);
  const shape = reshaped(given, options.shape);
  const dtype = checkDType(options.dtype ?? dtypeSaid(values) ?? given.dtype);
  if (usableAsIs(given, dtype)) return { dtype, shape, data: given.data as TypedArray };
  const data = sharedArray(dtype, sizeOf(given.shape));
  copyRowMajor(given, data, dtype === "bool");
  return { dtype, shape, data };
}

/** Whether `value` is something that {@link readArrayData} can try, rather than a mistake. */
export function isArrayData(value: unknown): value is ArrayData {
  if (typeof value === "number" || typeof value === "boolean") return true;
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || ArrayBuffer.isView(value) || "data" in value;
}

/** The dtype of a typed array's elements. */
function typedArrayDType(values: ArrayBufferView): DType {
  if (values instanceof Float64Array) return "float64";
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Int32Array) return "int32";
  if (values instanceof Uint8Array || values instanceof Uint8ClampedArray) return "uint8";
  const name = values.constructor.name;
  throw new ArgumentError(
    "dtype",
    `there is no dtype for the elements of a ${name} yet: expected a Float64Array, Float32Array, ` +
      "Int32Array or Uint8Array (convert it, as in Float64Array.from(values, Number))",
    { type: name },
  );
}

/** The dtype that `{ data, dtype }` says; an ndarray's own word for its storage does not count. */
function dtypeSaid(values: ArrayData): DType | undefined {
  if (typeof values !== "object" || !("dtype" in values) || "stride" in values) return undefined;
  return values.dtype;
}

function strided(values: ArrayData): StridedData {
  if (typeof values === "number" || typeof values === "boolean") return nested(values);
  if (ArrayBuffer.isView(values)) {
    return contiguous(values as TypedArray, typedArrayDType(values), [values.length]);
  }
  if (Array.isArray(values)) return nested(values as NestedArray);
  if (!isArrayData(values)) {
    throw new ArgumentError(
      "value",
      `no array can be made of ${typeof values === "object" ? "this object" : String(values)}: ` +
        "expected an ndarray, a typed array, nested lists or { data, shape, dtype }",
    );
  }
  return "stride" in values ? ofNdArray(values) : ofShaped(values as ShapedData);
}

function contiguous(
  data: ArrayLike<number | boolean>,
  dtype: DType,
  shape: readonly number[],
): StridedData {
  return { data, dtype, shape, stride: contiguousStrides(shape), offset: 0 };
}

function ofNdArray(values: NdArray<TypedArray | number[]>): StridedData {
  const { data, shape, stride, offset } = values;
  const dtype = ArrayBuffer.isView(data) ? typedArrayDType(data) : listDType(data);
  return { data, dtype, shape: [...shape], stride: [...stride], offset };
}

function ofShaped({ data, shape }: ShapedData): StridedData {
  const dtype = ArrayBuffer.isView(data) ? typedArrayDType(data) : listDType(data);
  const flat = contiguous(data, dtype, [data.length]);
  return contiguous(data, dtype, reshaped(flat, shape));
}

/** Flattens nested lists; all lists of one level must be equally long. */
function nested(values: NestedArray | number | boolean): StridedData {
  const shape: number[] = [];
  for (let level: unknown = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: (number | boolean)[] = [];
  const visit = (value: unknown, depth: number) => {
    if (Array.isArray(value) ? value.length !== shape[depth] : depth !== shape.length) {
      throw new ArgumentError("shape", `nested lists are ragged: expected ${formatShape(shape)}`, {
        shape,
      });
    }
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else flat.push(value as number | boolean);
  };
  visit(values, 0);
  return contiguous(flat, listDType(flat), shape);
}

/** bool when all are booleans, int32 when all are whole and fit, float64 otherwise. */
function listDType(values: ArrayLike<unknown>): DType {
  let booleans = values.length > 0;
  let whole = values.length > 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "boolean") continue;
    if (typeof value !== "number") {
      throw new ArgumentError(
        "value",
        `element ${i} is ${typeof value === "object" ? "an object" : `the ${typeof value} ${String(value)}`}: ` +
          "expected numbers or booleans",
      );
    }
    booleans = false;
    whole &&= Number.isInteger(value) && fitsInteger("int32", value) && !Object.is(value, -0);
  }
  return booleans ? "bool" : whole ? "int32" : "float64";
}

function reshaped(given: StridedData, shape: ShapeLike | undefined): readonly number[] {
  if (shape === undefined) return given.shape;
  const wanted = checkShape(shape);
  if (sizeOf(wanted) !== sizeOf(given.shape)) {
    throw new ArgumentError(
      "shape",
      `shape ${formatShape(wanted)} holds ${sizeOf(wanted)} elements, ${sizeOf(given.shape)} were given`,
      { shape: wanted, given: given.shape },
    );
  }
  return wanted;
}

function usableAsIs(given: StridedData, dtype: DType): boolean {
  return (
    ArrayBuffer.isView(given.data) &&
    given.data.buffer instanceof SharedArrayBuffer &&
    given.dtype === dtype &&
    given.offset === 0 &&
    given.data.length === sizeOf(given.shape) &&
    sameShape(given.stride, contiguousStrides(given.shape))
  );
}

function copyRowMajor(given: StridedData, target: TypedArray, toBool: boolean): void {
  const { shape, stride } = given;
  const source = given.data as ArrayLike<number>;
  const last = shape.length - 1;
  const [length, step] = [shape[last] ?? 1, stride[last] ?? 1];
  let to = 0;
  const copyRow = (from: number) => {
    for (let i = 0; i < length; i++) {
      const value = source[from + i * step] as number;
      target[to++] = toBool ? Number(Boolean(value)) : value;
    }
  };
  const visit = (axis: number, from: number) => {
    if (axis >= last) return copyRow(from);
    for (let i = 0; i < (shape[axis] as number); i++) {
      visit(axis + 1, from + i * (stride[axis] as number));
    }
  };
  visit(0, given.offset);
}
