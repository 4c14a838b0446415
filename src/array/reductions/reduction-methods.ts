// The reductions as methods: `x.sum(0)` is `sum(x, 0)`.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike } from "../chunks/axes.js";
import { cumprod, cumsum, type RunningMethod } from "./cumsum.js";
import { moment } from "./moment.js";
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
  /**
   * The sum, along `axis` or of all elements. See {@link sum}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `keepdims` keeps the axes with length 1, `dtype` names the result's dtype
   * @returns int64 or uint64 (BigInts when computed) for integers and booleans, else the same dtype
   * @example
   * await asarray([[1, 2], [3, 4]]).sum(0).compute(); // → [4, 6]
   * await arange(4).sum().compute(); // → 6n
   */
  readonly sum: ReductionMethod<D, R, "accumulated", SumOptions>;
  /**
   * The product, along `axis` or of all elements. See {@link prod}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `keepdims` keeps the axes with length 1, `dtype` names the result's dtype
   * @returns int64 or uint64 (BigInts when computed) for integers and booleans, else the same dtype
   * @example await asarray([2, 3, 4]).prod().compute(); // → 24
   */
  readonly prod: ReductionMethod<D, R, "accumulated", SumOptions>;
  /**
   * The mean, along `axis` or of all elements. See {@link mean}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `keepdims` keeps the axes with length 1, `dtype` names the result's dtype
   * @returns the same dtype, float64 for integers and booleans
   * @example await asarray([[1, 2], [3, 6]]).mean(1).compute(); // → [1.5, 4.5]
   */
  readonly mean: ReductionMethod<D, R, "floating", SumOptions>;
  /**
   * The variance, along `axis` or of all elements. See {@link variance}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `correction` is subtracted from the number of elements; `keepdims`
   * @returns a float dtype, float64 for integers and booleans
   * @example await asarray([1, 2, 3, 4]).var().compute(); // → 1.25
   */
  readonly var: ReductionMethod<D, R, "spread", VarianceOptions>;
  /**
   * The standard deviation, along `axis` or of all elements. See {@link std}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `correction` is subtracted from the number of elements: 1 for a sample;
   * `keepdims`
   * @returns a float dtype, float64 for integers and booleans
   * @example await asarray([1, 2, 3, 4]).std(null, { correction: 1 }).compute(); // → ≈ 1.291
   */
  readonly std: ReductionMethod<D, R, "spread", VarianceOptions>;
  /**
   * The smallest element, along `axis` or of all; NaN if there is one. See {@link min}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `keepdims` keeps the axes with length 1
   * @returns the same dtype
   * @example await asarray([[4, 2], [1, 3]]).min(0).compute(); // → [1, 2]
   */
  readonly min: ReductionMethod<D, R, "same", ReductionOptions>;
  /**
   * The largest element, along `axis` or of all; NaN if there is one. See {@link max}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `keepdims` keeps the axes with length 1
   * @returns the same dtype
   * @example await asarray([[1, 9], [3, 4]]).max(1).compute(); // → [9, 4]
   */
  readonly max: ReductionMethod<D, R, "same", ReductionOptions>;
  /**
   * Whether any element is not 0, along `axis` or of all. See {@link any}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `keepdims` keeps the axes with length 1
   * @returns bool: true or false for all elements, 0 and 1 in arrays
   * @example await asarray([0, 0, 3]).any().compute(); // → true
   */
  readonly any: ReductionMethod<D, R, "bool", ReductionOptions>;
  /**
   * Whether no element is 0, along `axis` or of all. See {@link all}.
   *
   * @param axis the axis or axes; default: all elements
   * @param options `keepdims` keeps the axes with length 1
   * @returns bool: true or false for all elements, 0 and 1 in arrays
   * @example await asarray([[1, 0], [1, 1]]).all(1).compute(); // → [0, 1]
   */
  readonly all: ReductionMethod<D, R, "bool", ReductionOptions>;
  /**
   * The position of the smallest element, along `axis` or of all. See {@link argmin}.
   *
   * @param axis default: all elements, in row-major order
   * @param options `keepdims` keeps the axes with length 1
   * @returns int64; of equal elements the first
   * @example await asarray([4, 1, 2]).argmin().compute(); // → 1n
   */
  readonly argmin: ReductionMethod<D, R, "int64", ReductionOptions>;
  /**
   * The position of the largest element, along `axis` or of all. See {@link argmax}.
   *
   * @param axis default: all elements, in row-major order
   * @param options `keepdims` keeps the axes with length 1
   * @returns int64; of equal elements the first
   * @example await asarray([[1, 5], [7, 2]]).argmax(0).compute(); // → [1n, 0n]
   */
  readonly argmax: ReductionMethod<D, R, "int64", ReductionOptions>;
  /**
   * Running sums along an axis. See {@link cumsum}.
   *
   * @param axis default: all elements, in row-major order
   * @param options `dtype` names the result's dtype
   * @returns the dtype of a sum; the same shape, or one axis of all elements
   * @example await ones([2, 3]).cumsum(1).compute(); // → [[1, 2, 3], [1, 2, 3]]
   */
  readonly cumsum: RunningMethod<D, R>;
  /**
   * Running products along an axis. See {@link cumprod}.
   *
   * @param axis default: all elements, in row-major order
   * @param options `dtype` names the result's dtype
   * @returns the dtype of a product; the same shape, or one axis of all elements
   * @example await asarray([1, 2, 3, 4], { chunks: 2 }).cumprod().compute(); // → [1, 2, 6, 24]
   */
  readonly cumprod: RunningMethod<D, R>;
  /**
   * The central moment of an order: the mean of that power of distances from the mean.
   * See {@link moment}.
   *
   * @param order a whole number from 0; 2 gives the variance
   * @param axis the axis or axes; default: all elements
   * @param options `correction` is subtracted from the number of elements; `keepdims`
   * @returns floating-point
   * @example await asarray([1, 2, 3, 6]).moment(3).compute(); // → 4.5
   */
  moment(order: number, axis?: AxisLike, options?: VarianceOptions): ChunkedArray;
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
  moment,
} as const satisfies Record<keyof ReductionMethods<DType, number>, unknown>;
