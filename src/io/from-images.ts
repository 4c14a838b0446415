// Stacks of images, a file each, as chunked arrays. Only the headers are read here; the workers
// read the pixels (formats/images/read-images.ts).
import { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { withLabels } from "../array/layers/labels.js";
import { rechunkTo } from "../array/layers/rechunk-layer.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { itemBytes } from "../base/dtype.js";
import { ArgumentError, isTileworkError } from "../base/errors.js";
import { reasonOf } from "../base/reason.js";
import { describeImage, type ImageKind } from "../formats/images/image-file.js";
import { findFiles } from "../formats/text/text-files.js";
import { checkLocalPath, checkReadOptions } from "./read-options.js";

/** Files whose headers are read at once. */
const AT_ONCE = 32;

/** Options of {@link fromImages}. */
export interface FromImagesOptions {
  /** How the array is divided; default: a block per file. `[16, -1, -1, -1]` reads 16 in each. */
  readonly chunks?: ChunkSpec;
}

/**
 * Images of one size as one array: files, rows, columns, channels. PNG, JPEG, WebP, TIFF, GIF and
 * AVIF are read, of 8 or 16 bits, grey or RGB, with or without transparency. Numbers are those in
 * the file, whatever its colour profile or orientation. Of several pages, the first is read.
 *
 * The package sharp reads the files: `npm install sharp` beside tilework.
 *
 * @param pattern a path, a pattern such as `"frames/*.png"`, or a list of both; every worker must
 * see the files under these paths. Files of a pattern follow each other in the order of their names
 * @returns uint8 or uint16, in the shape `[files, height, width, channels]`; grey has one channel
 * @chunks by the options, default: a block per file; one task per block, which decodes its files.
 * Blocks that hold parts of images are cut from whole ones
 * @throws ArgumentError `argument.value` when there is no such file, one is no image that can be
 * read, sharp is not installed, and for an unknown option; `argument.shape` or `argument.dtype`,
 * naming the file, when one differs from the first; `argument.chunks` when the chunks do not fit
 * @see https://docs.dask.org/en/stable/generated/dask.array.image.imread.html
 * @example
 * import { mkdirSync } from "node:fs";
 * import sharp from "sharp";
 * import { fromImages } from "tilework";
 *
 * mkdirSync("frames", { recursive: true });
 * const raw = { width: 3, height: 2, channels: 3 } as const;
 * for (const shade of [10, 30]) {
 *   await sharp(new Uint8Array(18).fill(shade), { raw }).toFile(`frames/${shade}.png`);
 * }
 * const frames = await fromImages("frames/*.png");
 * frames.shape; // → [2, 2, 3, 3]
 * await frames.mean().compute(); // → 20
 */
export async function fromImages(
  pattern: string | readonly string[],
  options: FromImagesOptions = {},
): Promise<ChunkedArray> {
  checkReadOptions("fromImages", ["chunks"], options);
  for (const one of [pattern].flat()) checkLocalPath("fromImages", one, "download the files first");
  const paths = await findFiles(pattern, "fromImages");
  const versions: string[] = [];
  const kinds: ImageKind[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const found = await Promise.all(paths.slice(at, at + AT_ONCE).map(described));
    versions.push(...found.map(({ version }) => version));
    kinds.push(...found.map(({ kind }) => kind));
  }
  const [first] = kinds as [ImageKind];
  for (const [at, kind] of kinds.entries()) {
    requireSame(kind, first, paths[at] as string, paths[0] as string);
  }
  const { height, width, channels, dtype } = first;
  const shape = [paths.length, height, width, channels];
  const files = normalizeChunks([1, -1, -1, -1], shape);
  const wanted =
    options.chunks === undefined
      ? files
      : normalizeChunks(options.chunks, shape, { itemBytes: itemBytes(dtype), previous: files });
  // An image is decoded as a whole; readers of parts cut it afterwards.
  const read = [wanted[0] as readonly number[], ...files.slice(1)];
  const generator = { type: "images", paths, versions } as const;
  const x = new ChunkedArray(sourceNode("images", generator, shape, dtype, read));
  return rechunkTo(withLabels(x, { dims: ["file", "y", "x", "channel"] }), wanted);
}

async function described(path: string) {
  try {
    return await describeImage(path);
  } catch (error) {
    if (isTileworkError(error)) throw error;
    const reason = reasonOf(error);
    throw new ArgumentError("value", `cannot read ${path}: ${reason}`, { path });
  }
}

function requireSame(kind: ImageKind, first: ImageKind, path: string, firstPath: string): void {
  const [given, expected] = [kind, first].map(({ height, width, channels }) =>
    [height, width, channels].join(" × "),
  );
  if (given !== expected) {
    const text = `${path} has ${given} pixels and channels, but ${firstPath} has ${expected}: images of a stack have one size`;
    throw new ArgumentError("shape", text, { path, given, expected });
  }
  if (kind.dtype === first.dtype) return;
  const text = `${path} has pixels of ${kind.dtype}, but ${firstPath} of ${first.dtype}: images of a stack have one dtype`;
  throw new ArgumentError("dtype", text, { path, given: kind.dtype, expected: first.dtype });
}
