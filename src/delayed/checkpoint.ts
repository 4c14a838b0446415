// Checkpoints: a delayed call that has run once collections of any kind are computed. Barriers are
// graph/ports/barriers.ts.
import { checkOptions } from "../base/option-schema.js";
import { CALL_ARGUMENT, type HasCallArgument } from "../graph/model/calls-layer.js";
import { BARRIER_OPTIONS, type BarrierOptions, barrierBelow } from "../graph/ports/barriers.js";
import type { Collection } from "../graph/ports/collection.js";
import { splitCollections } from "../graph/ports/collection-arguments.js";
import { type Delayed, delayed } from "./delayed.js";

/**
 * A delayed call that is done once all blocks of some collections have been computed. Their values
 * stay where they are and are freed: nothing is kept or sent.
 *
 * @param args collections of any kind, and options last
 * @returns its value is null
 * @throws ArgumentError `argument.value` for anything but collections, or an unknown option
 * @see https://docs.dask.org/en/stable/graph_manipulation.html
 * @example
 * const x = ones([1000, 1000], { chunks: 500 });
 * await checkpoint(x.add(1), x.sum()).compute(); // → null
 */
export function checkpoint(...args: readonly (Collection | BarrierOptions)[]): Delayed<null> {
  const { collections, options } = splitCollections<BarrierOptions>("checkpoint", args);
  checkOptions("checkpoint()", options, BARRIER_OPTIONS);
  const node = barrierBelow(collections, options);
  const done: HasCallArgument = { [CALL_ARGUMENT]: () => ({ node, blocks: [0], isList: false }) };
  return delayed(nothing, { pure: true, name: "checkpoint" })(done);
}

/** Runs on a worker, all by itself. */
function nothing(_done: unknown): null {
  return null;
}
