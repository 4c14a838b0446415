// Memory of a thread for blocks between the steps of its tasks. Tile kernels read them in place, as
// they do blocks that threads share.
import { type Block, contiguousBlock } from "../../base/block.js";
import { type DType, itemBytes, typedView } from "../../base/dtype.js";
import { hasWasm, newWasmMemory } from "../wasm/wasm-instances.js";
import {
  SCRATCH_BYTES,
  type SharedTileMemory,
  type TileMemories,
  tileMemories,
} from "./tile-memory.js";

/** Larger blocks are elsewhere: what a thread has touched it keeps. */
export const STEP_BYTES_MAX = 2 ** 26;

/** Blocks begin at whole cache lines. */
const ALIGNMENT = 64;

/** Where a task's blocks are, until it gives the memory back. */
export class StepMemory {
  readonly piece: SharedTileMemory = {
    memory: newWasmMemory(SCRATCH_BYTES + STEP_BYTES_MAX),
    scratchByteOffset: 0,
  };
  #isLent = false;
  #used = 0;

  /** Whether `bytes` are free for a task, which then has all of it. */
  lend(bytes: number): boolean {
    if (this.#isLent || bytes > STEP_BYTES_MAX) return false;
    this.#isLent = true;
    this.#used = 0;
    return true;
  }

  /** A block of the task that has the memory. */
  block(dtype: DType, shape: readonly number[]): Block {
    const size = shape.reduce((product, length) => product * length, 1);
    const byteOffset = SCRATCH_BYTES + this.#used;
    this.#used += alignedBytes(dtype, size);
    return contiguousBlock(
      dtype,
      typedView(dtype, this.piece.memory.buffer, byteOffset, size),
      shape,
    );
  }

  /** Ends the loan. */
  giveBack(): void {
    this.#isLent = false;
  }
}

/** The bytes that a block takes here. */
export function alignedBytes(dtype: DType, size: number): number {
  return Math.ceil((size * itemBytes(dtype)) / ALIGNMENT) * ALIGNMENT;
}

const byMemories = new WeakMap<TileMemories, StepMemory>();

/** That of this thread, made when first needed; undefined where there is no WebAssembly. */
export function stepMemory(): StepMemory | undefined {
  if (!hasWasm()) return undefined;
  const memories = tileMemories();
  let memory = byMemories.get(memories);
  if (memory === undefined) {
    memory = new StepMemory();
    memories.share(memory.piece);
    byMemories.set(memories, memory);
  }
  return memory;
}
