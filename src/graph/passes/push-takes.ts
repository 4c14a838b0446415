// Moves takes of listed positions towards the sources, like push-slices.ts for slices.
// take-through.ts handles each kind of layer.
import {
  blockCount,
  blockHolding,
  blockOffsets,
  type Chunks,
  shapeOf,
  sizeOf,
} from "../model/chunks.js";
import type { Layer, LayerName, TakeLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import type { SourceGenerator } from "../model/source-generator.js";
import { TASK_ELEMENTS } from "./slice-costs.js";
import {
  type AxisTake,
  axisTake,
  type TakeCut,
  type TakePassage,
  takenChunks,
  takePassageOf,
} from "./take-through.js";
import { Workspace } from "./workspace.js";

/**
 * Moves takes along one axis below elementwise layers, transposes, broadcasts, concatenations,
 * rechunks, slices, other takes and reductions over other axes, and into constants.
 *
 * @param taskElements what one more task costs, in elements that are worked through
 */
export function pushTakes(graph: LayerGraph, taskElements = TASK_ELEMENTS): void {
  const takes = layersOf(graph).filter((layer) => layer.kind === "take");
  if (takes.length === 0) return;
  const space = new Workspace(graph);
  const pending = takes.map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const take = space.has(name) ? space.layer(name) : undefined;
    if (take?.kind !== "take") continue;
    const below = space.layer(take.inputs[0] as LayerName);
    const passage = worthwhile({ space, taskElements }, take, below);
    if (passage === undefined) continue;
    const names = passage.cuts.map((cut) => place(space, take, cut, pending));
    const layer = passage.build(names);
    const word = below.kind === "source" ? "take" : wordOf(below.name);
    space.replace(name, layer, layer.kind === "take" ? "take" : word);
    if (layer.kind === "take") pending.push(name);
  }
  space.finish();
}

/** Sources whose blocks are tasks of their own, whatever reads them. */
const MADE_APART: ReadonlySet<SourceGenerator["type"]> = new Set(["held", "data"]);

/** Inputs of the cost estimates. */
interface Costing {
  readonly space: Workspace;
  readonly taskElements: number;
}

/** The name of an input after the take: the input itself if all of it is taken. */
function place(
  space: Workspace,
  take: TakeLayer,
  { input, axis }: TakeCut,
  pending: LayerName[],
): LayerName {
  if (axis === undefined) return input;
  const { chunks, dtype } = space.layer(input);
  const lengths = take.chunks[take.place] as readonly number[];
  const name = space.add(
    {
      kind: "take",
      inputs: [input],
      chunks: takenChunks(chunks, axis, lengths),
      dtype,
      axes: [axis],
      indices: take.indices,
      place: axis,
    },
    "take",
  );
  pending.push(name);
  return name;
}

/** The take's way through the layer below it, if there is one and it saves more than it costs. */
function worthwhile(costing: Costing, take: TakeLayer, below: Layer): TakePassage | undefined {
  const { space } = costing;
  const along = axisTake(take);
  const isFree = below.kind === "concatenate" || below.kind === "source";
  if (along === undefined || (!isFree && !space.hasOneUser(below.name))) return undefined;
  const passage = takePassageOf(take, below, space.inputsOf(below));
  if (passage === undefined) return undefined;
  const leaf =
    below.kind === "treeReduce" ? firstStep(costing, take, passage) : { passage, layer: below };
  if (leaf === undefined) return undefined;
  return saves(costing, take, along, leaf.passage, leaf.layer) ? passage : undefined;
}

/** Above a tree it goes down to the first step or not at all: there are many states, and small. */
function firstStep(costing: Costing, top: TakeLayer, passage: TakePassage) {
  const { space } = costing;
  let way: TakePassage | undefined = passage;
  for (;;) {
    const [cut] = way?.cuts ?? [];
    if (cut?.axis === undefined || !space.hasOneUser(cut.input)) return undefined;
    const layer = space.layer(cut.input);
    const { axis } = cut;
    const lengths = top.chunks[top.place] as readonly number[];
    const chunks = takenChunks(layer.chunks, axis, lengths);
    way = takePassageOf(
      { ...top, axes: [axis], place: axis, chunks },
      layer,
      space.inputsOf(layer),
    );
    if (layer.kind === "treeReduce") continue;
    return layer.kind === "blockwise" && way !== undefined ? { passage: way, layer } : undefined;
  }
}

/** Whether the work and the takes are no larger below than above. */
function saves(
  costing: Costing,
  take: TakeLayer,
  along: AxisTake,
  { cuts, work }: TakePassage,
  layer: Layer,
): boolean {
  if (work === undefined && cuts.every(({ axis }) => axis === undefined)) return true;
  const distinct = new Map(cuts.map((cut) => [`${cut.input} ${cut.axis}`, cut]));
  let below = 0;
  for (const cut of distinct.values()) below += cutCost(costing, along, cut);
  let above = takeCost(costing, take.chunks);
  if (work !== undefined) {
    const { chunks, axis } = work;
    above += touched(chunks, axis, along).elements;
    below += sizeOf(shapeOf(chunks.toSpliced(axis, 1))) * along.positions.length;
    const parting = partingCosts(costing, along, work, distinct.values(), layer);
    above += parting.above;
    below += parting.below;
    if (parting.below > 0 && !isJoinedAbove(costing, take)) {
      below += blockCount(take.chunks) * costing.taskElements;
    }
  }
  return below <= above;
}

/**
 * The cost of keeping blocks: those of the layer above the take if its sources are made in its own
 * tasks, or those of the sources if the take comes between.
 */
function partingCosts(
  { space, taskElements }: Costing,
  along: AxisTake,
  work: NonNullable<TakePassage["work"]>,
  cuts: Iterable<TakeCut>,
  layer: Layer,
): { readonly above: number; readonly below: number } {
  let below = 0;
  if (layer.kind !== "blockwise") return { above: 0, below };
  for (const { input, axis } of cuts) {
    if (axis === undefined || !isJoinedBelow(space, input)) continue;
    const { blocks, elements } = touched(space.layer(input).chunks, axis, along);
    below += blocks * taskElements + elements;
  }
  if (below === 0) return { above: 0, below };
  const { blocks, elements } = touched(work.chunks, work.axis, along);
  const kept = layer.reduction === undefined ? elements : 0;
  return { above: blocks * taskElements + kept, below };
}

/** Whether a layer is a source that will be made in the tasks of the one layer that reads it. */
function isJoinedBelow(space: Workspace, name: LayerName): boolean {
  const layer = space.layer(name);
  if (layer.kind !== "source" || !space.hasOneUser(name)) return false;
  return layer.generator.type !== "full" && !MADE_APART.has(layer.generator.type);
}

/** Whether the layer that replaces a take will become part of the only one that reads it. */
function isJoinedAbove({ space }: Costing, { name }: TakeLayer): boolean {
  return space.hasOneUser(name) && space.usersOf(name)[0]?.kind === "blockwise";
}

/** Elements and number of the blocks that hold any of the positions along an axis. */
function touched(
  chunks: Chunks,
  axis: number,
  along: AxisTake,
): { readonly elements: number; readonly blocks: number } {
  const lengths = chunks[axis] as readonly number[];
  const others = chunks.toSpliced(axis, 1);
  const hit = touchedBlocks(lengths, along);
  const length = hit.reduce((sum, each) => sum + (lengths[each] as number), 0);
  return { elements: sizeOf(shapeOf(others)) * length, blocks: blockCount(others) * hit.length };
}

/** The blocks along an axis that hold any of the positions. */
function touchedBlocks(axis: readonly number[], { positions }: AxisTake): number[] {
  const offsets = blockOffsets(axis);
  const blocks = new Set<number>();
  let block = 0;
  for (const position of positions) {
    const at = Number(position);
    if (at < (offsets[block] as number) || at >= (offsets[block + 1] as number)) {
      block = blockHolding(axis, at);
    }
    blocks.add(block);
  }
  return [...blocks];
}

/**
 * The cost of taking from an input: zero for a constant, or if the take merges with another one.
 */
function cutCost(costing: Costing, { lengths }: AxisTake, { input, axis }: TakeCut): number {
  if (axis === undefined) return 0;
  const layer = costing.space.layer(input);
  if (layer.kind === "source" && layer.generator.type === "full") return 0;
  if (layer.kind === "take" && axisTake(layer)?.axis === axis && costing.space.hasOneUser(input)) {
    return 0;
  }
  return takeCost(costing, takenChunks(layer.chunks, axis, lengths));
}

function takeCost({ taskElements }: Costing, chunks: Chunks): number {
  return blockCount(chunks) * taskElements + sizeOf(shapeOf(chunks));
}
