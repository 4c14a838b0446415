// Blocks of Zarr arrays, assembled from the chunks below them. io/ has read the metadata before.
import { existsSync } from "node:fs";
import type { Block } from "../../base/block.js";
import { emptyBlock } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { contiguousStrides } from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { sourceBox } from "../../graph/model/source-region.js";
import { fillElements } from "../../kernels/blocks/scalar-values.js";
import { copyBlock, subBlock } from "../../kernels/programs/copy-block.js";
import { isUrl, placeOf } from "../remote/remote-address.js";
import { ChunkMemory } from "./chunk-memory.js";
import { ChunkCodec } from "./zarr-codecs.js";
import { type ChunkPart, chunkParts } from "./zarr-grid.js";
import { metadataKey } from "./zarr-location.js";
import { parseZarrArray, type ZarrArray } from "./zarr-metadata.js";
import { ZarrReader } from "./zarr-reader.js";

/** Requests that one thread has under way at a server. */
const REQUESTS_MAX = 8;

type ZarrGenerator = Extract<SourceGenerator, { type: "zarr" }>;

/** Reads block after block of `layer`; one call must have ended before the next. */
export function zarrSourceKernel(
  layer: SourceLayer,
  { location, document, timeoutMs }: ZarrGenerator,
): (block: number, operands: readonly Block[], output: Block) => Promise<void> {
  const array = parseZarrArray(document);
  const reader = new ZarrReader(location, array, timeoutMs);
  const codec = new ChunkCodec(array);
  const width = isUrl(location) ? REQUESTS_MAX : 1;
  const readParts = async (parts: readonly ChunkPart[], target: Block, chunks: ChunkMemory) => {
    for (let at = 0; at < parts.length; at += width) {
      const batch = parts.slice(at, at + width).map((part) => {
        const box = subBlock(target, part.inBox, part.shape);
        return { part, box, room: chunks.roomOf(box) };
      });
      const encoded = await Promise.all(
        batch.map(({ part, room }) =>
          reader
            .read(part.index, (bytes) => chunks.roomToRead(bytes, room))
            .catch((e) => unreadable(location, array, part, e)),
        ),
      );
      for (const [i, { part, box, room }] of batch.entries()) {
        const bytes = encoded[i];
        if (bytes === undefined) {
          copyBlock(filledBlock(array, part.shape), box);
          continue;
        }
        const chunk = await codec
          .decode(bytes, room)
          .catch((e) => unreadable(location, array, part, e));
        if (isThere(chunk, room, box)) continue;
        copyBlock(subBlock(chunk, part.inChunk, part.shape), box);
      }
    }
  };
  return async (block, _operands, output) => {
    requireArray(location, document);
    const { starts, lengths } = sourceBox(layer, block);
    const target = { ...output, shape: lengths, stride: contiguousStrides(lengths) };
    const chunks = new ChunkMemory(array, codec.isStored);
    await readParts(chunkParts(array.chunkShape, starts, lengths), target, chunks);
    chunks.giveBack();
  };
}

/** Whether a chunk was decoded in its place. */
function isThere({ data }: Block, room: Uint8Array, box: Block): boolean {
  return data.buffer === box.data.buffer && data.byteOffset === room.byteOffset;
}

/** The fill value everywhere: one element in memory, without strides. */
export function filledBlock({ dtype, fillValue }: ZarrArray, shape: readonly number[]): Block {
  const one = emptyBlock(dtype, []);
  fillElements(one, fillValue, 0, 1);
  return { ...one, shape, stride: shape.map(() => 0) };
}

/** A folder that is not there would look like one without chunks: all fill value. */
function requireArray(location: string, document: ZarrGenerator["document"]): void {
  if (isUrl(location)) return;
  const path = placeOf(location, metadataKey(document.zarr_format));
  if (existsSync(path)) return;
  throw new ArgumentError(
    "value",
    `there is no ${path}: every worker must see the Zarr array under this path`,
    { path },
  );
}

function unreadable(
  location: string,
  array: ZarrArray,
  { index }: ChunkPart,
  cause: unknown,
): never {
  const reason = reasonOf(cause);
  const shard = array.shardIndex === undefined ? "" : " (in a shard)";
  throw new ArgumentError(
    "value",
    `cannot read chunk (${index.join(", ")})${shard} of the Zarr array at ${location}: ${reason}`,
    { location, chunk: index },
  );
}
