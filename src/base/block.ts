// One chunk of values in memory. Its fields are those of an ndarray, so `ndarray(data, shape,
// stride, offset)` is a view without a copy, except for complex numbers.
import {
  type DType,
  isComplex,
  itemBytes,
  type NumberArray,
  type Scalar,
  type TypedArray,
  typedView,
} from "./dtype.js";

/**
 * A strided view of a typed array with our dtype. Shape, strides and offset count elements; a
 * complex element is two numbers of `data`.
 */
export interface Block {
  readonly dtype: DType;
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Typed arrays as ndarrays hold them. */
export type NdData = NumberArray | BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>;

/** A C-contiguous block over `data` from element `offset`. */
export function contiguousBlock(
  dtype: DType,
  data: TypedArray,
  shape: readonly number[],
  offset = 0,
): Block {
  const stride = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step;
    step *= shape[axis] as number;
  }
  return { dtype, data, shape, stride, offset };
}

/** A new zeroed C-contiguous block in memory of its own (not shared). */
export function emptyBlock(dtype: DType, shape: readonly number[]): Block {
  let size = 1;
  for (const length of shape) size *= length;
  const data = typedView(dtype, new ArrayBuffer(size * itemBytes(dtype)), 0, size);
  return contiguousBlock(dtype, data, shape);
}

/** `before`, if it has that dtype and shape; otherwise a new block. */
export function reusableBlock(
  before: Block | undefined,
  dtype: DType,
  shape: readonly number[],
): Block {
  const fits =
    before?.dtype === dtype &&
    before.shape.length === shape.length &&
    before.shape.every((extent, axis) => extent === shape[axis]);
  return fits ? before : emptyBlock(dtype, shape);
}

/** The value of a block without axes: a number, BigInt, boolean or `{ re, im }`. */
export function scalarOf({ dtype, data, offset }: Block): Scalar {
  if (isComplex(dtype)) {
    return { re: data[2 * offset] as number, im: data[2 * offset + 1] as number };
  }
  return dtype === "bool" ? data[offset] !== 0 : (data[offset] as number | bigint);
}

/**
 * `target.set(source, at)` of two arrays of one class, which the compiler cannot see of a union.
 */
export function setElements(target: TypedArray, source: TypedArray, at: number): void {
  (target as NumberArray).set(source as NumberArray, at);
}

/**
 * Where the numbers of a block are: as shape, strides and offset of an ndarray. The real and
 * imaginary parts of complex numbers run along one more axis, the last.
 */
export function ndLayout({ dtype, shape, stride, offset }: Omit<Block, "data">): {
  readonly shape: number[];
  readonly stride: number[];
  readonly offset: number;
} {
  if (!isComplex(dtype)) return { shape: [...shape], stride: [...stride], offset };
  return {
    shape: [...shape, 2],
    stride: [...stride.map((step) => 2 * step), 1],
    offset: 2 * offset,
  };
}
