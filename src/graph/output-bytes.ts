// How many bytes a block takes, known before it is computed.
import { itemBytes } from "../base/dtype.js";
import type { Layer } from "./layer.js";

/** Bytes of block number `block` of `layer`. */
export function outputBytes(layer: Layer, block: number): number {
  let bytes = itemBytes(layer.dtype);
  let rest = block;
  for (let axis = layer.chunks.length - 1; axis >= 0; axis--) {
    const lengths = layer.chunks[axis] as readonly number[];
    bytes *= lengths[rest % lengths.length] as number;
    rest = Math.floor(rest / lengths.length);
  }
  return bytes;
}
