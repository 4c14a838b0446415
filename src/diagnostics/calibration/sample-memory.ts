// Memory for sample tasks, as tasks have on workers: within reach of the WebAssembly kernels. A
// kernel that has to copy its operands takes several times as long.
import { type Block, contiguousBlock, emptyBlock } from "../../base/block.js";
import { type DType, itemBytes, typedView } from "../../base/dtype.js";
import { currentHost, installHost } from "../../base/host.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { TILE_MEMORIES, TileMemories, wasmTileMemory } from "../../kernels/tiles/tile-memory.js";
import { Arena, type ArenaRange } from "../../runtime/values/arena.js";
import type { BlockMemory } from "./sample-tasks.js";

/** The size of the arena; blocks beyond it are stored elsewhere. */
const BYTES = 2 ** 30;
/** Ranges begin at multiples of this. */
const ALIGNMENT_BYTES = 64;

/** Blocks of this thread's kernels, until `close`. */
export class SampleMemory implements BlockMemory {
  readonly #arena = Arena.create(BYTES);
  readonly #host = currentHost();
  readonly #ranges = new Map<Block, ArenaRange>();

  constructor() {
    const scratch = this.#arena?.takeScratch();
    if (scratch === undefined) return;
    const memories = new TileMemories(() => wasmTileMemory(scratch));
    installHost(this.#host.with(TILE_MEMORIES, memories));
  }

  /** A block that holds anything. */
  allocate(dtype: DType, shape: readonly number[]): Block {
    const size = sizeOf(shape);
    const bytes = Math.ceil((size * itemBytes(dtype)) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const range = bytes === 0 ? undefined : this.#arena?.take(bytes);
    if (range === undefined) return emptyBlock(dtype, shape);
    const data = typedView(dtype, range.buffer, range.byteOffset, size);
    const block = contiguousBlock(dtype, data, shape);
    this.#ranges.set(block, range);
    return block;
  }

  /** Takes back what {@link SampleMemory.allocate} gave; other blocks are left alone. */
  release(block: Block): void {
    const range = this.#ranges.get(block);
    if (range === undefined) return;
    this.#ranges.delete(block);
    this.#arena?.giveBack(range);
  }

  /** The thread's kernels work in memory of their own again. */
  close(): void {
    installHost(this.#host);
  }
}
