// One ndarray out of the blocks of a chunked array, as they arrive.
import ndarray, { type NdArray } from "ndarray";
import { type Block, emptyBlock, type NdData, ndLayout } from "../base/block.js";
import { isComplex, type Scalar } from "../base/dtype.js";
import { blockIndexOf, blockOffsets, type Chunks, shapeOf } from "../graph/chunks.js";
import type { Layer } from "../graph/layer.js";
import { copyBlock, subBlock } from "../kernels/copy.js";

/** Collects the blocks of one array into memory of its own. */
export class Assembly {
  readonly #chunks: Chunks;
  readonly #whole: Block;

  constructor({ chunks, dtype }: Layer) {
    this.#chunks = chunks;
    this.#whole = emptyBlock(dtype, shapeOf(chunks));
  }

  /** Copies block number `block` to its place. */
  put(block: number, value: Block): void {
    const index = blockIndexOf(this.#chunks, block);
    const start = index.map(
      (at, axis) => blockOffsets(this.#chunks[axis] as readonly number[])[at] as number,
    );
    copyBlock(value, subBlock(this.#whole, start, value.shape));
  }

  /**
   * The value: a number, BigInt, boolean or `{ re, im }` for no dimensions, an ndarray otherwise, in
   * which complex numbers have one more axis: their real and imaginary parts.
   */
  value(): Scalar | NdArray<NdData> {
    const [first, imaginary] = this.#whole.data;
    const { dtype } = this.#whole;
    if (this.#whole.shape.length > 0) {
      return ndarray(this.#whole.data as NdData, ndLayout(this.#whole).shape);
    }
    if (isComplex(dtype)) return { re: first as number, im: imaginary as number };
    return dtype === "bool" ? first !== 0 : (first as number | bigint);
  }
}
