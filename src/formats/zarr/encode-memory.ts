// Memory in which chunks are merged and encoded. The thread keeps it from block to block: new pages
// cost as much as a copy.
import { fileMemory } from "../files/file-memory.js";

/** Longer memory is not kept. */
const KEPT_BYTES_MAX = 2 ** 24;

/** The thread's memory that no block is written with, by its use. */
let idle: readonly Uint8Array[] | undefined;

/** The memory with which one block is written. */
export class EncodeMemory {
  readonly #rooms: Uint8Array[];

  constructor() {
    this.#rooms = [...(idle ?? [])];
    // Another block may be under way on this thread meanwhile.
    idle = undefined;
  }

  /**
   * Memory of a length, with any contents; that of an earlier call for the same use.
   *
   * @param use a small number
   */
  room(use: number, bytes: number): Uint8Array {
    let room = this.#rooms[use];
    if (room === undefined || room.length < bytes) {
      room = fileMemory(bytes);
      this.#rooms[use] = room;
    }
    return room.subarray(0, bytes);
  }

  /** The block is written: the thread keeps the memory for the next. */
  giveBack(): void {
    idle = Array.from(this.#rooms, (room) =>
      room !== undefined && room.length <= KEPT_BYTES_MAX ? room : new Uint8Array(0),
    );
  }
}
