// Users' passes: functions that rewrite the graph of layers with graphology's own methods. Edges
// define the inputs of a layer and their positions; nodes define the computation. Here both become
// layers again, named by content. Graphs that cannot be computed, or that change the outputs'
// blocks, are refused.
import { ArgumentError, GraphError } from "../../base/errors.js";
import { sameChunks } from "../model/chunks.js";
import { gridText, shapeText } from "../model/describe-layer.js";
import type { Layer, LayerName } from "../model/layer.js";
import {
  isLayerGraph,
  type LayerGraph,
  layerOf,
  layersOf,
  outputsOf,
  ownLayers,
  refill,
  topologicalNames,
} from "../model/layer-graph.js";
import { operandInputs, withOperands } from "../model/layer-operands.js";
import { wordFrom, wordOf } from "../model/naming.js";
import { readResources } from "../model/resources.js";
import { renameLayers } from "./rename.js";

/**
 * A pass of yours: changes the graph that it receives, or returns another one. It runs after the
 * passes of the library and sees the layers that would be computed.
 */
export type LayerPass = ((graph: LayerGraph) => void) | ((graph: LayerGraph) => LayerGraph);

/**
 * Runs a user's pass on the graph.
 *
 * @throws GraphError `graph.cycle`, `graph.missingLayer` or `graph.invalidPass` for what cannot be
 * computed
 * @throws ArgumentError `argument.value` when the pass returns something else than a graph
 */
export function runUserPass(graph: LayerGraph, name: string, pass: LayerPass): void {
  const before = new Map(layersOf(graph).map((layer) => [layer.name, layer]));
  const wanted = outputsOf(graph).map((output) => before.get(output) as Layer);
  ownLayers(graph);
  const returned: unknown = pass(graph);
  const rewritten = returned === undefined ? graph : returned;
  if (!isLayerGraph(rewritten) || rewritten.type !== "directed" || rewritten.multi) {
    const text = `pass ${name} returned ${describe(rewritten)}: expected nothing, or a DirectedGraph of graphology`;
    throw new ArgumentError("value", text, { pass: name });
  }
  new Reading(name, rewritten, before).fill(graph, wanted);
}

function describe(returned: unknown): string {
  if (isLayerGraph(returned)) return `a ${returned.multi ? "multi" : returned.type} graph`;
  return returned instanceof Promise ? "a promise" : `a value of type ${typeof returned}`;
}

/** Reads the graph that a pass returned as layers. */
class Reading {
  readonly #pass: string;
  readonly #graph: LayerGraph;
  readonly #before: ReadonlyMap<LayerName, Layer>;
  /** Prefixes for the names of layers whose content has changed. */
  readonly #words = new Map<LayerName, string>();

  constructor(pass: string, graph: LayerGraph, before: ReadonlyMap<LayerName, Layer>) {
    this.#pass = pass;
    this.#graph = graph;
    this.#before = before;
  }

  /** Fills `graph` with the layers, of which some are outputs. */
  fill(graph: LayerGraph, wanted: readonly Layer[]): void {
    const outputs = this.#outputs(wanted);
    const layers = this.#sortedNames().map((name) => this.#layer(name));
    refill(graph, layers, outputs);
    renameLayers(graph, this.#words);
  }

  /** Names of the outputs, checked to exist with the same blocks. */
  #outputs(wanted: readonly Layer[]): readonly LayerName[] {
    const outputs: unknown = outputsOf(this.#graph);
    if (!Array.isArray(outputs) || outputs.length !== wanted.length) {
      const text = `the attribute outputs of the graph was a list of length ${wanted.length}: leave it so`;
      throw this.#invalid(text);
    }
    for (const [at, was] of wanted.entries()) {
      const name = outputs[at] as LayerName;
      if (!this.#graph.hasNode(name)) {
        const text = `layer ${name}, whose blocks are wanted, is not in the graph: keep it, or name another one in the graph's attribute outputs`;
        throw this.#missing(text, name);
      }
      const difference = differenceOf(was, this.#attributes(name));
      if (difference !== undefined)
        throw this.#invalid(`output ${name} has another ${difference}`, name);
    }
    return outputs;
  }

  #sortedNames(): LayerName[] {
    try {
      return topologicalNames(this.#graph);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      throw new GraphError("cycle", `pass ${this.#pass}: ${error.message}`, error.data);
    }
  }

  /** The attributes of a node, checked to be those of a layer. */
  #attributes(name: LayerName): Layer {
    const attributes = layerOf(this.#graph, name);
    const { kind, dtype, chunks, inputs } = attributes;
    const areTexts = typeof kind === "string" && typeof dtype === "string";
    if (areTexts && Array.isArray(chunks) && Array.isArray(inputs)) return attributes;
    const text = `node ${name} is no layer: copy the attributes of one, from this graph or from layerGraph() of a collection`;
    throw this.#invalid(text, name);
  }

  /** The layer that a node and its edges are, under the node's key. */
  #layer(name: LayerName): Layer {
    const attributes = this.#attributes(name);
    const was = this.#before.get(name);
    const difference = was && differenceOf(was, attributes);
    if (difference !== undefined) {
      const text = `layer ${name} has another ${difference}: add a layer, and have that read instead`;
      throw this.#invalid(text, name);
    }
    const { resources, ...content } = attributes;
    const layer = { ...content, name } as Layer;
    const named = operandInputs(layer).map((input) => layer.inputs[input] as LayerName);
    const read = this.#readNames(name, named.length);
    const isSame = was !== undefined && haveSameContent(attributes, was);
    const isRewired = read.some((input, operand) => input !== named[operand]);
    if (isRewired && !isSame) {
      const text = `layer ${name} names the inputs ${named.join(", ")}, and its edges come from ${read.join(", ")}: let both say the same`;
      throw this.#invalid(text, name);
    }
    if (isRewired) this.#checkOperands(name, named, read);
    const isComeAsNamed = was === undefined && attributes.name === name;
    if (attributes.kind === "persisted") this.#checkPersisted(name, attributes);
    else if (isRewired || !(isSame || isComeAsNamed))
      this.#words.set(name, wordFor(name, attributes));
    const settled = isRewired ? withOperands(layer, read) : layer;
    if (resources === undefined) return settled;
    const taken = readResources(resources, `pass ${this.#pass}: resources of layer ${name}`);
    return Object.keys(taken).length === 0 ? settled : { ...settled, resources: taken };
  }

  /** Blocks on workers are found by the name of their layer. */
  #checkPersisted(name: LayerName, { name: own }: Layer): void {
    if (name === own) return;
    const text = `node ${name} is the persisted layer ${own}: give the node that name`;
    throw this.#invalid(text, name);
  }

  /** Names of the inputs of a layer, operand by operand, by its edges. */
  #readNames(name: LayerName, count: number): LayerName[] {
    const read = new Array<LayerName | undefined>(count).fill(undefined);
    this.#graph.forEachInEdge(name, (_, { positions }, input) => {
      if (!Array.isArray(positions) || positions.length === 0) {
        const text = `the edge from ${input} to ${name} has no positions: expected an attribute such as { positions: [0] }`;
        throw this.#invalid(text, name);
      }
      for (const position of positions as readonly number[]) {
        if (!Number.isInteger(position) || position < 0 || position >= count) {
          const text = `the edge from ${input} is operand ${position} of layer ${name}, which has ${count}`;
          throw this.#invalid(text, name);
        }
        if (read[position] !== undefined) {
          const text = `operand ${position} of layer ${name} has edges from both ${read[position]} and ${input}: drop one`;
          throw this.#invalid(text, name);
        }
        read[position] = input as LayerName;
      }
    });
    const gap = read.indexOf(undefined);
    if (gap < 0) return read as LayerName[];
    const text = `layer ${name} reads nothing as operand ${gap}: add an edge to it with { positions: [${gap}] }`;
    throw this.#missing(text, name);
  }

  /** Checks that a replaced operand has the same blocks as before. */
  #checkOperands(name: LayerName, named: readonly LayerName[], read: readonly LayerName[]): void {
    for (const [operand, input] of read.entries()) {
      const was = this.#before.get(named[operand] as LayerName);
      const difference = was && differenceOf(was, this.#attributes(input));
      if (difference === undefined) continue;
      const text = `operand ${operand} of layer ${name}, now ${input}, has another ${difference}`;
      throw this.#invalid(text, name);
    }
  }

  #invalid(text: string, layer?: LayerName): GraphError {
    const data = { pass: this.#pass, ...(layer === undefined ? {} : { layer }) };
    return new GraphError("invalidPass", `pass ${this.#pass}: ${text}`, data);
  }

  #missing(text: string, layer: LayerName): GraphError {
    const data = { pass: this.#pass, layer };
    return new GraphError("missingLayer", `pass ${this.#pass}: ${text}`, data);
  }
}

/** A prefix for a layer that is named by its content. */
function wordFor(key: LayerName, { name }: Layer): string {
  const isNamed = typeof name === "string" && name.includes("-");
  return isNamed ? wordOf(name) : wordFrom(key, "layer");
}

/** The difference between the blocks of two layers, in words; undefined if there is none. */
function differenceOf(was: Layer, is: Layer): string | undefined {
  if (was.dtype !== is.dtype) return `dtype: ${is.dtype} instead of ${was.dtype}`;
  if (was.holds !== is.holds) return "kind of values";
  if (sameChunks(was.chunks, is.chunks)) return undefined;
  const [shape, before] = [shapeText(is.chunks), shapeText(was.chunks)];
  if (shape !== before) return `shape: ${shape} instead of ${before}`;
  return `grid: ${gridText(is.chunks)} instead of ${gridText(was.chunks)}`;
}

/** Whether nothing that a layer's values follow from was replaced. */
function haveSameContent(layer: Layer, was: Layer): boolean {
  const fieldsOf = ({ resources: _resources, ...content }: Layer) => Object.entries(content);
  const fields = fieldsOf(layer);
  return (
    fields.length === fieldsOf(was).length &&
    fields.every(([field, value]) => Object.is(value, was[field as keyof Layer]))
  );
}
