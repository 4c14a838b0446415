// Arrays in NumPy's `.npy` files. Only the header is read here; the workers read the blocks
// (runtime/npy-source.ts), so that every worker must see the file under the same path.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { ChunkedArray } from "../array/chunked-array.js";
import type { ChunkSpec } from "../array/normalize-chunks.js";
import { sourceNode } from "../array/source.js";
import { itemBytes } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { sizeOf } from "../graph/chunks.js";
import {
  NPY_PREFIX_BYTES,
  type NpyHeader,
  npyHeaderBytes,
  parseNpyHeader,
} from "../kernels/npy-header.js";

/** Options of {@link fromNpy}. */
export interface FromNpyOptions {
  /** How the array is cut; `"auto"`, blocks of at most 128 MiB, unless given. */
  readonly chunks?: ChunkSpec;
}

/**
 * The array in a `.npy` file, which the workers read block by block, never whole. A file in Fortran
 * order is read as well, and one of the other byte order.
 *
 * @param path the file; a relative path counts from the working directory of this process
 * @returns the file's shape and dtype, lazy; one task per block
 * @throws ArgumentError `argument.value` when there is no such file, it is no `.npy` file or it is
 * shorter than its header says; `argument.dtype` when we have no dtype for its elements;
 * `argument.chunks` when the chunks do not fit
 *
 * @example
 * ```ts
 * const x = fromNpy("temperature.npy", { chunks: "64MiB" });
 * const mean = await x.mean(0).compute();
 * ```
 */
export function fromNpy(path: string, options: FromNpyOptions = {}): ChunkedArray {
  const absolute = resolve(path);
  const { header, version } = readHeader(absolute);
  const { dtype, shape, ...layout } = header;
  const generator = { type: "npy", path: absolute, version, ...layout } as const;
  return new ChunkedArray(sourceNode("npy", generator, shape, dtype, options.chunks));
}

/** The header, and a word that changes when the file does. */
function readHeader(path: string): { header: NpyHeader; version: string } {
  const file = open(path);
  try {
    const { size, mtimeMs } = fstatSync(file);
    const prefix = readStart(file, path, NPY_PREFIX_BYTES);
    const headerBytes = Math.min(npyHeaderBytes(prefix, path), size);
    const header = parseNpyHeader(readStart(file, path, headerBytes), path);
    const needed = header.byteOffset + sizeOf(header.shape) * itemBytes(header.dtype);
    if (size < needed) {
      throw new ArgumentError(
        "value",
        `${path} is cut off: its header promises ${needed} bytes, it has ${size}`,
        { path, expected: needed, size },
      );
    }
    return { header, version: `${size}@${mtimeMs}` };
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArgumentError("value", `cannot open ${path}: ${reason}`, { path });
  }
}

function readStart(file: number, path: string, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArgumentError("value", `cannot read ${path}: ${reason}`, { path });
  }
}
