// Medians, quantiles and percentiles: of lanes that lie in one block each.
import { isBigInt } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating } from "../../base/promotion.js";
import type { QuantileMethod } from "../../graph/routine.js";
import type { AxisLike } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { routineNode } from "../take.js";
import { astype } from "./astype.js";
import { lanesLast, withKeptAxes } from "./lanes.js";
import { squeeze } from "./transpose.js";

/** Options of {@link quantile} and {@link percentile}. */
export interface QuantileOptions {
  /** How a quantile between two elements is found; `"linear"` unless given. */
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
 * The values below which given shares of the elements lie; NaN where an element is, or none.
 *
 * @param q shares from 0 to 1: one, or a list, whose results lie along a new first axis
 * @param axis the axis or axes; all unless given
 * @returns float32 for float32, float64 for all others, the dtype of `x` for methods that choose an
 * element (`"lower"`, `"higher"`, `"nearest"`); lazy. All of the axes must fit into one block:
 * the array is cut anew for it
 * @throws ArgumentError `argument.value` for a share outside of [0, 1], `argument.axis`
 *
 * @example
 * ```ts
 * await quantile(arange(5), [0.25, 0.5]).compute(); // → [1, 2]
 * ```
 */
export function quantile(
  x: ChunkedArray,
  q: number | readonly number[],
  axis?: AxisLike,
  options: QuantileOptions = {},
): ChunkedArray {
  const { method = "linear", keepdims = false } = options;
  return quantiles(x, q, axis, { method, keepdims, ignoreNaN: false });
}

/** {@link quantile} of the elements that are numbers; NaN where there are none. */
export function nanquantile(
  x: ChunkedArray,
  q: number | readonly number[],
  axis?: AxisLike,
  options: QuantileOptions = {},
): ChunkedArray {
  const { method = "linear", keepdims = false } = options;
  return quantiles(x, q, axis, { method, keepdims, ignoreNaN: true });
}

/** {@link quantile} with shares in percent. */
export function percentile(
  x: ChunkedArray,
  q: number | readonly number[],
  axis?: AxisLike,
  options: QuantileOptions = {},
): ChunkedArray {
  return quantile(x, typeof q === "number" ? q / 100 : q.map((each) => each / 100), axis, options);
}

/** {@link nanquantile} with shares in percent. */
export function nanpercentile(
  x: ChunkedArray,
  q: number | readonly number[],
  axis?: AxisLike,
  options: QuantileOptions = {},
): ChunkedArray {
  const shares = typeof q === "number" ? q / 100 : q.map((each) => each / 100);
  return nanquantile(x, shares, axis, options);
}

/**
 * The element in the middle, or the mean of two; NaN where an element is.
 *
 * @param axis the axis or axes; all unless given
 * @returns as {@link quantile}
 * @throws ArgumentError `argument.axis`
 *
 * @example
 * ```ts
 * await median(asarray([3, 1, 2, 10])).compute(); // → 2.5
 * ```
 */
export function median(
  x: ChunkedArray,
  axis?: AxisLike,
  options: MedianOptions = {},
): ChunkedArray {
  const { keepdims = false } = options;
  return quantiles(x, 0.5, axis, { method: "middle", keepdims, ignoreNaN: false });
}

/** {@link median} of the elements that are numbers; NaN where there are none. */
export function nanmedian(
  x: ChunkedArray,
  axis?: AxisLike,
  options: MedianOptions = {},
): ChunkedArray {
  const { keepdims = false } = options;
  return quantiles(x, 0.5, axis, { method: "middle", keepdims, ignoreNaN: true });
}

/** Methods whose results are elements. */
const CHOOSING: readonly QuantileMethod[] = ["lower", "higher", "nearest"];

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
  const shares = typeof q === "number" ? [q] : q;
  const wrong = shares.find((share) => !(share >= 0 && share <= 1));
  if (wrong !== undefined) {
    throw new ArgumentError("value", `a quantile is a share from 0 to 1, got ${wrong}`, { q });
  }
  const dtype = CHOOSING.includes(options.method) ? x.dtype : floating(x.dtype);
  // BigInts have no values between them.
  const lanes = lanesLast(isBigInt(x.dtype) ? astype(x, dtype) : x, axis);
  const last = lanes.ndim - 1;
  const { method, ignoreNaN, keepdims } = options;
  const routine = { name: "quantile", axis: last, quantiles: shares, method, ignoreNaN } as const;
  const operand = { node: lanes.node, axes: [...lanes.shape.keys()] };
  const grids = {
    loopChunks: lanes.chunks,
    chunks: [[shares.length], ...lanes.chunks.slice(0, -1)],
  };
  const found: ChunkedArray = x.derive(routineNode(routine, [operand], grids, dtype));
  const isList = typeof q !== "number";
  const result: ChunkedArray = isList ? found : squeeze(found, 0);
  return keepdims ? withKeptAxes(result, axis, x.ndim, isList ? 1 : 0) : result;
}
