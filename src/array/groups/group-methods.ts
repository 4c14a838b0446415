// Groups and windows along an axis as methods of arrays.
import type { ChunkedArray } from "../chunked-array.js";
import { type GroupByOptions, type GroupedArray, groupBy } from "./group-by.js";
import type { GridLabels, Labels } from "./group-labels.js";
import { type InterpAlongOptions, interpAlong } from "./interp-along.js";
import { type Period, type ResampleOptions, resample } from "./resample.js";
import { type Rolling, type RollingOptions, rolling } from "./rolling.js";

/** Groups and windows along an axis, as methods. */
export interface GroupMethods {
  /**
   * The elements in groups along an axis, or several: reductions give one row for each group.
   * See {@link groupBy}.
   *
   * @param labels one for each position along the axis: numbers, strings, or dates with option
   * `by`; nested lists for several axes; or a chunked array of numbers
   * @param options `axis` of the labels, or several (default: the first), `expected` groups,
   * `skipNaN`
   * @example
   * const groups = asarray([1, 2, 3, 4]).groupBy(["a", "b", "a", "b"]);
   * await groups.mean().compute(); // → [2, 3]
   */
  groupBy(labels: Labels | GridLabels | ChunkedArray, options?: GroupByOptions): GroupedArray;
  /**
   * The elements in periods of time along an axis, in UTC. See {@link resample}.
   *
   * @param dates one for each position along the axis: dates, milliseconds since 1970, ISO texts
   * @param every how long a period is: `"year"`, `"month"`, `"7d"`, `"6h"`
   * @param options `axis` of the dates (default: the first), `skipNaN`
   * @example
   * const days = ["2001-01-30", "2001-01-31", "2001-02-01"];
   * const months = asarray([1, 2, 3]).resample(days, "month");
   * await months.sum().compute(); // → [3, 3]
   */
  resample(dates: Labels, every: Period, options?: ResampleOptions): GroupedArray;
  /**
   * Windows that slide along an axis: each element with those before it. See {@link rolling}.
   *
   * @param window how many elements a window has
   * @param options `axis` (default: the first), `center`, `minPeriods` that a window needs
   * @returns what reduces the windows, to arrays of the same shape
   * @example await asarray([1, 2, 3, 4]).rolling(2).mean().compute(); // → [NaN, 1.5, 2.5, 3.5]
   */
  rolling(window: number, options?: RollingOptions): Rolling;
  /**
   * Values between positions along an axis, on straight lines; NaN beyond the ends.
   * See {@link interpAlong}.
   *
   * @param from where each position is, ascending: numbers, or dates
   * @param to where values are wanted
   * @param options `axis` (default: the first)
   * @returns float32 for float32, else float64; as long as `to` along the axis
   * @example await asarray([0, 10, 40]).interpAlong([0, 1, 2], [0.5, 1.5]).compute(); // → [5, 25]
   */
  interpAlong(from: Labels, to: Labels, options?: InterpAlongOptions): ChunkedArray;
}

/** The function behind each method, by name. */
export const GROUP_METHODS: {
  readonly [Name in keyof GroupMethods]: (
    x: ChunkedArray,
    ...given: Parameters<GroupMethods[Name]>
  ) => ReturnType<GroupMethods[Name]>;
} = { groupBy, resample, rolling, interpAlong };
