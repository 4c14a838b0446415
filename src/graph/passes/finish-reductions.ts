// A reduction whose axes have one block each needs no tree: its first step makes the result.
import type { BlockwiseLayer, LayerName, TreeReduceLayer } from "../layer.js";
import type { LayerGraph } from "../layer-graph.js";
import { wordOf } from "../naming.js";
import { type Draft, rebuild } from "./rewrite.js";

/** Merges the top of a reduction's tree into its first step where that sees all of each axis. */
export function finishReductions(graph: LayerGraph): LayerGraph {
  const drafts = new Map<LayerName, Draft>();
  for (const layer of graph.topological()) {
    if (layer.kind !== "treeReduce" || !layer.final) continue;
    const first = graph.layer(layer.inputs[0] as LayerName);
    if (first.kind !== "blockwise" || !isWholeStep(first, layer)) continue;
    if (graph.users(first.name).length > 1 || graph.isOutput(first.name)) continue;
    const merged: BlockwiseLayer = {
      ...first,
      name: layer.name,
      chunks: layer.chunks,
      dtype: layer.dtype,
      reduction: layer.reduction,
      final: true,
    };
    drafts.set(layer.name, { layer: merged, word: wordOf(first.name) });
  }
  return drafts.size === 0 ? graph : rebuild(graph, drafts);
}

/** Whether `first` makes states of this very reduction, each from all of the reduced axes. */
function isWholeStep(first: BlockwiseLayer, { reduction }: TreeReduceLayer): boolean {
  return (
    first.reduction?.name === reduction.name &&
    first.reduction.axes.join() === reduction.axes.join() &&
    reduction.axes.every((axis) => first.loopChunks[axis]?.length === 1)
  );
}
