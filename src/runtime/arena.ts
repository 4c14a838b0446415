// One stretch of memory for the values of a process, which is WebAssembly memory, so that kernels work on
// blocks where they lie. It is as large as can be addressed and never moves; what was never written takes
// no memory of the system's. What does not fit lies in buffers of its own, and is copied to the kernels.
import { SCRATCH_BYTES, type SharedTileMemory } from "../kernels/tiles/memory.js";
import { hasWasm, newWasmMemory, type WasmMemory } from "../kernels/wasm.js";
import { RangeAllocator } from "../system/range-allocator.js";
import { SharedFile } from "../system/shared-file.js";

/** The number that threads know the arena's buffer by: it lasts as long as they. */
export const ARENA_BUFFER_ID = 0;

/** What 32 bits can address. */
const BYTES_MAX = 2 ** 32;
/** Smaller ones are not worth having. */
const BYTES_MIN = 2 ** 24;
const PAGE_BYTES = 65_536;

/** A part of the arena, from `take` to `giveBack`. */
export interface ArenaRange {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly bytes: number;
}

/** Memory that kernels reach. */
export class Arena {
  readonly memory: WasmMemory;
  readonly #ranges: RangeAllocator;
  #file: SharedFile | undefined;
  /** Where what was ever handed out ends. */
  #usedEnd = 0;

  private constructor(memory: WasmMemory) {
    this.memory = memory;
    this.#ranges = new RangeAllocator(memory.buffer.byteLength);
    // The first page is the kernels': their constants lie there.
    this.#ranges.take(PAGE_BYTES);
  }

  /** An arena of `bytes`, or of what the system has room for; undefined where there is none. */
  static create(bytes: number): Arena | undefined {
    if (!hasWasm()) return undefined;
    let size = Math.ceil(Math.min(Math.max(bytes, BYTES_MIN), BYTES_MAX) / PAGE_BYTES) * PAGE_BYTES;
    for (; size >= BYTES_MIN; size = Math.floor(size / 2 / PAGE_BYTES) * PAGE_BYTES) {
      try {
        return new Arena(newWasmMemory(size));
      } catch {
        // No room for so much: addresses may be limited.
      }
    }
    return undefined;
  }

  /** Lets other processes of this machine read it, where the system can; nothing may lie in it yet. */
  share(): void {
    this.#file = SharedFile.over(this.memory.buffer);
  }

  /** The file that it lies in, where other processes can read it. */
  get file(): SharedFile | undefined {
    return this.#file;
  }

  /** Bytes that are free and yet take memory, because they were in use before. */
  get idleBytes(): number {
    // What comes back to a file is given to the system.
    return this.#file === undefined ? this.#ranges.freeBytesBelow(this.#usedEnd) : 0;
  }

  /** The first free range of `bytes`; undefined when there is none. */
  take(bytes: number): ArenaRange | undefined {
    const byteOffset = this.#ranges.take(bytes);
    if (byteOffset === undefined) return undefined;
    this.#usedEnd = Math.max(this.#usedEnd, byteOffset + bytes);
    return { buffer: this.memory.buffer, byteOffset, bytes };
  }

  /** Takes a range back, which nobody reads or writes any more. */
  giveBack({ byteOffset, bytes }: ArenaRange): void {
    this.#ranges.giveBack(byteOffset, bytes);
    this.#file?.discard(byteOffset, bytes);
  }

  /** A thread's own piece, for its kernels; undefined when the arena is full. */
  takeScratch(): SharedTileMemory | undefined {
    const range = this.take(SCRATCH_BYTES);
    return range && { memory: this.memory, scratchByteOffset: range.byteOffset };
  }
}
