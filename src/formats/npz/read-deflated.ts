// Blocks of deflated `.npy` files in a zip file, as `numpy.savez_compressed` writes them. Such a
// stream can only be read from its start. So blocks are divided such that each is one run of it
// (io/from-npz.ts), and the bytes before the run are inflated and dropped.
import { createReadStream } from "node:fs";
import { crc32, createInflateRaw } from "node:zlib";
import { type Block, emptyBlock } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import {
  blockIndexOf,
  blockOffsets,
  blockShape,
  shapeOf,
  sizeOf,
} from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { copyBlock } from "../../kernels/programs/copy-block.js";
import { forEachRun } from "../files/element-runs.js";
import { swapBytes } from "../files/swap-bytes.js";

type DeflatedGenerator = Extract<SourceGenerator, { type: "deflated" }>;

/**
 * Reads block number `block` into `output`, a C-contiguous block.
 *
 * @throws ArgumentError `argument.value` when the file cannot be read, or fails its checksum
 */
export async function readDeflatedBlock(
  layer: SourceLayer,
  generator: DeflatedGenerator,
  block: number,
  output: Block,
): Promise<void> {
  const index = blockIndexOf(layer.chunks, block);
  const lengths = blockShape(layer.chunks, index);
  if (sizeOf(lengths) === 0) return;
  const starts = layer.chunks.map((axis, i) => blockOffsets(axis)[index[i] as number] as number);
  const shape = shapeOf(layer.chunks);
  if (generator.fortranOrder && shape.length > 1) {
    // The file is the C-ordered file of the transposed array: read that, then turn it.
    const turned = emptyBlock(layer.dtype, lengths.toReversed());
    await readRun(generator, shape.toReversed(), starts.toReversed(), turned);
    copyBlock({ ...turned, shape: lengths, stride: turned.stride.toReversed() }, output);
  } else {
    await readRun(generator, shape, starts, output);
  }
}

async function readRun(
  generator: DeflatedGenerator,
  shape: readonly number[],
  starts: readonly number[],
  { dtype, data, offset, shape: lengths }: Block,
): Promise<void> {
  let first = -1;
  forEachRun(shape, starts, lengths, (inArray) => {
    first = first < 0 ? inArray : first;
  });
  const bytesEach = itemBytes(dtype);
  const start = data.byteOffset + offset * bytesEach;
  const bytes = new Uint8Array(data.buffer, start, sizeOf(lengths) * bytesEach);
  try {
    await inflateRange(generator, generator.byteOffset + first * bytesEach, bytes);
  } catch (cause) {
    const reason = reasonOf(cause);
    const { path, entry } = generator;
    const text = `cannot read ${entry} of ${path} (${reason}): every worker must see the file under this path`;
    throw new ArgumentError("value", text, { path, entry });
  }
  if (generator.bigEndian) swapBytes(bytes, data.BYTES_PER_ELEMENT);
}

/** Fills `into` with the stream's bytes from `from` on. */
async function inflateRange(
  { path, dataStart, compressedBytes, inflatedBytes, checksum }: DeflatedGenerator,
  from: number,
  into: Uint8Array,
): Promise<void> {
  const end = dataStart + compressedBytes - 1;
  const file = createReadStream(path, { start: dataStart, end, highWaterMark: 2 ** 18 });
  const inflate = createInflateRaw({ chunkSize: 2 ** 18 });
  file.on("error", (error) => inflate.destroy(error));
  file.pipe(inflate);
  let at = 0;
  let sum = 0;
  try {
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      const skip = Math.max(from - at, 0);
      const place = Math.max(at - from, 0);
      if (skip < piece.length && place < into.length) {
        into.set(piece.subarray(skip, skip + into.length - place), place);
      }
      at += piece.length;
      sum = crc32(piece, sum);
      // The last block is read to the end, to verify the checksum.
      if (at >= from + into.length && from + into.length < inflatedBytes) return;
    }
  } finally {
    file.destroy();
  }
  if (at !== inflatedBytes)
    throw new Error(`it inflates to ${at} bytes, ${inflatedBytes} were promised`);
  if (sum !== checksum) throw new Error("its checksum is not that of its bytes: it was damaged");
}
