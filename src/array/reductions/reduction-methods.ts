// The reductions as methods: `x.sum(0)` is `sum(x, 0)`.
import type { DType } from "../../base/dtype.js";
import { cumprod, cumsum, type RunningMethod } from "./cumsum.js";
import {
  all,
  any,
  argmax,
  argmin,
  max,
  mean,
  min,
  prod,
  type ReductionMethod,
  type ReductionOptions,
  type SumOptions,
  std,
  sum,
  type VarianceOptions,
  variance,
} from "./sum.js";

/** The reductions as methods. */
export interface ReductionMethods<D extends DType, R extends number> {
  /** The sum, along `axis` or of all elements. See {@link sum}. */
  readonly sum: ReductionMethod<D, R, "accumulated", SumOptions>;
  /** The product. See {@link prod}. */
  readonly prod: ReductionMethod<D, R, "accumulated", SumOptions>;
  /** The mean. See {@link mean}. */
  readonly mean: ReductionMethod<D, R, "floating", SumOptions>;
  /** The variance. See {@link variance}. */
  readonly var: ReductionMethod<D, R, "spread", VarianceOptions>;
  /** The standard deviation. See {@link std}. */
  readonly std: ReductionMethod<D, R, "spread", VarianceOptions>;
  /** The smallest element. See {@link min}. */
  readonly min: ReductionMethod<D, R, "same", ReductionOptions>;
  /** The largest element. See {@link max}. */
  readonly max: ReductionMethod<D, R, "same", ReductionOptions>;
  /** Whether any element is not 0. See {@link any}. */
  readonly any: ReductionMethod<D, R, "bool", ReductionOptions>;
  /** Whether no element is 0. See {@link all}. */
  readonly all: ReductionMethod<D, R, "bool", ReductionOptions>;
  /** The position of the smallest element. See {@link argmin}. */
  readonly argmin: ReductionMethod<D, R, "int64", ReductionOptions>;
  /** The position of the largest element. See {@link argmax}. */
  readonly argmax: ReductionMethod<D, R, "int64", ReductionOptions>;
  /** Running sums. See {@link cumsum}. */
  readonly cumsum: RunningMethod<D, R>;
  /** Running products. See {@link cumprod}. */
  readonly cumprod: RunningMethod<D, R>;
}

/** The function behind each method, by name. */
export const REDUCTIONS = {
  sum,
  prod,
  mean,
  var: variance,
  std,
  min,
  max,
  any,
  all,
  argmin,
  argmax,
  cumsum,
  cumprod,
} as const satisfies Record<keyof ReductionMethods<DType, number>, unknown>;
