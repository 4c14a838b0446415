// A graph while a pass puts new layers into it: layers are replaced under their old names and added
// under new ones, and what nobody reads any more is forgotten at once, so that who reads a layer is
// known at every moment. How the result gets its names is rewrite.ts.
import { defined } from "../../base/assert.js";
import type { Layer, LayerName } from "../model/layer.js";
import { LayerGraph } from "../model/layer-graph.js";
import { nameLayer, type Unnamed } from "../model/naming.js";
import { type Draft, rebuild } from "./rewrite.js";

/** The layers of a graph, open for changes. */
export class Workspace {
  readonly #graph: LayerGraph;
  readonly #outputs: ReadonlySet<LayerName>;
  readonly #layers = new Map<LayerName, Layer>();
  readonly #users = new Map<LayerName, Set<LayerName>>();
  /** Words of the layers whose content is no longer what their names say. */
  readonly #words = new Map<LayerName, string>();

  constructor(graph: LayerGraph) {
    this.#graph = graph;
    this.#outputs = new Set(graph.outputs);
    for (const layer of graph.topological()) this.#put(layer);
  }

  /** Whether the layer is still there: replacing layers may have left it without users. */
  has(name: LayerName): boolean {
    return this.#layers.has(name);
  }

  /** The layer that stands under the name now. */
  layer(name: LayerName): Layer {
    return defined(this.#layers.get(name), `layer ${name}`);
  }

  /** The layers that the layer reads, as they are now. */
  inputsOf({ inputs }: Pick<Layer, "inputs">): Layer[] {
    return inputs.map((input) => this.layer(input));
  }

  /** Whether one layer reads it, and nobody wants its blocks as they are. */
  hasOneUser(name: LayerName): boolean {
    return this.#users.get(name)?.size === 1 && !this.#outputs.has(name);
  }

  /** Puts `layer` in the place of the layer of that name. */
  replace(name: LayerName, layer: Unnamed<Layer>, word: string): void {
    const old = this.layer(name);
    this.#put({ ...layer, name } as Layer);
    this.#words.set(name, word);
    for (const input of old.inputs) if (!layer.inputs.includes(input)) this.#leave(input, name);
  }

  /** A layer that was not there, or the equal one that was. */
  add(layer: Unnamed<Layer>, word: string): LayerName {
    const named = nameLayer<Layer>(word, layer);
    if (!this.has(named.name)) this.#put(named);
    return named.name;
  }

  /** The graph as it is now; the very one that was given when nothing was replaced. */
  finish(): LayerGraph {
    if (this.#words.size === 0) return this.#graph;
    const drafts = new Map<LayerName, Draft>();
    for (const [name, word] of this.#words) {
      if (this.has(name)) drafts.set(name, { layer: this.layer(name), word });
    }
    return rebuild(LayerGraph.of(this.#layers.values(), this.#graph.outputs), drafts);
  }

  #put(layer: Layer): void {
    this.#layers.set(layer.name, layer);
    for (const input of layer.inputs) {
      const users = this.#users.get(input);
      if (users === undefined) this.#users.set(input, new Set([layer.name]));
      else users.add(layer.name);
    }
  }

  /** `user` no longer reads the layer; without users it goes, and what only it read. */
  #leave(name: LayerName, user: LayerName): void {
    const pending: [LayerName, LayerName][] = [[name, user]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [left, leaver] = next;
      const users = this.#users.get(left);
      users?.delete(leaver);
      if (users?.size !== 0 || this.#outputs.has(left)) continue;
      for (const input of this.layer(left).inputs) pending.push([input, left]);
      this.#layers.delete(left);
    }
  }
}
