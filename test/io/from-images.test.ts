import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromImages } from "../../src/io/from-images.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";

const executor = new SerialExecutor();
const folder = mkdtempSync(join(tmpdir(), "tilework-images-"));
const [width, height] = [5, 4];
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers of an image, all different in 8 bits and more. */
function pixels(channels: number, first = 0, step = 1): number[] {
  return Array.from({ length: width * height * channels }, (_, i) => first + step * i);
}

/** An image of these numbers, in 8 bits, or in 16. */
function imageOf(numbers: readonly number[], channels: 1 | 2 | 3 | 4, bits: 8 | 16 = 8): Sharp {
  const data = bits === 8 ? Uint8Array.from(numbers) : Uint16Array.from(numbers);
  const made = sharp(data, { raw: { width, height, channels } });
  if (bits === 16) return made.toColourspace(channels < 3 ? "grey16" : "rgb16");
  return channels < 3 ? made.toColourspace("b-w") : made;
}

const frames = join(folder, "frames");
beforeAll(async () => {
  mkdirSync(frames);
  for (const k of [2, 0, 1]) {
    await imageOf(pixels(3, 10 * k), 3).toFile(join(frames, `frame-${k}.png`));
  }
});

describe("a stack of images", () => {
  it("has a file after the other, in the order of their names", async () => {
    const x = await fromImages(join(frames, "*.png"));
    expect([x.shape, x.dtype, x.dims]).toEqual([
      [3, height, width, 3],
      "uint8",
      ["file", "y", "x", "channel"],
    ]);
    expect(x.chunks).toEqual([[1, 1, 1], [height], [width], [3]]);
    const all = [0, 1, 2].flatMap((k) => pixels(3, 10 * k));
    expect(await valuesOf(x)).toEqual(all);
    for (const chunks of [[2, -1, -1, -1], 2] as const) {
      expect(await valuesOf(await fromImages(join(frames, "*.png"), { chunks }))).toEqual(all);
    }
    const listed = [2, 0].map((k) => join(frames, `frame-${k}.png`));
    expect(await valuesOf((await fromImages(listed)).slice(":", 0, 0, 0))).toEqual([20, 0]);
  });

  it("is read in the files, rows, columns and channels that are asked for", async () => {
    const x = await fromImages(join(frames, "*.png"));
    writeFileSync(join(frames, "frame-1.png"), "nothing reads this");
    const part = await valuesOf(x.slice("::2", "1:3", 4, "1:"));
    const at = (row: number, channel: number) => 3 * (row * width + 4) + channel;
    const one = [at(1, 1), at(1, 2), at(2, 1), at(2, 2)];
    expect(part).toEqual([...one, ...one.map((value) => value + 20)]);
    await expect(x.sum().compute({ executor })).rejects.toThrow(
      /cannot read .*frame-1.png: it changed since it was opened/,
    );
    await imageOf(pixels(3, 10), 3).toFile(join(frames, "frame-1.png"));
  });

  it.each([
    ["grey", 1, 8, "png"],
    ["grey and transparency", 2, 8, "png"],
    ["RGB and transparency", 4, 8, "png"],
    ["grey of 16 bits", 1, 16, "png"],
    ["grey and transparency of 16 bits", 2, 16, "png"],
    ["RGB of 16 bits", 3, 16, "png"],
    ["RGB of 16 bits", 3, 16, "tiff"],
    ["grey", 1, 8, "tiff"],
    ["RGB without loss", 3, 8, "webp"],
  ] as const)("has the numbers in the file: %s (%i × %i bits, %s)", async (...row) => {
    const [, channels, bits, format] = row;
    const numbers = pixels(channels, 3, bits === 8 ? 2 : 700);
    const image = imageOf(numbers, channels, bits);
    const options = { png: {}, tiff: { compression: "lzw" }, webp: { lossless: true } };
    const path = join(folder, `one.${format}`);
    await image.toFormat(format, options[format] as object).toFile(path);
    const x = await fromImages(path);
    expect([x.shape, x.dtype]).toEqual([[1, height, width, channels], `uint${bits}`]);
    expect(await valuesOf(x)).toEqual(numbers);
  });

  it("refuses files that differ, by their names", async () => {
    const other = join(folder, "other.png");
    await imageOf(pixels(1), 1).toFile(other);
    const one = join(frames, "frame-0.png");
    await expect(fromImages([one, other])).rejects.toThrow(
      /other.png has 4 × 5 × 1 pixels and channels, but .*frame-0.png has 4 × 5 × 3/,
    );
    await imageOf(pixels(3), 3, 16).toFile(other);
    await expect(fromImages([one, other])).rejects.toThrow(
      /other.png has pixels of uint16, but .*frame-0.png of uint8/,
    );
  });

  it("that is missing, no image or cut off is an error with its name", async () => {
    await expect(fromImages(join(folder, "*.gif"))).rejects.toThrow(/there is no file .*\.gif/);
    const path = join(folder, "bad.png");
    writeFileSync(path, "no image at all");
    await expect(fromImages(path)).rejects.toThrow(/cannot read .*bad.png: .*unsupported image/);
    const noise = Uint8Array.from({ length: 30_000 }, (_, i) => (i * i * 7919) >> 5);
    await sharp(noise, { raw: { width: 100, height: 100, channels: 3 } }).toFile(path);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length >> 1));
    const x = await fromImages(path);
    await expect(x.compute({ executor })).rejects.toThrow(/cannot read .*bad.png/);
    await expect(fromImages("https://example.com/a.png")).rejects.toThrow("no URLs such as");
    await expect(fromImages(path, { chunk: 1 } as object)).rejects.toThrow("did you mean chunks");
  });
});
