// Memories that tile kernels work in, for tests that hold one against the other.
import { currentHost, type Host, installHost } from "../../src/base/host.js";
import {
  CONSTANT_BYTES,
  SCRATCH_BYTES,
  TILE_MEMORIES,
  TileMemories,
  type TileMemory,
  wasmTileMemory,
} from "../../src/kernels/tiles/tile-memory.js";
import { newWasmMemory } from "../../src/kernels/wasm/wasm-instances.js";
import { jsKernels } from "./js-kernels/js-kernels.js";

/** Memory with the kernels in JavaScript, room for blocks in it from {@link SCRATCH_BYTES} on. */
export function jsTileMemory(): TileMemory {
  const memory = newWasmMemory(SCRATCH_BYTES + 2 ** 22);
  const { buffer } = memory;
  return { kernels: jsKernels(buffer), memory, buffer, scratchByteOffset: CONSTANT_BYTES };
}

/** Kernels in JavaScript. */
export const plain = jsTileMemory();
/** Kernels in WebAssembly, to whose memory blocks are copied. */
export const own = wasmTileMemory();
/** Kernels in WebAssembly, with room for blocks in their memory, from {@link SCRATCH_BYTES} on. */
export const shared = wasmTileMemory({
  memory: newWasmMemory(SCRATCH_BYTES + 2 ** 22),
  scratchByteOffset: 0,
});

/**
 * The host before one was given a memory; files before this one in the same process may have
 * installed more.
 */
let before: Host | undefined;

/** Makes the kernels of this process work in `memory`, or in one of their own again. */
export function useTileMemory(memory?: TileMemory): void {
  const host = before ?? currentHost();
  before = memory === undefined ? undefined : host;
  installHost(
    memory === undefined ? host : host.with(TILE_MEMORIES, new TileMemories(() => memory)),
  );
}
