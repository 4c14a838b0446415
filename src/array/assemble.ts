// One ndarray out of the blocks of a chunked array, as they arrive.
import ndarray, { type NdArray } from "ndarray";
import type { Block } from "../base/block.js";
import { type DType, itemBytes, type TypedArray, typedView } from "../base/dtype.js";
import {
  blockIndexOf,
  blockOffsets,
  type Chunks,
  contiguousStrides,
  shapeOf,
  sizeOf,
} from "../graph/chunks.js";
import type { Layer } from "../graph/layer.js";

/** Collects the blocks of one array into memory of its own. */
export class Assembly {
  readonly #chunks: Chunks;
  readonly #dtype: DType;
  readonly #shape: number[];
  readonly #strides: readonly number[];
  readonly #data: TypedArray;

  constructor({ chunks, dtype }: Layer) {
    this.#chunks = chunks;
    this.#dtype = dtype;
    this.#shape = shapeOf(chunks);
    this.#strides = contiguousStrides(this.#shape);
    const size = sizeOf(this.#shape);
    this.#data = typedView(dtype, new ArrayBuffer(size * itemBytes(dtype)), 0, size);
  }

  /** Copies block number `block` to its place. */
  put(block: number, value: Block): void {
    const index = blockIndexOf(this.#chunks, block);
    const start = index.reduce(
      (offset, at, axis) =>
        offset +
        (blockOffsets(this.#chunks[axis] as readonly number[])[at] as number) *
          (this.#strides[axis] as number),
      0,
    );
    copyStrided(value, this.#data, start, this.#strides);
  }

  /** The value: a number or boolean for no dimensions, an ndarray otherwise. */
  value(): number | boolean | NdArray<TypedArray> {
    if (this.#shape.length > 0) return ndarray(this.#data, this.#shape);
    const scalar = this.#data[0] as number;
    return this.#dtype === "bool" ? scalar !== 0 : scalar;
  }
}

/** Copies a block to where it begins in a larger C-contiguous array. */
function copyStrided(
  block: Block,
  target: TypedArray,
  targetStart: number,
  targetStrides: readonly number[],
): void {
  const { data, shape, stride } = block;
  if (sizeOf(shape) === 0) return;
  const last = shape.length - 1;
  const length = shape[last] ?? 1;
  const step = stride[last] ?? 1;
  const copyRow = (from: number, to: number) => {
    if (step === 1) {
      target.set(data.subarray(from, from + length), to);
      return;
    }
    for (let i = 0; i < length; i++) target[to + i] = data[from + i * step] as number;
  };
  const visit = (axis: number, from: number, to: number) => {
    if (axis >= last) {
      copyRow(from, to);
      return;
    }
    for (let i = 0; i < (shape[axis] as number); i++) {
      visit(
        axis + 1,
        from + i * (stride[axis] as number),
        to + i * (targetStrides[axis] as number),
      );
    }
  };
  visit(0, block.offset, targetStart);
}
