// The graph of layers as graphology has it: nodes, edges with positions, orders and circles.
import { hasCycle } from "graphology-dag";
import { describe, expect, it } from "vitest";
import { random } from "../../../src/array/index.js";
import type { Layer, LayerName } from "../../../src/graph/model/layer.js";
import {
  copyOf,
  giveBack,
  graphBelow,
  graphOf,
  isLayerGraph,
  layerOf,
  layersBelow,
  layersOf,
  outputsOf,
  topologicalNames,
  usersOf,
} from "../../../src/graph/model/layer-graph.js";
import { blocks, elementwise, source, transpose } from "../example-layers.js";

const x = source([blocks(2, 10), blocks(2, 10)]);
const both = elementwise("add", x, transpose(x));

describe("the graph of layers", () => {
  it("has layers as nodes, and what they are as attributes", () => {
    const graph = graphBelow([both]);
    expect(graph.order).toBe(3);
    expect(graph.getNodeAttributes(x.layer.name)).toEqual(x.layer);
    expect(graph.getNodeAttribute(both.layer.name, "dtype")).toBe("float64");
    expect(layerOf(graph, x.layer.name)).toEqual(x.layer);
    expect(outputsOf(graph)).toEqual([both.layer.name]);
    expect(usersOf(graph, x.layer.name).map(({ kind }) => kind)).toEqual([
      "blockwise",
      "blockwise",
    ]);
  });

  it("has one edge from a layer to another, with all positions in which it is read", () => {
    const y = random([20, 20], { chunks: 10, seed: 1 });
    const fused = graphBelow([y.add(y.T).node]);
    const [add] = outputsOf(fused) as [LayerName];
    expect(fused.inDegree(add)).toBe(2);
    const twice = graphBelow([elementwise("multiply", both, both)]);
    const [multiply] = outputsOf(twice) as [LayerName];
    expect(twice.getEdgeAttributes(both.layer.name, multiply)).toEqual({ positions: [0, 1] });
    expect(twice.getEdgeAttributes(x.layer.name, both.layer.name)).toEqual({ positions: [0] });
  });

  it("is the same text in every run", () => {
    expect(JSON.stringify(graphBelow([both]).export())).toBe(
      JSON.stringify(copyOf(graphBelow([both])).export()),
    );
  });

  it("is in topological order, whatever the order of the layers it is made of", () => {
    const layers = layersBelow([both]);
    const graph = graphOf(layers.toReversed(), [both.layer.name]);
    expect(layersOf(graph)).toEqual(layers);
    expect(topologicalNames(graph)).toEqual(layers.map(({ name }) => name));
    expect(hasCycle(graph)).toBe(false);
  });

  it("has nothing left of the job that gave it back", () => {
    const before = graphBelow([both]);
    giveBack(before);
    const graph = graphBelow([x]);
    expect(graph).toBe(before);
    expect(layersOf(graph)).toEqual([x.layer]);
    expect(graph.size).toBe(0);
    expect(outputsOf(graph)).toEqual([x.layer.name]);
    expect(graphBelow([x])).not.toBe(graph);
  });

  it("may be as deep as memory lets it", () => {
    let deep = x;
    for (let k = 0; k < 20_000; k++) deep = elementwise("negative", deep);
    expect(graphBelow([deep]).order).toBe(20_001);
  });

  it("names the layers of a circle", () => {
    const named = (name: string, input: string): Layer => ({
      ...source([blocks(2, 10)]).layer,
      name: name as LayerName,
      inputs: [input as LayerName],
    });
    const layers = [named("a", "c"), named("b", "a"), named("c", "b"), named("d", "c")];
    const made = () => graphOf(layers, ["d" as LayerName]);
    expect(made).toThrow("layers read each other in a circle: a reads c reads b reads a");
    expect(made).toThrow(expect.objectContaining({ code: "graph.cycle" }));
    expect(() => graphOf(layers.slice(0, 1), [])).toThrow("layer c, needed by a, is not");
    expect(() => graphOf([], ["d" as LayerName])).toThrow("layer d, needed by the outputs, is not");
  });

  it("differs from everything else", () => {
    expect(isLayerGraph(graphBelow([x]))).toBe(true);
    for (const other of [undefined, null, {}, x, "graph"]) expect(isLayerGraph(other)).toBe(false);
  });
});
