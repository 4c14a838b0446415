// One range of memory for a process's values: WebAssembly memory, so kernels use blocks in place.
// It never moves, and pages that were never written take no memory of the system.
import { SCRATCH_BYTES, type SharedTileMemory } from "../../kernels/tiles/tile-memory.js";
import { hasWasm, newWasmMemory, type WasmMemory } from "../../kernels/wasm/wasm-instances.js";
import { RangeAllocator } from "../../system/range-allocator.js";

/** The address space of 32 bits. */
export const ARENA_BYTES_MAX = 2 ** 32;
/** Smaller ones are not worth having. */
export const ARENA_BYTES_MIN = 2 ** 24;
const PAGE_BYTES = 65_536;

/** A part of an arena, from `take` to `giveBack`. */
export interface ArenaRange {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly bytes: number;
}

/** Memory that kernels reach. */
export class Arena {
  readonly memory: WasmMemory;
  readonly #ranges: RangeAllocator;
  /** The end of the range that was ever handed out. */
  #usedEnd = 0;

  private constructor(memory: WasmMemory) {
    this.memory = memory;
    this.#ranges = new RangeAllocator(memory.buffer.byteLength);
    // The first page is the kernels': their constants are there.
    this.#ranges.take(PAGE_BYTES);
  }

  /** An arena of `bytes`, or of as much as the system allows; undefined if there is none. */
  static create(bytes: number): Arena | undefined {
    if (!hasWasm()) return undefined;
    const wanted = Math.min(Math.max(bytes, ARENA_BYTES_MIN), ARENA_BYTES_MAX);
    let size = Math.ceil(wanted / PAGE_BYTES) * PAGE_BYTES;
    for (; size >= ARENA_BYTES_MIN; size = Math.floor(size / 2 / PAGE_BYTES) * PAGE_BYTES) {
      try {
        return new Arena(newWasmMemory(size));
      } catch {
        // Too large: addresses may be limited.
      }
    }
    return undefined;
  }

  /** How long it is. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Bytes that are free and were in use before. */
  get freedBytes(): number {
    return this.#ranges.freeBytesBelow(this.#usedEnd);
  }

  /** The first free range of `bytes`; undefined when there is none. */
  take(bytes: number): ArenaRange | undefined {
    const byteOffset = this.#ranges.take(bytes);
    if (byteOffset === undefined) return undefined;
    this.#usedEnd = Math.max(this.#usedEnd, byteOffset + bytes);
    return { buffer: this.memory.buffer, byteOffset, bytes };
  }

  /** Takes back a range that is no longer read or written. */
  giveBack({ byteOffset, bytes }: ArenaRange): void {
    this.#ranges.giveBack(byteOffset, bytes);
  }

  /** A thread's own piece, for its kernels; undefined when the arena is full. */
  takeScratch(): SharedTileMemory | undefined {
    const range = this.take(SCRATCH_BYTES);
    return range && { memory: this.memory, scratchByteOffset: range.byteOffset };
  }
}
