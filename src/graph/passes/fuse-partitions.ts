// Successive steps of bags become one task per partition, without lists in between. A layer with
// another reader stays.
import { defined } from "../../base/assert.js";
import type { Layer, PartitionsLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { shifted } from "../model/partition-steps.js";
import { joinWords, Workspace } from "./workspace.js";

/** Joins each layer of partitions with the one below it where that is read by it alone. */
export function fusePartitions(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const layer of layersOf(graph)) {
    if (layer.kind !== "partitions" || !readsLikeNumbered(layer)) continue;
    const below = defined(layer.inputs[0], "the layer's input");
    if (!space.hasOneUser(below)) continue;
    const producer = space.layer(below);
    if (!isListMaker(producer) || producer.chunks[0]?.length !== layer.chunks[0]?.length) continue;
    const word = joinWords(wordOf(layer.name), space.wordOf(below));
    space.replace(layer.name, joined(layer, producer), word);
  }
  space.finish();
}

/** Whether block k reads block k of one input, all of it, and nothing else. */
function readsLikeNumbered(layer: PartitionsLayer): boolean {
  const { inputs, feed, operandBlock, operandStart, readsParts, sideCounts } = layer;
  return (
    inputs.length === 1 &&
    feed.type === "operands" &&
    readsParts !== true &&
    sideCounts === undefined &&
    operandStart.every((start, block) => start === block) &&
    operandBlock.every((from, block) => from === block)
  );
}

function isListMaker(layer: Layer): layer is PartitionsLayer {
  if (layer.kind !== "partitions") return false;
  const { split, single, target, array, feed } = layer;
  const isChain = feed.type === "accumulate" && feed.only === "state";
  return !isChain && [split, single, target, array].every((ending) => ending === undefined);
}

/** One layer with the steps of both, on the inputs of the lower one. */
function joined(upper: PartitionsLayer, lower: PartitionsLayer): PartitionsLayer {
  const functions = lower.functions.length;
  const constants = lower.constants.length;
  const { split, single, target, array, holds } = upper;
  const { holds: _holds, ...rest } = lower;
  return {
    ...rest,
    name: upper.name,
    dtype: upper.dtype,
    functions: [...lower.functions, ...upper.functions],
    constants: [...lower.constants, ...upper.constants],
    steps: [...lower.steps, ...upper.steps.map((step) => shifted(step, functions, constants))],
    ...(split === undefined ? {} : { split: shifted(split, functions, constants) }),
    ...(single === undefined ? {} : { single }),
    ...(target === undefined ? {} : { target }),
    ...(array === undefined ? {} : { array }),
    ...(holds === undefined ? {} : { holds }),
  };
}
