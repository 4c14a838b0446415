// The encoded chunks of a Zarr array, by their index in the grid of chunks: separate files, or
// parts of a shard, whose table is read first.
import { sizeOf } from "../../graph/model/chunks.js";
import type { RoomFor } from "../remote/remote-request.js";
import { withoutChecksum } from "./crc32c.js";
import { readKey } from "./zarr-chunk-files.js";
import type { ShardIndex, ZarrArray } from "./zarr-metadata.js";

/** The entry in a shard's table for a missing chunk. */
export const ABSENT = 2n ** 64n - 1n;

/** The number of cached tables; neighbouring chunks are read one after the other. */
const TABLES_MAX = 32;

/** Finds chunks. */
export class ZarrReader {
  readonly #location: string;
  readonly #array: ZarrArray;
  readonly #timeoutMs: number;
  readonly #tables = new Map<string, Promise<BigUint64Array | undefined>>();

  constructor(location: string, array: ZarrArray, timeoutMs: number) {
    this.#location = location;
    this.#array = array;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The bytes of a chunk; undefined when it was never written.
   *
   * @param roomFor memory of a length, into which a local file is read
   */
  async read(index: readonly number[], roomFor?: RoomFor): Promise<Uint8Array | undefined> {
    const { fileKey, shardIndex } = this.#array;
    if (shardIndex === undefined) {
      return readKey(this.#location, fileKey(index), this.#timeoutMs, { roomFor });
    }
    const perShard = chunksPerShard(this.#array);
    const shard = index.map((at, axis) => Math.floor(at / (perShard[axis] as number)));
    const key = fileKey(shard);
    const table = await this.#table(key, shardIndex, sizeOf(perShard));
    if (table === undefined) return undefined;
    const row = index.reduce(
      (number, at, axis) => number * (perShard[axis] as number) + (at % (perShard[axis] as number)),
      0,
    );
    const [offset = ABSENT, length = ABSENT] = table.subarray(2 * row, 2 * row + 2);
    if (offset === ABSENT && length === ABSENT) return undefined;
    const range = { offset: Number(offset), length: Number(length) };
    return readKey(this.#location, key, this.#timeoutMs, { range, roomFor });
  }

  #table(key: string, shardIndex: ShardIndex, chunks: number): Promise<BigUint64Array | undefined> {
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = this.#readTable(key, shardIndex, chunks);
      table.catch(() => this.#tables.delete(key));
      if (this.#tables.size >= TABLES_MAX) {
        this.#tables.delete(this.#tables.keys().next().value as string);
      }
      this.#tables.set(key, table);
    }
    return table;
  }

  async #readTable(
    key: string,
    shardIndex: ShardIndex,
    chunks: number,
  ): Promise<BigUint64Array | undefined> {
    const length = tableBytes(shardIndex, chunks);
    const range = shardIndex.isAtStart ? { offset: 0, length } : { lastBytes: length };
    const bytes = await readKey(this.#location, key, this.#timeoutMs, { range });
    if (bytes === undefined) return undefined;
    const words = shardIndex.hasChecksum ? withoutChecksum(bytes) : bytes;
    return new BigUint64Array(words.slice().buffer);
  }
}

/** How many chunks a shard has along each axis. */
export function chunksPerShard({ fileShape, chunkShape }: ZarrArray): number[] {
  return fileShape.map((length, axis) => length / (chunkShape[axis] as number));
}

/** How long the table of a shard is. */
export function tableBytes({ hasChecksum }: ShardIndex, chunks: number): number {
  return 16 * chunks + (hasChecksum ? 4 : 0);
}
