// Memories that tile kernels work in, for tests that hold one against the other.
import { currentHost, installHost } from "../../src/base/host.js";
import {
  jsTileMemory,
  SCRATCH_BYTES,
  TILE_MEMORIES,
  TileMemories,
  type TileMemory,
  wasmTileMemory,
} from "../../src/kernels/tiles/tile-memory.js";
import { newWasmMemory } from "../../src/kernels/wasm/wasm-instances.js";

/** Kernels in JavaScript. */
export const plain = jsTileMemory();
/** Kernels in WebAssembly, to whose memory blocks are copied. */
export const own = wasmTileMemory();
/** Kernels in WebAssembly, with room for blocks in their memory, from {@link SCRATCH_BYTES} on. */
export const shared = wasmTileMemory({
  memory: newWasmMemory(SCRATCH_BYTES + 2 ** 22),
  scratchByteOffset: 0,
});

const host = currentHost();

/** Makes the kernels of this process work in `memory`, or in one of their own again. */
export function useTileMemory(memory?: TileMemory): void {
  installHost(
    memory === undefined ? host : host.with(TILE_MEMORIES, new TileMemories(() => memory)),
  );
}
