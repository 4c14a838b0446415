// Writes blocks to a Zarr array, file by file. io/to-zarr.ts divides the array such that no two
// blocks write to one file. A file that a block covers only partly, at the edge of a region, keeps
// the rest.
import { type Block, contiguousBlock } from "../../base/block.js";
import { itemBytes, typedView } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { blockIndexOf, blockOffsets, type Chunks, sizeOf } from "../../graph/model/chunks.js";
import type { StoreTarget } from "../../graph/model/store-target.js";
import { copyBlock, subBlock } from "../../kernels/programs/copy-block.js";
import { isS3 } from "../remote/remote-address.js";
import { TIMEOUT_MS } from "../remote/remote-request.js";
import { withChecksum } from "./crc32c.js";
import { EncodeMemory } from "./encode-memory.js";
import { filledBlock } from "./read-zarr.js";
import { writeKey } from "./zarr-chunk-files.js";
import { isClaimed } from "./zarr-claim.js";
import { ChunkCodec } from "./zarr-codecs.js";
import { type ChunkPart, chunkParts } from "./zarr-grid.js";
import { parseZarrArray, type ShardIndex, type ZarrArray } from "./zarr-metadata.js";
import { ABSENT, chunksPerShard, tableBytes, ZarrReader } from "./zarr-reader.js";

type ZarrTarget = Extract<StoreTarget, { type: "zarr" }>;

/**
 * Writes block after block of an array with these chunks; one call must have ended before the next.
 */
export function zarrWriter(
  { location, document, starts, claim }: ZarrTarget,
  chunks: Chunks,
): (block: number, value: Block) => Promise<void> {
  const array = parseZarrArray(document);
  const codec = new ChunkCodec(array);
  return async (block, value) => {
    const index = blockIndexOf(chunks, block);
    const from = chunks.map(
      (axis, i) => (starts[i] as number) + (blockOffsets(axis)[index[i] as number] as number),
    );
    const memory = new EncodeMemory();
    // In a folder, files are made within the claim: they fail without it.
    const isLost = isS3(location) && claim !== undefined && !(await isClaimed(claim));
    for (const file of chunkParts(array.fileShape, from, value.shape)) {
      try {
        if (isLost) throw new Error("its claim is gone");
        // A reader of its own: a shard that was written has another table.
        const reader = new ZarrReader(location, array, TIMEOUT_MS);
        const chunkWriter = new ChunkWriter(array, codec, reader, memory);
        const box = { from, value };
        const bytes =
          array.shardIndex === undefined
            ? await chunkWriter.encode(file.index, box)
            : await encodeShard(array, array.shardIndex, file, (at) => chunkWriter.encode(at, box));
        if (bytes !== undefined) await writeKey(location, array.fileKey(file.index), bytes, claim);
      } catch (cause) {
        const isGone = claim !== undefined && !(await isClaimed(claim).catch(() => true));
        const said = reasonOf(cause);
        const reason = isGone ? "it was replaced or removed meanwhile, or is elsewhere" : said;
        throw new ArgumentError(
          "value",
          `cannot write ${array.fileKey(file.index)} of the Zarr array at ${location} (${reason}): ` +
            "every worker must be able to write there, under this path",
          { location, key: array.fileKey(file.index) },
        );
      }
    }
    memory.giveBack();
  };
}

/** A block and its position in the array. */
interface Box {
  readonly from: readonly number[];
  readonly value: Block;
}

/** Makes chunks by merging new blocks into existing ones. */
class ChunkWriter {
  readonly #array: ZarrArray;
  readonly #codec: ChunkCodec;
  readonly #reader: ZarrReader;
  readonly #memory: EncodeMemory;

  constructor(array: ZarrArray, codec: ChunkCodec, reader: ZarrReader, memory: EncodeMemory) {
    this.#array = array;
    this.#codec = codec;
    this.#reader = reader;
    this.#memory = memory;
  }

  /**
   * The bytes of a chunk with the elements of `box`; those that it has when the box is elsewhere.
   * They may be in memory of the box, or in that of the next chunk.
   */
  async encode(index: readonly number[], { from, value }: Box): Promise<Uint8Array | undefined> {
    const { chunkShape, shape } = this.#array;
    const starts = index.map((at, axis) => at * (chunkShape[axis] as number));
    // The part of the chunk that is inside the array, and the part of that inside the box.
    const ends = chunkShape.map((length, axis) =>
      Math.min((starts[axis] as number) + length, shape[axis] as number),
    );
    const low = starts.map((start, axis) => Math.max(start, from[axis] as number));
    const high = ends.map((end, axis) =>
      Math.min(end, (from[axis] as number) + (value.shape[axis] as number)),
    );
    if (low.some((start, axis) => start >= (high[axis] as number))) return this.#reader.read(index);
    const isWhole = low.every((start, axis) => start === starts[axis] && high[axis] === ends[axis]);
    const extent = low.map((start, axis) => (high[axis] as number) - start);
    const part = subBlock(value, minus(low, from), extent);
    const roomFor = (codec: number, bytes: number) => this.#memory.room(1 + codec, bytes);
    if (extent.every((length, axis) => length === chunkShape[axis])) {
      return this.#codec.encode(part, roomFor);
    }
    const chunk = this.#mergedBlock();
    const before = isWhole ? undefined : await this.#reader.read(index);
    const rest =
      before === undefined
        ? filledBlock(this.#array, chunkShape)
        : await this.#codec.decode(before);
    copyBlock(rest, chunk);
    copyBlock(part, subBlock(chunk, minus(low, starts), extent));
    return this.#codec.encode(chunk, roomFor);
  }

  /** A block for a chunk of which the box has a part. */
  #mergedBlock(): Block {
    const { dtype, chunkShape } = this.#array;
    const size = sizeOf(chunkShape);
    const { buffer, byteOffset } = this.#memory.room(0, size * itemBytes(dtype));
    return contiguousBlock(dtype, typedView(dtype, buffer, byteOffset, size), chunkShape);
  }
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((at, axis) => at - (b[axis] as number));
}

/** A shard: its chunks, one after the other, and the table of where each is. */
async function encodeShard(
  array: ZarrArray,
  shardIndex: ShardIndex,
  { index }: ChunkPart,
  encode: (chunk: readonly number[]) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const perShard = chunksPerShard(array);
  const first = index.map((at, axis) => at * (perShard[axis] as number));
  const count = sizeOf(perShard);
  const tableLength = tableBytes(shardIndex, count);
  const table = new BigUint64Array(2 * count).fill(ABSENT);
  const pieces: Uint8Array[] = [];
  let offset = shardIndex.isAtStart ? tableLength : 0;
  for (const [row, { index: chunk }] of chunkParts(
    perShard.map(() => 1),
    first,
    perShard,
  ).entries()) {
    const bytes = await encode(chunk);
    if (bytes === undefined) continue;
    table[2 * row] = BigInt(offset);
    table[2 * row + 1] = BigInt(bytes.length);
    // The next chunk is encoded in the same memory.
    pieces.push(bytes.slice());
    offset += bytes.length;
  }
  const words = new Uint8Array(table.buffer);
  const checked = shardIndex.hasChecksum ? withChecksum(words) : words;
  return Buffer.concat(shardIndex.isAtStart ? [checked, ...pieces] : [...pieces, checked]);
}
