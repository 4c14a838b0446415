// Routines on whole blocks as data: their names and parameters. The arithmetic is
// kernels/routines.ts and the families next to it; array/ uses them.
import type { Draw } from "./distribution.js";
import type { GroupRoutine } from "./group-routine.js";
import type { MatrixRoutine } from "./matrix-routine.js";
import type { QuantileMethod, RankRoutine } from "./rank-routine.js";

/** The operation of a scan; `"last"` repeats the last number over NaN. */
export type ScanName = "sum" | "prod" | "last";

/**
 * The domain and range of a Fourier transform; `"hermitian"` maps half of a spectrum to real
 * numbers.
 */
export type FourierKind = "complex" | "real" | "hermitian";

/** A reduction of sliding windows. */
export type SlidReduction = "sum" | "mean" | "prod" | "min" | "max" | "var" | "std";

/** Whether a routine reduces sliding windows, block by block. */
export function reducesWindows({ name }: Pick<Routine, "name">): boolean {
  return name === "slide" || name === "slideQuantiles";
}

/** A routine and its arguments. `axis` counts the axes of the first operand. */
export type Routine =
  /** Running totals along `axis`, within a block. */
  | { readonly name: "scan"; readonly scan: ScanName; readonly axis: number }
  /** The total of each lane along `axis`, of which no elements have one, too. */
  | { readonly name: "total"; readonly scan: ScanName; readonly axis: number }
  /**
   * Joins the first operand's elements to the total before the block, in the second: the only one
   * there, or the one whose number along `axis` is the block's.
   */
  | { readonly name: "carry"; readonly scan: ScanName; readonly axis: number }
  /** The elements named by the second operand along `axis`, of which one block has all. */
  | { readonly name: "takeAlong"; readonly axis: number }
  /** The slabs along `axis` that the second operand names, which has one axis. */
  | { readonly name: "takeSlabs"; readonly axis: number }
  /**
   * The first operand with the second's elements at points along `axes`. Those of grid cell c,
   * which counts the blocks along `axes`, are numbers `starts[c]` to `starts[c + 1] - 1`.
   */
  | {
      readonly name: "setPoints";
      readonly axes: readonly number[];
      /** Per axis, how many blocks there are, and how many from one to the next. */
      readonly counts: readonly number[];
      readonly strides: readonly number[];
      readonly starts: Int32Array;
      /** Per point, its place in the block, row-major through `axes`. */
      readonly at: Float64Array;
      /** Per point, its element along axis `place` of the second operand. */
      readonly rows: Int32Array;
      readonly place: number;
    }
  /** How many are true in each run of places: the axes from `axis` on. */
  | { readonly name: "countTrue"; readonly axis: number }
  /** The sum of all elements before each, in row-major order. */
  | { readonly name: "sumBefore" }
  /**
   * The first operand with the fourth's elements along axis `at` where the second, whose axes begin
   * there, is true: one for each place, in order. The third counts those before each run, which is
   * the mask's axes from `run` on: the runs of this block, or of all. With `repeat`, elements begin
   * again at their end.
   */
  | {
      readonly name: "setMasked";
      readonly at: number;
      readonly run: number;
      readonly repeat: boolean;
    }
  /** Lanes in order; NaN comes last, or first when descending. */
  | {
      readonly name: "sort";
      readonly axis: number;
      readonly descending: boolean;
      /** The most elements of each lane, if their number is not known before. */
      readonly keep?: number;
    }
  /** Positions that put lanes in order; equal elements keep theirs. */
  | {
      readonly name: "argsort";
      readonly axis: number;
      readonly descending: boolean;
      readonly keep?: number;
    }
  /** The quantiles of lanes, along a first axis of the output. */
  | {
      readonly name: "quantile";
      readonly axis: number;
      readonly quantiles: readonly number[];
      readonly method: QuantileMethod;
      readonly ignoreNaN: boolean;
    }
  /**
   * The positions at which the second operand's elements would be inserted into the first, which is
   * sorted.
   */
  | { readonly name: "search"; readonly side: "left" | "right" }
  /**
   * Heights at the first operand's elements, on lines between the points of the second, which
   * ascend, at the heights of the third; `left` and `right` beyond them, default: the outermost
   * heights.
   */
  | { readonly name: "interpolateTable"; readonly left?: number; readonly right?: number }
  /** Whether the first operand's elements are among those of the second. */
  | { readonly name: "isin" }
  /**
   * How many elements are between neighbouring `edges`, weighted by a second operand if any.
   * Without `edges` they are the last operand.
   */
  | { readonly name: "histogram"; readonly edges?: Float64Array }
  /** How often each number below `length` occurs in the block, weighted likewise. */
  | { readonly name: "bincount"; readonly length: number }
  /** The same, as long as the largest number in the block makes it. Free. */
  | { readonly name: "tallies" }
  /**
   * The sum of all operands, each of which has one axis, from their beginnings; as long as the
   * longest. Free.
   */
  | { readonly name: "sumTallies" }
  /** The edges of bins of equal width: from, to, and how many bins. Free. */
  | { readonly name: "binEdges" }
  /** The distances between neighbours along the one axis. */
  | { readonly name: "distances" }
  /**
   * The Fourier transform of `length` elements of each lane, which is cut or filled up with zeros.
   */
  | {
      readonly name: "fourier";
      readonly kind: FourierKind;
      readonly axis: number;
      readonly length: number;
      readonly inverse: boolean;
      readonly scale: number;
    }
  /** The operand's bytes, row-major, as elements of the output's dtype. */
  | { readonly name: "view" }
  /** Runs of `size` neighbours along `axis`, each along a new last axis. */
  | { readonly name: "window"; readonly axis: number; readonly size: number }
  /** A reduction of each of those runs. */
  | {
      readonly name: "slide";
      readonly axis: number;
      readonly size: number;
      readonly reduce: SlidReduction;
      /** Degrees of freedom subtracted from the count: `var` and `std` only. */
      readonly correction: number;
    }
  /** All operands one after another along their first axis. Free. */
  | { readonly name: "gather" }
  /**
   * The rows of the first operand in parts: row number i goes to part number `i`th of the second
   * one, which has one axis; rows of a part keep their order. Free, with parts.
   */
  | { readonly name: "split"; readonly parts: number }
  | RankRoutine
  | MatrixRoutine
  | GroupRoutine
  /** Random numbers; each operand has a parameter for every element. */
  | { readonly name: "draw"; readonly draw: Draw }
  /**
   * The slabs of the first operand along `axis` where the second, which has one axis, is true.
   * Free.
   */
  | { readonly name: "compress"; readonly axis: number }
  /** Indices along each axis of an array of `shape`, of row-major positions. Free. */
  | { readonly name: "unravel"; readonly shape: readonly number[] }
  /**
   * The distinct elements of all operands, ascending, or for each of them the least or the sum of
   * its notes. With `hasNotes`, the second half of the operands is the notes of the first; else all
   * are 1. Free.
   */
  | {
      readonly name: "unique";
      readonly gives: "values" | "indices" | "counts";
      readonly hasNotes: boolean;
      readonly equalNaN: boolean;
    }
  /** The lengths of a block along its axes. */
  | { readonly name: "extents" }
  /** The first operand; an error with that message unless all of the second are true. */
  | { readonly name: "assertValues"; readonly message: string }
  /** The operand; an error with that message unless all of it are from 0 to before `length`. */
  | { readonly name: "inRange"; readonly length: number; readonly message: string };

/** The name of a routine. */
export type RoutineName = Routine["name"];

/** Routines that make dynamic results: their layers' lengths are unknown. */
export type DynamicRoutineName =
  | "gather"
  | "split"
  | "partition"
  | "compress"
  | "unravel"
  | "unique"
  | "tallies"
  | "sumTallies"
  | "binEdges";
