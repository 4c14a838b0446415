// Folds and joins tiles when a program is reduced, to a number for each result or to its moments.
// fold-stack.ts decides the order.
import { TileFold, TileOp } from "../tiles/tile-codes.js";
import type { SumTiles, TileKernels } from "../tiles/tile-kernels.js";
import type { TileFolding } from "./tile-plan.js";

/** Collects the reductions of tiles. */
export interface TileAccumulator {
  /** How many values there are of each result. */
  readonly fields: number;
  /** Takes a tile whose first element has number `place`; its result waits to be pushed. */
  fold(rows: number, columns: number, x: number, xRow: number, place: number): void;
  /** Joins `width` values that wait, of `count` elements each, to those before. */
  push(width: number, count: number): void;
  /** Has {@link valueOf} give what `width` results became, and starts again. */
  take(width: number): void;
  /** The values of a field. */
  valueOf(field: number): Float64Array;
}

/** A search, and its output. */
export interface TileSearchResult {
  readonly type: "search";
  readonly isGreatest: boolean;
  /** Whether values are written before their places. */
  readonly hasValues: boolean;
}

/** The output of a reduction over tiles. */
export type TileResult =
  | {
      readonly type: "fold";
      readonly fold: TileFold;
      /** Whether float32 are summed; others are float64. */
      readonly isSingle: boolean;
      /** The divisor of folds: 1 except for means. */
      readonly divisor: number;
    }
  /** Rounded means, their rounding errors, and sums of squared deviations. */
  | { readonly type: "moments" }
  | TileSearchResult;

/** Results that tiles are folded for. */
export type TileFoldResult = Exclude<TileResult, TileSearchResult>;

/**
 * Folds tiles; the values of a field are side by side, and fields are a fixed number of bytes
 * apart.
 */
export interface TileFolder {
  readonly fields: 1 | 3;
  /** Folds a tile to values at byte `out`. */
  fold(rows: number, columns: number, x: number, xRow: number, out: number): void;
  /**
   * Folds an array to one value for each of its tiles, and joins these on a stack of the folder's
   * one field; there is none for moments.
   */
  readonly foldTiles?: SumTiles | undefined;
  /**
   * Joins `width` values at byte `y`, of `yCount` elements each, to those at `x` before them; they
   * stay at `y`.
   */
  join(width: number, x: number, xCount: number, y: number, yCount: number): void;
}

const JOINS: { readonly [F in TileFold]: TileOp } = {
  [TileFold.sum]: TileOp.add,
  [TileFold.product]: TileOp.multiply,
  [TileFold.min]: TileOp.least,
  [TileFold.max]: TileOp.greatest,
};

/** The folder of `result` whose fields are `fieldBytes` apart. */
export function tileFolder(
  kernels: TileKernels,
  result: TileFoldResult,
  folding: TileFolding,
  fieldBytes: number,
): TileFolder {
  if (result.type === "moments") return momentsFolder(kernels, folding, fieldBytes);
  const { fold } = result;
  const { foldAll, foldRows, foldColumns, binary64 } = kernels;
  const { sumAll32, sumRows32, sumColumns32, foldTiles, sumTiles32 } = kernels;
  const kernel = folding === "all" ? foldAll : folding === "rows" ? foldRows : foldColumns;
  const sum = folding === "all" ? sumAll32 : folding === "rows" ? sumRows32 : sumColumns32;
  const tiles: SumTiles = result.isSingle ? sumTiles32 : (...given) => foldTiles(fold, ...given);
  return {
    fields: 1,
    fold: result.isSingle
      ? sum
      : (rows, columns, x, xRow, out) => kernel(fold, rows, columns, x, xRow, out),
    foldTiles: folding === "all" ? tiles : undefined,
    join: (width, x, _xCount, y) => binary64(JOINS[fold], 1, width, x, 0, y, 0, y, 0),
  };
}

function momentsFolder(kernels: TileKernels, folding: TileFolding, fieldBytes: number): TileFolder {
  const { momentsAll, momentsRows, momentsColumns, joinMoments } = kernels;
  const kernel = folding === "all" ? momentsAll : folding === "rows" ? momentsRows : momentsColumns;
  return {
    fields: 3,
    fold: (rows, columns, x, xRow, out) => kernel(rows, columns, x, xRow, out, fieldBytes),
    join: (width, x, xCount, y, yCount) => {
      const share = yCount / (xCount + yCount);
      joinMoments(width, x, y, fieldBytes, share, xCount * share);
    },
  };
}
