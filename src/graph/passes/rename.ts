// Renames layers after rewriting. Passes change layers under their old names; here every changed
// layer gets the name of its new content, and so do all layers above it, which name their inputs.
import { defined } from "../../base/assert.js";
import type { Layer, LayerName } from "../model/layer.js";
import {
  type LayerGraph,
  layerOf,
  outputsOf,
  refill,
  topologicalNames,
} from "../model/layer-graph.js";
import { operandInputs, withOperands } from "../model/layer-operands.js";
import { nameLayer, type Unnamed, wordOf } from "../model/naming.js";
import { largerOf, type Resources } from "../model/resources.js";

const NOTHING: ReadonlyMap<LayerName, never> = new Map<LayerName, never>();

/**
 * Gives layers the names of their contents. Layers that no output needs are dropped, and layers
 * that have become equal are merged.
 *
 * @param words readable words for the names of layers whose content changed
 * @param standIns layers whose blocks are, one by one, those of a layer below: that one is read
 * instead
 */
export function renameLayers(
  graph: LayerGraph,
  words: ReadonlyMap<LayerName, string> = NOTHING,
  standIns: ReadonlyMap<LayerName, LayerName> = NOTHING,
): void {
  const renamed = new Map<LayerName, Layer>();
  const byContent = new Map<string, Layer>();
  for (const name of neededNames(graph, standIns)) {
    const standIn = standIns.get(name);
    if (standIn !== undefined) {
      renamed.set(name, defined(renamed.get(standIn), `rewritten layer ${standIn}`));
      continue;
    }
    const layer = layerOf(graph, name);
    const inputs = layer.inputs.map(
      (input) => defined(renamed.get(input), `rewritten layer ${input}`).name,
    );
    const isUnchanged = !words.has(name) && inputs.every((input, at) => input === layer.inputs[at]);
    const rewritten = isUnchanged
      ? layer
      : withInputs(layer, inputs, words.get(name) ?? wordOf(name));
    // Names of equal layers differ in their words where these were made in different ways.
    const content = rewritten.name.slice(wordOf(rewritten.name).length);
    const equal = asOne(byContent.get(content) ?? rewritten, rewritten);
    byContent.set(content, equal);
    renamed.set(name, equal);
  }
  const outputs = outputsOf(graph).map(
    (output) => defined(renamed.get(output), `rewritten output ${output}`).name,
  );
  refill(graph, byContent.values(), outputs);
}

/** Of two equal layers, the one that takes the inputs of both. */
function asOne(layer: Layer, equal: Layer): Layer {
  if (equal.resources === undefined || equal === layer) return layer;
  return { ...layer, resources: largerOf(layer.resources, equal.resources) as Resources };
}

/** Names of the layers that the outputs need, each after its inputs. */
function neededNames(graph: LayerGraph, standIns: ReadonlyMap<LayerName, LayerName>): LayerName[] {
  const order = topologicalNames(graph);
  const needed = new Set<LayerName>(outputsOf(graph));
  for (const name of order.toReversed()) {
    if (!needed.has(name)) continue;
    const standIn = standIns.get(name);
    if (standIn !== undefined) needed.add(standIn);
    else for (const input of layerOf(graph, name).inputs) needed.add(input);
  }
  return order.filter((name) => needed.has(name));
}

/** The layer on other inputs, under the name that its content now has. */
export function withInputs(
  layer: Layer,
  names: readonly LayerName[],
  word = wordOf(layer.name),
): Layer {
  const { name: _name, ...content } = names.length === 0 ? layer : withOperandsOf(layer, names);
  return nameLayer<Layer>(word, content as Unnamed<Layer>);
}

function withOperandsOf(layer: Layer, names: readonly LayerName[]): Layer {
  return withOperands(
    layer,
    operandInputs(layer).map((input) => names[input] as LayerName),
  );
}
