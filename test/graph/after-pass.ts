// What a pass makes of a graph, which itself stays as it is.
import { copyOf, type LayerGraph } from "../../src/graph/model/layer-graph.js";

/** A copy of the graph, rewritten by the pass. */
export function after<Given extends readonly unknown[]>(
  pass: (graph: LayerGraph, ...given: Given) => void,
  graph: LayerGraph,
  ...given: Given
): LayerGraph {
  const copy = copyOf(graph);
  pass(copy, ...given);
  return copy;
}
