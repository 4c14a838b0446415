// Joins folded tiles two by two, as a balanced tree over their sequence: the errors of a sum grow with the
// logarithm of the number of tiles. Level k of the stack holds what 2^k tiles became, or nothing; a new
// tile carries over like a one that is added to a binary number.
import { TileFold, TileOp } from "./codes.js";
import type { TileMemory } from "./memory.js";
import { FOLD_WIDTH_MAX } from "./plan.js";

/** Enough for two to the power of so many tiles: more than a loop can count. */
const LEVELS = 24;
const LEVEL_BYTES = FOLD_WIDTH_MAX * 8;

/** Bytes that a stack takes. */
export const STACK_BYTES = (LEVELS + 1) * LEVEL_BYTES;

const JOINS: { readonly [F in TileFold]: TileOp } = {
  [TileFold.sum]: TileOp.add,
  [TileFold.product]: TileOp.multiply,
  [TileFold.min]: TileOp.least,
  [TileFold.max]: TileOp.greatest,
};

/** The folded tiles of some results, so far. */
export class FoldStack {
  /** Where the next folded tile goes. */
  readonly next: number;
  private readonly memory: TileMemory;
  private readonly join: TileOp;
  private readonly levels: Float64Array;
  private filled = 0;

  /** @param byteOffset where its {@link STACK_BYTES} begin */
  constructor(memory: TileMemory, fold: TileFold, byteOffset: number) {
    this.memory = memory;
    this.join = JOINS[fold];
    this.next = byteOffset;
    this.levels = new Float64Array(memory.buffer, byteOffset, STACK_BYTES / 8);
  }

  /** Joins the `width` values at {@link next} to those before. */
  push(width: number): void {
    let level = 0;
    for (; (this.filled & (1 << level)) !== 0; level++) this.joinLevel(level, width);
    const held = this.next + (level + 1) * LEVEL_BYTES;
    this.memory.kernels.gather(8, 1, width, this.next, 0, 8, held, 0);
    this.filled++;
  }

  /** The first of the values at {@link next}. */
  get value(): number {
    return this.levels[0] as number;
  }

  /** Joins one value to those before. */
  pushValue(value: number): void {
    this.levels[0] = value;
    this.push(1);
  }

  /** What all tiles became, `width` values; the stack is empty then. */
  take(width: number): Float64Array {
    let isFirst = true;
    for (let level = 0; level < LEVELS; level++) {
      if ((this.filled & (1 << level)) === 0) continue;
      if (isFirst) {
        const start = (level + 1) * FOLD_WIDTH_MAX;
        this.levels.copyWithin(0, start, start + width);
      } else {
        this.joinLevel(level, width);
      }
      isFirst = false;
    }
    this.filled = 0;
    return this.levels.subarray(0, width);
  }

  /** The values at {@link next} become those of a level joined with them. */
  private joinLevel(level: number, width: number): void {
    const held = this.next + (level + 1) * LEVEL_BYTES;
    const { binary64 } = this.memory.kernels;
    binary64(this.join, 1, width, held, 0, this.next, 0, this.next, 0);
  }
}
