// Windows that slide along an axis, with as many results as there are elements.
import { isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import { floating } from "../../base/promotion.js";
import type { QuantileMethod } from "../../graph/model/rank-routine.js";
import type { SlidReduction } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { divide, greaterEqual, isnan, logicalNot, where } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { slidingWindowView } from "../manipulation/sliding-window-view.js";
import { nanstd } from "../reductions/nansum.js";
import { withAxis } from "./group-places.js";
import { paddedBy, type Reach, slid, slidQuantile } from "./slid.js";

/** Options of {@link rolling}. */
export interface RollingOptions {
  /** The axis to slide along; default: the first. */
  readonly axis?: number;
  /** Whether an element is in the middle of its window; default: false, it is the last. */
  readonly center?: boolean;
  /** How many numbers a window needs, or its result is NaN; default: all. */
  readonly minPeriods?: number;
}

/**
 * Windows that slide along an axis of `x`: each element with those before it. Windows that reach
 * beyond an end have fewer elements there.
 *
 * @param window how many elements a window has
 * @returns what reduces the windows, to arrays in the shape of `x`
 * @chunks of results: those of `x`; about two tasks per block, more with `minPeriods`
 * @throws ArgumentError `argument.value` for a window or a number of periods that does not fit;
 * `argument.axis`; `argument.dtype` for complex numbers
 * @see https://docs.xarray.dev/en/stable/generated/xarray.DataArray.rolling.html
 * @example
 * const x = asarray([1, 2, 3, 4]);
 * await rolling(x, 2).mean().compute(); // → [NaN, 1.5, 2.5, 3.5]
 * await rolling(x, 2, { minPeriods: 1 }).sum().compute(); // → [1, 3, 5, 7]
 */
export function rolling(x: ChunkedArray, window: number, options: RollingOptions = {}): Rolling {
  checkArrays("rolling", x);
  const { axis = 0, center = false, minPeriods = window } = options;
  const along = checkAxis(axis, x.ndim);
  checkLengths("rolling", x.chunks);
  if (isComplex(x.dtype)) {
    throw new ArgumentError("dtype", `windows of ${x.dtype} are not supported: take real and imag`);
  }
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new ArgumentError(
      "value",
      `a window has a whole number of elements from 1, got ${window}`,
    );
  }
  if (!Number.isSafeInteger(minPeriods) || minPeriods < 1 || minPeriods > window) {
    const text = `minPeriods is ${minPeriods}: expected a whole number from 1 to ${window}, the window`;
    throw new ArgumentError("value", text, { minPeriods, window });
  }
  return new Rolling(x, { window, axis: along, center, minPeriods });
}

/**
 * Windows that slide along an axis, made by {@link rolling}. Results have the shape of the array,
 * and its dtype where that is a float, else float64.
 *
 * @throws nothing
 * @example await rolling(asarray([4, 2, 3]), 2, { center: true }).max().compute(); // → [NaN, 4, 3]
 */
export class Rolling {
  readonly #x: ChunkedArray;
  readonly #reach: Reach;
  readonly #window: number;
  readonly #minPeriods: number;

  /** Made by {@link rolling}. */
  constructor(
    x: ChunkedArray,
    how: {
      readonly window: number;
      readonly axis: number;
      readonly center: boolean;
      readonly minPeriods: number;
    },
  ) {
    const { axis, window, center } = how;
    const after = center ? Math.floor((window - 1) / 2) : 0;
    this.#x = astype(x, floating(x.dtype));
    this.#reach = { axis, before: window - 1 - after, after };
    this.#window = window;
    this.#minPeriods = how.minPeriods;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Rolling windows of ${this.#window} along axis ${this.#reach.axis} of ${String(this.#x)}`;
  }

  /**
   * The sum of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.sum().compute(); // → [Number.NaN, 6, 5]
   */
  sum(): ChunkedArray {
    return this.#needsAll ? this.#whole("sum") : this.#ifEnough(this.#numbers("sum", 0));
  }

  /**
   * The mean of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.mean().compute(); // → [Number.NaN, 3, 2.5]
   */
  mean(): ChunkedArray {
    if (this.#needsAll) return this.#whole("mean");
    const counts = astype(this.count(), this.#x.dtype) as ChunkedArray;
    return this.#ifEnough(divide(this.#numbers("sum", 0), counts));
  }

  /**
   * The standard deviation of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.std().compute(); // → [Number.NaN, 1, 0.5]
   */
  std(): ChunkedArray {
    if (this.#needsAll) return this.#whole("std");
    const { axis } = this.#reach;
    const padded = paddedBy(this.#x, this.#reach, Number.NaN);
    // Windows begin at the blocks of the array: the last block also has the elements beyond its
    // end.
    const own = this.#x.chunks[axis] as readonly number[];
    const lengths = own.with(-1, (own.at(-1) as number) + this.#window - 1);
    const cut = rechunkTo(padded, withAxis(this.#x.chunks, axis, lengths));
    return this.#ifEnough(nanstd(slidingWindowView(cut, this.#window, axis), -1));
  }

  /**
   * The smallest element of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.min().compute(); // → [Number.NaN, 2, 2]
   */
  min(): ChunkedArray {
    return this.#needsAll
      ? this.#whole("min")
      : this.#ifEnough(this.#numbers("min", Number.POSITIVE_INFINITY));
  }

  /**
   * The largest element of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.max().compute(); // → [Number.NaN, 4, 3]
   */
  max(): ChunkedArray {
    return this.#needsAll
      ? this.#whole("max")
      : this.#ifEnough(this.#numbers("max", Number.NEGATIVE_INFINITY));
  }

  /**
   * The median of each window, found by the order of its elements: twice as long a window takes
   * little longer.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 3, { minPeriods: 1 });
   * await windows.median().compute(); // → [4, 3, 3]
   */
  median(): ChunkedArray {
    return this.#quantile(0.5, "middle");
  }

  /**
   * A quantile of each window, between two elements where it falls between them.
   *
   * @param q a share from 0 to 1
   * @throws ArgumentError `argument.value` for other shares
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.quantile(0.25).compute(); // → [Number.NaN, 2.5, 2.25]
   */
  quantile(q: number): ChunkedArray {
    if (!(q >= 0 && q <= 1)) {
      throw new ArgumentError("value", `a quantile is a share from 0 to 1, got ${shown(q)}`, { q });
    }
    return this.#quantile(q, "linear");
  }

  /**
   * How many elements of each window are numbers; int64.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.count().compute(); // → [1n, 2n, 2n]
   */
  count(): ChunkedArray {
    const areNumbers: ChunkedArray = logicalNot(isnan(this.#x));
    return slid(areNumbers, this.#reach, { reduce: "sum", beyond: false, dtype: "int64" });
  }

  get #needsAll(): boolean {
    return this.#minPeriods === this.#window;
  }

  /** Of all elements of a window: one that is NaN makes the result NaN. */
  #whole(reduce: SlidReduction): ChunkedArray {
    const reduction = { reduce, beyond: Number.NaN, dtype: this.#x.dtype };
    return slid(this.#x, this.#reach, reduction);
  }

  /** Of the numbers of a window: `neutral` replaces NaN, and is beyond the ends. */
  #numbers(reduce: SlidReduction, neutral: number): ChunkedArray {
    const numbers = where(isnan(this.#x), neutral, this.#x) as ChunkedArray;
    return slid(numbers, this.#reach, { reduce, beyond: neutral, dtype: this.#x.dtype });
  }

  #quantile(q: number, method: QuantileMethod): ChunkedArray {
    const ignoreNaN = !this.#needsAll;
    const found = slidQuantile(this.#x, this.#reach, { q, method, ignoreNaN });
    return ignoreNaN ? this.#ifEnough(found) : found;
  }

  #ifEnough(results: ChunkedArray): ChunkedArray {
    const enough = greaterEqual(this.count(), this.#minPeriods);
    return where(enough, results, Number.NaN) as ChunkedArray;
  }
}
