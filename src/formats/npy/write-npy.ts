// Writes blocks to their positions in a `.npy` file, which io/ has made at its full length. Blocks
// may come in any order, from several processes at once, and twice: they never overlap.
import { closeSync, openSync, writeSync } from "node:fs";
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import {
  blockIndexOf,
  blockOffsets,
  type Chunks,
  shapeOf,
  sizeOf,
} from "../../graph/model/chunks.js";
import type { StoreTarget } from "../../graph/model/store-target.js";
import { contiguous } from "../../kernels/programs/copy-block.js";
import { forEachRun } from "../files/element-runs.js";

type NpyTarget = Extract<StoreTarget, { type: "npy" }>;

/**
 * Writes block number `block` of an array with these chunks.
 *
 * @throws ArgumentError `argument.value` when the file is not there or cannot be written
 */
export function writeNpyBlock(
  target: NpyTarget,
  chunks: Chunks,
  block: number,
  value: Block,
): void {
  const index = blockIndexOf(chunks, block);
  const starts = chunks.map((axis, i) => blockOffsets(axis)[index[i] as number] as number);
  const { data, dtype, offset, shape: lengths } = contiguous(value);
  const bytesEach = itemBytes(dtype);
  const start = data.byteOffset + offset * bytesEach;
  const bytes = new Uint8Array(data.buffer, start, sizeOf(lengths) * bytesEach);
  let file: number | undefined;
  try {
    file = openSync(target.path, "r+");
    const descriptor = file;
    forEachRun(shapeOf(chunks), starts, lengths, (inFile, inBlock, length) => {
      const from = bytes.subarray(inBlock * bytesEach, (inBlock + length) * bytesEach);
      writeFully(descriptor, from, target.byteOffset + inFile * bytesEach);
    });
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ArgumentError(
      "value",
      `cannot write block (${index.join(", ")}) to ${target.path} (${reason}): every worker must ` +
        "be able to write there, under this path",
      { path: target.path, block: index },
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Writes all of `from` at `position`; one write may take less than it was given. */
function writeFully(file: number, from: Uint8Array, position: number): void {
  for (let written = 0; written < from.length; ) {
    written += writeSync(file, from, written, from.length - written, position + written);
  }
}
