// Blocks of `.npy` files, read straight into the memory of the result: only the bytes of the block,
// in runs as long as the file's layout allows. io/ has read the header before.
import { closeSync } from "node:fs";
import { assert } from "../../base/assert.js";
import { type Block, emptyBlock } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import {
  blockIndexOf,
  blockOffsets,
  blockShape,
  shapeOf,
  sizeOf,
} from "../../graph/model/chunks.js";
import type { SourceGenerator, SourceLayer } from "../../graph/model/layer.js";
import { copyBlock } from "../../kernels/programs/copy-block.js";
import { forEachRun } from "../files/element-runs.js";
import { openRegular, readInto } from "../files/regular-file.js";
import { swapBytes } from "../files/swap-bytes.js";

type NpyGenerator = Extract<SourceGenerator, { type: "npy" }>;

/**
 * Reads block number `block` of an array in a `.npy` file into `output`, a C-contiguous block.
 *
 * @throws ArgumentError `argument.value` when the file cannot be opened or ends too early
 */
export function readNpyBlock(layer: SourceLayer, block: number, output: Block): void {
  const { generator } = layer;
  assert(generator.type === "npy", `layer ${layer.name} is not a file`);
  const index = blockIndexOf(layer.chunks, block);
  const lengths = blockShape(layer.chunks, index);
  const size = sizeOf(lengths);
  if (size === 0) return;
  const shape = shapeOf(layer.chunks);
  const starts = layer.chunks.map((axis, i) => blockOffsets(axis)[index[i] as number] as number);
  if (generator.fortranOrder && shape.length > 1) {
    // The file is the C-ordered file of the transposed array: read that, then turn it.
    const turned = emptyBlock(layer.dtype, lengths.toReversed());
    readRegion(generator, shape.toReversed(), starts.toReversed(), turned);
    copyBlock({ ...turned, shape: lengths, stride: turned.stride.toReversed() }, output);
  } else {
    readRegion(generator, shape, starts, output);
  }
}

/** Reads the region at `starts` of a C-ordered array of `shape` into `target`, which is as large. */
function readRegion(
  generator: NpyGenerator,
  shape: readonly number[],
  starts: readonly number[],
  target: Block,
): void {
  const { dtype, data, shape: lengths } = target;
  const bytesEach = itemBytes(dtype);
  const start = data.byteOffset + target.offset * bytesEach;
  const bytes = new Uint8Array(data.buffer, start, sizeOf(lengths) * bytesEach);
  const file = openFile(generator.path);
  try {
    forEachRun(shape, starts, lengths, (inFile, inBlock, length) => {
      const into = bytes.subarray(inBlock * bytesEach, (inBlock + length) * bytesEach);
      readFully(file, generator.path, into, generator.byteOffset + inFile * bytesEach);
    });
  } finally {
    closeSync(file);
  }
  if (generator.bigEndian) swapBytes(bytes, data.BYTES_PER_ELEMENT);
}

function openFile(path: string): number {
  try {
    return openRegular(path).file;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArgumentError(
      "value",
      `cannot open ${path} (${reason}): every worker must see the file under this path`,
      { path },
    );
  }
}

/** Fills `into` from `position` on. */
function readFully(file: number, path: string, into: Uint8Array, position: number): void {
  const filled = readInto(file, into, position);
  if (filled === into.length) return;
  throw new ArgumentError(
    "value",
    `${path} ends at byte ${position + filled}, but its header promises bytes up to at least ` +
      `${position + into.length}: was it cut off, or is it still being written?`,
    { path, position: position + filled, expected: position + into.length },
  );
}
