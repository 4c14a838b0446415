// Medians, quantiles and percentiles: of lanes in one block each, or of elements found by their
// ranks in place.
import { type DType, isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Floating, floating } from "../../base/promotion.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { QuantileMethod, Quantiles } from "../../graph/model/rank-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes } from "../chunks/axes.js";
import { add, divide, isnan, where } from "../elementwise/elementwise.js";
import { getSlice } from "../indexing/get-slice.js";
import { ellipsis } from "../indexing/parse-index.js";
import { checkArrays, checkReal } from "../layers/array-operands.js";
import type { OnlyKnown, RankPlusOne } from "../layers/array-types.js";
import { checkList } from "../layers/check-arguments.js";
import { routineNode } from "../layers/take-layer.js";
import { inElementBlocks } from "../layers/window-blocks.js";
import { squeeze } from "../manipulation/expand-dims.js";
import {
  isCut,
  isLaneTooLong,
  laneColumns,
  lanesLast,
  withKeptAxes,
} from "../manipulation/whole-lanes.js";
import { mean, type NoOptions, type ReducedRank } from "../reductions/sum.js";
import { isWorthCounting, selectedQuantiles } from "../sorting/selected-ranks.js";
import { sort } from "../sorting/sort.js";
import { quantilesOfRuns, sortedRuns } from "../sorting/sorted-runs.js";

/** Options of {@link quantile} and {@link percentile}. */
export interface QuantileOptions {
  /** How a quantile between two elements is found; default: `"linear"`. */
  readonly method?: Exclude<QuantileMethod, "middle">;
  /** Keeps the axes with length 1. */
  readonly keepdims?: boolean;
}

/** Options of {@link median}. */
export interface MedianOptions {
  /** Keeps the axes with length 1. */
  readonly keepdims?: boolean;
}

/**
 * Quantiles of the elements, along an axis or of all.
 *
 * @chunks kept axes keep theirs, cut finer where lanes are long; two tasks per block of `x` and one
 * for each of the result
 */
export type QuantileFunction = <
  D extends DType,
  R extends number,
  const Q extends number | readonly number[],
  const A extends AxisLike = undefined,
  const O extends QuantileOptions = NoOptions,
>(
  x: ChunkedArray<D, R>,
  q: Q,
  axis?: A,
  options?: O & OnlyKnown<QuantileOptions, O>,
) => ChunkedArray<QuantileDType<D, O>, QuantileRank<ReducedRank<R, A, O>, Q>>;

/**
 * Medians of the elements, along an axis or of all.
 *
 * @chunks kept axes keep theirs, cut finer where lanes are long; two tasks per block of `x` and one
 * for each of the result
 */
export type MedianFunction = <
  D extends DType,
  R extends number,
  const A extends AxisLike = undefined,
  const O extends MedianOptions = NoOptions,
>(
  x: ChunkedArray<D, R>,
  axis?: A,
  options?: O & OnlyKnown<MedianOptions, O>,
) => ChunkedArray<Floating<D>, ReducedRank<R, A, O>>;

/** The dtype of quantiles: methods that choose an element keep that of the array. */
export type QuantileDType<D extends DType, O> = O extends {
  readonly method: "lower" | "higher" | "nearest" | "invertedCdf" | "closestObservation";
}
  ? D
  : Floating<D>;

/** The rank of quantiles: those of several shares are along a new first axis. */
export type QuantileRank<R extends number, Q> = Q extends number ? R : RankPlusOne<R>;

/**
 * The values below which given shares of the elements are; NaN where an element is, or none.
 *
 * @param q shares from 0 to 1: one, or a list, whose results are along a new first axis
 * @param axis the axis or axes; default: all
 * @returns float32 for float32, float64 for all others, the dtype of `x` for methods that choose an
 * element (`"lower"`, `"higher"`, `"nearest"`, `"invertedCdf"`, `"closestObservation"`). Over all
 * axes (or where one lane alone is larger than 16 MiB and than any block) blocks are counted in
 * place, digit by digit, or sorted in place if they are short or shares are many, and only counts
 * or samples of them are sent. Along some axes of shorter lanes the array is cut again, with the
 * other axes cut finer where blocks would grow beyond that
 * @throws ArgumentError `argument.value` for a share outside of [0, 1] or an unknown method,
 * `argument.axis`, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.quantile.html
 * @example await quantile(arange(5), [0.25, 0.5]).compute(); // → [1, 2]
 */
export const quantile: QuantileFunction = (x, q, axis, options) => {
  checkArrays("quantile", x);
  const { method = "linear", keepdims = false }: QuantileOptions = options ?? {};
  return quantiles(x, q, axis, { method, keepdims, ignoreNaN: false }) as never;
};

/**
 * {@link quantile} of the elements that are numbers; NaN where there are none.
 *
 * @param q shares from 0 to 1, in any shape
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link quantile}
 * @throws ArgumentError as {@link quantile}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanquantile.html
 * @example await nanquantile(asarray([1, NaN, 3]), [0, 0.75]).compute(); // → [1, 2.5]
 */
export const nanquantile: QuantileFunction = (x, q, axis, options) => {
  checkArrays("nanquantile", x);
  const { method = "linear", keepdims = false }: QuantileOptions = options ?? {};
  return quantiles(x, q, axis, { method, keepdims, ignoreNaN: true }) as never;
};

/**
 * {@link quantile} with shares in percent.
 *
 * @param q from 0 to 100, in any shape
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link quantile}
 * @throws ArgumentError as {@link quantile}, `argument.value` for shares below 0 or above 100
 * @see https://numpy.org/doc/stable/reference/generated/numpy.percentile.html
 * @example
 * await percentile(asarray([1, 2, 3, 4, 5], { chunks: 2 }), [25, 50]).compute(); // → [2, 3]
 */
export const percentile: QuantileFunction = (x, q, axis, options) => {
  checkArrays("percentile", x);
  return quantile(x, sharesOf(q), axis, options) as ChunkedArray as never;
};

/**
 * {@link nanquantile} with shares in percent.
 *
 * @param q from 0 to 100, in any shape
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link quantile}
 * @throws ArgumentError as {@link percentile}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanpercentile.html
 * @example await nanpercentile(asarray([1, NaN, 3]), 75).compute(); // → 2.5
 */
export const nanpercentile: QuantileFunction = (x, q, axis, options) => {
  checkArrays("nanpercentile", x);
  const shares = sharesOf(q);
  return nanquantile(x, shares, axis, options) as ChunkedArray as never;
};

/**
 * The element in the middle, or the mean of two; NaN where an element is.
 *
 * @param axis the axis or axes; default: all
 * @returns as {@link quantile}
 * @chunks kept axes keep theirs, cut finer where lanes are long; two tasks per block of `x` and one
 * for each of the result
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.median.html
 * @example await median(asarray([3, 1, 2, 10])).compute(); // → 2.5
 */
export const median: MedianFunction = (x, axis, options) => {
  checkArrays("median", x);
  const { keepdims = false }: MedianOptions = options ?? {};
  return quantiles(x, 0.5, axis, { method: "middle", keepdims, ignoreNaN: false }) as never;
};

/**
 * {@link median} of the elements that are numbers; NaN where there are none.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link median}
 * @chunks kept axes keep theirs, cut finer where lanes are long; two tasks per block of `x` and one
 * for each of the result
 * @throws ArgumentError as {@link median}, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanmedian.html
 * @example await nanmedian(asarray([3, NaN, 1])).compute(); // → 2
 */
export const nanmedian: MedianFunction = (x, axis, options) => {
  checkArrays("nanmedian", x);
  const { keepdims = false }: MedianOptions = options ?? {};
  return quantiles(x, 0.5, axis, { method: "middle", keepdims, ignoreNaN: true }) as never;
};

/** Methods whose results are elements. */
const CHOOSING: readonly QuantileMethod[] = [
  "lower",
  "higher",
  "nearest",
  "invertedCdf",
  "closestObservation",
];
const METHODS: readonly QuantileMethod[] = [
  ...CHOOSING,
  "averagedInvertedCdf",
  "interpolatedInvertedCdf",
  "hazen",
  "weibull",
  "linear",
  "medianUnbiased",
  "normalUnbiased",
  "midpoint",
];

/** Shares of 1 for those of 100. */
function sharesOf(q: number | readonly number[]): number | readonly number[] {
  if (typeof q === "number") return q / 100;
  checkList("a percentile is a number from 0 to 100, or a list of them", q);
  return q.map((each) => each / 100);
}

function quantiles(
  x: ChunkedArray,
  q: number | readonly number[],
  axis: AxisLike,
  options: {
    readonly method: QuantileMethod;
    readonly keepdims: boolean;
    readonly ignoreNaN: boolean;
  },
): ChunkedArray {
  const axes = checkAxes(axis, x.ndim);
  const shares = typeof q === "number" ? [q] : q;
  checkList("a quantile is a share from 0 to 1, or a list of them", shares);
  const wrong = shares.find((share) => !(share >= 0 && share <= 1));
  if (wrong !== undefined) {
    throw new ArgumentError("value", `a quantile is a share from 0 to 1, got ${wrong}`, { q });
  }
  const { method, ignoreNaN, keepdims } = options;
  if (method !== "middle" && !METHODS.includes(method)) {
    const known = METHODS.map((each) => `"${each}"`).join(", ");
    const text = `a quantile is found by one of ${known}, got ${JSON.stringify(method)}`;
    throw new ArgumentError("value", text, { method });
  }
  if (isComplex(x.dtype)) {
    if (method !== "middle" || ignoreNaN) checkReal("quantile", x);
    const found = complexMedian(lanesLast(x, axis));
    return keepdims ? withKeptAxes(found, axis, x.ndim, 0) : found;
  }
  const dtype = CHOOSING.includes(method) ? x.dtype : floating(x.dtype);
  const asked = { quantiles: shares, method };
  const found: ChunkedArray = x.derive(
    isFoundByRank(x, axes)
      ? quantilesByRank(x, axes, asked, ignoreNaN, dtype)
      : quantilesOfLanes(lanesLast(x, axis), asked, ignoreNaN, dtype),
  );
  const isList = typeof q !== "number";
  const result: ChunkedArray = isList ? found : squeeze(found, 0);
  return keepdims ? withKeptAxes(result, axis, x.ndim, isList ? 1 : 0) : result;
}

/** The median of each lane in the order of {@link sort}; NaN if the lane has a NaN. */
function complexMedian(lanes: ChunkedArray): ChunkedArray {
  const length = lanes.shape.at(-1) as number;
  if (length === 0) return mean(lanes, -1) as ChunkedArray;
  const sorted = sort(lanes);
  const at = (i: number): ChunkedArray => getSlice(sorted, [ellipsis, i]);
  const middle = divide(add(at(Math.floor((length - 1) / 2)), at(Math.floor(length / 2))), 2);
  return where(isnan(at(-1)), at(-1), middle);
}

/** Whether lanes stay in the blocks that they are in: when there is but one, or one is too long. */
function isFoundByRank(x: ChunkedArray, axes: readonly number[]): boolean {
  if (x.size === 0 || !isCut(x, axes)) return false;
  return axes.length === x.ndim || isLaneTooLong(x, axes);
}

function quantilesByRank(
  x: ChunkedArray,
  axes: readonly number[],
  asked: Quantiles,
  ignoreNaN: boolean,
  dtype: DType,
): LayerNode {
  // In which order blocks have their elements makes no difference when all of them count.
  const isAll = axes.length === x.ndim;
  const columns = isAll ? x.node : laneColumns(x, axes);
  if (isWorthCounting(columns.layer, asked.quantiles.length)) {
    return selectedQuantiles({ node: columns, axes: isAll ? x.ndim : 1 }, asked, ignoreNaN, dtype);
  }
  const runs = sortedRuns(isAll ? laneColumns(x, axes) : columns);
  return quantilesOfRuns(runs, asked, ignoreNaN, dtype);
}

function quantilesOfLanes(
  lanes: ChunkedArray,
  asked: Quantiles,
  ignoreNaN: boolean,
  dtype: DType,
): LayerNode {
  const routine = { name: "quantile", axis: lanes.ndim - 1, ...asked, ignoreNaN } as const;
  const operand = { node: lanes.node, axes: [...lanes.shape.keys()] };
  const chunks = [[asked.quantiles.length], ...lanes.chunks.slice(0, -1)];
  const found = routineNode(routine, [operand], { loopChunks: lanes.chunks, chunks }, dtype);
  return inElementBlocks(lanes.node, found, 1);
}
