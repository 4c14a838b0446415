// Images of GeoTIFF files, on a disk or a server: what is in them, and boxes of their pixels. The
// package geotiff decodes them; it is loaded by the first that is opened.
import { closeSync } from "node:fs";
import type { GeoTIFF, GeoTIFFImage } from "geotiff";
import { DTYPES, type DType } from "../../base/dtype.js";
import { loadOptional } from "../files/optional-package.js";
import { fileVersion, openRegular, readInto } from "../files/regular-file.js";
import { isUrl } from "../remote/remote-address.js";
import { describeRemote, readRemote } from "../remote/remote-files.js";
import { decodeLzw } from "./lzw.js";

/** A file, of which ranges of bytes are read. */
interface RangedFile {
  readonly version: string;
  readonly bytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Ranges of one call that are read from a server at once. */
const AT_ONCE = 8;

type Package = typeof import("geotiff");

let loading: Promise<Package> | undefined;

async function load(): Promise<Package> {
  const what = "GeoTIFF files are read";
  const geotiff = await loadOptional(what, "geotiff", () => import("geotiff"));
  await useOwnLzw(geotiff);
  return geotiff;
}

function again(error: unknown): never {
  loading = undefined;
  throw error;
}

const LZW = 5;

/** Puts our decoder of LZW in place of the package's. */
async function useOwnLzw({ addDecoder, getDecoder }: Package): Promise<void> {
  const theirs = await getDecoder(LZW, {} as Parameters<typeof getDecoder>[1]);
  const Theirs = theirs.constructor as unknown as Awaited<
    ReturnType<Parameters<typeof addDecoder>[1]>
  >;
  class Ours extends Theirs {
    override decodeBlock(packed: ArrayBuffer): ArrayBuffer {
      return decodeLzw(new Uint8Array(packed), bytesOfTile(this.parameters)).buffer;
    }
  }
  addDecoder(LZW, async () => Ours);
}

/** How many bytes a tile has at most. */
function bytesOfTile({ tileWidth, tileHeight, bitsPerSample }: TileParameters): number {
  const samples = typeof bitsPerSample === "number" ? [bitsPerSample] : Array.from(bitsPerSample);
  const bits = samples.reduce((sum, each) => sum + each, 0);
  return Math.ceil((tileWidth * bits) / 8) * tileHeight;
}

interface TileParameters {
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly bitsPerSample: number | ArrayLike<number>;
}

/** An opened file. */
export interface OpenGeoTiff {
  readonly tiff: GeoTIFF;
  /** Changes when the file does. */
  readonly version: string;
}

/**
 * Opens a file.
 *
 * @throws Error with the reason when it cannot be read, or is no TIFF file
 * @throws ArgumentError `argument.value` where the package is missing
 */
export async function openGeoTiff(location: string, timeoutMs: number): Promise<OpenGeoTiff> {
  const { GeoTIFF } = await (loading ??= load().catch(again));
  const file = isUrl(location) ? await remoteFile(location, timeoutMs) : localFile(location);
  const source = sourceOf(file);
  const tiff = await GeoTIFF.fromSource(source as Parameters<typeof GeoTIFF.fromSource>[0]);
  return { tiff, version: file.version };
}

function localFile(path: string): RangedFile {
  const { file, bytes } = openRegular(path);
  const version = fileVersion(file);
  closeSync(file);
  return {
    version,
    bytes,
    async read(offset, length) {
      const again = openRegular(path);
      try {
        if (fileVersion(again.file) !== version) throw new Error("it changed while it was read");
        const into = new Uint8Array(length);
        if (readInto(again.file, into, offset) < length) throw new Error("it is cut off");
        return into;
      } finally {
        closeSync(again.file);
      }
    },
  };
}

async function remoteFile(address: string, timeoutMs: number): Promise<RangedFile> {
  const found = await describeRemote(address, timeoutMs);
  if (found === undefined) throw new Error("there is no such file");
  const { bytes, version } = found;
  return {
    version,
    bytes,
    async read(offset, length) {
      const range = { offset, length };
      const part = await readRemote(address, { range, timeoutMs, version });
      if (part === undefined) throw new Error("it was removed while it was read");
      return part;
    },
  };
}

interface Slice {
  readonly offset: number;
  readonly length: number;
}

/** The file as the package asks for it, which may want more bytes than there are. */
function sourceOf({ bytes, read }: RangedFile) {
  const one = async ({ offset, length }: Slice) => {
    const part = await read(offset, Math.max(Math.min(length, bytes - offset), 0));
    return part.buffer.slice(part.byteOffset, part.byteOffset + part.length);
  };
  return {
    fileSize: bytes,
    async fetch(slices: readonly Slice[]) {
      const parts: ArrayBufferLike[] = [];
      for (let at = 0; at < slices.length; at += AT_ONCE) {
        parts.push(...(await Promise.all(slices.slice(at, at + AT_ONCE).map(one))));
      }
      return parts;
    },
    async fetchSlice(slice: Slice) {
      return { ...slice, data: await one(slice) };
    },
    async close() {},
  };
}

/** The image of full resolution, and those of lower ones, by their places in the file. */
export async function imagesOf({ tiff }: OpenGeoTiff): Promise<number[]> {
  const count = await tiff.getImageCount();
  const found = [0];
  for (let image = 1; image < count; image++) {
    const { fileDirectory } = await tiff.getImage(image);
    const type = Number(await fileDirectory.loadValue("NewSubfileType")) || 0;
    const [isReduced, isMask] = [(type & 1) !== 0, (type & 4) !== 0];
    if (isReduced && !isMask) found.push(image);
  }
  return found;
}

const KINDS: Readonly<Record<number, string>> = { 1: "uint", 2: "int", 3: "float" };

/** Our dtype of an image's samples; undefined if there is none, or they differ. */
export function geoTiffDType(image: GeoTIFFImage): DType | undefined {
  const names = Array.from({ length: image.getSamplesPerPixel() }, (_, sample) => {
    return `${KINDS[image.getSampleFormat(sample)]}${image.getBitsPerSample(sample)}`;
  });
  const [name = ""] = names;
  return name in DTYPES && names.every((other) => other === name) ? (name as DType) : undefined;
}

/** Where an image is on the Earth, and which value means none, as far as the file says. */
export function geoTiffAttributes(image: GeoTIFFImage, full: GeoTIFFImage) {
  const keys = full.getGeoKeys();
  const code: unknown = keys?.ProjectedCSTypeGeoKey ?? keys?.GeographicTypeGeoKey;
  const nodata = full.getGDALNoData();
  return {
    ...(code === undefined ? {} : { crs: `EPSG:${code}` }),
    ...transformOf(image, full),
    ...(nodata === null ? {} : { nodata }),
  };
}

/** From column and row to coordinates, in the order of rasterio's `transform`. */
function transformOf(image: GeoTIFFImage, full: GeoTIFFImage) {
  try {
    const [left, top] = full.getOrigin();
    const [width, height] = image.getResolution(full);
    return { transform: [width, 0, left, 0, height, top] };
  } catch {
    return {};
  }
}
