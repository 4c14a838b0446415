// The graph of layers, on graphology: passes rewrite it, pictures and exports draw it, and what is
// submitted is its layers in topological order. Tasks never appear here.
import { DirectedGraph } from "graphology";
import { GraphError } from "../base/errors.js";
import type { Layer, LayerName } from "./layer.js";
import type { LayerNode } from "./layer-node.js";

/** Layers by name with edges from input to user; `outputs` are the layers that somebody wants. */
export class LayerGraph {
  /** Nodes are layer names with the layer as attribute; edges run from an input to its user. */
  readonly graph: DirectedGraph<{ layer: Layer }>;
  readonly outputs: readonly LayerName[];

  private constructor(graph: DirectedGraph<{ layer: Layer }>, outputs: readonly LayerName[]) {
    this.graph = graph;
    this.outputs = outputs;
  }

  /**
   * The graph of `layers`, in any order.
   *
   * @throws GraphError `graph.missingLayer` when an input or output is not among them.
   */
  static of(layers: Iterable<Layer>, outputs: readonly LayerName[]): LayerGraph {
    const graph = new DirectedGraph<{ layer: Layer }>();
    for (const layer of layers) graph.mergeNode(layer.name, { layer });
    for (const { layer } of attributes(graph)) {
      for (const input of layer.inputs) {
        requireLayer(graph, input, layer.name);
        graph.mergeEdge(input, layer.name);
      }
    }
    for (const output of outputs) requireLayer(graph, output, "the outputs");
    return new LayerGraph(graph, outputs);
  }

  /** Everything below `outputs`. */
  static below(outputs: readonly LayerNode[]): LayerGraph {
    const layers = new Map<LayerName, Layer>();
    const pending = [...outputs];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (layers.has(node.layer.name)) continue;
      layers.set(node.layer.name, node.layer);
      pending.push(...node.inputs);
    }
    return LayerGraph.of(
      layers.values(),
      outputs.map((node) => node.layer.name),
    );
  }

  /** The layer of that name. */
  layer(name: LayerName): Layer {
    return this.graph.getNodeAttribute(name, "layer");
  }

  /** Layers that read the layer of that name. */
  users(name: LayerName): Layer[] {
    return this.graph.outNeighbors(name).map((user) => this.layer(user as LayerName));
  }

  /** Whether somebody wants the blocks of that layer as they are. */
  isOutput(name: LayerName): boolean {
    return this.outputs.includes(name);
  }

  /**
   * Layers such that each comes after its inputs; the same order for the same graph.
   *
   * @throws GraphError `graph.cycle` when a layer is below itself.
   */
  topological(): Layer[] {
    const sorted: Layer[] = [];
    const state = new Map<LayerName, "open" | "done">();
    // An explicit stack: chains of many thousand layers must not overflow the call stack.
    const stack: { name: LayerName; next: number }[] = [];
    const open = (name: LayerName) => {
      if (state.get(name) === "open")
        throw new GraphError("cycle", `layer ${name} is below itself`);
      if (state.get(name) === "done") return;
      state.set(name, "open");
      stack.push({ name, next: 0 });
    };
    for (const root of [...this.outputs, ...(this.graph.nodes() as LayerName[])]) {
      open(root);
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const layer = this.layer(top.name);
        const input = layer.inputs[top.next++];
        if (input !== undefined) {
          open(input);
        } else {
          state.set(top.name, "done");
          sorted.push(layer);
          stack.pop();
        }
      }
    }
    return sorted;
  }
}

function attributes(graph: DirectedGraph<{ layer: Layer }>): { layer: Layer }[] {
  return graph.mapNodes((_name, data) => data);
}

function requireLayer(graph: DirectedGraph, name: LayerName, neededBy: string): void {
  if (!graph.hasNode(name)) {
    throw new GraphError(
      "missingLayer",
      `layer ${name}, needed by ${neededBy}, is not in the graph`,
    );
  }
}
