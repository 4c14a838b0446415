// The memory of tile kernels. If threads of a process share values, it is the memory with most of a
// task's blocks, so that they are read in place. Otherwise it is the thread's own, into which they
// are copied tile by tile. Each thread has a piece of each to itself, for intermediate results of a
// program.
import { provided, Service } from "../../base/host.js";
import { PowerTable } from "../math/power-table-layout.js";
import { powerTables } from "../math/power-tables.js";
import { tilesWasm } from "../wasm/generated/tiles-wasm.js";
import { instantiateIn, newWasmMemory, type WasmMemory } from "../wasm/wasm-instances.js";
import type { TileKernels } from "./tile-kernels.js";

/**
 * At the start of each memory are constants of the kernels (see src/compile-kernels.mjs) and
 * tables: the same for every thread.
 */
export const CONSTANT_BYTES = 16384;
/** The first bytes of a thread's own piece are for random numbers: see uniform-source.ts. */
export const RANDOM_BYTES = 20 * 1024;
/**
 * Where the panels of numbers that are drawn for a program begin, after its slots and folded tiles:
 * see run-tiles.ts.
 */
export const PANELS_BYTE_OFFSET = 576 * 1024;
/** Elements of a panel, and how many of them there can be. */
export const PANEL_ELEMENTS = 65_536;
export const PANELS_MAX = 4;
/** Bytes that one thread has to itself, or may have to leave to constants. */
export const SCRATCH_BYTES = CONSTANT_BYTES + PANELS_BYTE_OFFSET + PANELS_MAX * PANEL_ELEMENTS * 8;

/** Memory and the kernels that work in it. */
export interface TileMemory {
  readonly kernels: TileKernels;
  /** The memory in which modules are instantiated. */
  readonly memory: WasmMemory;
  readonly buffer: ArrayBufferLike;
  /** Where this thread's own piece begins. */
  readonly scratchByteOffset: number;
}

/** Memory that threads share, and the piece of it that is this thread's. */
export interface SharedTileMemory {
  readonly memory: WasmMemory;
  readonly scratchByteOffset: number;
}

/** Some bytes of a buffer; none where there is no data. */
type Bytes = Pick<ArrayBufferView, "buffer" | "byteLength"> | undefined;

/**
 * The memories that the kernels of one thread work in. They are instantiated when a program first
 * needs them.
 */
export class TileMemories {
  readonly #makeOwn: () => TileMemory;
  #own: TileMemory | undefined;
  /** Memories that this thread shares with others, by buffer. */
  readonly #shared = new Map<ArrayBufferLike, () => TileMemory>();

  /** @param makeOwn the memory of the thread itself, used while it shares none */
  constructor(makeOwn: () => TileMemory = wasmTileMemory) {
    this.#makeOwn = makeOwn;
  }

  /** Adds memory that this thread shares with others. */
  share(piece: SharedTileMemory): void {
    let tiles: TileMemory | undefined;
    this.#shared.set(piece.memory.buffer, () => (tiles ??= wasmTileMemory(piece)));
  }

  /** The memory to work in: the shared one that has most of `data`. */
  of(data: readonly Bytes[]): TileMemory {
    const shared = this.#shared;
    if (shared.size === 0) return (this.#own ??= this.#makeOwn());
    const [first] = shared.values();
    const best = shared.size === 1 ? first : shared.get(mostOf(shared, data) as ArrayBufferLike);
    return (best ?? (first as () => TileMemory))();
  }
}

/** The memories of this thread's kernels. Without a provider they have one of their own. */
export const TILE_MEMORIES = new Service<TileMemories>("tile memories");

const ownMemories = new TileMemories();

/** All memories of this thread. */
export function tileMemories(): TileMemories {
  return provided(TILE_MEMORIES) ?? ownMemories;
}

/** The memory that this thread works in: the shared one that has most of `data`. */
export function tileMemory(data: readonly Bytes[] = []): TileMemory {
  return tileMemories().of(data);
}

/** The shared buffer that has most of `data`, if any. */
function mostOf(
  shared: ReadonlyMap<ArrayBufferLike, unknown>,
  data: readonly Bytes[],
): ArrayBufferLike | undefined {
  const bytes = new Map<ArrayBufferLike, number>();
  for (const part of data) {
    if (part === undefined || !shared.has(part.buffer)) continue;
    bytes.set(part.buffer, (bytes.get(part.buffer) ?? 0) + part.byteLength);
  }
  let most: ArrayBufferLike | undefined;
  for (const [buffer, count] of bytes) {
    if (most === undefined || count > (bytes.get(most) as number)) most = buffer;
  }
  return most;
}

/** Memory with the kernels in WebAssembly: `shared`, or one of its own. */
export function wasmTileMemory(
  { memory, scratchByteOffset }: SharedTileMemory = {
    memory: newWasmMemory(SCRATCH_BYTES),
    scratchByteOffset: 0,
  },
): TileMemory {
  const kernels = instantiateIn<TileKernels>(tilesWasm, memory);
  const { buffer } = memory;
  const { logarithms, exponentials } = powerTables();
  new Float64Array(buffer, PowerTable.logarithms).set(logarithms);
  new Float64Array(buffer, PowerTable.exponentials).set(exponentials);
  return {
    kernels,
    memory,
    buffer,
    scratchByteOffset: Math.max(scratchByteOffset, CONSTANT_BYTES),
  };
}
