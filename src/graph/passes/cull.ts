// Drops layers that no output needs, and all below arrays without elements (empty-layers.ts).
// expand.ts drops single blocks.
import type { LayerName } from "../model/layer.js";
import { type LayerGraph, outputsOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { emptyLayers } from "./empty-layers.js";
import { renameLayers } from "./rename.js";

/**
 * Leaves out layers that are not below an output, of equal layers all but one, and what is below
 * layers without elements.
 */
export function cull(graph: LayerGraph): void {
  emptyLayers(graph);
  // Nearly always there is nothing to do: to look costs less than to rename.
  if (!isNeeded(graph) || !areDistinct(graph)) renameLayers(graph);
}

/** Whether every layer is below an output. */
function isNeeded(graph: LayerGraph): boolean {
  const needed = new Set<string>(outputsOf(graph));
  // The walk comes to names that are added on the way as well.
  for (const name of needed) graph.forEachInNeighbor(name, (input) => void needed.add(input));
  return needed.size === graph.order;
}

/** Whether no two layers are equal but for their words. */
function areDistinct(graph: LayerGraph): boolean {
  const contents = new Set<string>();
  graph.forEachNode((name) => {
    contents.add(name.slice(wordOf(name as LayerName).length));
  });
  return contents.size === graph.order;
}
