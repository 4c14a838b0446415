// Passes over a graph whose layers have different terms: they see the layers of equal terms as a
// graph of their own, so that no layer of one part is fused with, or moved into, another part.
import { defined } from "../../base/assert.js";
import type { Layer, LayerName, PersistedLayer } from "../model/layer.js";
import {
  graphInOrder,
  type LayerGraph,
  layersOf,
  outputsOf,
  refill,
} from "../model/layer-graph.js";
import { withInputs } from "./rename.js";

/** Layers of equal terms, none of which needs another through a layer of other terms. */
interface Part {
  readonly layers: Layer[];
  readonly depth: number;
}

/** Whether a layer has terms of its own. */
export function isAnnotated({ resources, terms }: Layer): boolean {
  return resources !== undefined || terms !== undefined;
}

/** Runs a pass on each part of the graph; the layers that come out have the part's terms. */
export function passByParts(graph: LayerGraph, pass: (part: LayerGraph) => void): void {
  const wanted = new Set(outputsOf(graph));
  const parts = partsOf(layersOf(graph));
  const partOf = new Map(parts.flatMap((part) => part.layers.map(({ name }) => [name, part])));
  for (const { name, inputs } of layersOf(graph)) {
    for (const input of inputs) if (partOf.get(input) !== partOf.get(name)) wanted.add(input);
  }
  /** By name in the graph as it was. */
  const renamed = new Map<LayerName, LayerName>();
  /** All that came out, by name, each after its inputs. */
  const results = new Map<LayerName, Layer>();
  for (const { layers } of parts) passPart(layers, { pass, wanted, renamed, results });
  const outputs = outputsOf(graph).map((name) => defined(renamed.get(name), `output ${name}`));
  refill(graph, results.values(), outputs);
}

/** Common fields of passes over parts. */
interface Passing {
  readonly pass: (part: LayerGraph) => void;
  /** Names of the layers that the outputs, or other parts, are made of. */
  readonly wanted: ReadonlySet<LayerName>;
  readonly renamed: Map<LayerName, LayerName>;
  readonly results: Map<LayerName, Layer>;
}

function passPart(layers: readonly Layer[], { pass, wanted, renamed, results }: Passing): void {
  const members = new Map<LayerName, Layer>();
  for (const layer of layers) {
    const own = onRenamedInputs(layer, renamed);
    for (const input of own.inputs) {
      const below = results.get(input);
      if (!members.has(input)) members.set(input, standIn(defined(below, `layer ${input}`)));
    }
    renamed.set(layer.name, own.name);
    members.set(own.name, own);
  }
  const outputs = layers.flatMap(({ name }) => (wanted.has(name) ? [name] : []));
  if (outputs.length === 0) return;
  const part = graphInOrder(
    members.values(),
    outputs.map((name) => renamed.get(name) as LayerName),
  );
  pass(part);
  outputsOf(part).forEach((name, at) => void renamed.set(outputs[at] as LayerName, name));
  const [{ resources, terms } = {} as Layer] = layers;
  for (const layer of layersOf(part)) {
    if (results.has(layer.name)) continue;
    const { resources: _, terms: __, ...plain } = layer;
    results.set(layer.name, {
      ...plain,
      ...(resources === undefined ? {} : { resources }),
      ...(terms === undefined ? {} : { terms }),
    } as Layer);
  }
}

/** The parts, each after those that it reads. */
function partsOf(layers: readonly Layer[]): Part[] {
  const parts = new Map<string, Part>();
  const placeOf = new Map<LayerName, { readonly terms: string; readonly depth: number }>();
  for (const layer of layers) {
    const terms = JSON.stringify([layer.resources, layer.terms]);
    let depth = 0;
    for (const input of layer.inputs) {
      const below = defined(placeOf.get(input), `layer ${input}`);
      depth = Math.max(depth, below.depth + (below.terms === terms ? 0 : 1));
    }
    placeOf.set(layer.name, { terms, depth });
    const key = `${depth} ${terms}`;
    const part = parts.get(key) ?? { layers: [], depth };
    part.layers.push(layer);
    parts.set(key, part);
  }
  return [...parts.values()].sort((a, b) => a.depth - b.depth);
}

/** In place of a layer of another part: blocks that are there. */
function standIn({ name, chunks, dtype, holds }: Layer): PersistedLayer {
  const blocks = { kind: "persisted", name, inputs: [], chunks, dtype } as const;
  return holds === undefined ? blocks : { ...blocks, holds };
}

function onRenamedInputs(layer: Layer, renamed: ReadonlyMap<LayerName, LayerName>): Layer {
  const inputs = layer.inputs.map((input) => defined(renamed.get(input), `layer ${input}`));
  const isSame = inputs.every((input, at) => input === layer.inputs[at]);
  return isSame ? layer : withInputs(layer, inputs);
}
