// Common parts of statistics and tests of samples: their axis, their arguments, what the compiler
// knows of their results.
import { DTYPES } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { checkArrays } from "../layers/array-operands.js";
import type { RankMinusOne } from "../layers/array-types.js";
import { moment } from "../reductions/moment.js";
import type { DroppedRank } from "../reductions/sum.js";

/** Which axis holds the samples of a test. */
export interface StatisticsOptions {
  /** 0 by default; null for all elements. */
  readonly axis?: number | null;
}

/** The outcome of a test, lazy: one element for each set of samples. */
export interface TestResult<R extends number = number> {
  readonly statistic: ChunkedArray<"float64", R>;
  /** How likely a statistic at least as far off is when there is nothing to be found. */
  readonly pvalue: ChunkedArray<"float64", R>;
}

/** The rank of statistics of an array of rank `R`, with options `O`. */
export type SampleRank<R extends number, O> = "axis" extends keyof O
  ? O extends { readonly axis: infer A extends AxisLike }
    ? DroppedRank<R, A>
    : number
  : RankMinusOne<R>;

/** The outcome of a test, both float64. */
export function tested(statistic: ChunkedArray, pvalue: ChunkedArray): TestResult {
  return { statistic, pvalue } as unknown as TestResult;
}

/** The central moment of samples. */
export function momentOf(x: ChunkedArray, order: number, options: StatisticsOptions): ChunkedArray {
  return moment(wide(x), order, axisOf(options));
}

/** The axis of the samples. */
export function axisOf({ axis = 0 }: StatisticsOptions): number | null {
  return axis;
}

/** How many samples there are in each set. */
export function countOf(x: ChunkedArray, options: StatisticsOptions): number {
  checkArrays("a statistic", x);
  return sizeOf(checkAxes(axisOf(options), x.ndim).map((axis) => x.shape[axis] as number));
}

/** Samples as they are computed with. */
export function wide(x: ChunkedArray): ChunkedArray<"float64"> {
  checkArrays("a statistic", x);
  if (DTYPES[x.dtype].kind === "complex") {
    throw new ArgumentError("dtype", `statistics take real numbers, got ${x.dtype}`);
  }
  return astype(x, "float64");
}
