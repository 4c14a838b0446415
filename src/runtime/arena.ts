// One stretch of memory for the values of a process, which is WebAssembly memory, so that kernels work on
// blocks where they lie. It is as large as can be addressed and never moves; what was never written takes
// no memory of the system's. What does not fit lies in buffers of its own, and is copied to the kernels.
import { assert } from "../base/assert.js";
import { SCRATCH_BYTES, type SharedTileMemory } from "../kernels/tiles/memory.js";
import { hasWasm, newWasmMemory, type WasmMemory } from "../kernels/wasm.js";
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

interface Gap {
  start: number;
  end: number;
}

/** Memory that kernels reach. */
export class Arena {
  readonly memory: WasmMemory;
  /** Free ranges in order, never next to each other. */
  readonly #gaps: Gap[];
  #file: SharedFile | undefined;
  /** Where what was ever handed out ends. */
  #usedEnd = 0;

  private constructor(memory: WasmMemory) {
    this.memory = memory;
    this.#gaps = [{ start: 0, end: memory.buffer.byteLength }];
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
    let bytes = 0;
    if (this.#file !== undefined) return bytes;
    for (const { start, end } of this.#gaps) {
      bytes += Math.max(0, Math.min(end, this.#usedEnd) - start);
    }
    return bytes;
  }

  /** The first free range of `bytes`; undefined when there is none. */
  take(bytes: number): ArenaRange | undefined {
    const index = this.#gaps.findIndex(({ start, end }) => end - start >= bytes);
    const gap = this.#gaps[index];
    if (gap === undefined) return undefined;
    const byteOffset = gap.start;
    gap.start += bytes;
    if (gap.start === gap.end) this.#gaps.splice(index, 1);
    this.#usedEnd = Math.max(this.#usedEnd, byteOffset + bytes);
    return { buffer: this.memory.buffer, byteOffset, bytes };
  }

  /** Takes a range back, which nobody reads or writes any more. */
  giveBack({ byteOffset: start, bytes }: ArenaRange): void {
    this.#file?.discard(start, bytes);
    const end = start + bytes;
    const found = this.#gaps.findIndex((gap) => gap.start > start);
    const index = found < 0 ? this.#gaps.length : found;
    const before = this.#gaps[index - 1];
    const after = this.#gaps[index];
    const isFree = (before?.end ?? 0) > start || (after?.start ?? end) < end;
    assert(!isFree, "a part of the arena was given back that was free", { start, bytes });
    const joinsAfter = after?.start === end;
    if (before?.end === start) {
      before.end = joinsAfter ? after.end : end;
      if (joinsAfter) this.#gaps.splice(index, 1);
    } else if (joinsAfter) after.start = start;
    else this.#gaps.splice(index, 0, { start, end });
  }

  /** A thread's own piece, for its kernels; undefined when the arena is full. */
  takeScratch(): SharedTileMemory | undefined {
    const range = this.take(SCRATCH_BYTES);
    return range && { memory: this.memory, scratchByteOffset: range.byteOffset };
  }
}
