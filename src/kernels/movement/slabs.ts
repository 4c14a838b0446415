// Slabs of a block, at positions along one axis, one after another: those that masks or lists of
// positions select.
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { contiguous } from "../programs/copy-block.js";

/** Slabs of more words are copied by the system. */
const SLAB_WORDS_MAX = 32;

/**
 * Copies the slabs of `x` at `positions` along an axis to `output`, which is C-contiguous and of
 * their number along it. Elements are copied as words: bits stay unchanged for every dtype.
 */
export function copySlabs(x: Block, positions: Int32Array, axis: number, output: Block): void {
  const from = contiguous(x);
  const slab = sizeOf(from.shape.slice(axis + 1));
  const length = from.shape[axis] as number;
  const bytes = itemBytes(from.dtype);
  const Words = bytes % 4 === 0 ? Uint32Array : bytes === 2 ? Uint16Array : Uint8Array;
  const wordsOf = ({ data, offset }: Block) =>
    new Words(
      data.buffer as ArrayBuffer,
      data.byteOffset + offset * bytes,
      (data.byteLength - offset * bytes) / Words.BYTES_PER_ELEMENT,
    );
  const [source, target] = [wordsOf(from), wordsOf(output)];
  const width = (slab * bytes) / Words.BYTES_PER_ELEMENT;
  const copy = width > SLAB_WORDS_MAX ? copyLong : copyShort;
  for (let outer = 0; outer < sizeOf(from.shape.slice(0, axis)); outer++) {
    copy(
      source,
      target,
      positions,
      width,
      outer * length * width,
      outer * positions.length * width,
    );
  }
}

type CopyWords = (
  source: Uint32Array | Uint16Array | Uint8Array,
  target: Uint32Array | Uint16Array | Uint8Array,
  positions: Int32Array,
  width: number,
  start: number,
  at: number,
) => void;

const copyShort: CopyWords = (source, target, positions, width, start, at) => {
  let place = at;
  for (let i = 0; i < positions.length; i++) {
    const from = start + (positions[i] as number) * width;
    for (let k = 0; k < width; k++) target[place++] = source[from + k] as number;
  }
};

const copyLong: CopyWords = (source, target, positions, width, start, at) => {
  for (let i = 0; i < positions.length; i++) {
    const from = start + (positions[i] as number) * width;
    target.set(source.subarray(from, from + width), at + i * width);
  }
};
