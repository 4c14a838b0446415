// The bytes of a block before it is computed, if its lengths are known.
import { itemBytes } from "../../base/dtype.js";
import type { Layer } from "./layer.js";

/** The assumed size of a block of unknown lengths, before any was measured. */
export const FREE_BYTES_GUESS = 2 ** 20;

/** Bytes of block number `block` of `layer`; a guess where its lengths are not known. */
export function outputBytes(layer: Layer, block: number): number {
  let bytes = itemBytes(layer.dtype);
  let rest = block;
  for (let axis = layer.chunks.length - 1; axis >= 0; axis--) {
    const lengths = layer.chunks[axis] as readonly number[];
    bytes *= lengths[rest % lengths.length] as number;
    rest = Math.floor(rest / lengths.length);
  }
  return Number.isNaN(bytes) ? FREE_BYTES_GUESS : bytes;
}
