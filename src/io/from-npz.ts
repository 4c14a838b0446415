// Arrays in NumPy's `.npz` files, zip files of `.npy` files. Here the directory and the headers are
// read; the workers read the blocks (formats/npy/read-npy.ts where they lie as they are,
// formats/npz/read-deflated.ts where they are compressed). Writing is to-npz.ts.
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { rechunkTo } from "../array/layers/rechunk-layer.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { itemBytes } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { NPY_HEADER_BYTES_MAX, type NpyHeader } from "../formats/npy/npy-header.js";
import { sizeOf } from "../graph/model/chunks.js";
import type { Generator } from "../graph/model/layer.js";
import { parseHeader } from "./from-npy.js";
import { checkReadOptions } from "./read-options.js";

/** A deflated array is read in runs of at most so many bytes: each inflates all that stands before it. */
const RUN_BYTES_MAX = 256 * 2 ** 20;

const STORED = 0;
const DEFLATED = 8;

/** Options of {@link fromNpz}. */
export interface FromNpzOptions {
  /** How the arrays are cut; `"auto"`, blocks of at most 128 MiB, unless given. */
  readonly chunks?: ChunkSpec;
}

/**
 * The arrays in a `.npz` file by their names. The workers read arrays that were stored as they are
 * (`numpy.savez`) block by block, never whole. Compressed ones (`numpy.savez_compressed`) can only be
 * read from their start: they are inflated in runs of up to 256 MiB, and then cut.
 *
 * @param path the file, which every worker must see under this path
 * @returns by its name each array, in the dtype and shape that the file gives it, as {@link fromNpy}; entries that
 * are no `.npy` files are left out
 * @chunks as the options say, blocks of at most 128 MiB unless given; one task per block, and for a compressed array
 * one per run of 256 MiB besides
 * @throws ArgumentError `argument.value` when there is no such file, it is no `.npz` file or there is no such option;
 * `argument.dtype` when we have no dtype for an array's elements; `argument.chunks` when the chunks do
 * not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.load.html
 *
 * @example
 * ```ts
 * import { arange, fromNpz, ones, toNpz } from "tilework";
 *
 * await toNpz("two.npz", { a: arange(3, { dtype: "float64" }), b: ones([3]) });
 * const { a, b } = await fromNpz("two.npz");
 * await a!.add(b!).compute(); // → [1, 2, 3]
 * ```
 */
export async function fromNpz(
  path: string,
  options: FromNpzOptions = {},
): Promise<Record<string, ChunkedArray>> {
  checkReadOptions("fromNpz", ["chunks"], options);
  const absolute = resolve(path);
  const zip = await openZip(absolute);
  try {
    const version = await versionOf(absolute);
    const arrays: Record<string, ChunkedArray> = {};
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith(".npy")) continue;
      const name = entry.fileName.slice(0, -".npy".length);
      arrays[name] = await arrayOf(zip, entry, { path: absolute, version }, options.chunks);
    }
    return arrays;
  } catch (cause) {
    if (cause instanceof ArgumentError) throw cause;
    return unreadable(absolute, cause);
  } finally {
    zip.close();
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (cause) {
    return unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new ArgumentError("value", `cannot read ${path} as a .npz file: ${reason}`, { path });
}

/** A word that changes when the file does. */
async function versionOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size, mtimeMs } = await file.stat();
    return `${size}@${mtimeMs}`;
  } finally {
    await file.close();
  }
}

async function arrayOf(
  zip: ZipFile,
  entry: Entry,
  file: { readonly path: string; readonly version: string },
  chunks: ChunkSpec = "auto",
): Promise<ChunkedArray> {
  const { fileName, compressionMethod } = entry;
  if (entry.isEncrypted() || ![STORED, DEFLATED].includes(compressionMethod)) {
    const how = entry.isEncrypted() ? "encrypted" : `compressed by method ${compressionMethod}`;
    const text = `${fileName} of ${file.path} is ${how}: expected it stored or deflated`;
    throw new ArgumentError("value", text, { path: file.path, entry: fileName });
  }
  const header = parseHeader(await readStart(zip, entry), `${fileName} of ${file.path}`);
  const { dtype, shape, ...layout } = header;
  const needed = header.byteOffset + sizeOf(shape) * itemBytes(dtype);
  if (entry.uncompressedSize < needed) {
    const text = `${fileName} of ${file.path} is cut off: its header promises ${needed} bytes, it has ${entry.uncompressedSize}`;
    throw new ArgumentError("value", text, { path: file.path, entry: fileName });
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (compressionMethod === STORED) {
    const byteOffset = fileDataStart + header.byteOffset;
    const generator = { type: "npy", ...file, ...layout, byteOffset } as const;
    return new ChunkedArray(sourceNode("npz", generator, shape, dtype, chunks));
  }
  const generator = {
    type: "deflated",
    ...file,
    ...layout,
    entry: fileName,
    dataStart: fileDataStart,
    compressedBytes: entry.compressedSize,
    inflatedBytes: entry.uncompressedSize,
    checksum: entry.crc32,
  } as const;
  return deflatedArray(header, generator, chunks);
}

/** The beginning of an entry, inflated. */
async function readStart(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const stream = await zip.openReadStreamPromise(entry);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length >= NPY_HEADER_BYTES_MAX) break;
  }
  return Buffer.concat(pieces).subarray(0, NPY_HEADER_BYTES_MAX);
}

/** Cut along the axis that runs slowest in the file, so that blocks are runs of it; then as wanted. */
function deflatedArray(
  { dtype, shape, fortranOrder }: NpyHeader,
  generator: Extract<Generator, { type: "deflated" }>,
  chunks: ChunkSpec,
): ChunkedArray {
  const wanted = normalizeChunks(chunks, shape, { itemBytes: itemBytes(dtype) });
  const slowest = fortranOrder ? shape.length - 1 : 0;
  const rowBytes = (sizeOf(shape) * itemBytes(dtype)) / Math.max(shape[slowest] ?? 1, 1);
  const rows = Math.max(Math.floor(RUN_BYTES_MAX / Math.max(rowBytes, 1)), 1);
  const runs = shape.map((_, axis) => (axis === slowest ? rows : -1));
  return rechunkTo(new ChunkedArray(sourceNode("npz", generator, shape, dtype, runs)), wanted);
}
