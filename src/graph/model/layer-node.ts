// What a collection holds: a layer and the nodes it was made from. Nodes are shared and immutable,
// so that adding a step to a collection costs the same however much is below it. The graph of
// layers that passes rewrite is layer-graph.ts, made from nodes when something is computed.
import type { Layer } from "./layer.js";

/** A layer with its inputs' nodes, in the order of `layer.inputs`. */
export interface LayerNode {
  readonly layer: Layer;
  readonly inputs: readonly LayerNode[];
}
