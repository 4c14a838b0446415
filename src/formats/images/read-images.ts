// Blocks of stacks of images: files, rows, columns, channels. io/ has described the files before.
import type { Block } from "../../base/block.js";
import type { DType } from "../../base/dtype.js";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { sourceBox } from "../../graph/model/source-region.js";
import { readImage } from "./image-file.js";

type ImagesGenerator = Extract<SourceGenerator, { type: "images" }>;

/**
 * Reads block number `block` into `output`, a C-contiguous block, one file after the other.
 *
 * @throws ArgumentError `argument.value` when a file cannot be read, changed or is damaged
 */
export async function readImagesBlock(
  layer: SourceLayer,
  { paths, versions }: ImagesGenerator,
  block: number,
  output: Block,
): Promise<void> {
  const { shape, starts, lengths } = sourceBox(layer, block);
  if (sizeOf(lengths) === 0) return;
  const [first = 0, top = 0, left = 0, channel = 0] = starts;
  const [count = 1, height = 1, width = 1, wanted = 1] = lengths;
  const kind = { channels: shape[3] as number, dtype: layer.dtype as DType };
  const sizeEach = height * width * wanted;
  for (let k = 0; k < count; k++) {
    const path = paths[first + k] as string;
    const version = versions[first + k] as string;
    const pixels = await readImage(path, version, { top, left, height, width }, kind).catch(
      (error: unknown) => unreadable(path, error),
    );
    const at = output.offset + k * sizeEach;
    if (wanted === kind.channels) {
      output.data.set(pixels as never, at);
      continue;
    }
    for (let i = 0; i < sizeEach; i++) {
      const pixel = Math.floor(i / wanted);
      output.data[at + i] = pixels[pixel * kind.channels + channel + (i % wanted)] as number;
    }
  }
}

function unreadable(path: string, error: unknown): never {
  if (isTileworkError(error)) throw error;
  const reason = reasonOf(error);
  throw new ArgumentError("value", `cannot read ${path}: ${reason}`, { path });
}
