// What users have of bags.
export { Bag } from "./bag.js";
export {
  fromAsyncIterable,
  fromPartitions,
  fromRange,
  fromSequence,
  type RangeOptions,
} from "./create.js";
export type { ElementOf, Elements, Plucked, PromiseOrIterator } from "./element-types.js";
export type { BagJoinOptions, BagSortOptions } from "./exchanges.js";
export { Item } from "./item.js";
export type { FoldbyOptions, FoldOptions, TreeOptions } from "./reductions.js";
export type { PartitionOptions } from "./sources.js";
