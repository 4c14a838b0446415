// The graph that a virtual cluster runs: of the same layers, which take no resources. Its workers
// stand for workers with all resources; without these, a task that needs a GPU would wait for ever.
import type { Layer } from "../../graph/model/layer.js";
import { graphOf, type LayerGraph, outputsOf } from "../../graph/model/layer-graph.js";
import type { TaskTable } from "../../graph/tasks/expand.js";

/** The layers of an expanded graph, as a virtual cluster runs them. */
export function virtualGraph({ layers }: TaskTable, graph: LayerGraph): LayerGraph {
  const free = layers.map(({ resources: _resources, ...layer }) => layer as Layer);
  return graphOf(free, outputsOf(graph));
}
