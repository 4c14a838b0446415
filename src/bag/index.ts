// The public names of bags.
export { Bag } from "./bag.js";
export type { FoldbyOptions, FoldOptions, TreeOptions } from "./bag-reductions.js";
export type { PartitionOptions } from "./bag-sources.js";
export type { KeyOptions, KeyOrOptions } from "./combine-partitions.js";
export {
  fromAsyncIterable,
  fromPartitions,
  fromRange,
  fromSequence,
  type RangeOptions,
} from "./create-bag.js";
export type { ElementOf, Elements, Plucked, PromiseOrIterator } from "./element-types.js";
export type { BagJoinOptions, BagSortOptions } from "./exchanges.js";
export { Item } from "./item.js";
