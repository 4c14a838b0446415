// Routines that find elements by their ranks. Most work on sorted runs: blocks of one lane each,
// along their first axis, that are in order. There are `columns` blocks side by side, so that block
// number n is of run number floor(n / columns). Their arithmetic is
// kernels/sorting/ranks-of-runs.ts and kernels/sorting/merge-sorted.ts. Blocks in any order are
// counted by the digits of their elements' keys: kernels/sorting/ranks-by-digits.ts.
import type { DType } from "../../base/dtype.js";

/**
 * How a quantile is between two elements. `"middle"` is the mean of the two around the position,
 * as a median is; the others are NumPy's methods.
 */
export type QuantileMethod =
  | "linear"
  | "lower"
  | "higher"
  | "midpoint"
  | "nearest"
  | "hazen"
  | "weibull"
  | "medianUnbiased"
  | "normalUnbiased"
  | "invertedCdf"
  | "averagedInvertedCdf"
  | "closestObservation"
  | "interpolatedInvertedCdf"
  | "middle";

/** A routine that finds elements by their ranks, and its arguments. */
export type RankRoutine =
  /**
   * Up to `count` elements of the run for each rank, evenly from between the bounds in the second
   * operand, or from all of it.
   */
  | { readonly name: "samples"; readonly count: number; readonly columns: number }
  /**
   * Bounds: how many elements of each run are before each rank, at least and at most. Operands are
   * all runs' samples, the ranks, and former bounds if any; runs have `lengths`.
   */
  | { readonly name: "narrow"; readonly lengths: readonly number[]; readonly count: number }
  /**
   * The elements of the ranks themselves, when nothing between the bounds was left out; as before.
   */
  | { readonly name: "pick"; readonly lengths: readonly number[]; readonly count: number }
  /** The run in parts that begin at the lower bounds in the second operand. Free, with parts. */
  | { readonly name: "partition"; readonly columns: number }
  /** All operands merged. */
  | { readonly name: "merge" }
  /**
   * Where the elements of a merge come from. The second half of the operands has their order within
   * each run; runs begin at `starts`.
   */
  | { readonly name: "mergeOrder"; readonly starts: readonly number[] }
  /**
   * The quantiles of runs of `size` neighbours along `axis`, along a first axis of the output.
   */
  | ({
      readonly name: "slideQuantiles";
      readonly axis: number;
      readonly size: number;
      readonly ignoreNaN: boolean;
    } & Quantiles)
  /** How many elements of the run are numbers. */
  | { readonly name: "countNumbers" }
  /**
   * The ranks of the elements below and above each quantile, of as many numbers as the operands add
   * up to.
   */
  | ({ readonly name: "quantileRanks" } & Quantiles)
  /**
   * The quantiles, of the elements of those ranks and counts as before; of runs of `length`
   * together.
   */
  | ({
      readonly name: "interpolate";
      readonly ignoreNaN: boolean;
      readonly length: number;
    } & Quantiles)
  /**
   * How many elements of the first operand have each value of a digit of their keys; after the
   * first digit, a table for each of the distinct prefixes that the second operand has.
   */
  | { readonly name: "countDigits"; readonly digit: Digit }
  /** Such counts of several blocks, added up. */
  | { readonly name: "addCounts" }
  /**
   * Narrows the element of each rank by one more digit. The result is a table of 4 by ranks: the
   * rank among elements with the same prefix, the prefix in two halves, the count of elements that
   * are numbers. Operands are counts, of blocks or groups of them, and the table of the previous
   * digit (none for the first). The largest value of the first digit stands for NaN if there may be
   * any.
   */
  | ({
      readonly name: "narrowDigits";
      readonly digit: Digit;
      readonly mayBeNaN: boolean;
    } & Quantiles)
  /** The quantiles, when all digits are known, of `length` elements of `dtype`. */
  | ({
      readonly name: "digitQuantiles";
      readonly dtype: DType;
      readonly ignoreNaN: boolean;
      readonly length: number;
    } & Quantiles);

/** A digit of a key: `bits` of it, after the first `skip`. */
export interface Digit {
  readonly skip: number;
  readonly bits: number;
}

/**
 * How counts of a digit are in a table: one for each value, then one for each group of neighbouring
 * values.
 */
export function countsLayout({ bits }: Digit): {
  readonly values: number;
  readonly groups: number;
  /** How many values a group has. */
  readonly groupValues: number;
  /** How many counts there are in all. */
  readonly length: number;
} {
  const groupValues = 2 ** Math.min(bits, 8);
  const values = 2 ** bits;
  const groups = values / groupValues;
  return { values, groups, groupValues, length: values + groups };
}

/** Which quantiles, and how each is between two elements. */
export interface Quantiles {
  readonly quantiles: readonly number[];
  readonly method: QuantileMethod;
}
