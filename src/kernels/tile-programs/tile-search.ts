// The first place of the least or the greatest of some elements, tile by tile: a tile is folded,
// and searched only if its extreme is as good as the best before it. NaN is better than all
// numbers.
import { TileFold } from "../tiles/tile-codes.js";
import type { TileMemory } from "../tiles/tile-memory.js";
import type { TileAccumulator, TileSearchResult } from "./tile-folders.js";
import type { TileFolding } from "./tile-plan.js";

/** How far apart the places of neighbours are. */
export interface PlaceSteps {
  readonly row: number;
  readonly column: number;
}

/** A search for extremes: the best values and their places so far. */
export class TileSearch implements TileAccumulator {
  readonly fields: number;
  private readonly memory: TileMemory;
  private readonly result: TileSearchResult;
  private readonly folding: TileFolding;
  private readonly steps: PlaceSteps;
  private readonly byteOffset: number;
  private readonly folded: Float64Array;
  private readonly worst: number;
  private readonly best: Float64Array;
  private readonly places: Float64Array;
  private found: readonly Float64Array[] = [];

  /** @param byteOffset where there is room for `width` values */
  constructor(
    memory: TileMemory,
    result: TileSearchResult,
    folding: TileFolding,
    steps: PlaceSteps,
    byteOffset: number,
    width: number,
  ) {
    this.memory = memory;
    this.result = result;
    this.fields = result.hasValues ? 2 : 1;
    this.folding = folding;
    this.steps = steps;
    this.byteOffset = byteOffset;
    this.folded = new Float64Array(memory.buffer, byteOffset, width);
    this.worst = result.isGreatest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    this.best = new Float64Array(width).fill(this.worst);
    this.places = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  }

  /** Looks through a tile whose first element has number `place`. */
  fold(rows: number, columns: number, x: number, xRow: number, place: number): void {
    const { foldAll, foldRows } = this.memory.kernels;
    const fold = this.result.isGreatest ? TileFold.max : TileFold.min;
    if (this.folding === "all") {
      foldAll(fold, rows, columns, x, xRow, this.byteOffset);
      this.consider(0, rows, columns, x, xRow, place);
      return;
    }
    foldRows(fold, rows, columns, x, xRow, this.byteOffset);
    for (let r = 0; r < rows; r++) {
      this.consider(r, 1, columns, x + r * xRow, 0, place + r * this.steps.row);
    }
  }

  /** Does nothing: each tile is searched when it is folded. */
  push(): void {}

  take(width: number): void {
    const places = this.places.slice(0, width);
    this.found = this.result.hasValues ? [this.best.slice(0, width), places] : [places];
    this.best.fill(this.worst, 0, width);
    this.places.fill(Number.POSITIVE_INFINITY, 0, width);
  }

  valueOf(field: number): Float64Array {
    return this.found[field] as Float64Array;
  }

  /**
   * Whether the extreme of a tile, folded value number `k`, is better than that found before, or is
   * there earlier.
   */
  private consider(
    k: number,
    rows: number,
    columns: number,
    x: number,
    xRow: number,
    place: number,
  ): void {
    const [value, best] = [this.folded[k] as number, this.best[k] as number];
    const [isNone, wasNone] = [Number.isNaN(value), Number.isNaN(best)];
    const isTie = value === best || (isNone && wasNone);
    const isBetter = this.result.isGreatest ? value > best : value < best;
    if (isTie ? place > (this.places[k] as number) : wasNone || !(isBetter || isNone)) return;
    const at = this.memory.kernels.find64(rows, columns, x, xRow, value);
    const row = Math.floor(at / columns);
    const found = place + row * this.steps.row + (at - row * columns) * this.steps.column;
    this.best[k] = value;
    this.places[k] = isTie ? Math.min(found, this.places[k] as number) : found;
  }
}
