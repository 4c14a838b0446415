// Blocks of `.npy` files, read straight into the memory of the result: only the bytes of the block,
// in runs as long as the file's layout allows. io/ has read the header before. Files on servers are
// read by read-remote-npy.ts.
import { closeSync } from "node:fs";
import { assert } from "../../base/assert.js";
import { type Block, emptyBlock } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { contiguousStrides, sizeOf } from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { sourceBox } from "../../graph/model/source-region.js";
import { SHORT_ROW_BYTES } from "../../graph/model/whole-rows.js";
import { copyBlock } from "../../kernels/programs/copy-block.js";
import { forEachRun } from "../files/element-runs.js";
import { fileMemory } from "../files/file-memory.js";
import { fileVersion, openRegular, readInto } from "../files/regular-file.js";
import { copyShortRows } from "../files/short-rows.js";
import { swapBytes } from "../files/swap-bytes.js";

/** Bytes that are read at a time if only part of them is needed. */
const SCRATCH_BYTES = 2 ** 20;

type NpyGenerator = Extract<SourceGenerator, { type: "npy" }>;

/**
 * Reads block number `block` of an array in a `.npy` file into `output`, a C-contiguous block.
 *
 * @throws ArgumentError `argument.value` when the file cannot be opened, ends too early, or changed
 */
export function readNpyBlock(layer: SourceLayer, block: number, output: Block): void {
  const { generator } = layer;
  assert(generator.type === "npy", `layer ${layer.name} is not a file`);
  const region = regionOf(layer, generator, block, output);
  if (region === undefined) return;
  const { shape, starts, target, bytes } = region;
  const file = openFile(generator.path);
  try {
    if (hasShortRuns(shape, target)) readRows(file, generator, { shape, starts }, target, bytes);
    else readRuns(file, generator, { shape, starts }, target, bytes);
    requireUnchanged(file, generator);
  } finally {
    closeSync(file);
  }
  region.finish();
}

/** What of a file's C-ordered array is read for a block. */
export interface NpyRegion extends Place {
  /** As large as the region, and C-contiguous. */
  readonly target: Block;
  /** The memory of `target`, which the file's bytes go into. */
  readonly bytes: Uint8Array;
  /** Makes the block's elements of the bytes. */
  finish(): void;
}

/** The region of block number `block`, read into `output`; undefined where it has no elements. */
export function regionOf(
  layer: SourceLayer,
  { fortranOrder, bigEndian }: NpyGenerator,
  block: number,
  output: Block,
): NpyRegion | undefined {
  const { shape, starts, lengths } = sourceBox(layer, block);
  if (sizeOf(lengths) === 0) return undefined;
  const whole = { ...output, shape: lengths, stride: contiguousStrides(lengths) };
  const isTurned = fortranOrder && shape.length > 1;
  // The file is the C-ordered file of the transposed array: read that, then turn it.
  const target = isTurned ? emptyBlock(layer.dtype, lengths.toReversed()) : whole;
  const bytes = bytesOf(target);
  return {
    shape: isTurned ? shape.toReversed() : shape,
    starts: isTurned ? starts.toReversed() : starts,
    target,
    bytes,
    finish() {
      if (bigEndian) swapBytes(bytes, target.data.BYTES_PER_ELEMENT);
      if (!isTurned) return;
      copyBlock({ ...target, shape: lengths, stride: target.stride.toReversed() }, whole);
    },
  };
}

/** The bytes of a C-contiguous block. */
function bytesOf({ dtype, data, offset, shape }: Block): Uint8Array {
  const bytesEach = itemBytes(dtype);
  const start = data.byteOffset + offset * bytesEach;
  return new Uint8Array(data.buffer, start, sizeOf(shape) * bytesEach);
}

/** Where the target is in the file's array. */
interface Place {
  readonly shape: readonly number[];
  readonly starts: readonly number[];
}

function readRuns(
  file: number,
  { path, byteOffset }: NpyGenerator,
  { shape, starts }: Place,
  { dtype, shape: lengths }: Block,
  bytes: Uint8Array,
): void {
  const bytesEach = itemBytes(dtype);
  forEachRun(shape, starts, lengths, (inFile, inBlock, length) => {
    const into = bytes.subarray(inBlock * bytesEach, (inBlock + length) * bytesEach);
    readFully(file, path, into, byteOffset + inFile * bytesEach);
  });
}

/**
 * Whether the target takes parts of rows of the last axis that are so short that reading them whole
 * takes no longer.
 */
function hasShortRuns(shape: readonly number[], { dtype, shape: lengths }: Block): boolean {
  const [length = 1, own = 1] = [shape.at(-1), lengths.at(-1)];
  const rows = lengths.at(-2) ?? 1;
  return own < length && rows > 1 && length * itemBytes(dtype) <= SHORT_ROW_BYTES;
}

/** Whole rows on their way, kept by each thread. */
let scratch: Uint8Array<ArrayBuffer> | undefined;

/** Reads many whole rows of the last axis at a time, and copies the part that the target takes. */
function readRows(
  file: number,
  { path, byteOffset }: NpyGenerator,
  { shape, starts }: Place,
  { dtype, shape: box }: Block,
  bytes: Uint8Array,
): void {
  const last = shape.length - 1;
  const bytesEach = itemBytes(dtype);
  const rowBytes = (shape[last] as number) * bytesEach;
  const [before, taken] = [starts[last] as number, box[last] as number].map((n) => n * bytesEach);
  const [skipped, ownBytes] = [before as number, taken as number];
  scratch ??= fileMemory(SCRATCH_BYTES);
  const kept = scratch;
  const rowsAtOnce = Math.floor(SCRATCH_BYTES / rowBytes);
  const lengths = box.slice(0, last);
  forEachRun(shape.slice(0, last), starts.slice(0, last), lengths, (inFile, inBlock, count) => {
    for (let row = 0; row < count; row += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, count - row);
      const read = kept.subarray(0, rows * rowBytes);
      readFully(file, path, read, byteOffset + (inFile + row) * rowBytes);
      const start = (inBlock + row) * ownBytes;
      const into = bytes.subarray(start, start + rows * ownBytes);
      const how = { rows, bytes: ownBytes, apart: rowBytes };
      copyShortRows(read.subarray(skipped), into, bytesEach, how);
    }
  });
}

function openFile(path: string): number {
  try {
    return openRegular(path).file;
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ArgumentError(
      "value",
      `cannot open ${path} (${reason}): every worker must see the file under this path`,
      { path },
    );
  }
}

/** Blocks of two versions of a file would be an array that there never was. */
function requireUnchanged(file: number, { path, version }: NpyGenerator): void {
  if (version === undefined || fileVersion(file) === version) return;
  throw new ArgumentError(
    "value",
    `${path} changed since it was opened: make the array of it again`,
    { path },
  );
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
