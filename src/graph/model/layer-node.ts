// A layer and the nodes below it: the content of a collection. Nodes are shared and immutable, so
// adding a step costs the same at any depth. Computing makes a layer-graph.ts of nodes, which
// passes rewrite.
import type { Layer } from "./layer.js";

/** A layer with its inputs' nodes, in the order of `layer.inputs`. */
export interface LayerNode {
  readonly layer: Layer;
  readonly inputs: readonly LayerNode[];
}
