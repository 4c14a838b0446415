// Barriers: a node of one block that is there once all blocks of some collections are. They are
// joined level by level, since a task that read them all would have to wait for all at one place.
import { type Expectations, wholeNumber } from "../../base/option-schema.js";
import { blockCount } from "../model/chunks.js";
import type { BarrierLayer } from "../model/layer.js";
import type { LayerNode } from "../model/layer-node.js";
import { nameLayer } from "../model/naming.js";
import type { Collection } from "./collection.js";
import { partsOf } from "./collection-arguments.js";

/** Options of barriers. */
export interface BarrierOptions {
  /** How many results a task of the tree joins; default: 32. */
  readonly splitEvery?: number;
}

/** What they have to be. */
export const BARRIER_OPTIONS: Expectations<BarrierOptions> = { splitEvery: wholeNumber(2) };

const SPLIT_EVERY = 32;

/** The node of one block for all blocks of some collections. */
export function barrierBelow(
  collections: readonly Collection[],
  { splitEvery = SPLIT_EVERY }: BarrierOptions,
): LayerNode {
  const nodes = new Map(partsOf(collections).map(({ node }) => [node.layer.name, node]));
  // The first level moves nothing: each task looks at one block, where it is.
  let barrier = level([...nodes.values()], 1);
  while (blockCount(barrier.layer.chunks) > 1) barrier = level([barrier], splitEvery);
  return barrier;
}

function level(inputs: readonly LayerNode[], every: number): LayerNode {
  const blocks = inputs.reduce((sum, { layer }) => sum + blockCount(layer.chunks), 0);
  const count = Math.max(1, Math.ceil(blocks / every));
  const layer = nameLayer<BarrierLayer>("barrier", {
    kind: "barrier",
    every,
    inputs: inputs.map((input) => input.layer.name),
    chunks: [new Array<number>(count).fill(1)],
    dtype: "bool",
  });
  return { layer, inputs };
}
