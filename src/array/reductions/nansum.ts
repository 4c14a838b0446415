// Reductions that skip NaN: NaN is replaced by the identity element, and numbers are counted. For
// dtypes without NaN they are the plain reductions. All of them combine those, which fuse the rest.
import { DTYPES, type DType, isComplex } from "../../base/dtype.js";
import { floating, realPart } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import {
  conj,
  divide,
  isnan,
  logicalNot,
  multiply,
  real,
  sqrt,
  subtract,
  where,
} from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { assertValues } from "../layers/assert-layer.js";
import { checkFinite } from "../layers/check-arguments.js";
import { reduceNode } from "../layers/reduce-layers.js";
import { cumprod, cumsum, type RunningOptions } from "./cumsum.js";
import {
  all,
  any,
  argmax,
  argmin,
  max,
  mean,
  min,
  prod,
  type ReductionOptions,
  type SumOptions,
  sum,
  type VarianceOptions,
  variance,
} from "./sum.js";

/**
 * The sum of the elements that are numbers; 0 where there are none.
 *
 * @param axis the axis or axes; default: all
 * @returns dtype and shape as {@link sum}
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nansum.html
 * @example await nansum(asarray([1, NaN, 2])).compute(); // → 3
 */
export function nansum(x: ChunkedArray, axis?: AxisLike, options?: SumOptions): ChunkedArray {
  checkArrays("nansum", x);
  return sum(replaceNaN(x, 0), axis, options);
}

/**
 * The product of the elements that are numbers; 1 where there are none. As {@link nansum}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link nansum}
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError as {@link nansum}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanprod.html
 * @example await nanprod(asarray([2, NaN, 4])).compute(); // → 8
 */
export function nanprod(x: ChunkedArray, axis?: AxisLike, options?: SumOptions): ChunkedArray {
  checkArrays("nanprod", x);
  return prod(replaceNaN(x, 1), axis, options);
}

/**
 * The mean of the elements that are numbers; NaN where there are none. As {@link nansum}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns float64 for integers and booleans, the dtype of `x` for others
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError as {@link nansum}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanmean.html
 * @example await nanmean(asarray([1, NaN, 4])).compute(); // → 2.5
 */
export function nanmean(x: ChunkedArray, axis?: AxisLike, options?: SumOptions): ChunkedArray {
  checkArrays("nanmean", x);
  if (!hasNaN(x)) return mean(x, axis, options);
  const dtype = options?.dtype ?? floating(x.dtype);
  if (!isComplex(x.dtype)) {
    const result = DTYPES[dtype].kind === "float" ? dtype : "float64";
    const dtypes = { state: "float64", result } as const;
    return astype(x.derive(reduceNode(x, "nanmean", axis, dtypes, options ?? {})), dtype);
  }
  const total = sum(replaceNaN(x, 0), axis, { ...options, dtype: wideDType(x) });
  return astype(divide(total, countNumbers(x, axis, options)) as ChunkedArray, dtype);
}

/**
 * The variance of the elements that are numbers; NaN where there are not more than `correction`.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns dtype as {@link variance}; two passes over the array
 * @chunks kept axes keep theirs; four tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanvar.html
 * @example await nanvar(asarray([1, NaN, 3])).compute(); // → 1
 */
export function nanvar(x: ChunkedArray, axis?: AxisLike, options?: VarianceOptions): ChunkedArray {
  checkArrays("nanvar", x);
  if (!hasNaN(x)) return variance(x, axis, options);
  const { correction = 0, ...rest } = options ?? {};
  const wide: ChunkedArray = astype(x, wideDType(x));
  const centre = nanmean(wide, axis, { ...rest, keepdims: true });
  const distance: ChunkedArray = where(isnan(x), 0, subtract(wide, centre));
  const square: ChunkedArray = real(multiply(distance, conj(distance)));
  const squares: ChunkedArray = sum(square, axis, rest);
  checkFinite("a correction", correction);
  const freedom: ChunkedArray = subtract(countNumbers(x, axis, rest), correction);
  const spread: ChunkedArray = divide(squares, where(freedom.lessEqual(0), Number.NaN, freedom));
  return astype(spread, realPart(floating(x.dtype)));
}

/**
 * The standard deviation of the elements that are numbers. As {@link nanvar}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link nanvar}
 * @chunks kept axes keep theirs; four tasks per block of `x`, a tree above each
 * @throws ArgumentError as {@link nanvar}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanstd.html
 * @example await nanstd(asarray([1, NaN, 3])).compute(); // → 1
 */
export function nanstd(x: ChunkedArray, axis?: AxisLike, options?: VarianceOptions): ChunkedArray {
  checkArrays("nanstd", x);
  const spread: ChunkedArray = nanvar(astypeWide(x), axis, options);
  return astype(sqrt(spread), realPart(floating(x.dtype)));
}

/**
 * The smallest element that is a number; NaN where there is none.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns the dtype of `x`
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.shape` for no elements, `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanmin.html
 * @example await nanmin(asarray([NaN, 2, 1])).compute(); // → 1
 */
export function nanmin(x: ChunkedArray, axis?: AxisLike, options?: ReductionOptions): ChunkedArray {
  checkArrays("nanmin", x);
  if (!hasNaN(x)) return min(x, axis, options);
  const least = min(replaceNaN(x, Number.POSITIVE_INFINITY), axis, options);
  return where(all(isnan(x) as ChunkedArray, axis, options), Number.NaN, least);
}

/**
 * The largest element that is a number. As {@link nanmin}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns the dtype of `x`
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError as {@link nanmin}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanmax.html
 * @example await nanmax(asarray([[1, NaN], [NaN, NaN]]), 1).compute(); // → [1, NaN]
 */
export function nanmax(x: ChunkedArray, axis?: AxisLike, options?: ReductionOptions): ChunkedArray {
  checkArrays("nanmax", x);
  if (!hasNaN(x)) return max(x, axis, options);
  const most = max(replaceNaN(x, Number.NEGATIVE_INFINITY), axis, options);
  return where(all(isnan(x) as ChunkedArray, axis, options), Number.NaN, most);
}

/**
 * Where the smallest number is. A lane of NaN only has none: that is an error, as in NumPy, when it
 * is computed.
 *
 * @param axis one axis, or null for the whole array
 * @returns int64: a BigInt for the whole array
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError as `argmin`; `argument.value` when it is computed and a lane has no number
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanargmin.html
 * @example await nanargmin(asarray([NaN, 3, 1])).compute(); // → 2n
 */
export function nanargmin(
  x: ChunkedArray,
  axis?: number | null,
  options?: ReductionOptions,
): ChunkedArray {
  checkArrays("nanargmin", x);
  const found: ChunkedArray = argmin(replaceNaN(x, Number.POSITIVE_INFINITY), axis, options);
  return ofNumbers("nanargmin", x, axis, found, options);
}

/**
 * Where the largest number is; as {@link nanargmin}.
 *
 * @param axis the axis; null, the default, for all elements
 * @returns int64, as {@link nanargmin}
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError as {@link nanargmin}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nanargmax.html
 * @example await nanargmax(asarray([[1, NaN], [0, 5]]), 1).compute(); // → [0n, 1n]
 */
export function nanargmax(
  x: ChunkedArray,
  axis?: number | null,
  options?: ReductionOptions,
): ChunkedArray {
  checkArrays("nanargmax", x);
  const found: ChunkedArray = argmax(replaceNaN(x, Number.NEGATIVE_INFINITY), axis, options);
  return ofNumbers("nanargmax", x, axis, found, options);
}

/**
 * Running sums in which NaN counts as 0. As `cumsum`.
 *
 * @param axis the axis; null, the default, for all elements
 * @returns as {@link cumsum}
 * @chunks those of `x`; three tasks per block and a few small ones
 * @throws ArgumentError as {@link cumsum}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nancumsum.html
 * @example await nancumsum(asarray([2, NaN, 3], { chunks: 1 })).compute(); // → [2, 2, 5]
 */
export function nancumsum(
  x: ChunkedArray,
  axis?: number | null,
  options?: RunningOptions,
): ChunkedArray {
  checkArrays("nancumsum", x);
  return cumsum(replaceNaN(x, 0), axis, options);
}

/**
 * Running products in which NaN counts as 1. As `cumprod`.
 *
 * @param axis the axis; null, the default, for all elements
 * @returns as {@link cumsum}
 * @chunks those of `x`; three tasks per block and a few small ones
 * @throws ArgumentError as {@link cumsum}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nancumprod.html
 * @example await nancumprod(asarray([2, NaN, 3])).compute(); // → [2, 2, 6]
 */
export function nancumprod(
  x: ChunkedArray,
  axis?: number | null,
  options?: RunningOptions,
): ChunkedArray {
  checkArrays("nancumprod", x);
  return cumprod(replaceNaN(x, 1), axis, options);
}

/** Returns `found`, checked: computing it fails if a lane of `x` has no number. */
function ofNumbers(
  what: string,
  x: ChunkedArray,
  axis: AxisLike,
  found: ChunkedArray,
  options: ReductionOptions | undefined,
): ChunkedArray {
  if (!hasNaN(x)) return found;
  const some: ChunkedArray = any(logicalNot(isnan(x) as ChunkedArray), axis, options);
  const message = `${what} found a lane of NaN only, which has no ${what.slice(3)}`;
  return assertValues(found, some, message);
}

function hasNaN({ dtype }: ChunkedArray): boolean {
  return DTYPES[dtype].kind === "float" || isComplex(dtype);
}

function replaceNaN(x: ChunkedArray, value: number): ChunkedArray {
  return hasNaN(x) ? (where(isnan(x), value, x) as ChunkedArray) : x;
}

function countNumbers(
  x: ChunkedArray,
  axis: AxisLike,
  options: ReductionOptions | undefined,
): ChunkedArray {
  const numbers: ChunkedArray = logicalNot(isnan(x) as ChunkedArray);
  return sum(numbers, axis, { ...options, dtype: "float64" as DType });
}

/** The dtype in which sums accumulate. */
function wideDType(x: ChunkedArray): DType {
  return isComplex(x.dtype) ? "complex128" : "float64";
}

/** Square roots are taken before the result is rounded. */
function astypeWide(x: ChunkedArray): ChunkedArray {
  return hasNaN(x) ? astype(x, wideDType(x)) : x;
}
