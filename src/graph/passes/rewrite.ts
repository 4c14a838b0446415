// How passes change a graph: they edit layers under their old names, and here the graph is rebuilt,
// with a new name for every layer whose content changed and for all layers above it.
import { defined } from "../../base/assert.js";
import type { Layer, LayerName } from "../model/layer.js";
import { LayerGraph } from "../model/layer-graph.js";
import { nameLayer, type Unnamed, wordOf } from "../model/naming.js";

/** A layer as a pass wants it, under its old name and with its inputs' old names. */
export interface Draft {
  readonly layer: Layer;
  /** The readable word of the new name. */
  readonly word: string;
}

/**
 * The graph in which the drafts stand for the layers of their names. What nobody needs is left out,
 * and layers that have become equal are one.
 *
 * @param standIns layers whose blocks are, one by one, those of a layer below: that one is read instead
 */
export function rebuild(
  graph: LayerGraph,
  drafts: ReadonlyMap<LayerName, Draft>,
  standIns: ReadonlyMap<LayerName, LayerName> = new Map(),
): LayerGraph {
  const renamed = new Map<LayerName, Layer>();
  const byContent = new Map<string, Layer>();
  for (const name of neededNames(graph, drafts, standIns)) {
    const standIn = standIns.get(name);
    if (standIn !== undefined) {
      renamed.set(name, defined(renamed.get(standIn), `rewritten layer ${standIn}`));
      continue;
    }
    const draft = drafts.get(name);
    const layer = draft?.layer ?? graph.layer(name);
    const inputs = layer.inputs.map(
      (input) => defined(renamed.get(input), `rewritten layer ${input}`).name,
    );
    const unchanged = draft === undefined && inputs.every((input, i) => input === layer.inputs[i]);
    const rewritten = unchanged
      ? layer
      : withInputs(layer, inputs, draft?.word ?? wordOf(layer.name));
    // Names of equal layers differ in their words where these were made in different ways.
    const content = rewritten.name.slice(wordOf(rewritten.name).length);
    const equal = byContent.get(content) ?? rewritten;
    byContent.set(content, equal);
    renamed.set(name, equal);
  }
  const outputs = graph.outputs.map(
    (output) => defined(renamed.get(output), `rewritten output ${output}`).name,
  );
  return LayerGraph.of(renamed.values(), outputs);
}

/** Names below the outputs, each after its inputs, as the drafts have them. */
function neededNames(
  graph: LayerGraph,
  drafts: ReadonlyMap<LayerName, Draft>,
  standIns: ReadonlyMap<LayerName, LayerName>,
): LayerName[] {
  const inputsOf = (name: LayerName) => {
    const standIn = standIns.get(name);
    return standIn === undefined
      ? (drafts.get(name)?.layer ?? graph.layer(name)).inputs
      : [standIn];
  };
  const order = graph.topological().map((layer) => layer.name);
  const needed = new Set<LayerName>(graph.outputs);
  // Drafts read what their old layers read, directly or further down: the old order still holds.
  for (const name of order.toReversed()) {
    if (needed.has(name)) for (const input of inputsOf(name)) needed.add(input);
  }
  return order.filter((name) => needed.has(name));
}

/** The layer on other inputs, under the name that its content now has. */
function withInputs(layer: Layer, names: readonly LayerName[], word: string): Layer {
  const inputs = [...new Set(names)];
  // A name that is undefined says nothing.
  const content = { ...layer, inputs, name: undefined };
  if (inputs.length === names.length) return nameLayer<Layer>(word, content as Unnamed<Layer>);
  // Two inputs have become one: positions move together.
  const moved = (position: number) =>
    // Beyond the inputs is the layer itself.
    position === names.length
      ? inputs.length
      : inputs.indexOf(defined(names[position], "an input's name"));
  return nameLayer<Layer>(word, withPositions(content as Unnamed<Layer>, moved));
}

function withPositions(
  content: Unnamed<Layer>,
  moved: (position: number) => number,
): Unnamed<Layer> {
  switch (content.kind) {
    case "blockwise":
    case "mapBlocks":
    case "routine":
      return {
        ...content,
        operands: content.operands.map((operand) => ({ ...operand, input: moved(operand.input) })),
      };
    case "concatenate":
      return { ...content, parts: content.parts.map(moved) };
    case "calls":
    case "partitions":
      return { ...content, operandInput: content.operandInput.map(moved) };
    case "contract":
      return { ...content, operands: [moved(content.operands[0]), moved(content.operands[1])] };
    default:
      return content;
  }
}

/** Most characters of a joined word. */
const WORD_LENGTH = 40;

/** The words of a consumer and what was joined into it: `mean` and `add-transpose` make all three. */
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
