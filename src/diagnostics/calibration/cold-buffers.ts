// Operands and results of a task that runs many times for measurement, in other memory each time.
// So no run profits from the cache of the one before, as on a worker.
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { blockIndexOf, blockShape, hasUnknownLengths, sizeOf } from "../../graph/model/chunks.js";
import { type BlockMemory, copyOf, type SampleTask } from "./sample-tasks.js";

/** Bytes of a block's elements. */
export function bytesOf({ shape, dtype }: Block): number {
  return sizeOf(shape) * itemBytes(dtype);
}

/** Memory for the runs of one task. */
export class ColdBuffers {
  readonly #task: SampleTask;
  readonly #memory: BlockMemory;
  readonly #count: number;
  readonly #operands: (readonly Block[])[] = [];
  readonly #results: (Block | undefined)[] = [];

  /** @param limits how many runs there will be, and the bytes that may be taken for them */
  constructor(
    task: SampleTask,
    memory: BlockMemory,
    { runs, bytes }: { readonly runs: number; readonly bytes: number },
  ) {
    this.#task = task;
    this.#memory = memory;
    const once = task.operands.reduce((sum, read) => sum + bytesOf(read), resultBytes(task));
    this.#count = Math.min(runs, Math.max(1, Math.floor(bytes / Math.max(1, once))));
    this.#operands.push(task.operands);
  }

  /** The operands of run number `nth`. */
  operands(nth: number): readonly Block[] {
    const place = nth % this.#count;
    return (this.#operands[place] ??= this.#task.operands.map((read) =>
      copyOf(read, this.#memory),
    ));
  }

  /**
   * Makes room for results of that shape: memory that was written to before costs as much as pooled
   * memory.
   */
  makeRoom(shape: readonly number[]): void {
    for (let place = 0; place < this.#count; place++) {
      const { buffer, byteOffset, byteLength } = this.#allocate(place, shape).data;
      if (place > 0) new Uint8Array(buffer, byteOffset, byteLength).fill(0);
    }
  }

  /** Where the `nth` run writes. */
  allocate(nth: number): (shape: readonly number[]) => Block {
    return (shape) => this.#allocate(nth % this.#count, shape);
  }

  #allocate(place: number, shape: readonly number[]): Block {
    const before = this.#results[place];
    if (before?.shape.every((length, axis) => length === shape[axis])) return before;
    if (before !== undefined) this.#memory.release(before);
    return (this.#results[place] = this.#memory.allocate(this.#task.layer.dtype, shape));
  }

  /** Drops what later runs would have to read. */
  keep(result: Block): void {
    const at = this.#results.findIndex((other) => other?.data === result.data);
    if (at >= 0) this.#results[at] = undefined;
  }

  /** Gives everything back but the task's own operands. */
  release(): void {
    for (const result of this.#results) if (result !== undefined) this.#memory.release(result);
    for (const copies of this.#operands.slice(1)) {
      for (const copy of copies) this.#memory.release(copy);
    }
  }
}

/** Zero for a block of unknown length. */
function resultBytes({ layer, block }: SampleTask): number {
  if (hasUnknownLengths(layer.chunks)) return 0;
  return (
    sizeOf(blockShape(layer.chunks, blockIndexOf(layer.chunks, block))) * itemBytes(layer.dtype)
  );
}
