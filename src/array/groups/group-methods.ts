// Groups and windows along an axis as methods of arrays.
import type { ChunkedArray } from "../chunked-array.js";
import { type GroupByOptions, type GroupedArray, groupBy } from "./group-by.js";
import type { Labels } from "./group-labels.js";
import { type Period, type ResampleOptions, resample } from "./resample.js";
import { type Rolling, type RollingOptions, rolling } from "./rolling.js";

/** Groups and windows along an axis, as methods. */
export interface GroupMethods {
  /** The elements in groups along an axis. See {@link groupBy}. */
  groupBy(labels: Labels, options?: GroupByOptions): GroupedArray;
  /** The elements in periods of time along an axis. See {@link resample}. */
  resample(dates: Labels, every: Period, options?: ResampleOptions): GroupedArray;
  /** Windows that slide along an axis. See {@link rolling}. */
  rolling(window: number, options?: RollingOptions): Rolling;
}

/** The function behind each method, by name. */
export const GROUP_METHODS: {
  readonly [Name in keyof GroupMethods]: (
    x: ChunkedArray,
    ...given: Parameters<GroupMethods[Name]>
  ) => ReturnType<GroupMethods[Name]>;
} = { groupBy, resample, rolling };
