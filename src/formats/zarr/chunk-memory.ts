// Memory of chunks on their way: where a chunk is read to, and where it is decoded. A chunk that is
// side by side in the result is decoded there; others use memory that is kept, since new pages cost
// as much as a copy.
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { isContiguous } from "../../kernels/programs/copy-block.js";
import type { ZarrArray } from "./zarr-metadata.js";

/** Longer chunks get memory of their own each time. */
const KEPT_BYTES_MAX = 2 ** 26;

/** The memory of one reader, which handles one block at a time. */
export class ChunkMemory {
  readonly #chunkBytes: number;
  readonly #size: number;
  readonly #isStored: boolean;
  #encoded = new Uint8Array(0);
  #decoded = new Uint8Array(0);

  /** @param isStored whether the bytes of a chunk are its elements */
  constructor({ chunkShape, dtype }: ZarrArray, isStored: boolean) {
    this.#size = sizeOf(chunkShape);
    this.#chunkBytes = this.#size * itemBytes(dtype);
    this.#isStored = isStored;
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
}

/** Memory of at least that many bytes: the same if it is long enough, and not too long to keep. */
function grown(kept: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  if (kept.length >= bytes && kept.length <= KEPT_BYTES_MAX) return kept;
  return new Uint8Array(bytes);
}
