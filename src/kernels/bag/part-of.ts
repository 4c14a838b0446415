// Where elements go in an exchange: the part of each, by a hash of its key or by its rank.
import type { PartitionSplit } from "../../graph/model/partition-steps.js";
import { placed } from "./keyed-steps.js";
import type { StepContext, UserFunction } from "./sink.js";
import { partOfKey, ValueMap } from "./value-keys.js";
import { byKey } from "./whole-steps.js";

/** The result of {@link partOf} for elements that belong to every part. */
export const EVERY_PART = -1;

/** A function that returns the part to which an element belongs. */
export function partOf(split: PartitionSplit, context: StepContext): (element: unknown) => number {
  const { parts, by, key, frequentGo } = split;
  const identity: UserFunction = (element) => element;
  const keyOf =
    key === undefined ? identity : placed(context.functionAt(key), context.name, context.block);
  if (by === "rank") return partByRank(keyOf, split.descending === true, context.side);
  if (frequentGo === undefined) return (element) => partOfKey(keyOf(element), parts);
  const frequent = new ValueMap<true>();
  for (const one of context.side) frequent.getOrMake(one, () => true);
  // Blocks begin at different parts, or the first ones would be given more.
  let turn = context.block;
  return (element) => {
    const found = keyOf(element);
    if (frequent.get(found) === undefined) return partOfKey(found, parts);
    return frequentGo === "everywhere" ? EVERY_PART : turn++ % parts;
  };
}

function partByRank(
  keyOf: UserFunction,
  descending: boolean,
  boundaries: readonly unknown[],
): (element: unknown) => number {
  const compare = byKey(descending);
  return (element) => {
    const wanted = keyOf(element);
    let low = 0;
    let high = boundaries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(boundaries[middle], wanted) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
