// Layers made again from the ground up: those that read nothing become gates, and all above them
// get the names of what they now read. Not a pass: collections are made of the nodes that come out.
import { withoutAnnotations } from "../model/annotations.js";
import type { GateLayer, Layer, LayerName, RootLayer } from "../model/layer.js";
import type { LayerNode } from "../model/layer-node.js";
import { nameLayer, type Unnamed, wordOf } from "../model/naming.js";
import { isRootLayer } from "../model/root-layers.js";
import { withInputs } from "./rename.js";

/** What copies of layers wait for, and which stay as they are. */
export interface CopyTerms {
  /** A node of one block; without it nothing waits. */
  readonly barrier?: LayerNode;
  /** Sets the copies apart from others. */
  readonly copy?: string;
  /** Names of layers that are not copied: only what reads them waits. */
  readonly kept: ReadonlySet<LayerName>;
}

/** Copies of `nodes`, in order; layers that they share are copied once. */
export function copyNodes(nodes: readonly LayerNode[], terms: CopyTerms): LayerNode[] {
  const copies = new Map<LayerName, LayerNode>();
  withoutAnnotations(() => {
    for (const node of nodes) copyBelow(node, terms, copies);
  });
  return nodes.map((node) => copies.get(node.layer.name) as LayerNode);
}

/** Blocks of a node that are there once the barrier is; the same blocks in all else. */
export function gateAbove(node: LayerNode, barrier: LayerNode): LayerNode {
  return gate(node.layer, { inputs: [node, barrier] });
}

function copyBelow(top: LayerNode, terms: CopyTerms, copies: Map<LayerName, LayerNode>): void {
  // An explicit stack: chains of many thousand layers must not overflow the call stack.
  const stack = [top];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const { layer } = node;
    const isWhole = terms.kept.has(layer.name) || node.inputs.length === 0;
    const below = isWhole ? [] : node.inputs.filter((input) => !copies.has(input.layer.name));
    if (below.length > 0) {
      stack.push(...below);
      continue;
    }
    stack.pop();
    if (copies.has(layer.name)) continue;
    copies.set(layer.name, isWhole ? copyOfRoot(node, terms) : copyOn(node, copies));
  }
}

function copyOn(node: LayerNode, copies: Map<LayerName, LayerNode>): LayerNode {
  const { layer, inputs } = node;
  const below = inputs.map((input) => copies.get(input.layer.name) as LayerNode);
  if (below.every((input, at) => input === inputs[at])) return node;
  const byName = new Map(below.map((input) => [input.layer.name, input]));
  const copied = withInputs(
    layer,
    below.map((input) => input.layer.name),
  );
  return { layer: copied, inputs: copied.inputs.map((name) => byName.get(name) as LayerNode) };
}

function copyOfRoot(node: LayerNode, { barrier, copy, kept }: CopyTerms): LayerNode {
  const { layer } = node;
  if (kept.has(layer.name) || !isMadeHere(layer)) {
    return barrier === undefined ? node : gateAbove(node, barrier);
  }
  const inputs = barrier === undefined ? [] : [barrier];
  return gate(layer, { inputs, root: layer, ...(copy === undefined ? {} : { copy }) });
}

/** Whether blocks come out of nothing: others are there, or are sent by the program. */
function isMadeHere(layer: Layer): layer is RootLayer {
  if (layer.kind !== "source") return isRootLayer(layer);
  return layer.generator.type !== "data" && layer.generator.type !== "held";
}

/** A gate with the blocks of a layer, under its word and terms. */
function gate(
  { name, chunks, dtype, holds, resources, terms }: Layer,
  { inputs, ...made }: { readonly inputs: readonly LayerNode[] } & Pick<GateLayer, "root" | "copy">,
): LayerNode {
  const layer: Unnamed<GateLayer> = {
    kind: "gate",
    inputs: inputs.map((input) => input.layer.name),
    chunks,
    dtype,
    ...(holds === undefined ? {} : { holds }),
    ...(resources === undefined ? {} : { resources }),
    ...(terms === undefined ? {} : { terms }),
    ...made,
  };
  return { layer: nameLayer<GateLayer>(wordOf(name), layer), inputs };
}
