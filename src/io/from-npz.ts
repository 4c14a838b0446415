// Arrays from NumPy's `.npz` files, zip files of `.npy` files. This reads the directory and the
// headers; the workers read the blocks (formats/npy/read-npy.ts for uncompressed arrays,
// formats/npz/read-deflated.ts for compressed ones). Writing is to-npz.ts.
import { resolve } from "node:path";
import { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { rechunkTo } from "../array/layers/rechunk-layer.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { itemBytes } from "../base/dtype.js";
import type { NpyHeader } from "../formats/npy/npy-header.js";
import {
  type NpzArray,
  type RefusedArray,
  readNpzDirectory,
} from "../formats/npz/npz-directory.js";
import { sizeOf } from "../graph/model/chunks.js";
import { floatsOfHalves } from "./half-floats.js";
import { checkLocalPath, checkReadOptions } from "./read-options.js";

/**
 * A deflated array is read in runs of at most this many bytes: each inflates everything before it.
 */
const RUN_BYTES_MAX = 256 * 2 ** 20;

/** Options of {@link fromNpz}. */
export interface FromNpzOptions {
  /** How the arrays are divided; default: `"auto"`, blocks of at most 128 MiB. */
  readonly chunks?: ChunkSpec;
}

/**
 * The arrays in a `.npz` file by their names. The workers read uncompressed arrays (`numpy.savez`)
 * block by block, never whole. Compressed ones (`numpy.savez_compressed`) can only be read from
 * their start: they are inflated in runs of up to 256 MiB, and then cut.
 *
 * @param path the file, which every worker must see under this path
 * @returns by its name each array, in the dtype and shape that the file gives it, as
 * {@link fromNpy}; entries that are no `.npy` files are left out, and so are arrays of elements
 * without a dtype here, such as texts, until you ask for one by its name
 * @chunks by the options, default: blocks of at most 128 MiB; one task per block, and for a
 * compressed array one per run of 256 MiB besides
 * @throws ArgumentError `argument.value` when the file does not exist or is not a `.npz` file, and
 * for an unknown option; `argument.dtype` where no array has a dtype here, and by the name of one
 * that has none; `argument.chunks` when the chunks do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.load.html
 * @example
 * import { arange, fromNpz, ones, toNpz } from "tilework";
 *
 * await toNpz("two.npz", { a: arange(3, { dtype: "float64" }), b: ones([3]) });
 * const { a, b } = await fromNpz("two.npz");
 * await a!.add(b!).compute(); // → [1, 2, 3]
 */
export async function fromNpz(
  path: string,
  options: FromNpzOptions = {},
): Promise<Record<string, ChunkedArray>> {
  checkReadOptions("fromNpz", ["chunks"], options);
  checkLocalPath("fromNpz", path);
  const { chunks = "auto" } = options;
  const entries = await readNpzDirectory(resolve(path));
  const refused = entries.filter((entry) => "refused" in entry);
  if (refused.length === entries.length) for (const entry of refused) throw entry.refused;
  const properties = entries.map((entry): [string, PropertyDescriptor] => [
    entry.name,
    "refused" in entry
      ? { get: () => refuse(entry) }
      : { value: arrayOf(entry, chunks), enumerable: true, configurable: true, writable: true },
  ]);
  return Object.defineProperties({}, Object.fromEntries(properties));
}

function refuse({ refused }: RefusedArray): never {
  throw refused;
}

function arrayOf({ header, generator }: NpzArray, chunks: ChunkSpec): ChunkedArray {
  const { dtype, shape, isHalf } = header;
  const x =
    generator.type === "deflated"
      ? deflatedArray(header, generator, chunks)
      : new ChunkedArray(sourceNode("npz", generator, shape, dtype, chunks));
  return isHalf ? floatsOfHalves(x) : x;
}

/** Cut along the slowest axis in the file, so that blocks are runs of it; then rechunked. */
function deflatedArray(
  { dtype, shape, fortranOrder }: NpyHeader,
  generator: Extract<NpzArray["generator"], { type: "deflated" }>,
  chunks: ChunkSpec,
): ChunkedArray {
  const wanted = normalizeChunks(chunks, shape, { itemBytes: itemBytes(dtype) });
  const slowest = fortranOrder ? shape.length - 1 : 0;
  const rowBytes = (sizeOf(shape) * itemBytes(dtype)) / Math.max(shape[slowest] ?? 1, 1);
  const rows = Math.max(Math.floor(RUN_BYTES_MAX / Math.max(rowBytes, 1)), 1);
  const runs = shape.map((_, axis) => (axis === slowest ? rows : -1));
  return rechunkTo(new ChunkedArray(sourceNode("npz", generator, shape, dtype, runs)), wanted);
}
