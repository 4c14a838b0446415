// Ranges of this process's address space for mapping memory files: reserved once, seen through one
// buffer each, and never released. Only their mappings change. So an old view cannot crash the
// process. There are few ranges, since V8 collects garbage for every large buffer that it gets.
import { defined } from "../base/assert.js";
import { type FilePart, findMemoryCalls, type MemoryCalls } from "./memory-calls.js";
import { RangeAllocator } from "./range-allocator.js";

/** Kernels receive positions in a buffer as 31 bits. */
const ARENA_BYTES = 2 ** 30;
/** Where a buffer is in this process. */
export interface MappedPlace {
  readonly address: bigint;
  readonly bytes: number;
}

const places = new WeakMap<ArrayBufferLike, MappedPlace>();

/** Where a buffer is mapped; undefined for any other memory. */
export function placeOfMapped(buffer: ArrayBufferLike): MappedPlace | undefined {
  return places.get(buffer);
}

/** The buffer at a place that another thread of this process has mapped. */
export function bufferAtPlace({ address, bytes }: MappedPlace): ArrayBuffer {
  const calls = findMemoryCalls();
  return defined("view" in calls ? calls : undefined, "shared memory").view(address, bytes);
}

/** A part of a file that is mapped, from `map` to `unmap`. */
export interface Mapping {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly bytes: number;
}

interface Arena {
  readonly address: bigint;
  readonly buffer: ArrayBuffer;
  readonly ranges: RangeAllocator;
}

/** The longest part of a file that can be mapped. */
export const MAPPED_BYTES_MAX = ARENA_BYTES;

/** Maps files. */
export class AddressSpace {
  readonly #calls: MemoryCalls;
  readonly #arenas = new Map<ArrayBufferLike, Arena>();

  constructor(calls: MemoryCalls) {
    this.#calls = calls;
  }

  /** Whether `buffer` is one of those through which this space's files are seen. */
  has(buffer: ArrayBufferLike): boolean {
    return this.#arenas.has(buffer);
  }

  /**
   * Maps `bytes` of a file, whole pages, to be read only.
   *
   * @throws Error when the system refuses
   */
  map(from: FilePart, bytes: number): Mapping {
    for (const arena of this.#arenas.values()) {
      const byteOffset = arena.ranges.take(bytes);
      if (byteOffset !== undefined) return this.#mapIn(arena, byteOffset, from, bytes);
    }
    const arena = this.#reserve();
    const byteOffset = defined(arena.ranges.take(bytes), "room for a part of a file");
    return this.#mapIn(arena, byteOffset, from, bytes);
  }

  /** Shows nothing where the file was. */
  unmap({ buffer, byteOffset, bytes }: Mapping): void {
    const { address, ranges } = defined(this.#arenas.get(buffer), "an arena");
    this.#calls.mapNothing(address + BigInt(byteOffset), bytes);
    ranges.giveBack(byteOffset, bytes);
  }

  #mapIn(arena: Arena, byteOffset: number, from: FilePart, bytes: number): Mapping {
    const { address, buffer, ranges } = arena;
    try {
      this.#calls.map(address + BigInt(byteOffset), from, bytes, false);
    } catch (error) {
      ranges.giveBack(byteOffset, bytes);
      throw error;
    }
    return { buffer, byteOffset, bytes };
  }

  #reserve(): Arena {
    const address = this.#calls.reserve(ARENA_BYTES);
    const buffer = this.#calls.view(address, ARENA_BYTES);
    places.set(buffer, { address, bytes: ARENA_BYTES });
    const arena = { address, buffer, ranges: new RangeAllocator(ARENA_BYTES) };
    this.#arenas.set(buffer, arena);
    return arena;
  }
}
