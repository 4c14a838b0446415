// Images of GeoTIFF files as chunked arrays. Only the header is read here; the workers read the
// tiles (formats/geotiff/read-geotiff.ts).
import { resolve } from "node:path";
import { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { withLabels } from "../array/layers/labels.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { itemBytes } from "../base/dtype.js";
import { ArgumentError, isTileworkError } from "../base/errors.js";
import { reasonOf } from "../base/reason.js";
import {
  geoTiffAttributes,
  geoTiffDType,
  imagesOf,
  openGeoTiff,
} from "../formats/geotiff/geotiff-image.js";
import { isUrl } from "../formats/remote/remote-address.js";
import { TIMEOUT_MS } from "../formats/remote/remote-request.js";
import { checkReadOptions } from "./read-options.js";

/** Options of {@link fromGeoTiff}. */
export interface FromGeoTiffOptions {
  /** 0 for the full resolution (the default), 1 for the next lower one that the file has, … */
  readonly overview?: number;
  /**
   * How the array is divided; default: `"auto"`, blocks of whole tiles of the file, of at most
   * 128 MiB.
   */
  readonly chunks?: ChunkSpec;
  /** How long a server may take to answer a request, with all attempts; default: 60,000. */
  readonly timeoutMs?: number;
}

/**
 * An image of a GeoTIFF file: bands, rows, columns. The file is on a disk or a server (`https://…`,
 * `s3://bucket/key`), of which only the tiles that are needed are read. Attributes say where it is
 * on the Earth (`crs`, `transform` as rasterio's) and which value means none (`nodata`).
 *
 * The package geotiff reads the file: `npm install geotiff` beside tilework.
 *
 * @param location the file, which every worker must see under this path, or its address
 * @returns the dtype of the pixels (integers of 8 to 32 bits, float32 and float64), in the shape
 * `[bands, rows, columns]`
 * @chunks by the options, default: whole tiles of the file, in blocks of at most 128 MiB; one task
 * per block
 * @throws ArgumentError `argument.value` when there is no such file or overview, it is no TIFF
 * file, the package is not installed, and for an unknown option; `argument.dtype` for pixels
 * without a dtype here; `argument.chunks` when the chunks do not fit
 * @see https://rasterio.readthedocs.io/en/stable/topics/reading.html
 * @example
 * import { writeFileSync } from "node:fs";
 * import { writeArrayBuffer } from "geotiff";
 * import { fromGeoTiff } from "tilework";
 *
 * const pixels = [[[10, 20], [30, 40]]];
 * writeFileSync("four.tif", Buffer.from(await writeArrayBuffer(pixels, { height: 2, width: 2 })));
 * const x = await fromGeoTiff("four.tif");
 * await x.slice(0).compute(); // → [[10, 20], [30, 40]]
 */
export async function fromGeoTiff(
  location: string,
  options: FromGeoTiffOptions = {},
): Promise<ChunkedArray> {
  checkReadOptions("fromGeoTiff", ["overview", "chunks", "timeoutMs"], options);
  const { overview = 0, timeoutMs = TIMEOUT_MS } = options;
  const place = isUrl(location) ? location : resolve(location);
  const { version, image, images, full } = await described(place, overview, timeoutMs);
  if (image === undefined) {
    const text = `${location} has no overview ${overview}: expected 0 to ${images.length - 1}`;
    throw new ArgumentError("value", text, { location, overview });
  }
  const dtype = geoTiffDType(image);
  if (dtype === undefined) {
    const text = `the pixels of ${location} have no dtype here: expected the same integers of 8 to 32 bits or floats of 32 or 64 bits in all bands`;
    throw new ArgumentError("dtype", text, { location });
  }
  const shape = [image.getSamplesPerPixel(), image.getHeight(), image.getWidth()];
  // Tiles hold all bands, or each its own.
  const bands = image.planarConfiguration === 2 ? 1 : (shape[0] as number);
  const tile = [bands, image.getTileHeight(), image.getTileWidth()];
  if ([...shape, ...tile].some((length) => !Number.isSafeInteger(length) || length < 1)) {
    const text = `cannot open ${location}: it has ${shape.join(" × ")} pixels in tiles of ${tile.slice(1).join(" × ")}: was it damaged?`;
    throw new ArgumentError("value", text, { location });
  }
  const previous = normalizeChunks(
    tile.map((length, axis) => Math.min(length, shape[axis] as number)),
    shape,
  );
  const chunks = normalizeChunks(options.chunks ?? "auto", shape, {
    itemBytes: itemBytes(dtype),
    previous,
  });
  const at = images[overview] as number;
  const generator = { type: "geotiff", location: place, version, image: at, timeoutMs } as const;
  const node = sourceNode("geotiff", generator, shape, dtype, chunks);
  return withLabels(new ChunkedArray(node), {
    dims: ["band", "y", "x"],
    attributes: geoTiffAttributes(image, full),
  });
}

async function described(location: string, overview: number, timeoutMs: number) {
  try {
    const file = await openGeoTiff(location, timeoutMs);
    const images = await imagesOf(file);
    const at = images[overview];
    const full = await file.tiff.getImage(0);
    const image = at === undefined ? undefined : await file.tiff.getImage(at);
    return { version: file.version, images, full, image };
  } catch (error) {
    if (isTileworkError(error)) throw error;
    const reason = reasonOf(error);
    throw new ArgumentError("value", `cannot open ${location}: ${reason}`, { location });
  }
}
