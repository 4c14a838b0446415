// Files of images: the size and kind of one, and boxes of its pixels. The package sharp decodes
// them; it is loaded by the first that is opened.
import { closeSync } from "node:fs";
import type { Metadata, Sharp } from "sharp";
import type { DType } from "../../base/dtype.js";
import { loadOptional } from "../files/optional-package.js";
import { fileVersion, openRegular, readInto } from "../files/regular-file.js";

type SharpModule = typeof import("sharp");

let loading: Promise<SharpModule["default"]> | undefined;

async function load(): Promise<SharpModule["default"]> {
  const { default: sharp } = await loadOptional("Images are read", "sharp", () => import("sharp"));
  // Executor threads are what runs side by side, and each file is read once.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** What an image holds. */
export interface ImageKind {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly dtype: DType;
}

/** A box of an image's pixels. */
export interface ImageBox {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * What the image in a file holds, and a version that changes when the file does.
 *
 * @throws Error with the reason when it cannot be read, or is no image
 * @throws ArgumentError `argument.value` where the package is missing
 */
export async function describeImage(
  path: string,
): Promise<{ readonly kind: ImageKind; readonly version: string }> {
  const sharp = await (loading ??= load());
  const { file } = openRegular(path);
  const version = fileVersion(file);
  closeSync(file);
  return { kind: kindOf(await sharp(path, HOW).metadata()), version };
}

/** All pixels that are there, as they are in the file; a file that is cut off is an error. */
const HOW = { ignoreIcc: true, failOn: "error", limitInputPixels: false } as const;

const DTYPES: Readonly<Record<string, DType>> = { uchar: "uint8", ushort: "uint16" };

/** The kinds of colours whose numbers come as they are. */
const SPACES: readonly string[] = ["b-w", "grey16", "srgb", "rgb16"];

function kindOf({ space, depth, height, width, channels }: Metadata): ImageKind {
  const dtype = DTYPES[depth];
  if (dtype !== undefined && SPACES.includes(space)) return { height, width, channels, dtype };
  const text = `its pixels are ${depth} of ${space}: expected 8 or 16 bits of grey or RGB, with or without transparency`;
  throw new Error(text);
}

/**
 * The pixels of a box, row by row, all channels of each.
 *
 * @param version as {@link describeImage} gave it
 * @throws Error with the reason when the file cannot be read, changed or is damaged
 */
export async function readImage(
  path: string,
  version: string,
  box: ImageBox,
  { channels, dtype }: Pick<ImageKind, "channels" | "dtype">,
): Promise<Uint8Array | Uint16Array> {
  const sharp = await (loading ??= load());
  const image = sharp(bytesOf(path, version), HOW).extract(box);
  const pixels = box.height * box.width;
  // Of grey with transparency it would leave the second channel out: it makes four of them.
  const isFaint = channels === 2 && dtype === "uint8";
  const [raw, made] = await pixelsOf(image, isFaint ? undefined : spaceOf(channels, dtype), dtype);
  if (raw.length !== pixels * (isFaint ? 4 : channels)) {
    throw new Error(`it gave ${made} channels, ${channels} were expected`);
  }
  if (!isFaint) return raw;
  const pairs = new Uint8Array(2 * pixels);
  for (let i = 0; i < pixels; i++)
    pairs.set([raw[4 * i] as number, raw[4 * i + 3] as number], 2 * i);
  return pairs;
}

function spaceOf(channels: number, dtype: DType): string {
  if (dtype === "uint8") return channels < 3 ? "b-w" : "srgb";
  return channels < 3 ? "grey16" : "rgb16";
}

async function pixelsOf(image: Sharp, space: string | undefined, dtype: DType) {
  const whole = space === undefined ? image : image.toColourspace(space);
  const depth = dtype === "uint8" ? "uchar" : "ushort";
  const { data, info } = await whole.raw({ depth }).toBuffer({ resolveWithObject: true });
  const { buffer, byteOffset, length } = data;
  if (dtype === "uint8")
    return [new Uint8Array(buffer, byteOffset, length), info.channels] as const;
  // A Buffer may begin at any byte.
  const own = byteOffset % 2 === 0 ? data : new Uint8Array(data);
  return [new Uint16Array(own.buffer, own.byteOffset, length >> 1), info.channels] as const;
}

function bytesOf(path: string, version: string): Uint8Array {
  const { file, bytes } = openRegular(path);
  try {
    const all = new Uint8Array(bytes);
    const count = readInto(file, all, 0);
    if (fileVersion(file) !== version) throw new Error("it changed since it was opened");
    if (count < bytes) throw new Error(`it ends at byte ${count}`);
    return all;
  } finally {
    closeSync(file);
  }
}
