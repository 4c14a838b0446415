// The kernels over tiles, and their memory. A tile is some rows of some columns; an array of it is
// given by its start and the bytes from one row to the next, 0 if all rows are the same. In a row
// elements are side by side. They are WebAssembly SIMD (assembly/tiles.ts), and equal bit for bit
// to the JavaScript in test/kernels/js-kernels.
import type { TileFold, TileFunction, TileLogic, TileOp, TileTest } from "./tile-codes.js";

/** How large a tile is. */
type Size = [rows: number, columns: number];
/** Where an array of it begins, and the bytes from one row to the next. */
type X = [x: number, xRow: number];
type Y = [y: number, yRow: number];
type Out = [out: number, outRow: number];

/** A kernel of two arrays; `code` selects the operation. */
export type Binary<Code> = (code: Code, ...tile: [...Size, ...X, ...Y, ...Out]) => void;

/** A kernel of one array; `code` selects the operation. */
export type Unary<Code> = (code: Code, ...tile: [...Size, ...X, ...Out]) => void;

/** `condition ? x : y`. */
export type Where = (
  ...tile: [...Size, condition: number, conditionRow: number, ...X, ...Y, ...Out]
) => void;

/** A kernel of one array, into another dtype. */
export type Cast = (...tile: [...Size, ...X, ...Out]) => void;

/** `out[r][c] = x[c][r]`, where x's columns are `xColumn` bytes apart. */
export type Transpose = (...tile: [...Size, x: number, xColumn: number, ...Out]) => void;

/** For elements of a row that are `xColumn` bytes apart. */
export type GatherTile = (...tile: [...Size, ...X, xColumn: number, ...Out]) => void;

/** Folds float64; results are side by side. */
export type Fold = (fold: TileFold, ...tile: [...Size, ...X, out: number]) => void;

/** Adds float32 as float64; results are side by side. */
export type Sum = (...tile: [...Size, ...X, out: number]) => void;

/** An array that is cut into tiles, row after row. */
export type Tiles = [...Size, tileRows: number, tileColumns: number, ...X];

/**
 * Folds float32, added as float64, tile after tile, and joins them on a stack that begins at `out`
 * and whose levels are `apart` bytes apart: as tile-programs/fold-stack.ts does. Bit k of `filled`
 * says whether level k holds something; those afterwards are returned.
 */
export type SumTiles = (...tiles: [...Tiles, out: number, apart: number, filled: number]) => number;

/**
 * Moments of float64, in three fields at fixed distances: rounded means, their rounding errors, and
 * sums of squared deviations.
 */
export type Moments = (...tile: [...Size, ...X, out: number, field: number]) => void;

/** The kernels. */
export interface TileKernels {
  readonly binary64: Binary<TileOp>;
  readonly binary32: Binary<TileOp>;
  readonly unary64: Unary<TileOp>;
  readonly unary32: Unary<TileOp>;
  /** Elementary functions, as in kernels/math/elementary.ts. */
  readonly function64: Unary<TileFunction>;
  /** Sine and cosine of one array; both may be written where that is. */
  readonly sinCos64: (...tile: [...Size, ...X, ...Out, other: number, otherRow: number]) => void;
  /** x to the power of y, as in kernels/math/elementary-powers.ts; there is one code. */
  readonly power64: Binary<number>;
  /** Truths of float64, a byte each; tests of one number ignore y. */
  readonly test64: Binary<TileTest>;
  readonly test32: Binary<TileTest>;
  readonly logic: Binary<TileLogic>;
  readonly where64: Where;
  readonly where32: Where;
  /** float32 to float64. */
  readonly widen: Cast;
  /** float64 to float32. */
  readonly narrow: Cast;
  /** Integers of up to 32 bits; codes are described in tile-codes.ts. */
  readonly binaryInteger: Binary<number>;
  readonly testInteger: Binary<number>;
  readonly castInteger: Unary<number>;
  /** float64 to int32. */
  readonly wholes: Cast;
  /** Elements of two bytes, or one. */
  readonly where16: Where;
  readonly where8: Where;
  /** Lengths of complex128, as float64. */
  readonly magnitude64: GatherTile;
  /** Lengths of complex64, as float32. */
  readonly magnitude32: GatherTile;
  readonly transpose64: Transpose;
  readonly transpose32: Transpose;
  /** `out[r][c]` = the element at `x + r * xRow + c * xColumn`. */
  readonly gather: (elementBytes: number, ...where: Parameters<GatherTile>) => void;
  /**
   * All elements become one: eight lanes, element j of a row in lane j mod 8, joined two by two.
   */
  readonly foldAll: Fold;
  /** Each row becomes one, as in {@link foldAll}. */
  readonly foldRows: Fold;
  /** Each column becomes one: four rows are joined two by two, and then to those before. */
  readonly foldColumns: Fold;
  /** Sums of float32, which are added as float64, in the order of {@link foldAll}. */
  readonly sumAll32: Sum;
  /** The same for each row. */
  readonly sumRows32: Sum;
  /** The same for each column, in the order of {@link foldColumns}. */
  readonly sumColumns32: Sum;
  /** Folds tiles of float64, as {@link foldAll} does, and joins them. */
  readonly foldTiles: (fold: TileFold, ...tiles: Parameters<SumTiles>) => number;
  /** The same for {@link sumAll32}. */
  readonly sumTiles32: SumTiles;
  /** The number of the first element that is `value`, which may be NaN, row by row. */
  readonly find64: (...tile: [...Size, ...X, value: number]) => number;
  /** Moments of all elements, which are added in the order of folds. */
  readonly momentsAll: Moments;
  readonly momentsRows: Moments;
  readonly momentsColumns: Moments;
  /**
   * Moments at `y` become those of the elements of `x` and `y` together: `share` is the part of
   * them that `y` has, and `weight` that times the number of those of `x`.
   */
  readonly joinMoments: (
    columns: number,
    x: number,
    y: number,
    field: number,
    share: number,
    weight: number,
  ) => void;
}
