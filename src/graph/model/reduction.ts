// Reductions as data: their names, and the partial state of each on its way up the tree. The
// arithmetic is kernels/loops/reduce-code.ts; layer.ts has their layers.
import type { DType } from "../../base/dtype.js";

/** The reductions. */
export type ReductionName =
  | "sum"
  | "prod"
  | "min"
  | "max"
  | "any"
  | "all"
  | "mean"
  | "nanmean"
  | "var"
  | "std"
  | "argmin"
  | "argmax";

/**
 * A reduction over some axes of an array.
 *
 * Partial results are "states": arrays that keep the reduced axes with length 1 per block. A state
 * with several fields carries them along one extra leading axis: count, mean and M2 (the sum of
 * squared deviations, merged pairwise after Chan et al.) for `var` and `std`; value and position in
 * the whole array for `argmin` and `argmax`; sum and number of the elements that are not NaN for
 * `nanmean`. All others have one field and no extra axis: the state of `mean` is a sum, divided at
 * the end if the count is known, and otherwise like that of `var`.
 * States of `min` and `max` over unknown lengths have length 0 along the reduced axes when there
 * were no elements.
 */
export interface Reduction {
  readonly name: ReductionName;
  /** The reduced axes of the loop space, ascending. */
  readonly axes: readonly number[];
  /** Elements that go into one result; NaN when that is not known. */
  readonly count: number;
  /** Degrees of freedom subtracted from the count: `var` and `std` only. */
  readonly correction: number;
  /** Dtype of the states. */
  readonly stateDType: DType;
  /** Dtype of the result. */
  readonly dtype: DType;
  /** Whether the result keeps the reduced axes with length 1. */
  readonly keepdims: boolean;
  /**
   * The length of the whole array along each of the loop axes: positions of `argmin` and `argmax`
   * are row-major over all axes when every axis is reduced, and along the one axis otherwise.
   */
  readonly shape: readonly number[];
}

/** Whether a reduction has no value for no elements. */
export function needsElements(name: ReductionName): boolean {
  return name === "min" || name === "max" || name === "argmin" || name === "argmax";
}

/** Whether states carry moments: count, mean and M2. */
export function carriesMoments(name: ReductionName, count: number): boolean {
  return name === "var" || name === "std" || (name === "mean" && Number.isNaN(count));
}

/**
 * Fields of a reduction's state; more than one means an extra leading axis.
 *
 * @param count elements that go into one result; NaN when that is not known
 */
export function stateFields(name: ReductionName, count = 1): number {
  switch (name) {
    case "mean":
      return carriesMoments(name, count) ? 3 : 1;
    case "var":
    case "std":
      return 3;
    case "nanmean":
    case "argmin":
    case "argmax":
      return 2;
    default:
      return 1;
  }
}
