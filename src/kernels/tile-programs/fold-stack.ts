// Joins folded tiles two by two, as a balanced tree over their sequence: the errors of a sum grow
// with the logarithm of the number of tiles. Level k of the stack holds the fold of 2^k tiles, or
// nothing; a new tile carries over like a one that is added to a binary number. Carries beyond the
// last level stay there.

import { FoldLevel } from "../tiles/tile-codes.js";
import type { Tiles } from "../tiles/tile-kernels.js";
import type { TileMemory } from "../tiles/tile-memory.js";
import {
  type TileAccumulator,
  type TileFolder,
  type TileFoldResult,
  tileFolder,
} from "./tile-folders.js";
import type { TileFolding } from "./tile-plan.js";

/** Tiles are joined as a tree up to two to the power of this, less one. */
const LEVELS = FoldLevel.top + 1;
const FIELDS_MAX = 3;

/** Bytes of a stack of that many values side by side. */
export function stackBytes(width: number): number {
  return (LEVELS + 1) * FIELDS_MAX * width * 8;
}

/** The folded tiles of some results, so far. */
export class FoldStack implements TileAccumulator {
  /** Where the next folded tile goes. */
  private readonly next: number;
  private readonly memory: TileMemory;
  private readonly folder: TileFolder;
  private readonly levels: Float64Array;
  private readonly fieldBytes: number;
  /** Per level, how many elements went into each of its values. */
  private readonly counts: number[] = [];
  private filled = 0;

  /** @param byteOffset where its {@link stackBytes} of `width` begin */
  constructor(
    memory: TileMemory,
    result: TileFoldResult,
    folding: TileFolding,
    byteOffset: number,
    width: number,
  ) {
    this.memory = memory;
    this.fieldBytes = width * 8;
    this.folder = tileFolder(memory.kernels, result, folding, this.fieldBytes);
    this.next = byteOffset;
    this.levels = new Float64Array(memory.buffer, byteOffset, stackBytes(width) / 8);
  }

  get fields(): number {
    return this.folder.fields;
  }

  fold(rows: number, columns: number, x: number, xRow: number): void {
    this.folder.fold(rows, columns, x, xRow, this.next);
  }

  /**
   * Takes all tiles of an array, row after row: {@link fold} and {@link push} of each, in one call.
   *
   * @returns whether it did: moments go tile by tile
   */
  foldTiles(...tiles: Tiles): boolean {
    const { folder, next, fieldBytes, filled } = this;
    if (folder.foldTiles === undefined) return false;
    this.filled = folder.foldTiles(...tiles, next, fieldBytes, filled);
    return true;
  }

  push(width: number, count: number): void {
    let level = 0;
    let joined = count;
    for (; this.isFilled(level); level++) {
      joined = this.joinLevel(level, width, joined);
      this.filled &= ~(1 << level);
      if (level === FoldLevel.top) break;
    }
    const { fieldBytes, next } = this;
    const held = this.held(level);
    this.memory.kernels.gather(8, this.fields, width, next, fieldBytes, 8, held, fieldBytes);
    this.counts[level] = joined;
    this.filled |= 1 << level;
  }

  /** The first of the values that wait. */
  get waiting(): readonly number[] {
    return Array.from({ length: this.fields }, (_, field) => this.valueOf(field)[0] as number);
  }

  /** Joins one value, of `count` elements, to those before. */
  pushValue(value: readonly number[], count: number): void {
    for (let field = 0; field < this.fields; field++) {
      this.valueOf(field)[0] = value[field] as number;
    }
    this.push(1, count);
  }

  take(width: number): void {
    let joined = 0;
    for (let level = 0; level < LEVELS; level++) {
      if (!this.isFilled(level)) continue;
      if (joined === 0) {
        const start = (this.held(level) - this.next) / 8;
        this.levels.copyWithin(0, start, start + (this.fields * this.fieldBytes) / 8);
        joined = this.counts[level] as number;
      } else {
        joined = this.joinLevel(level, width, joined);
      }
    }
    this.filled = 0;
  }

  valueOf(field: number): Float64Array {
    return this.levels.subarray((field * this.fieldBytes) / 8);
  }

  private isFilled(level: number): boolean {
    return (this.filled & (1 << level)) !== 0;
  }

  /**
   * The values that wait, of `count` elements, become those of a level joined with them: of how
   * many elements?
   */
  private joinLevel(level: number, width: number, count: number): number {
    const held = this.counts[level] as number;
    this.folder.join(width, this.held(level), held, this.next, count);
    return held + count;
  }

  private held(level: number): number {
    return this.next + (level + 1) * this.fields * this.fieldBytes;
  }
}
