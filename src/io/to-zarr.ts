// Chunked arrays into Zarr arrays. This makes the metadata and divides the array so that each file
// belongs to one block; the workers write the chunks (formats/zarr/write-zarr.ts). Reading is
// from-zarr.ts.
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { checkArrays } from "../array/layers/array-operands.js";
import { rechunkTo } from "../array/layers/rechunk-layer.js";
import type { ToZarrOptions } from "../array/results/array-files.js";
import { itemBytes } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { cannotWrite } from "../formats/files/atomic-file.js";
import { zarrDocument } from "../formats/zarr/new-zarr-metadata.js";
import { alignedAxis, regularLength } from "../formats/zarr/zarr-alignment.js";
import { checkComponent, isUrl, placeOf } from "../formats/zarr/zarr-location.js";
import {
  parseZarrArrayAt,
  type ZarrArray,
  type ZarrDocument,
} from "../formats/zarr/zarr-metadata.js";
import {
  findDocument,
  readArrayDocument,
  writeArrayDocument,
} from "../formats/zarr/zarr-metadata-files.js";
import { checkStoreOptions, requireLengths, storeBlocks } from "./store-layer.js";

const OWN_OPTIONS = [
  "component",
  "overwrite",
  "format",
  "chunks",
  "shards",
  "compressor",
  "codecs",
  "fillValue",
  "region",
] as const satisfies readonly (keyof ToZarrOptions)[];

/**
 * Writes an array to a Zarr array in a folder. The workers write the chunks, each whole or not at
 * all. No data passes through this process, and a task that runs twice does no harm. The array is
 * rechunked if a chunk (or shard) would belong to two blocks.
 *
 * @param x any shape and dtype; into a `region`, the array's dtype
 * @param path the folder, which every worker must see under this path
 * @returns nothing, when all chunks are written
 * @chunks those of `x`, cut again where two blocks would share a chunk or shard; one task per
 * block, and those of `x`
 * @throws ArgumentError `argument.value` when an array exists and `overwrite` is not set, no array
 * exists for the `region`, or options contradict each other; `argument.shape` or `argument.dtype`
 * when the region is of another shape or dtype; `argument.chunks` when the chunks do not fit
 * @throws TaskError `task.failed` when a block cannot be computed or written
 * @see https://docs.dask.org/en/stable/generated/dask.array.to_zarr.html
 * @example
 * import { fromZarr, ones, toZarr, zeros } from "tilework";
 *
 * const options = { component: "a/b", chunks: [2, 2], compressor: "gzip", overwrite: true } as const;
 * await toZarr(zeros([4, 4]), "group.zarr", options);
 * await toZarr(ones([2, 4]), "group.zarr", { component: "a/b", region: [[1, 3], null] });
 * const x = await fromZarr("group.zarr", { component: "a/b" });
 * await x.sum(1).compute(); // → [0, 4, 4, 0]
 */
export async function toZarr(
  x: ChunkedArray,
  path: string,
  options: ToZarrOptions = {},
): Promise<void> {
  checkArrays("toZarr", x);
  requireLengths(x);
  checkStoreOptions("toZarr", OWN_OPTIONS, options);
  const { component: name = "", overwrite, format, chunks, shards, ...others } = options;
  const { compressor, codecs, fillValue, region, ...computeOptions } = others;
  if (isUrl(path)) {
    throw new ArgumentError("value", `cannot write to ${path}: expected a folder, not a URL`);
  }
  const root = resolve(path);
  const component = checkComponent(name);
  const location = placeOf(root, component);
  const made = { format, chunks, shards, compressor, codecs, fillValue, overwrite };
  const { document, starts } =
    region === undefined
      ? { document: await makeArray(x, root, component, options), starts: x.shape.map(() => 0) }
      : await openRegion(x, location, region, made);
  const { fileShape } = parseZarrArrayAt(location, document);
  const aligned = x.chunks.map((axis, i) =>
    alignedAxis(axis, starts[i] as number, fileShape[i] as number),
  );
  const scratch = join(location, `.partial-${randomUUID().slice(0, 8)}`);
  await mkdir(scratch).catch((cause) => cannotWrite(location, cause));
  try {
    const target = { type: "zarr", location, document, starts, scratch } as const;
    await storeBlocks(rechunkTo(x, aligned), target, computeOptions);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Makes the metadata of a new array and returns it. */
async function makeArray(
  x: ChunkedArray,
  root: string,
  component: string,
  options: ToZarrOptions,
): Promise<ZarrDocument> {
  const { format = 3, compressor = "zstd", codecs, shards, fillValue = 0 } = options;
  if (format !== 2 && format !== 3) {
    throw new ArgumentError("value", `format is ${format}: expected 2 or 3`);
  }
  const chunkShape = chunkShapeOf(x, options.chunks);
  const specification = {
    format,
    dtype: x.dtype,
    shape: x.shape,
    chunkShape,
    compressor,
    fillValue,
  };
  const document = zarrDocument({
    ...specification,
    ...(shards === undefined ? {} : { shardShape: shards }),
    ...(codecs === undefined ? {} : { codecs }),
  });
  const location = placeOf(root, component);
  // Reject metadata that could not be read back, before anything is written.
  parseZarrArrayAt(location, document);
  if ((await findDocument(location, 0)) !== undefined) {
    if (options.overwrite !== true) {
      const text = `a Zarr array or group exists at ${location}: pass { overwrite: true } to replace it, or { region } to write into it`;
      throw new ArgumentError("value", text, { location });
    }
    await rm(location, { recursive: true }).catch((cause) => cannotWrite(location, cause));
  }
  await writeArrayDocument(root, component, document);
  return document;
}

function chunkShapeOf(x: ChunkedArray, chunks: ChunkSpec | undefined): readonly number[] {
  if (chunks === undefined) return x.chunks.map(regularLength);
  const previous = x.chunks;
  const normalized = normalizeChunks(chunks, x.shape, { itemBytes: itemBytes(x.dtype), previous });
  return normalized.map((axis, i) => {
    // A chunk may be longer than the array: beyond the end it holds the fill value.
    const given: unknown = Array.isArray(chunks) ? chunks[i] : chunks;
    if (typeof given === "number" && given > 0) return given;
    const length = regularLength(axis);
    if (length === Math.max(axis[0] as number, 1)) return length;
    const text = `Zarr needs chunks of equal lengths, except for the last: got ${axis.join(", ")} along axis ${i}`;
    throw new ArgumentError("chunks", text, { axis: i });
  });
}

/** The array that is there, and where the region begins in it. */
async function openRegion(
  x: ChunkedArray,
  location: string,
  region: NonNullable<ToZarrOptions["region"]>,
  made: object,
): Promise<{ document: ZarrDocument; starts: number[] }> {
  const extra = Object.entries(made).find(([, value]) => value !== undefined);
  if (extra !== undefined) {
    const text = `${extra[0]} was given with region: the existing array has its own`;
    throw new ArgumentError("value", text, { option: extra[0] });
  }
  const document = await readArrayDocument(location, 0);
  const array = parseZarrArrayAt(location, document);
  if (array.dtype !== x.dtype) {
    const text = `the array at ${location} holds ${array.dtype}, but the new values are ${x.dtype}: use astype`;
    throw new ArgumentError("dtype", text, { expected: array.dtype, given: x.dtype });
  }
  return { document, starts: regionStarts(x, array, region) };
}

function regionStarts(
  x: ChunkedArray,
  { shape }: ZarrArray,
  region: NonNullable<ToZarrOptions["region"]>,
): number[] {
  const ranges = shape.map((length, axis) => region[axis] ?? ([0, length] as const));
  const fits =
    region.length === shape.length &&
    x.ndim === shape.length &&
    ranges.every(
      ([start, stop], axis) =>
        Number.isSafeInteger(start) &&
        start >= 0 &&
        stop <= (shape[axis] as number) &&
        stop - start === x.shape[axis],
    );
  if (fits) return ranges.map(([start]) => start);
  const text = `an array of shape ${JSON.stringify(x.shape)} does not fit region ${JSON.stringify(region)} of an array of shape ${JSON.stringify(shape)}`;
  throw new ArgumentError("shape", text, { shape: x.shape, region, arrayShape: shape });
}
