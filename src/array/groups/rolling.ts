// Windows that slide along an axis, with as many results as there are elements.
import { isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { greaterEqual, isnan, logicalNot, where } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { sourceNode } from "../layers/source-layer.js";
import { concatenateParts } from "../manipulation/concatenate.js";
import { slidingWindowView } from "../manipulation/sliding-window-view.js";
import { nanmax, nanmean, nanmin, nanstd, nansum } from "../reductions/nansum.js";
import { max, mean, min, std, sum } from "../reductions/sum.js";
import { withAxis } from "./group-layers.js";

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
 * @chunks of results: those of `x`; about three tasks per block
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
  readonly #windows: ChunkedArray;
  readonly #minPeriods: number;
  readonly #window: number;

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
    this.#windows = windowsOf(x, how);
    this.#minPeriods = how.minPeriods;
    this.#window = how.window;
  }

  /**
   * The sum of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.sum().compute(); // → [Number.NaN, 6, 5]
   */
  sum(): ChunkedArray {
    return this.#reduce(sum, nansum);
  }

  /**
   * The mean of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.mean().compute(); // → [Number.NaN, 3, 2.5]
   */
  mean(): ChunkedArray {
    return this.#reduce(mean, nanmean);
  }

  /**
   * The standard deviation of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.std().compute(); // → [Number.NaN, 1, 0.5]
   */
  std(): ChunkedArray {
    return this.#reduce(std, nanstd);
  }

  /**
   * The smallest element of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.min().compute(); // → [Number.NaN, 2, 2]
   */
  min(): ChunkedArray {
    return this.#reduce(min, nanmin);
  }

  /**
   * The largest element of each window.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.max().compute(); // → [Number.NaN, 4, 3]
   */
  max(): ChunkedArray {
    return this.#reduce(max, nanmax);
  }

  /**
   * How many elements of each window are numbers; int64.
   *
   * @example
   * const windows = rolling(asarray([4, 2, 3]), 2);
   * await windows.count().compute(); // → [1n, 2n, 2n]
   */
  count(): ChunkedArray {
    return sum(logicalNot(isnan(this.#windows)), -1) as ChunkedArray;
  }

  /** By `whole` where all of a window is needed: a NaN in it makes the result NaN. */
  #reduce(
    whole: (x: ChunkedArray, axis: number) => ChunkedArray,
    ofNumbers: (x: ChunkedArray, axis: number) => ChunkedArray,
  ): ChunkedArray {
    if (this.#minPeriods === this.#window) return whole(this.#windows, -1);
    const enough = greaterEqual(this.count(), this.#minPeriods);
    return where(enough, ofNumbers(this.#windows, -1), Number.NaN) as ChunkedArray;
  }
}

/** The windows of all elements, NaN beyond the ends, along a new last axis. */
function windowsOf(
  x: ChunkedArray,
  how: { readonly window: number; readonly axis: number; readonly center: boolean },
): ChunkedArray {
  const { window, axis, center } = how;
  const values: ChunkedArray = astype(x, floating(x.dtype));
  const after = center ? Math.floor((window - 1) / 2) : 0;
  const beyond = (length: number): ChunkedArray[] => {
    if (length === 0) return [];
    const chunks = withAxis(values.chunks, axis, [length]);
    const shape = values.shape.map((own, i) => (i === axis ? length : own));
    const generator = { type: "full", value: Number.NaN } as const;
    return [values.derive(sourceNode("beyond", generator, shape, values.dtype, chunks))];
  };
  const parts = [...beyond(window - 1 - after), values, ...beyond(after)];
  // Windows begin at the blocks of the array: the last block also has the elements beyond its end.
  const own = x.chunks[axis] as readonly number[];
  const lengths = own.map((length, k) => (k === own.length - 1 ? length + window - 1 : length));
  const padded = rechunkTo(concatenateParts(parts, axis), withAxis(values.chunks, axis, lengths));
  return slidingWindowView(padded, window, axis);
}
