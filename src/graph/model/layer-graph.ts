// The graph of layers, on graphology: passes rewrite it, pictures and exports draw it, and what is
// submitted is its layers in topological order. Tasks never appear here.
import { DirectedGraph } from "graphology";
import { defined } from "../../base/assert.js";
import { GraphError } from "../../base/errors.js";
import type { Layer, LayerName } from "./layer.js";
import type { LayerNode } from "./layer-node.js";

/** Layers by name with edges from input to user; `outputs` are the layers that somebody wants. */
export class LayerGraph {
  readonly outputs: readonly LayerName[];
  readonly #layers: ReadonlyMap<LayerName, Layer>;
  #users: ReadonlyMap<LayerName, readonly Layer[]> | undefined;
  #sorted: readonly Layer[] | undefined;
  #graph: DirectedGraph<{ layer: Layer }> | undefined;

  private constructor(layers: ReadonlyMap<LayerName, Layer>, outputs: readonly LayerName[]) {
    this.#layers = layers;
    this.outputs = outputs;
  }

  /**
   * The graph of `layers`, in any order.
   *
   * @throws GraphError `graph.missingLayer` when an input or output is not among them.
   */
  static of(layers: Iterable<Layer>, outputs: readonly LayerName[]): LayerGraph {
    const byName = new Map<LayerName, Layer>();
    for (const layer of layers) byName.set(layer.name, layer);
    for (const { name, inputs } of byName.values()) {
      for (const input of inputs) requireLayer(byName, input, name);
    }
    for (const output of outputs) requireLayer(byName, output, "the outputs");
    return new LayerGraph(byName, outputs);
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

  /**
   * Nodes are layer names with the layer as attribute; edges run from an input to its user. Made when
   * it is first asked for: that costs more than all else about a small graph.
   */
  get graph(): DirectedGraph<{ layer: Layer }> {
    this.#graph ??= directedGraph(this.#layers);
    return this.#graph;
  }

  /** How many layers there are. */
  get size(): number {
    return this.#layers.size;
  }

  /** The layer of that name. */
  layer(name: LayerName): Layer {
    return defined(this.#layers.get(name), `layer ${name}`);
  }

  /** Layers that read the layer of that name. */
  users(name: LayerName): readonly Layer[] {
    this.#users ??= usersOf(this.#layers);
    return this.#users.get(name) ?? [];
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
  topological(): readonly Layer[] {
    this.#sorted ??= this.#sort();
    return this.#sorted;
  }

  #sort(): Layer[] {
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
    for (const root of [...this.outputs, ...this.#layers.keys()]) {
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

function usersOf(layers: ReadonlyMap<LayerName, Layer>): Map<LayerName, Layer[]> {
  const users = new Map<LayerName, Layer[]>();
  for (const layer of layers.values()) {
    for (const input of new Set(layer.inputs)) {
      const known = users.get(input);
      if (known === undefined) users.set(input, [layer]);
      else known.push(layer);
    }
  }
  return users;
}

function directedGraph(layers: ReadonlyMap<LayerName, Layer>): DirectedGraph<{ layer: Layer }> {
  const graph = new DirectedGraph<{ layer: Layer }>();
  for (const [name, layer] of layers) graph.addNode(name, { layer });
  for (const { name, inputs } of layers.values()) {
    for (const input of inputs) graph.mergeEdge(input, name);
  }
  return graph;
}

function requireLayer(
  layers: ReadonlyMap<LayerName, Layer>,
  name: LayerName,
  neededBy: string,
): void {
  if (layers.has(name)) return;
  const text = `layer ${name}, needed by ${neededBy}, is not in the graph`;
  throw new GraphError("missingLayer", text);
}
