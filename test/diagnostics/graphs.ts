// Graphs that are drawn in the tests of this room.
import { graphBelow, type LayerGraph } from "../../src/graph/model/layer-graph.js";
import { blocks, elementwise, reduce, source, transpose } from "../graph/example-layers.js";

/** `(x + xᵀ).mean()` over so many blocks along each axis, as built. */
export function meanGraph(count: number): LayerGraph {
  const x = source([blocks(count, 1_000), blocks(count, 1_000)]);
  return graphBelow([reduce(elementwise("add", x, transpose(x)), "mean")]);
}
