// The arenas of a process, in which kernels use values in place. 32 bits address 4 GiB, so there
// may be several. The first is used from the start, each further one when those before it are full.
// Values that fit into none have their own buffers and are copied to the kernels.
import { defined } from "../../base/assert.js";
import type { SharedTileMemory } from "../../kernels/tiles/tile-memory.js";
import { SharedFiles } from "../../system/shared-files.js";
import { ARENA_BYTES_MAX, ARENA_BYTES_MIN, Arena, type ArenaRange } from "./arena.js";

/** Settings of {@link Arenas}. */
export interface ArenasOptions {
  /**
   * Whether other processes of this machine may read them, where the system can; default: false.
   */
  readonly isShared?: boolean;
  /** Bytes of one stretch; default: the address space. */
  readonly stretchBytes?: number;
}

/** Stretches of memory that kernels reach. */
export class Arenas {
  readonly #stretchBytes: number;
  readonly #arenas = new Map<ArrayBufferLike, Arena>();
  /** Per arena, the pieces of the threads, by their numbers. */
  readonly #pieces = new Map<ArrayBufferLike, readonly (SharedTileMemory | undefined)[]>();
  #threads = 0;
  #bytesLeft: number;
  readonly #files: SharedFiles | undefined;

  /** @param bytes how much memory kernels are to reach, as far as the system has room */
  constructor(
    bytes: number,
    { isShared = false, stretchBytes = ARENA_BYTES_MAX }: ArenasOptions = {},
  ) {
    this.#stretchBytes = stretchBytes;
    this.#bytesLeft = bytes > 0 ? Math.max(bytes, ARENA_BYTES_MIN) : 0;
    const first = this.#add();
    this.#files = isShared && first ? SharedFiles.over(first.memory.buffer) : undefined;
  }

  /** The files that they are in, where other processes can read them. */
  get files(): SharedFiles | undefined {
    return this.#files;
  }

  /** Bytes that are free and yet take memory, because they were in use before. */
  get idleBytes(): number {
    let bytes = 0;
    for (const [buffer, arena] of this.#arenas) {
      // Memory returned to a file goes back to the system.
      if (this.#files?.has(buffer) !== true) bytes += arena.freedBytes;
    }
    return bytes;
  }

  /** The first free range of `bytes`; undefined when there is none. */
  take(bytes: number): ArenaRange | undefined {
    for (const arena of this.#arenas.values()) {
      const range = arena.take(bytes);
      if (range !== undefined) return range;
    }
    return this.#addFor(bytes)?.take(bytes);
  }

  /** Takes back a range that is no longer read or written. */
  giveBack(range: ArenaRange): void {
    defined(this.#arenas.get(range.buffer), "an arena").giveBack(range);
    this.#files?.discard(range.buffer, range.byteOffset, range.bytes);
  }

  /**
   * Sets a piece of each arena aside for each of that many threads, now and when there are more
   * arenas.
   */
  serveThreads(threads: number): void {
    this.#threads = threads;
    for (const arena of this.#arenas.values()) this.#setPiecesAside(arena);
  }

  /**
   * The piece of an arena that belongs to thread number `thread`; undefined if `buffer` is no
   * arena.
   */
  pieceIn(buffer: ArrayBufferLike, thread: number): SharedTileMemory | undefined {
    return this.#pieces.get(buffer)?.[thread];
  }

  #addFor(bytes: number): Arena | undefined {
    const room = Math.min(this.#bytesLeft, this.#stretchBytes);
    return room >= ARENA_BYTES_MIN && bytes < room ? this.#add() : undefined;
  }

  #add(): Arena | undefined {
    if (this.#bytesLeft === 0) return undefined;
    const wanted = Math.min(this.#bytesLeft, this.#stretchBytes);
    const arena = Arena.create(wanted);
    // Where the system has no room for one it has none for the next.
    this.#bytesLeft = arena === undefined || arena.bytes < wanted ? 0 : this.#bytesLeft - wanted;
    if (arena === undefined) return undefined;
    this.#arenas.set(arena.memory.buffer, arena);
    this.#share(arena);
    this.#setPiecesAside(arena);
    return arena;
  }

  /** Where the system refuses, its values are sent instead of read. */
  #share({ memory }: Arena): void {
    try {
      this.#files?.add(memory.buffer);
    } catch {
      // As long as nothing is in it that is all that follows.
    }
  }

  #setPiecesAside(arena: Arena): void {
    const pieces = Array.from({ length: this.#threads }, () => arena.takeScratch());
    this.#pieces.set(arena.memory.buffer, pieces);
  }
}
