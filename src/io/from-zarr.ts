// Zarr arrays as chunked arrays. Only the metadata is read here; the workers read the chunks
// (formats/zarr/read-zarr.ts). Writing is to-zarr.ts.
import { resolve } from "node:path";
import { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { freshSeed } from "../array/layers/fresh-seed.js";
import { withLabels } from "../array/layers/labels.js";
import { rechunkTo } from "../array/layers/rechunk-layer.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { itemBytes } from "../base/dtype.js";
import { isUrl, placeOf } from "../formats/remote/remote-address.js";
import { TIMEOUT_MS } from "../formats/remote/remote-request.js";
import { alignedAxis } from "../formats/zarr/zarr-alignment.js";
import type { ZarrNode } from "../formats/zarr/zarr-hierarchy.js";
import { zarrLabels } from "../formats/zarr/zarr-labels.js";
import { checkComponent } from "../formats/zarr/zarr-location.js";
import { parseZarrArrayAt } from "../formats/zarr/zarr-metadata.js";
import { readArrayDocument, readAttributes } from "../formats/zarr/zarr-metadata-files.js";
import { floatsOfHalves } from "./half-floats.js";
import { checkReadOptions } from "./read-options.js";

/** Options of {@link fromZarr}. */
export interface FromZarrOptions {
  /** The array in a group: `"temperature/2m"`. */
  readonly component?: string;
  /** How the array is divided; default: a block per chunk (or shard) of the Zarr array. */
  readonly chunks?: ChunkSpec;
  /** How long a server may take to answer a request, with all attempts; default: 60,000. */
  readonly timeoutMs?: number;
}

/**
 * A Zarr array, of format 2 or 3, in a folder or on a server: `https://…` or `s3://bucket/key`. The workers read each chunk
 * once, when they need it. A chunk that was never written reads as the fill value. Shards, and the
 * codecs blosc, zstd, gzip, zlib, lz4, shuffle, delta, transpose and crc32c are understood. Names
 * of axes and attributes are `x.dims` and `x.attributes`.
 *
 * @param location the folder, which every worker must see under this path, or the address
 * @returns the dtype of the array's elements (bool, integers and floats, complex64 and complex128;
 * float32 for float16), in the array's shape
 * @chunks a block for each of the array's chunks or shards, by default; one task per block, which
 * reads the chunks it needs. Where blocks would share a chunk, the chunks are read once and the
 * blocks cut from them
 * @throws ArgumentError `argument.value` when there is no such array, the server does not answer or
 * the metadata is not supported, and for an unknown option; `argument.dtype` for elements without a
 * dtype here; `argument.chunks` when the chunks do not fit
 * @see https://zarr-specs.readthedocs.io/en/latest/
 * @example
 * import { arange, fromZarr, toZarr } from "tilework";
 *
 * await toZarr(arange(6, { chunks: 4 }).reshape([2, 3]), "six.zarr", { overwrite: true });
 * const x = await fromZarr("six.zarr");
 * await x.sum(0).compute(); // → [3n, 5n, 7n]
 */
export async function fromZarr(
  location: string,
  options: FromZarrOptions = {},
): Promise<ChunkedArray> {
  checkReadOptions("fromZarr", ["component", "chunks", "timeoutMs"], options);
  const { component = "", timeoutMs = TIMEOUT_MS } = options;
  const root = isUrl(location) ? location : resolve(location);
  const place = placeOf(root, checkComponent(component));
  const document = await readArrayDocument(place, timeoutMs);
  const attributes = await readAttributes(place, document, timeoutMs);
  return openZarrArray(place, { document, attributes }, options);
}

/** The array of this metadata at a place; `options` as those of {@link fromZarr}. */
export function openZarrArray(
  place: string,
  { document, attributes }: Pick<ZarrNode, "document" | "attributes">,
  options: FromZarrOptions,
): ChunkedArray {
  const { timeoutMs = TIMEOUT_MS } = options;
  const array = parseZarrArrayAt(place, document);
  const { dtype, shape } = array;
  const files = normalizeChunks(
    array.fileShape.map((length) => Math.max(length, 1)),
    shape,
  );
  const wanted =
    options.chunks === undefined
      ? files
      : normalizeChunks(options.chunks, shape, { itemBytes: itemBytes(dtype), previous: files });
  // A chunk is decoded as a whole; readers of parts cut it afterwards.
  const read = wanted.map((axis, i) => alignedAxis(axis, 0, array.chunkShape[i] as number));
  // Tasks need no attributes, which may be long.
  const own = { ...document, attributes: {} };
  const generator = {
    type: "zarr",
    location: place,
    document: own,
    timeoutMs,
    opened: freshSeed(),
  };
  const node = sourceNode(
    "zarr",
    generator as { type: "zarr" } & typeof generator,
    shape,
    dtype,
    read,
  );
  const x = new ChunkedArray(node);
  const numbers = array.isHalf ? floatsOfHalves(x) : x;
  return rechunkTo(withLabels(numbers, zarrLabels(document, attributes)), wanted);
}
