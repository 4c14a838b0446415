// Groups along an axis as methods of arrays.
import type { ChunkedArray } from "../chunked-array.js";
import { type GroupByOptions, type GroupedArray, groupBy } from "./group-by.js";
import type { Labels } from "./group-labels.js";

/** Groups along an axis, as methods. */
export interface GroupMethods {
  /** The elements in groups along an axis. See {@link groupBy}. */
  groupBy(labels: Labels, options?: GroupByOptions): GroupedArray;
}

/** By the names of the methods, what each calls. */
export const GROUP_METHODS: {
  readonly [Name in keyof GroupMethods]: (
    x: ChunkedArray,
    ...given: Parameters<GroupMethods[Name]>
  ) => ReturnType<GroupMethods[Name]>;
} = { groupBy };
