// Turns values in memory, in any of their forms, into one C-contiguous typed array in shared
// memory. create.ts makes arrays from them.
import type { NdArray } from "ndarray";
import { type Block, contiguousBlock, emptyBlock, type NdData } from "../../base/block.js";
import {
  checkDType,
  DTYPES,
  type DType,
  isComplex,
  isComplexValue,
  isInteger,
  type NumberArray,
  partsOf,
  type Scalar,
  sharedArray,
  type TypedArray,
  typedArrayDType,
} from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { fitsInteger, integerRange } from "../../base/promotion.js";
import { contiguousStrides, sizeOf } from "../../graph/model/chunks.js";
import { elementWriter } from "../../kernels/blocks/scalar-values.js";
import { copyBlock, isContiguous } from "../../kernels/programs/copy-block.js";
import { checkShape, formatShape, type ShapeLike } from "../chunks/axes.js";

/** Scalars in nested lists of equal length. */
export type NestedArray = readonly (Scalar | NestedArray)[];

/**
 * Flat values, row-major, with a shape. With a complex `dtype`, numbers are real and imaginary
 * parts by turns.
 */
export interface ShapedData {
  readonly data: TypedArray | readonly Scalar[];
  readonly shape?: ShapeLike;
  readonly dtype?: DType;
}

/** Values that an array can be created from. */
export type ArrayData = TypedArray | NdArray<NdData | number[]> | ShapedData | NestedArray | Scalar;

/** Values as one typed array, row-major, in shared memory. */
export interface SharedData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Options of {@link readArrayData}. */
export interface ArrayDataOptions {
  readonly dtype?: DType;
  readonly shape?: ShapeLike;
}

/**
 * A snapshot of `values`: later changes by the caller do not reach it. Only a contiguous typed
 * array of the right dtype that is in shared memory already is used without a copy.
 *
 * @throws ArgumentError `argument.dtype` for elements of a kind we do not have, `argument.shape`
 * when lists are ragged or the shape asks for another number of elements.
 */
export function readArrayData(values: ArrayData, options: ArrayDataOptions = {}): SharedData {
  const given = blockOf(values, options.dtype);
  const shape = reshaped(given.shape, options.shape);
  const dtype = checkDType(options.dtype ?? dtypeSaid(values) ?? given.dtype);
  if (isInteger(dtype) && !isInteger(given.dtype)) checkWholeNumbers(given, dtype);
  if (usableAsIs(given, dtype)) return { dtype, shape, data: given.data };
  const data = sharedArray(dtype, sizeOf(given.shape));
  copyBlock(given, contiguousBlock(dtype, data, given.shape));
  return { dtype, shape, data };
}

/** Rejects NaN and infinities for integer dtypes, which have none. */
function checkWholeNumbers(given: Block, wanted: DType): void {
  if (DTYPES[given.dtype].kind !== "float") return;
  const values = emptyBlock(given.dtype, given.shape);
  copyBlock(given, values);
  const at = (values.data as NumberArray).findIndex(isNotFinite);
  if (at >= 0) throw notFinite(values.data[at], at, wanted);
}

function isNotFinite(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

function notFinite(value: unknown, at: number, dtype: DType): ArgumentError {
  return new ArgumentError(
    "value",
    `element ${at} is ${value}, and ${dtype} has no such number: leave dtype out, or replace it first, as by ` +
      "nanToNum and astype",
    { at, value, dtype },
  );
}

/** Rejects elements of a list that an integer dtype would change, beyond cutting off fractions. */
function checkFit(flat: readonly Scalar[], dtype: DType): void {
  const [min, max] = integerRange(dtype);
  // Comparisons of numbers with BigInts are exact and slow: those of 64 bits need them.
  const [low, high] = Number.isSafeInteger(Number(max)) ? [Number(min), Number(max)] : [min, max];
  const isFit = (value: Scalar) => {
    if (typeof value === "bigint") return value >= low && value <= high;
    return typeof value !== "number" || (Math.trunc(value) >= low && Math.trunc(value) <= high);
  };
  const at = flat.findIndex((value) => !isFit(value));
  if (at < 0) return;
  const value = flat[at];
  if (isNotFinite(value)) throw notFinite(value, at, dtype);
  const text = `element ${at} is ${value}, and ${dtype} holds ${min} to ${max}: leave dtype out, or convert by astype, which wraps around`;
  throw new ArgumentError("value", text, { at, value, dtype });
}

/** Whether `value` is something that {@link readArrayData} can try, rather than a mistake. */
export function isArrayData(value: unknown): value is ArrayData {
  if (["number", "bigint", "boolean"].includes(typeof value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return (
    Array.isArray(value) || ArrayBuffer.isView(value) || "data" in value || isComplexValue(value)
  );
}

/** The dtype of a typed array's elements. */
function checkedDType(values: ArrayBufferView): DType {
  const dtype = typedArrayDType(values);
  if (dtype !== undefined) return dtype;
  const name = values.constructor.name;
  throw new ArgumentError("dtype", `there is no dtype for the elements of a ${name}`, {
    type: name,
  });
}

/** The dtype of `{ data, dtype }`; an ndarray's own name for its storage does not count. */
function dtypeSaid(values: ArrayData): DType | undefined {
  if (typeof values !== "object" || !("dtype" in values) || "stride" in values) return undefined;
  return values.dtype;
}

/**
 * The values as a block, in the dtype that holds them; lists in the `wanted` dtype, if there is
 * one.
 */
function blockOf(values: ArrayData, wanted: DType | undefined): Block {
  if (!isArrayData(values)) {
    throw new ArgumentError(
      "value",
      `cannot make an array of ${typeof values === "object" ? "this object" : String(values)}: ` +
        "expected an ndarray, a typed array, nested lists or { data, shape, dtype }",
    );
  }
  if (typeof values !== "object" || isComplexValue(values)) return ofList(nested(values), wanted);
  if (ArrayBuffer.isView(values)) {
    return contiguousBlock(checkedDType(values), values as TypedArray, [values.length]);
  }
  if (Array.isArray(values)) return ofList(nested(values as NestedArray), wanted);
  return "stride" in values ? ofNdArray(values) : ofShaped(values as ShapedData, wanted);
}

function ofNdArray(values: NdArray<NdData | number[]>): Block {
  const { shape, stride = contiguousStrides(shape), offset = 0 } = values;
  const { data, dtype } = ofFlat(values.data, undefined);
  const steps = shape.map((length, axis) => (length - 1) * Number(stride[axis]));
  const least = steps.reduce((sum, step) => sum + Math.min(step, 0), offset);
  const most = steps.reduce((sum, step) => sum + Math.max(step, 0), offset);
  const isEmpty = shape.includes(0);
  if (!(isEmpty || (least >= 0 && most < data.length)) || stride.length !== shape.length) {
    throw new ArgumentError(
      "shape",
      `an ndarray of shape ${formatShape(shape)} with strides ${formatShape(stride)} from offset ${offset} reaches beyond its ${data.length} elements`,
      { shape, stride, offset },
    );
  }
  return { data, dtype, shape: [...shape], stride: [...stride], offset };
}

function ofShaped({ data, shape, dtype }: ShapedData, wanted: DType | undefined): Block {
  const flat = ofFlat(data, dtype ?? wanted);
  const whole = dtype !== undefined && isComplex(dtype) ? joinedParts(flat) : flat;
  return contiguousBlock(whole.dtype, whole.data, reshaped(whole.shape, shape));
}

function ofFlat(data: TypedArray | readonly Scalar[], wanted: DType | undefined): Block {
  if (ArrayBuffer.isView(data)) {
    return contiguousBlock(checkedDType(data), data, [data.length]);
  }
  const isParts = wanted !== undefined && isComplex(wanted) && typeof data[0] === "number";
  return ofList({ flat: data, shape: [data.length] }, isParts ? "float64" : wanted);
}

/** Numbers that are real and imaginary parts by turns, as complex numbers. */
function joinedParts(parts: Block): Block {
  const [length = 0] = parts.shape;
  if (isComplex(parts.dtype)) return parts;
  if (length % 2 !== 0) {
    throw new ArgumentError(
      "shape",
      `complex numbers need a real and an imaginary part each: ${length} numbers were given`,
    );
  }
  const dtype = parts.dtype === "float32" ? "complex64" : "complex128";
  if (dtype === "complex64" || parts.dtype === "float64") {
    return contiguousBlock(dtype, parts.data, [length / 2]);
  }
  const joined = emptyBlock(dtype, [length / 2]);
  copyBlock(parts, contiguousBlock("float64", joined.data, [length]));
  return joined;
}

interface FlatList {
  readonly flat: readonly Scalar[];
  readonly shape: readonly number[];
}

/** Flattens nested lists; all lists of one level must be equally long. */
function nested(values: NestedArray | Scalar): FlatList {
  const shape: number[] = [];
  for (let level: unknown = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: Scalar[] = [];
  const visit = (value: unknown, depth: number) => {
    if (!fitsAt(value, depth, shape)) throw ragged(values, shape);
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else flat.push(value as Scalar);
  };
  visit(values, 0);
  return { flat, shape };
}

function fitsAt(value: unknown, depth: number, shape: readonly number[]): boolean {
  return Array.isArray(value) ? value.length === shape[depth] : depth === shape.length;
}

/** The error that names the first list or element that does not fit. */
function ragged(values: unknown, shape: readonly number[]): ArgumentError {
  const [value, place] = firstMisfit(values, [], shape) ?? [values, []];
  const at = place.map((i) => `[${i}]`).join("");
  const given = Array.isArray(value) ? `a list of ${value.length}` : "a single value";
  const length = shape[place.length];
  const wanted = length === undefined ? "a single value" : `a list of ${length}`;
  const text = `nested lists are ragged: ${at} is ${given}, expected ${wanted}, for the shape ${formatShape(shape)}`;
  return new ArgumentError("shape", text, { shape, place });
}

/** The first value that does not fit the shape, with its position. */
function firstMisfit(
  value: unknown,
  place: readonly number[],
  shape: readonly number[],
): readonly [value: unknown, place: readonly number[]] | undefined {
  if (!fitsAt(value, place.length, shape)) return [value, place];
  if (!Array.isArray(value)) return undefined;
  for (const [i, item] of value.entries()) {
    const found = firstMisfit(item, [...place, i], shape);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The scalars of a list in `wanted`, or in the dtype that holds them all. */
function ofList({ flat, shape }: FlatList, wanted: DType | undefined): Block {
  const dtype = holdingDType(flat, wanted);
  if (isInteger(dtype)) checkFit(flat, dtype);
  const block = emptyBlock(dtype, shape);
  flat.forEach(elementWriter(block));
  return block;
}

/**
 * The dtype for a list: bool when all are booleans, int64 when all are BigInts (uint64 for larger
 * ones), complex128 when any is complex, float64 otherwise.
 */
function holdingDType(values: readonly unknown[], wanted: DType | undefined): DType {
  const kinds = new Set(values.map(kindOf));
  if (wanted !== undefined && !kinds.has("complex")) return checkDType(wanted);
  if (kinds.has("complex")) return "complex128";
  if (values.length > 0 && kinds.size === 1) {
    if (kinds.has("boolean")) return "bool";
    if (kinds.has("bigint")) {
      return values.every((value) => fitsInteger("int64", value as bigint)) ? "int64" : "uint64";
    }
  }
  return "float64";
}

function kindOf(value: unknown, i: number): "number" | "bigint" | "boolean" | "complex" {
  const kind = typeof value;
  if (kind === "number" || kind === "bigint" || kind === "boolean") return kind;
  if (isComplexValue(value)) return "complex";
  throw new ArgumentError(
    "value",
    `element ${i} is ${kind === "object" ? "an object" : `the ${kind} ${String(value)}`}: ` +
      "expected numbers, BigInts, booleans or { re, im }",
  );
}

function reshaped(given: readonly number[], shape: ShapeLike | undefined): readonly number[] {
  if (shape === undefined) return given;
  const wanted = checkShape(shape);
  if (sizeOf(wanted) !== sizeOf(given)) {
    throw new ArgumentError(
      "shape",
      `shape ${formatShape(wanted)} holds ${sizeOf(wanted)} elements, ${sizeOf(given)} were given`,
      { shape: wanted, given },
    );
  }
  return wanted;
}

function usableAsIs(given: Block, dtype: DType): boolean {
  return (
    given.data.buffer instanceof SharedArrayBuffer &&
    given.dtype === dtype &&
    given.offset === 0 &&
    given.data.length === sizeOf(given.shape) * partsOf(dtype) &&
    isContiguous(given)
  );
}
