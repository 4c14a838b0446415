// The optimiser: passes in a fixed order, each a function from graph to graph.
import type { LayerGraph } from "../layer-graph.js";

/** The graph after all passes. `outputs` keep their positions and values; a rewritten layer has a new name. */
export declare function optimize(graph: LayerGraph): LayerGraph;
