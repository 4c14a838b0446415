// The contents of a `.npz` file, a zip file of `.npy` files: each array's header, and the position
// and compression of its bytes. npy/read-npy.ts reads blocks of stored arrays, read-deflated.ts
// those of deflated ones.
import { open } from "node:fs/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { versionIn } from "../files/regular-file.js";
import { NPY_HEADER_BYTES_MAX, type NpyHeader } from "../npy/npy-header.js";
import { parseHeaderOf } from "../npy/read-npy-header.js";

const STORED = 0;
const DEFLATED = 8;

/** An array in a `.npz` file. */
export interface NpzArray {
  readonly name: string;
  readonly header: NpyHeader;
  /** How its blocks are read. */
  readonly generator: Extract<SourceGenerator, { type: "npy" | "deflated" }>;
}

/** An array in a `.npz` file for whose elements we have no dtype, such as texts. */
export interface RefusedArray {
  readonly name: string;
  readonly refused: ArgumentError;
}

/**
 * The arrays of the file at an absolute path; entries that are no `.npy` files are left out.
 *
 * @throws ArgumentError `argument.value` when it cannot be read as a `.npz` file, or an entry in it
 * cannot
 */
export async function readNpzDirectory(path: string): Promise<(NpzArray | RefusedArray)[]> {
  const zip = await openZip(path);
  try {
    const file = { path, version: await versionOf(path) };
    const arrays: (NpzArray | RefusedArray)[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith(".npy")) arrays.push(await describeOrRefuse(zip, entry, file));
    }
    return arrays;
  } catch (cause) {
    if (cause instanceof ArgumentError) throw cause;
    return unreadable(path, cause);
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
  const reason = reasonOf(cause);
  throw new ArgumentError("value", `cannot read ${path} as a .npz file: ${reason}`, { path });
}

/** A version that changes when the file does. */
async function versionOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    return versionIn(await file.stat());
  } finally {
    await file.close();
  }
}

async function describeOrRefuse(
  ...given: Parameters<typeof describeEntry>
): Promise<NpzArray | RefusedArray> {
  try {
    return await describeEntry(...given);
  } catch (cause) {
    if (!(cause instanceof ArgumentError) || cause.code !== "argument.dtype") throw cause;
    return { name: nameOf(given[1]), refused: cause };
  }
}

const nameOf = ({ fileName }: Entry) => fileName.slice(0, -".npy".length);

async function describeEntry(
  zip: ZipFile,
  entry: Entry,
  file: { readonly path: string; readonly version: string },
): Promise<NpzArray> {
  const { fileName, compressionMethod } = entry;
  if (entry.isEncrypted() || ![STORED, DEFLATED].includes(compressionMethod)) {
    const how = entry.isEncrypted() ? "encrypted" : `compressed by method ${compressionMethod}`;
    const text = `${fileName} of ${file.path} is ${how}: expected it stored or deflated`;
    throw new ArgumentError("value", text, { path: file.path, entry: fileName });
  }
  const header = parseHeaderOf(await readStart(zip, entry), `${fileName} of ${file.path}`);
  const { dtype, shape, isHalf: _, ...layout } = header;
  const needed = header.byteOffset + sizeOf(shape) * itemBytes(dtype);
  if (entry.uncompressedSize !== needed) {
    const fault = entry.uncompressedSize < needed ? "cut off" : "too long";
    const text = `${fileName} of ${file.path} is ${fault}: its header promises ${needed} bytes, it has ${entry.uncompressedSize}`;
    throw new ArgumentError("value", text, { path: file.path, entry: fileName });
  }
  const name = nameOf(entry);
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (compressionMethod === STORED) {
    const byteOffset = fileDataStart + header.byteOffset;
    const { uncompressedSize: bytes, crc32: checksum } = entry;
    const stored = { entry: fileName, dataStart: fileDataStart, bytes, checksum };
    return { name, header, generator: { type: "npy", ...file, ...layout, byteOffset, stored } };
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
  return { name, header, generator };
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
