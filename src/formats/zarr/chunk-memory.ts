// Memory of chunks on their way: where a chunk is read to, and where it is decoded. A chunk that is
// side by side in the result is decoded there. Others use memory that the thread keeps from layer
// to layer: new pages cost as much as a copy, and make V8 collect garbage every few chunks.
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { isContiguous } from "../../kernels/programs/copy-block.js";
import { fileMemory } from "../files/file-memory.js";
import type { ZarrArray } from "./zarr-metadata.js";

/** Longer chunks get memory of their own each time. */
const KEPT_BYTES_MAX = 2 ** 26;
/** Longer memory is not kept when its block is read. */
const IDLE_BYTES_MAX = 2 ** 24;

type Bytes = Uint8Array<ArrayBuffer>;

const NONE: Bytes = new Uint8Array(0);

/** The thread's memory that no block is read with. */
let idle: { readonly encoded: Bytes; readonly decoded: Bytes } | undefined;

/** The memory with which one block is read. */
export class ChunkMemory {
  readonly #chunkBytes: number;
  readonly #size: number;
  readonly #isStored: boolean;
  #encoded: Bytes;
  #decoded: Bytes;

  /** @param isStored whether the bytes of a chunk are its elements */
  constructor({ chunkShape, dtype }: ZarrArray, isStored: boolean) {
    this.#size = sizeOf(chunkShape);
    this.#chunkBytes = this.#size * itemBytes(dtype);
    this.#isStored = isStored;
    ({ encoded: this.#encoded, decoded: this.#decoded } = idle ?? { encoded: NONE, decoded: NONE });
    // Another block may be under way on this thread meanwhile.
    idle = undefined;
  }

  /** Where the elements of a chunk go, of which `box` of the result is a part or all. */
  roomOf(box: Block): Uint8Array {
    if (sizeOf(box.shape) === this.#size && isContiguous(box)) {
      const start = box.data.byteOffset + box.offset * itemBytes(box.dtype);
      return new Uint8Array(box.data.buffer, start, this.#chunkBytes);
    }
    this.#decoded = grown(this.#decoded, this.#chunkBytes);
    return this.#decoded.subarray(0, this.#chunkBytes);
  }

  /** Where the encoded bytes of a chunk go, whose elements will be in `room`. */
  roomToRead(bytes: number, room: Uint8Array): Uint8Array {
    if (this.#isStored && bytes === room.length) return room;
    this.#encoded = grown(this.#encoded, bytes);
    return this.#encoded.subarray(0, bytes);
  }

  /** The block is read: the thread keeps the memory for the next. */
  giveBack(): void {
    idle = { encoded: keepable(this.#encoded), decoded: keepable(this.#decoded) };
  }
}

/** Memory of at least that many bytes: the same if it is long enough, and not too long to keep. */
function grown(kept: Bytes, bytes: number): Bytes {
  if (kept.length >= bytes && kept.length <= KEPT_BYTES_MAX) return kept;
  return fileMemory(bytes);
}

function keepable(memory: Bytes): Bytes {
  return memory.length <= IDLE_BYTES_MAX ? memory : NONE;
}
