// Chunked arrays into Zarr arrays. This makes the metadata and divides the array so that each file
// belongs to one block; the workers write the chunks (formats/zarr/write-zarr.ts). Reading is
// from-zarr.ts.
import { resolve } from "node:path";
import type { ChunkedArray } from "../array/chunked-array.js";
import { checkAxis } from "../array/chunks/axes.js";
import { checkArrays } from "../array/layers/array-operands.js";
import { rechunkTo } from "../array/layers/rechunk-layer.js";
import type { ToZarrOptions } from "../array/results/array-files.js";
import type { ComputeOptions } from "../array/results/compute.js";
import { ArgumentError } from "../base/errors.js";
import { isUrl, placeOf } from "../formats/remote/remote-address.js";
import { TIMEOUT_MS } from "../formats/remote/remote-request.js";
import { alignedAxis } from "../formats/zarr/zarr-alignment.js";
import { claimZarr, releaseClaim } from "../formats/zarr/zarr-claim.js";
import { checkComponent } from "../formats/zarr/zarr-location.js";
import {
  parseZarrArrayAt,
  type ZarrArray,
  type ZarrDocument,
} from "../formats/zarr/zarr-metadata.js";
import { changeArrayDocument, readArrayDocument } from "../formats/zarr/zarr-metadata-files.js";
import type { StoreTarget } from "../graph/model/store-target.js";
import { makeArray, type OpenedZarr } from "./new-zarr-array.js";
import { checkReadsElsewhere } from "./own-source.js";
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
  "append",
  "dims",
  "attributes",
] as const satisfies readonly (keyof ToZarrOptions)[];

/** Those that a new array is made by. */
const MADE = OWN_OPTIONS.filter(
  (name) => name !== "component" && name !== "region" && name !== "append",
);

/**
 * Writes an array to a Zarr array in a folder or on a server. The workers write the chunks, each
 * whole or not at all. No data passes through this process, and a task that runs twice does no
 * harm. The array is rechunked if a chunk (or shard) would belong to two blocks.
 *
 * @param x any shape and dtype; into a `region`, the array's dtype
 * @param path the folder, which every worker must see under this path; an `s3://` address, or an
 * `https://` URL that takes PUT requests
 * @returns nothing, when all chunks are written
 * @chunks those of `x`, cut again where two blocks would share a chunk or shard; one task per
 * block, and those of `x`
 * @throws ArgumentError `argument.value` when an array exists and `overwrite` is not set, or `x` is
 * computed from what is written over, an array is above the `component`, no array exists for the
 * `region` or `append`, or options contradict each other;
 * `argument.shape` or `argument.dtype` when the region is of another shape or dtype, or the array
 * does not fit where it is appended; `argument.axis` when there is no such axis; `argument.chunks`
 * when the chunks do not fit
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
  const { component: name = "" } = options;
  const root = isUrl(path) ? path : resolve(path);
  const component = checkComponent(name);
  const location = placeOf(root, component);
  const opened = await openTarget(x, { root, component }, options);
  const { stored, target } = await openStore(x, location, opened);
  try {
    await storeBlocks(stored, target, computeOptionsOf(options));
    if (options.append !== undefined) await changeArrayDocument(root, component, opened.document);
  } finally {
    await releaseClaim(target.claim);
  }
}

/** The options of `compute()` among those of {@link toZarr}. */
export function computeOptionsOf(options: ToZarrOptions): ComputeOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !(OWN_OPTIONS as readonly string[]).includes(name)),
  );
}

/**
 * How an array is stored in the Zarr array at a location: cut where files end. The caller releases
 * the claim.
 */
export async function openStore(
  x: ChunkedArray,
  location: string,
  opened: OpenedZarr,
): Promise<{
  readonly stored: ChunkedArray;
  readonly target: Extract<StoreTarget, { type: "zarr" }>;
}> {
  const { document, starts } = opened;
  const { fileShape } = parseZarrArrayAt(location, document);
  const aligned = x.chunks.map((axis, i) =>
    alignedAxis(axis, starts[i] as number, fileShape[i] as number),
  );
  const own = { ...document, attributes: {} };
  const target = { type: "zarr", location, document: own, starts } as const;
  const claim = opened.claim ?? (await claimZarr(location));
  const stored = rechunkTo(x, aligned);
  return { stored, target: claim === undefined ? target : { ...target, claim } };
}

/** The array that is written, new or there already, and where in it `x` begins. */
async function openTarget(
  x: ChunkedArray,
  { root, component }: { readonly root: string; readonly component: string },
  options: ToZarrOptions,
): Promise<OpenedZarr> {
  const { region, append } = options;
  if (region === undefined && append === undefined) {
    return makeArray(x, root, component, options);
  }
  const into = region === undefined ? "append" : "region";
  const extra = MADE.find((name) => options[name] !== undefined);
  if (extra !== undefined || (region !== undefined && append !== undefined)) {
    const text = `${extra ?? "append"} was given with ${into}: the existing array has its own`;
    throw new ArgumentError("value", text, { option: extra ?? "append" });
  }
  const location = placeOf(root, component);
  const document = await readArrayDocument(location, TIMEOUT_MS);
  const array = parseZarrArrayAt(location, document);
  if (array.isHalf) {
    const text = `the array at ${location} holds float16, which is read, but not written: write an array of float32`;
    throw new ArgumentError("dtype", text, { given: x.dtype });
  }
  if (array.dtype !== x.dtype) {
    const text = `the array at ${location} holds ${array.dtype}, but the new values are ${x.dtype}: use astype`;
    throw new ArgumentError("dtype", text, { expected: array.dtype, given: x.dtype });
  }
  if (region !== undefined) {
    const starts = regionStarts(x, array, region);
    const { fileShape } = array;
    checkReadsElsewhere(x.node, location, { fileShape, starts, lengths: x.shape });
    return { document, starts };
  }
  return grown(x, document, array, append as number);
}

/** The metadata of an array that is longer by `x`, and where `x` begins in it. */
function grown(x: ChunkedArray, document: ZarrDocument, { shape }: ZarrArray, along: number) {
  const axis = x.ndim === shape.length ? checkAxis(along, shape.length) : -1;
  if (shape.some((length, i) => i !== axis && x.shape[i] !== length) || axis < 0) {
    const text = `an array of shape ${JSON.stringify(x.shape)} cannot be appended along axis ${along} to one of shape ${JSON.stringify(shape)}: all other axes must be as long`;
    throw new ArgumentError("shape", text, { shape: x.shape, arrayShape: shape, axis: along });
  }
  const longer = shape.map((length, i) => (i === axis ? length + (x.shape[i] as number) : length));
  return {
    document: { ...document, shape: longer },
    starts: shape.map((length, i) => (i === axis ? length : 0)),
  };
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
    ranges.every(Array.isArray) &&
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
