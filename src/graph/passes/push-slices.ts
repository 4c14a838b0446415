// Moves slices towards the sources and into them, so that less is read, computed, moved and stored;
// above a layer that is needed whole they stay. slice-through.ts handles each kind of layer,
// slice-costs.ts compares the costs.
import { sliceChunks } from "../dependencies/slice-plan.js";
import type { Layer, LayerName, SliceLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { cutsSomething, type InputCut, type Passage } from "./passage.js";
import { SliceCosts, TASK_ELEMENTS, wayToLeaves } from "./slice-costs.js";
import { passageOf } from "./slice-through.js";
import { Workspace } from "./workspace.js";

/**
 * Moves slices below elementwise layers, transposes, broadcasts, concatenations, rechunks,
 * reshapes, contractions, other slices and reductions over other axes, and into sources.
 *
 * @param taskElements what one more task costs, in elements that are worked through
 */
export function pushSlices(graph: LayerGraph, taskElements = TASK_ELEMENTS): void {
  const slices = layersOf(graph).filter((layer) => layer.kind === "slice");
  if (slices.length === 0) return;
  const space = new Workspace(graph);
  const costs = new SliceCosts(graph, space, taskElements);
  // Readers come first, so that slices of slices are merged before they move on.
  const pending = slices.map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const slice = space.has(name) ? space.layer(name) : undefined;
    if (slice?.kind !== "slice") continue;
    const below = space.layer(slice.inputs[0] as LayerName);
    const passage = worthwhile(space, costs, slice, below, pending);
    if (passage === undefined) continue;
    const names = passage.cuts.map((cut) => place(space, cut, pending));
    const word = below.kind === "source" ? "slice" : wordOf(below.name);
    const layer = passage.build(names);
    const { rest } = passage;
    if (rest !== undefined) {
      const built = space.add(layer, wordOf(below.name));
      space.replace(name, { ...slice, inputs: [built], selection: rest }, "slice");
      continue;
    }
    space.replace(name, layer, layer.kind === "slice" ? "slice" : word);
    if (layer.kind === "slice") pending.push(name);
  }
  space.finish();
}

/** The name of the cut input: the input itself if all of it is taken. */
function place(space: Workspace, { input, selection }: InputCut, pending: LayerName[]): LayerName {
  const { chunks, dtype } = space.layer(input);
  if (!cutsSomething(chunks, selection)) return input;
  const name = space.add(
    {
      kind: "slice",
      inputs: [input],
      chunks: sliceChunks(chunks, selection),
      dtype,
      selection,
    },
    "slice",
  );
  pending.push(name);
  return name;
}

/** The slice's way through the layer below it, if there is one and it saves more than it costs. */
function worthwhile(
  space: Workspace,
  costs: SliceCosts,
  slice: SliceLayer,
  below: Layer,
  pending: LayerName[],
): Passage | undefined {
  const passage = passageOf(slice, below, space.inputsOf(below));
  if (passage === undefined) return undefined;
  if (below.kind === "concatenate" || passage.isFree === true) {
    return costs.saves(slice, below, passage) ? passage : undefined;
  }
  if (!space.hasOneUser(below.name)) {
    const windows = costs.windowsOf(below);
    // The others may have been examined when the layer was still needed whole.
    pending.push(...windows.filter((name) => name !== slice.name));
    return windows.length > 0 ? passage : undefined;
  }
  const way = below.kind === "treeReduce" ? wayToLeaves(space, slice, below, passage) : passage;
  return way !== undefined && costs.saves(slice, below, way) ? passage : undefined;
}
