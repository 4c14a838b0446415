// Cuts the parts of values that peers request. A contiguous part is sent in place. Others are
// copied into pool memory, a limited number of bytes per turn of the event loop, so messages do not
// wait behind them.
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Block, contiguousBlock } from "../../base/block.js";
import { itemBytes, typedView } from "../../base/dtype.js";
import type { DataItem } from "../../comm/interface/transport.js";
import { type Cut, cutRegion } from "../../graph/dependencies/regions.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { copyBlock, isContiguous, subBlock } from "../../kernels/programs/copy-block.js";
import type { BufferPool } from "./buffer-pool.js";
import type { StoredValue } from "./value-store.js";

/** Bytes that are copied in one turn: about a millisecond's work. */
const TURN_BYTES = 2 * 2 ** 20;

/** Cuts parts out of values that are pinned. */
export class ValueCuts {
  readonly #pool: BufferPool;
  #turnBytes = 0;

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /**
   * The part of `value` that `cut` names; undefined when it has no such part.
   *
   * @param release called when `value` is no longer read
   */
  async cut(value: StoredValue, cut: Cut, release: () => void): Promise<DataItem | undefined> {
    const region = cutRegion(cut, value);
    if (region === undefined) {
      release();
      return undefined;
    }
    const { dtype } = value;
    const part = subBlock(blockOf(value), region.start, region.shape);
    const bytes = sizeOf(region.shape) * itemBytes(dtype);
    const { shape } = region;
    if (isContiguous(part)) {
      const byteOffset = part.data.byteOffset + part.offset * itemBytes(dtype);
      return { dtype, shape, bytes: new Uint8Array(part.data.buffer, byteOffset, bytes), release };
    }
    try {
      const memory = this.#pool.allocate(bytes);
      const data = typedView(dtype, memory.buffer, memory.byteOffset, sizeOf(shape));
      await this.#copy(part, contiguousBlock(dtype, data, shape), bytes);
      return {
        dtype,
        shape,
        bytes: new Uint8Array(memory.buffer, memory.byteOffset, bytes),
        release: this.#pool.lend(memory),
      };
    } finally {
      release();
    }
  }

  /** Copies some rows a turn. */
  async #copy(from: Block, to: Block, bytes: number): Promise<void> {
    const [rows = 1] = to.shape;
    const step = Math.ceil((TURN_BYTES * rows) / bytes);
    for (let row = 0; row < rows; row += step) {
      const start = to.shape.map((_, axis) => (axis === 0 ? row : 0));
      const shape = to.shape.map((extent, axis) =>
        axis === 0 ? Math.min(step, rows - row) : extent,
      );
      copyBlock(subBlock(from, start, shape), subBlock(to, start, shape));
      this.#turnBytes += (bytes * Math.min(step, rows - row)) / rows;
      if (this.#turnBytes < TURN_BYTES) continue;
      this.#turnBytes = 0;
      await nextTurn();
    }
  }
}

function blockOf({ memory, dtype, shape }: StoredValue): Block {
  const data = typedView(dtype, memory.buffer, memory.byteOffset, sizeOf(shape));
  return contiguousBlock(dtype, data, shape);
}
