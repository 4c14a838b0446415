// Layers that no output needs are left out. Which blocks of a layer are needed is decided when
// layers are expanded (expand.ts).
import type { LayerGraph } from "../layer-graph.js";
import { rebuild } from "./rewrite.js";

/** The graph without layers that are not below an output. */
export function cull(graph: LayerGraph): LayerGraph {
  const culled = rebuild(graph, new Map());
  return culled.size === graph.size ? graph : culled;
}
