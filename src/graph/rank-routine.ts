// Routines on sorted runs: blocks of one lane each, along their first axis, that are in order. There are
// `columns` blocks beside each other, so that block number n is of run number floor(n / columns). Their
// arithmetic is kernels/ranks.ts and kernels/runs.ts.
import type { QuantileMethod } from "./routine.js";

/** A routine on sorted runs and its arguments. */
export type RankRoutine =
  /**
   * Up to `count` elements of the run for each rank, evenly from between the bounds in the second
   * operand, or from all of it.
   */
  | { readonly name: "samples"; readonly count: number; readonly columns: number }
  /**
   * Bounds: how many elements of each run are before each rank, at least and at most. Operands are all
   * runs' samples, the ranks, and former bounds if any; runs have `lengths`.
   */
  | { readonly name: "narrow"; readonly lengths: readonly number[]; readonly count: number }
  /** The elements of the ranks themselves, when nothing between the bounds was left out; as before. */
  | { readonly name: "pick"; readonly lengths: readonly number[]; readonly count: number }
  /** The run in parts that begin at the lower bounds in the second operand. Free, with parts. */
  | { readonly name: "partition"; readonly columns: number }
  /** All operands merged. */
  | { readonly name: "merge" }
  /**
   * Where the elements of a merge come from. The second half of the operands says so within each run;
   * runs begin at `starts`.
   */
  | { readonly name: "mergeOrder"; readonly starts: readonly number[] }
  /** How many elements of the run are numbers. */
  | { readonly name: "countNumbers" }
  /** The ranks of the elements below and above each quantile, of as many numbers as the operands add up to. */
  | ({ readonly name: "quantileRanks" } & Quantiles)
  /** The quantiles, of the elements of those ranks and counts as before; of runs of `length` together. */
  | ({
      readonly name: "interpolate";
      readonly ignoreNaN: boolean;
      readonly length: number;
    } & Quantiles);

/** Which quantiles, and how each lies between two elements. */
export interface Quantiles {
  readonly quantiles: readonly number[];
  readonly method: QuantileMethod;
}
