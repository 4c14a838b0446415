// One chunk of values in memory. Its fields are those of an ndarray, so that `ndarray(data, shape,
// stride, offset)` is a view of it without a copy.
import { type DType, type TypedArray, typedView } from "./dtype.js";

/** A strided view of a typed array with our dtype. Strides and offset count elements. */
export interface Block {
  readonly dtype: DType;
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

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
  const bytes = size * typedView(dtype, new ArrayBuffer(0), 0, 0).BYTES_PER_ELEMENT;
  return contiguousBlock(dtype, typedView(dtype, new ArrayBuffer(bytes), 0, size), shape);
}
