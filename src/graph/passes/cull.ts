// Layers that no output needs are left out. Which blocks of a layer are needed is decided when
// layers are expanded (expand.ts).
import type { LayerName } from "../model/layer.js";
import type { LayerGraph } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { rebuild } from "./rewrite.js";

/** The graph without layers that are not below an output, and with equal layers once. */
export function cull(graph: LayerGraph): LayerGraph {
  // Nearly always there is nothing to do: to look costs less than to rebuild.
  return isNeeded(graph) && areDistinct(graph) ? graph : rebuild(graph, new Map());
}

/** Whether every layer is below an output. */
function isNeeded(graph: LayerGraph): boolean {
  const needed = new Set<LayerName>(graph.outputs);
  // The walk comes to names that are added on the way as well.
  for (const name of needed) for (const input of graph.layer(name).inputs) needed.add(input);
  return needed.size === graph.size;
}

/** Whether no two layers are equal but for their words. */
function areDistinct(graph: LayerGraph): boolean {
  const contents = new Set<string>();
  for (const { name } of graph.topological()) contents.add(name.slice(wordOf(name).length));
  return contents.size === graph.size;
}
