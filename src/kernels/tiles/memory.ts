// The memory that tile kernels work in: one for each process where its threads share values, so that
// blocks are worked on where they lie, and else one of the thread's own into which they are copied tile
// by tile. Each thread has a piece of it to itself, for what lies between two steps of a program.
import { tilesWasm } from "../generated/tiles-wasm.js";
import { powerTables } from "../power-tables.js";
import { hasWasm, instantiateIn, newWasmMemory, type WasmMemory } from "../wasm.js";
import { PowerTable } from "./codes.js";
import type { TileKernels } from "./kernels.js";
import { plainKernels } from "./plain-kernels.js";

/** At the start of each memory lie constants of the kernels (see src/build.mjs) and tables: the same for every thread. */
export const CONSTANT_BYTES = 16384;
/** Of what a thread has to itself, the first bytes are those of random numbers: see uniform-source.ts. */
export const RANDOM_BYTES = 20 * 1024;
/** Where the panels of numbers that are drawn for a program begin, after its slots and folded tiles: see run.ts. */
export const PANELS_BYTE_OFFSET = 576 * 1024;
/** Elements of a panel, and how many of them there can be. */
export const PANEL_ELEMENTS = 65_536;
export const PANELS_MAX = 4;
/** Bytes that one thread has to itself, or may have to leave to constants. */
export const SCRATCH_BYTES = CONSTANT_BYTES + PANELS_BYTE_OFFSET + PANELS_MAX * PANEL_ELEMENTS * 8;

/** Memory and the kernels that work in it. */
export interface TileMemory {
  readonly kernels: TileKernels;
  /** What modules are instantiated in; undefined where there is no WebAssembly. */
  readonly memory: WasmMemory | undefined;
  readonly buffer: ArrayBufferLike;
  /** Where this thread's own piece begins. */
  readonly scratchByteOffset: number;
}

/** Memory that threads share, and the piece of it that is this thread's. */
export interface SharedTileMemory {
  readonly memory: WasmMemory;
  readonly scratchByteOffset: number;
}

let make: () => TileMemory = ownTileMemory;
let made: TileMemory | undefined;

/** Has this thread work in the memory that `loader` makes, when it is needed first. */
export function setTileMemory(loader: () => TileMemory = ownTileMemory): void {
  make = loader;
  made = undefined;
}

/** The memory that this thread works in. */
export function tileMemory(): TileMemory {
  return (made ??= make());
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

/** Memory with the kernels in JavaScript. */
export function plainTileMemory(): TileMemory {
  const buffer = new ArrayBuffer(SCRATCH_BYTES);
  const kernels = plainKernels(buffer);
  return { kernels, memory: undefined, buffer, scratchByteOffset: 0 };
}

function ownTileMemory(): TileMemory {
  return hasWasm() ? wasmTileMemory() : plainTileMemory();
}
