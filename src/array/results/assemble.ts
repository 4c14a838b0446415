// Assembles one ndarray from the blocks of a chunked array, as they arrive.
import type { NdArray } from "ndarray";
import { type Block, emptyBlock, type NdData, scalarOf } from "../../base/block.js";
import { type DType, itemBytes, type Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { formatBytes } from "../../base/units.js";
import {
  blockIndexOf,
  blockOffsets,
  type Chunks,
  hasUnknownLengths,
  shapeOf,
  sizeOf,
} from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import { copyBlock, subBlock } from "../../kernels/programs/copy-block.js";
import { formatShape } from "../chunks/axes.js";
import { foundChunks } from "../chunks/unknown-lengths.js";
import { computedArray } from "./computed-array.js";

/** Collects the blocks of one array into memory of its own. */
export class Assembly {
  readonly #dtype: DType;
  #chunks: Chunks;
  #whole: Block | undefined;
  /** Copies of blocks that have no place yet: lengths are not known until all are there. */
  readonly #waiting: Block[] = [];

  constructor({ chunks, dtype }: Layer) {
    this.#dtype = dtype;
    this.#chunks = chunks;
    if (!hasUnknownLengths(chunks)) this.#whole = wholeBlock(dtype, shapeOf(chunks));
  }

  /** Copies block number `block` to its place. */
  put(block: number, value: Block): void {
    if (this.#whole !== undefined) {
      this.#place(this.#whole, block, value);
      return;
    }
    const copy = emptyBlock(value.dtype, value.shape);
    copyBlock(value, copy);
    this.#waiting[block] = copy;
  }

  #place(whole: Block, block: number, value: Block): void {
    const index = blockIndexOf(this.#chunks, block);
    // A list of the offsets, which most small arrays do not need, takes as long as the copy.
    const start = index.map((at, axis) =>
      at === 0 ? 0 : (blockOffsets(this.#chunks[axis] as readonly number[])[at] as number),
    );
    copyBlock(value, subBlock(whole, start, value.shape));
  }

  /** The array once all blocks are there. */
  #finish(): Block {
    if (this.#whole !== undefined) return this.#whole;
    this.#chunks = foundChunks(this.#chunks, (block) => (this.#waiting[block] as Block).shape);
    const whole = wholeBlock(this.#dtype, shapeOf(this.#chunks));
    this.#waiting.forEach((value, block) => {
      this.#place(whole, block, value);
    });
    this.#whole = whole;
    return whole;
  }

  /**
   * The value: a number, BigInt, boolean or `{ re, im }` for no dimensions, an ndarray otherwise,
   * in which complex numbers have one more axis: their real and imaginary parts.
   */
  value(): Scalar | NdArray<NdData> {
    const whole = this.#finish();
    return whole.shape.length > 0 ? computedArray(whole) : scalarOf(whole);
  }
}

/** Memory for all of an array. */
function wholeBlock(dtype: DType, shape: readonly number[]): Block {
  try {
    return emptyBlock(dtype, shape);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const bytes = formatBytes(sizeOf(shape) * itemBytes(dtype));
    throw new ArgumentError(
      "shape",
      `a result of shape ${formatShape(shape)} takes ${bytes}, more than one buffer can hold: reduce or slice it, ` +
        "or write it with toZarr, toNpy or store",
      { shape, dtype },
    );
  }
}
