// New Zarr arrays: their metadata by the options of toZarr, put in their place.
import type { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { checkLabels } from "../array/layers/labels.js";
import type { ToZarrOptions } from "../array/results/array-files.js";
import { isScalar, itemBytes } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { shown } from "../base/format-value.js";
import { placeOf } from "../formats/remote/remote-address.js";
import { TIMEOUT_MS } from "../formats/remote/remote-request.js";
import { zarrDocument } from "../formats/zarr/new-zarr-metadata.js";
import { removeZarr } from "../formats/zarr/remove-zarr.js";
import { regularLength } from "../formats/zarr/zarr-alignment.js";
import { claimZarr, releaseClaim } from "../formats/zarr/zarr-claim.js";
import { attributesFile, withZarrLabels } from "../formats/zarr/zarr-labels.js";
import { parseZarrArrayAt, type ZarrDocument } from "../formats/zarr/zarr-metadata.js";
import { findDocument, isArray, writeArrayDocument } from "../formats/zarr/zarr-metadata-files.js";
import { checkKeepsSources } from "./own-source.js";

/** An array that is there, or is made, and where in it the new values begin. */
export interface OpenedZarr {
  readonly document: ZarrDocument;
  readonly starts: readonly number[];
  /** Of an array that was made. */
  readonly claim?: string | undefined;
}

/**
 * Puts the metadata of a new array in its place.
 *
 * @returns the array, claimed for this writer
 *
 * @throws ArgumentError `argument.value` when an array exists that may not be replaced, or options
 * do not fit
 */
export async function makeArray(
  x: ChunkedArray,
  root: string,
  component: string,
  options: ToZarrOptions,
): Promise<OpenedZarr> {
  const { format = 3, compressor = "zstd", codecs, shards, fillValue = 0 } = options;
  if (format !== 2 && format !== 3) {
    throw new ArgumentError("value", `format is ${format}: expected 2 or 3`);
  }
  if (!isScalar(fillValue)) {
    const text = `fillValue is ${shown(fillValue)}: expected a number, a BigInt, a boolean or { re, im }`;
    throw new ArgumentError("value", text, { fillValue });
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
  const { dims = x.dims, attributes = x.attributes } = checkLabels(options, x.ndim);
  const labels = { attributes, ...(dims === undefined ? {} : { dims }) };
  const made = zarrDocument({
    ...specification,
    ...(shards === undefined ? {} : { shardShape: shards }),
    ...(codecs === undefined ? {} : { codecs }),
  });
  const document = withZarrLabels(made, labels);
  const location = placeOf(root, component);
  // Reject metadata that could not be read back, before anything is written.
  parseZarrArrayAt(location, document);
  await checkAbove(root, component);
  if ((await findDocument(location, TIMEOUT_MS)) !== undefined) {
    if (options.overwrite !== true) {
      const text = `a Zarr array or group exists at ${location}: pass { overwrite: true } to replace it, or { region } to write into it`;
      throw new ArgumentError("value", text, { location });
    }
    checkKeepsSources([x.node], location);
    await removeZarr(location);
  }
  // What is replaced from here on takes the claim with it.
  const claim = await claimZarr(location);
  try {
    await writeArrayDocument(root, component, document, attributesFile(labels));
  } catch (error) {
    await releaseClaim(claim);
    throw error;
  }
  return { document, starts: x.shape.map(() => 0), claim };
}

/** Checks that no array is made inside of another, where a group is expected. */
async function checkAbove(root: string, component: string): Promise<void> {
  const parts = component === "" ? [] : component.split("/");
  for (const depth of parts.keys()) {
    const above = placeOf(root, parts.slice(0, depth).join("/"));
    const found = await findDocument(above, TIMEOUT_MS);
    if (found === undefined || !isArray(found)) continue;
    const text = `there is a Zarr array at ${above}, which holds no others: name another path, or remove it first`;
    throw new ArgumentError("value", text, { location: above });
  }
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
