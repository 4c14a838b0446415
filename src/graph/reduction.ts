// Reductions as data: which exist, and what the partial state of each looks like while it travels up
// the tree. The arithmetic is kernels/reduce-code.ts; the layers that carry these are layer.ts.
import type { DType } from "../base/dtype.js";

/** The reductions. */
export type ReductionName =
  | "sum"
  | "prod"
  | "min"
  | "max"
  | "any"
  | "all"
  | "mean"
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
 * the whole array for `argmin` and `argmax`. All others have one field and no extra axis: `mean`
 * travels as a sum and is divided at the end, since the count is known.
 */
export interface Reduction {
  readonly name: ReductionName;
  /** The reduced axes of the loop space, ascending. */
  readonly axes: readonly number[];
  /** Elements that go into one result. */
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

/** Fields of a reduction's state; more than one means an extra leading axis. */
export function stateFields(name: ReductionName): number {
  switch (name) {
    case "var":
    case "std":
      return 3;
    case "argmin":
    case "argmax":
      return 2;
    default:
      return 1;
  }
}
