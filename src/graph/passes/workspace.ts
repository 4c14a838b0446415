// A graph during a pass. Layers are replaced under their old names and added under new ones, and
// layers without readers are dropped at once, so readers are always known. At the end rename.ts
// names every changed layer and all above it.
import type { Layer, LayerName } from "../model/layer.js";
import { addOperands, isOutput, type LayerGraph, layerOf, usersOf } from "../model/layer-graph.js";
import { nameLayer, type Unnamed, wordOf } from "../model/naming.js";
import { renameLayers } from "./rename.js";

/** The most characters of a joined prefix. */
const WORD_LENGTH = 40;

/** A graph, open for changes until {@link Workspace.finish}. */
export class Workspace {
  readonly #graph: LayerGraph;
  /** Prefixes for layers whose content no longer matches their names; most passes change none. */
  #words: Map<LayerName, string> | undefined;
  #standIns: Map<LayerName, LayerName> | undefined;

  constructor(graph: LayerGraph) {
    this.#graph = graph;
  }

  /** Whether the layer is still there: replacing layers may have left it without users. */
  has(name: LayerName): boolean {
    return this.#graph.hasNode(name);
  }

  /** The current layer of that name. */
  layer(name: LayerName): Layer {
    return layerOf(this.#graph, name);
  }

  /** The readable prefix of the name that the layer has or gets. */
  wordOf(name: LayerName): string {
    return this.#words?.get(name) ?? wordOf(name);
  }

  /** The current inputs of the layer. */
  inputsOf({ inputs }: Pick<Layer, "inputs">): Layer[] {
    return inputs.map((input) => this.layer(input));
  }

  /** The current readers of the layer. */
  usersOf(name: LayerName): readonly Layer[] {
    return usersOf(this.#graph, name);
  }

  /** Whether it has one reader and is no output. */
  hasOneUser(name: LayerName): boolean {
    return this.#graph.outDegree(name) === 1 && !isOutput(this.#graph, name);
  }

  /** Puts `layer` in place of the layer of that name. */
  replace(name: LayerName, layer: Unnamed<Layer>, word = this.wordOf(name)): void {
    const graph = this.#graph;
    const { inputs } = this.layer(name);
    const replacement = { ...layer, name } as Layer;
    for (const input of inputs) graph.dropEdge(input, name);
    graph.replaceNodeAttributes(name, replacement);
    addOperands(graph, replacement);
    this.#words ??= new Map();
    this.#words.set(name, word);
    for (const input of inputs) this.#dropUnread(input);
  }

  /** A layer that was not there, or the equal one that was. */
  add(layer: Unnamed<Layer>, word: string): LayerName {
    const named = nameLayer<Layer>(word, layer);
    if (!this.has(named.name)) {
      this.#graph.addNode(named.name, named);
      addOperands(this.#graph, named);
    }
    return named.name;
  }

  /** From now on, readers of `name` read `below` instead, whose blocks are the same, one by one. */
  standIn(name: LayerName, below: LayerName): void {
    this.#standIns ??= new Map();
    this.#standIns.set(name, below);
  }

  /** The layer that stands in for the layer; by default the layer itself. */
  behind(name: LayerName): LayerName {
    return this.#standIns?.get(name) ?? name;
  }

  /** Names every layer by its content, and drops layers that no output needs. */
  finish(): void {
    if (this.#words === undefined && this.#standIns === undefined) return;
    renameLayers(this.#graph, this.#words, this.#standIns);
  }

  /** Drops the layer if nothing reads it any more, and recursively layers that only it read. */
  #dropUnread(unread: LayerName): void {
    const graph = this.#graph;
    const pending = [unread];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (!graph.hasNode(name) || graph.outDegree(name) > 0 || isOutput(graph, name)) continue;
      pending.push(...this.layer(name).inputs);
      graph.dropNode(name);
    }
  }
}

/**
 * The joined prefixes of a consumer and the layer fused into it: `mean` and `add-transpose` make
 * all three.
 */
export function joinWords(consumer: string, producer: string): string {
  const parts = [...new Set([...consumer.split("-"), ...producer.split("-")])];
  let word = "";
  for (const part of parts) {
    const longer = word === "" ? part : `${word}-${part}`;
    if (longer.length > WORD_LENGTH) break;
    word = longer;
  }
  return word;
}
