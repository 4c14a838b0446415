// Routines that work on groups along an axis, as data. Their arithmetic is
// kernels/statistics/group-reductions.ts and kernels/statistics/group-operations.ts; array/groups/
// uses them.
import type { QuantileMethod } from "./rank-routine.js";

/**
 * The reduction of the elements of a group. Results have one row for each group along the axis, but
 * for `"sumCount"` (the sum, and how many are in it) and `"moments"` (count, mean, and the sum of
 * squared deviations), which have two and three. `"mergeMoments"` makes one of several of these.
 */
export type GroupReduction =
  | "sum"
  | "sumCount"
  | "count"
  | "prod"
  | "min"
  | "max"
  | "first"
  | "last"
  | "moments"
  | "mergeMoments";

/** How many rows a group has in a reduction's result. */
export function groupFields(reduce: GroupReduction, state?: GroupState): number {
  if (state !== undefined) return 2;
  if (reduce === "sumCount") return 2;
  return reduce === "moments" || reduce === "mergeMoments" ? 3 : 1;
}

/**
 * For `"min"`, `"max"`, `"first"` and `"last"` of blocks that may lack groups: a second row for
 * each group says whether it was there. `"made"` of elements, or `"joined"` of such results.
 */
export type GroupState = "made" | "joined";

/** Which group each position along the axis is of. */
export interface GroupPlaces {
  /** Per position, the number of its group in the result of its block; -1 for none. */
  readonly groups: Int32Array;
  /** How many positions each block has along the axis. */
  readonly lengths: readonly number[];
  /** How many blocks there are from one to the next along the axis. */
  readonly stride: number;
  /** Whether all blocks have the first of `groups`; default: each has those after the last's. */
  readonly isShared?: boolean;
}

/** The elements in groups: rows along an axis, or along several that follow one another. */
export interface GroupedRows {
  readonly axis: number;
  /** How many axes the groups have; default: 1. */
  readonly span?: number;
  /** Default: the last operand holds the groups, int32 along their axes; -1 for none. */
  readonly places?: GroupPlaces;
}

/** A routine on groups, and its arguments. `axis` counts the axes of the first operand. */
export type GroupRoutine =
  /** Reduces the elements of each group along `axis`. NaN is left out when it is skipped. */
  | (GroupedRows & {
      readonly name: "groupReduce";
      readonly reduce: GroupReduction;
      readonly state?: GroupState;
      readonly skipNaN: boolean;
    })
  /** Quantiles of each group, one row for each of `quantiles`; a block has all of each group. */
  | (GroupedRows & {
      readonly name: "groupQuantile";
      readonly skipNaN: boolean;
      readonly quantiles: readonly number[];
      readonly method: QuantileMethod;
    })
  /** Running totals in each group; one block has all of the axis. */
  | (GroupedRows & { readonly name: "groupScan" })
  /**
   * Each element of the first operand with the row of its group in the second, which has all
   * groups.
   */
  | (GroupedRows & {
      readonly name: "groupApply";
      readonly apply: "add" | "subtract" | "multiply" | "divide";
    })
  /** For each label, its position in `labels`, and -1 where it is none of them. */
  | { readonly name: "groupCodes"; readonly labels: Float64Array };
