// The graph of layers, a graphology DirectedGraph: passes rewrite it, pictures and exports draw it,
// users receive it, and submission sends its layers in topological order. Nodes are layers under
// their names. An edge runs from a layer to a reader, once for the pair even if it is several
// operands. An edge is an order of execution, which degrees, orders and paths count once; its
// attribute lists the positions of the operands. Tasks never appear here.
import { DirectedGraph } from "graphology";
import { forEachNodeInTopologicalOrder } from "graphology-dag";
import { isGraph } from "graphology-utils";
import { defined } from "../../base/assert.js";
import { GraphError } from "../../base/errors.js";
import type { Layer, LayerName } from "./layer.js";
import type { LayerNode } from "./layer-node.js";
import { operandPositions } from "./layer-operands.js";

/** Attributes of an edge in a graph of layers or tasks. */
export interface OperandAttributes {
  /**
   * Which operands of the reader these are, from 0: of `x.add(x.T)` both, 0 and 1, are the layer of
   * x.
   */
  readonly positions: readonly number[];
}

/** Attributes of a graph of layers. */
export interface LayerGraphAttributes {
  /** Names of the output layers, in the order of the collections that they are computed for. */
  readonly outputs: readonly LayerName[];
}

/**
 * Layers by name, with edges from each to those that read it: a graph of graphology, for its own
 * functions and those of the packages around it. Its nodes are in topological order.
 */
export type LayerGraph = DirectedGraph<Layer, OperandAttributes, LayerGraphAttributes>;

/** Whether it is a graph of graphology, from any copy of that package. */
export function isLayerGraph(value: unknown): value is LayerGraph {
  return isGraph(value);
}

/** Everything below `outputs`. */
export function graphBelow(outputs: readonly LayerNode[]): LayerGraph {
  return graphInOrder(
    layersBelow(outputs),
    outputs.map(({ layer }) => layer.name),
  );
}

/** The layers of `outputs` and all below them, each after its inputs. */
export function layersBelow(outputs: readonly LayerNode[]): Layer[] {
  const sorted: Layer[] = [];
  const seen = new Set<LayerName>();
  // An explicit stack: chains of many thousand layers must not overflow the call stack.
  const stack: { node: LayerNode; next: number }[] = [];
  const open = (node: LayerNode) => {
    if (seen.has(node.layer.name)) return;
    seen.add(node.layer.name);
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    open(output);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input !== undefined) {
        open(input);
      } else {
        sorted.push(top.node.layer);
        stack.pop();
      }
    }
  }
  return sorted;
}

/**
 * The graph of `layers`, in any order.
 *
 * @throws GraphError `graph.missingLayer` when an input or output is not among them, `graph.cycle`
 * when a layer is below itself
 */
export function graphOf(layers: Iterable<Layer>, outputs: readonly LayerName[]): LayerGraph {
  const byName = new Map<LayerName, Layer>();
  for (const layer of layers) byName.set(layer.name, layer);
  const requireLayer = (name: LayerName, neededBy: string) => {
    if (byName.has(name)) return;
    const text = `layer ${name}, needed by ${neededBy}, is not in the graph`;
    throw new GraphError("missingLayer", text, { layer: name, neededBy });
  };
  for (const { name, inputs } of byName.values()) {
    for (const input of inputs) requireLayer(input, name);
  }
  for (const output of outputs) requireLayer(output, "the outputs");
  const graph: LayerGraph = new DirectedGraph();
  for (const layer of byName.values()) graph.addNode(layer.name, layer);
  for (const layer of byName.values()) addOperands(graph, layer);
  const sorted = topologicalNames(graph).map((name) => layerOf(graph, name));
  return graphInOrder(sorted, outputs);
}

/** The graph of `layers`, of which each comes after its inputs. */
export function graphInOrder(layers: Iterable<Layer>, outputs: readonly LayerName[]): LayerGraph {
  const graph: LayerGraph = emptied ?? new DirectedGraph();
  emptied = undefined;
  addInOrder(graph, layers, outputs);
  return graph;
}

/**
 * An empty graph for the next job. A new one costs a small job a tenth of the client's work:
 * graphology defines some thirty properties on each. V8 keeps these, and all that the graph has
 * held, until a full collection.
 */
let emptied: LayerGraph | undefined;

/** Empties a graph that nothing refers to any more, for the next job. */
export function giveBack(graph: LayerGraph): void {
  graph.clear();
  emptied = graph;
}

/** Puts `layers`, of which each comes after its inputs, in place of those of the graph. */
export function refill(
  graph: LayerGraph,
  layers: Iterable<Layer>,
  outputs: readonly LayerName[],
): void {
  graph.clear();
  addInOrder(graph, layers, outputs);
}

/**
 * Gives the graph copies of its layers: collections have them, too, and must not change with the
 * graph's attributes.
 */
export function ownLayers(graph: LayerGraph): void {
  graph.updateEachNodeAttributes((_, layer) => ({ ...layer }));
}

/** Another graph of the same layers. */
export function copyOf(graph: LayerGraph): LayerGraph {
  return graphInOrder(layersOf(graph), outputsOf(graph));
}

function addInOrder(
  graph: LayerGraph,
  layers: Iterable<Layer>,
  outputs: readonly LayerName[],
): void {
  graph.setAttribute("outputs", outputs);
  for (const layer of layers) {
    graph.addNode(layer.name, layer);
    addOperands(graph, layer);
  }
}

/**
 * Adds edges to a layer from all that it reads. Their keys name the two layers, the same in every
 * run.
 */
export function addOperands(graph: LayerGraph, layer: Layer): void {
  const { name, inputs } = layer;
  if (inputs.length === 0) return;
  const positions = operandPositions(layer);
  for (let at = 0; at < inputs.length; at++) {
    const input = inputs[at] as LayerName;
    graph.addDirectedEdgeWithKey(`${input}->${name}`, input, name, {
      positions: positions[at] as readonly number[],
    });
  }
}

/**
 * Names of all layers, each after its inputs, for any graph.
 *
 * @throws GraphError `graph.cycle` when a layer is below itself
 */
export function topologicalNames(graph: LayerGraph): LayerName[] {
  if (graph.size === 0) return graph.nodes() as LayerName[];
  const names: LayerName[] = [];
  try {
    forEachNodeInTopologicalOrder(graph, (name) => {
      names.push(name as LayerName);
    });
  } catch (error) {
    if (names.length === graph.order) throw error;
    const cycle = cycleAmong(graph, new Set(names));
    const text = `layers read each other in a circle: ${cycle.join(" reads ")}`;
    throw new GraphError("cycle", text, { cycle });
  }
  return names;
}

/** Layers of a circle, the first of which is the last as well. */
function cycleAmong(graph: LayerGraph, sorted: ReadonlySet<string>): string[] {
  const way: string[] = [];
  let name = defined(
    graph.findNode((node) => !sorted.has(node)),
    "a layer of the cycle",
  );
  // A layer that could not be sorted reads another that could not be.
  while (!way.includes(name)) {
    way.push(name);
    name = defined(
      graph.findInNeighbor(name, (neighbor) => !sorted.has(neighbor)),
      "the layer before",
    );
  }
  return [...way.slice(way.indexOf(name)), name];
}

/** All layers, each after its inputs. */
export function layersOf(graph: LayerGraph): readonly Layer[] {
  return graph.mapNodes((_, layer) => layer);
}

/** The layer of that name. */
export function layerOf(graph: LayerGraph, name: LayerName): Layer {
  return graph.getNodeAttributes(name);
}

/** Layers that read the layer of that name. */
export function usersOf(graph: LayerGraph, name: LayerName): readonly Layer[] {
  return graph.mapOutNeighbors(name, (_, layer) => layer);
}

/** The output layers. */
export function outputsOf(graph: LayerGraph): readonly LayerName[] {
  return graph.getAttribute("outputs");
}

/** Whether that layer is an output. */
export function isOutput(graph: LayerGraph, name: LayerName): boolean {
  return outputsOf(graph).includes(name);
}
