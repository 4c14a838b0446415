// Moves slices towards the sources, so that less is computed, moved and stored; above a layer that
// is needed whole they stay. Costs are counted in elements, plus a constant per task.
// slice-through.ts handles each kind of layer.
import { axisSlices, sliceChunks } from "../dependencies/slice-plan.js";
import { blockCount, type Chunks } from "../model/chunks.js";
import type { AxisSelection, Layer, LayerName, SliceLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { cutsSomething, type InputCut, type Passage, passageOf } from "./slice-through.js";
import { Workspace } from "./workspace.js";

/** The elements that are worked through in the time that one more task costs. */
export const TASK_ELEMENTS = 32_768;

/**
 * Moves slices below elementwise layers, transposes, broadcasts, concatenations, rechunks, other slices
 * and reductions over other axes, and into sources that are formulas of the position.
 *
 * @param taskElements what one more task costs, in elements that are worked through
 */
export function pushSlices(graph: LayerGraph, taskElements = TASK_ELEMENTS): void {
  const slices = layersOf(graph).filter((layer) => layer.kind === "slice");
  if (slices.length === 0) return;
  const space = new Workspace(graph);
  // Users come first, so that slices of slices have become one before they go on.
  const pending = slices.map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const slice = space.has(name) ? space.layer(name) : undefined;
    if (slice?.kind !== "slice") continue;
    const below = space.layer(slice.inputs[0] as LayerName);
    const passage = worthwhile({ space, taskElements }, slice, below);
    if (passage === undefined) continue;
    const names = passage.cuts.map((cut) => place(space, cut, pending));
    const word = below.kind === "source" ? "slice" : wordOf(below.name);
    const layer = passage.build(names);
    space.replace(name, layer, layer.kind === "slice" ? "slice" : word);
    if (layer.kind === "slice") pending.push(name);
  }
  space.finish();
}

/** Inputs of the cost estimates. */
interface Costing {
  readonly space: Workspace;
  readonly taskElements: number;
}

/** The name of what a cut takes: the input itself where that is all of it. */
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
function worthwhile(costing: Costing, slice: SliceLayer, below: Layer): Passage | undefined {
  const { space } = costing;
  const isFree = below.kind === "concatenate" || below.kind === "source";
  if (!isFree && !space.hasOneUser(below.name)) return undefined;
  const passage = passageOf(slice, below, space.inputsOf(below));
  if (passage === undefined) return undefined;
  if (below.kind === "treeReduce") return reachesTheLeaves(costing, slice, below, passage);
  return saves(costing, slice, below, passage) ? passage : undefined;
}

/** A slice above a tree goes down to the first step or not at all: there are many states, and small. */
function reachesTheLeaves(
  costing: Costing,
  slice: SliceLayer,
  top: Layer,
  passage: Passage,
): Passage | undefined {
  const { space } = costing;
  let layer = top;
  let way: Passage | undefined = passage;
  while (layer.kind === "treeReduce") {
    const [cut] = way?.cuts ?? [];
    if (cut === undefined || !space.hasOneUser(cut.input)) return undefined;
    layer = space.layer(cut.input);
    const { selection } = cut;
    const above = { ...slice, chunks: sliceChunks(layer.chunks, selection), selection };
    way = passageOf(above, layer, space.inputsOf(layer));
  }
  if (layer.kind !== "blockwise" || way === undefined) return undefined;
  return saves(costing, slice, top, way) ? passage : undefined;
}

/** Whether what is worked through, and the slices, are no more below than above. */
function saves(
  costing: Costing,
  slice: SliceLayer,
  above: Layer,
  { cuts, work }: Passage,
): boolean {
  if (work === undefined) return true;
  const { chunks, selection } = work;
  const slices = axisSlices(chunks, selection);
  const touched = product(slices, ({ blocks }, axis) =>
    blocks.reduce((sum, block) => sum + (chunks[axis]?.[block] as number), 0),
  );
  const taken = product(slices, ({ count }) => count.reduce((sum, each) => sum + each, 0));
  const distinct = new Map(
    cuts.map((cut) => [`${cut.input} ${JSON.stringify(cut.selection)}`, cut]),
  );
  let below = taken;
  for (const cut of distinct.values()) below += cutCost(costing, cut);
  return below <= touched + sliceCost(costing, above.chunks, slice.selection);
}

/** The cost of cutting an input: zero if it stays whole, or if the cut merges with another one. */
function cutCost(costing: Costing, { input, selection }: InputCut): number {
  const { space } = costing;
  const layer = space.layer(input);
  if (!cutsSomething(layer.chunks, selection)) return 0;
  if (layer.kind === "slice" && space.hasOneUser(input)) return 0;
  if (layer.kind === "source") {
    const chunks = sliceChunks(layer.chunks, selection);
    const slice = { ...layer, kind: "slice", inputs: [input], chunks, selection } as const;
    if (passageOf(slice, layer, []) !== undefined) return 0;
  }
  return sliceCost(costing, layer.chunks, selection);
}

/** Tasks and elements of a slice; blocks that are taken whole cost nothing. */
function sliceCost(
  { taskElements }: Costing,
  chunks: Chunks,
  selection: readonly AxisSelection[],
): number {
  const slices = axisSlices(chunks, selection);
  const blocks = product(slices, ({ blocks }) => blocks.length);
  const elements = product(slices, ({ count }) => count.reduce((sum, each) => sum + each, 0));
  if (!slices.every(({ kept, step }) => kept && step === 1)) {
    return blocks * taskElements + elements;
  }
  const uncut = slices.map(({ count, blocks: numbers }, axis) =>
    Array.from(count).filter((each, row) => each === chunks[axis]?.[numbers[row] as number]),
  );
  const uncutElements = product(uncut, (lengths) => lengths.reduce((sum, each) => sum + each, 0));
  return (blocks - blockCount(uncut)) * taskElements + elements - uncutElements;
}

function product<T>(items: readonly T[], factor: (item: T, at: number) => number): number {
  return items.reduce((result, item, at) => result * factor(item, at), 1);
}
