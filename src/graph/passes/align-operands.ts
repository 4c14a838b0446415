// Operands that have different chunks meet in one grid. Below a reduction or a rechunk that grid is
// free, and the one of the least predicted cost is taken: bytes that move, pieces and tasks.
// Sources that come in any chunks move nothing. meetings.ts finds these places.

import { itemBytes } from "../../base/dtype.js";
import {
  type GridCost,
  isSuitable,
  NO_COST,
  onePassCost,
  rechunkCost,
  together,
  weightOf,
} from "../dependencies/grid-costs.js";
import {
  blockCount,
  type Chunks,
  numBlocks,
  sameChunks,
  shapeOf,
  sizeOf,
} from "../model/chunks.js";
import type { BlockwiseLayer, Layer, LayerName } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { chunksWithin } from "../model/layer-operands.js";
import type { Unnamed } from "../model/naming.js";
import {
  DEFAULT_SPLIT_EVERY,
  leftBy,
  levelCounts,
  type ReductionStep,
  spreadGroups,
} from "../model/reduction-tree.js";
import { belowRechunks, type Meeting, meetingBelow, type ReducedMeeting } from "./meetings.js";
import { finishResults, plantTree } from "./plant-tree.js";
import { isMadeAnywhere, runsOf } from "./rechunk-into-sources.js";
import { Workspace } from "./workspace.js";

/** Operands of at least this share of the largest one's bytes offer their grids. */
const LARGE_SHARE = 0.5;

/** A grid in which operands could meet, and what that costs. */
export interface MeetingPlan {
  readonly loop: Chunks;
  readonly cost: GridCost;
}

/** What was chosen where operands meet. */
export interface MeetingChoice {
  /** The readable name of the layer in which they meet. */
  readonly word: string;
  readonly taken: MeetingPlan;
  /** The other grids that were compared, the cheapest first. */
  readonly others: readonly MeetingPlan[];
}

/**
 * Has operands of different chunks meet in the grid that costs least, where the layer above takes
 * any.
 *
 * @param note called with each choice
 */
export function alignOperands(graph: LayerGraph, note?: (choice: MeetingChoice) => void): void {
  const layers = layersOf(graph);
  // Operands that met in other chunks are below rechunks: mostly there are none.
  if (!layers.some(({ kind }) => kind === "rechunk")) return;
  const space = new Workspace(graph);
  for (const layer of layers.toReversed()) {
    const meeting = space.has(layer.name)
      ? meetingBelow(space, space.layer(layer.name))
      : undefined;
    if (meeting === undefined) continue;
    const current = planOf(space, meeting, meeting.loop);
    if (current === undefined) continue;
    const others = otherGrids(meeting).flatMap((loop) => planOf(space, meeting, loop) ?? []);
    // Of equal ones, the grid that is there stays.
    const plans = [current, ...others].sort((a, b) => weightOf(a.cost) - weightOf(b.cost));
    const [taken = current, ...rest] = plans;
    note?.({ word: space.wordOf(wordOwner(meeting)), taken, others: rest });
    if (taken !== current) meetIn(space, meeting, taken.loop);
  }
  space.finish();
}

function wordOwner({ above, layers }: Meeting): LayerName {
  const [first] = layers.keys();
  return "step" in above ? above.top.name : (first as LayerName);
}

/** The grids of large operands, and of a rechunk above, where the loop can have them. */
function otherGrids({ loop, above, ends }: Meeting): Chunks[] {
  const bytes = ends.map(({ layer }) => bytesOf(layer));
  const largest = Math.max(...bytes);
  const offered = ends
    .filter((_, at) => (bytes[at] as number) >= LARGE_SHARE * largest)
    .map(({ layer, axes }) =>
      loop.map((axis, i) => (axes.includes(i) ? layer.chunks[axes.indexOf(i)] : axis) ?? axis),
    );
  const reduced = "step" in above ? above.step.reduction.axes : undefined;
  if (!("step" in above)) offered.push([...above.chunks]);
  const operands = ends.map(({ layer: { chunks, dtype } }) => ({
    chunks,
    itemBytes: itemBytes(dtype),
  }));
  const grids = new Map<string, Chunks>([[JSON.stringify(loop), loop]]);
  for (const grid of offered) {
    // Results keep their grid.
    const kept = grid.map((axis, i) =>
      reduced === undefined || reduced.includes(i) ? axis : (loop[i] as readonly number[]),
    );
    const hasEmpty = kept.some((axis) => axis.includes(0));
    if (hasEmpty || !isSuitable(kept, loop, operands)) continue;
    grids.set(JSON.stringify(kept), kept);
  }
  return [...grids.values()].slice(1);
}

function bytesOf({ chunks, dtype }: Layer): number {
  return sizeOf(shapeOf(chunks)) * itemBytes(dtype);
}

/** What it costs to meet in that grid; undefined where a rechunk has too many pieces. */
function planOf(space: Workspace, meeting: Meeting, loop: Chunks): MeetingPlan | undefined {
  const isCurrent = loop === meeting.loop;
  const costs = new Map<string, GridCost>();
  for (const { layer, axes } of meeting.ends) {
    const { name, chunks: own, dtype } = layer;
    const target = chunksWithin(own, axes, loop);
    const item = itemBytes(dtype);
    const isSource = layer.kind === "source";
    const isMade = isSource && isMadeAnywhere(layer, target, isReadOnce(space, name));
    const isMoved = !sameChunks(own, target) && !isMade;
    const runs = isSource ? runsOf(layer, isMoved ? own : target) : 0;
    const costOf = isCurrent ? rechunkCost : onePassCost;
    const cost = isMoved ? costOf(own, target, item) : NO_COST;
    if (cost === undefined) return undefined;
    costs.set(`${name} ${JSON.stringify(target)}`, { ...cost, runs });
  }
  const last = costAbove(meeting, loop);
  const work = { ...NO_COST, tasks: blockCount(loop) };
  return { loop, cost: together([...costs.values(), work, last]) };
}

/** Whether one layer reads it, or one rechunk that one layer reads. */
function isReadOnce(space: Workspace, name: LayerName): boolean {
  const [user] = space.usersOf(name);
  if (!space.hasOneUser(name)) return false;
  return user?.kind !== "rechunk" || space.hasOneUser(user.name);
}

/** The cost of what follows: the tree of a reduction, or a rechunk. */
function costAbove({ above }: Meeting, loop: Chunks): GridCost {
  if (!("step" in above)) return rechunkCost(loop, above.chunks, itemBytes(above.dtype));
  const { axes } = above.step.reduction;
  const counts = numBlocks(loop);
  const groups = spreadGroups(counts, axes, DEFAULT_SPLIT_EVERY);
  const levels = levelCounts(counts, axes, groups);
  const tasks = levels.reduce((sum, level) => sum + level.reduce((n, each) => n * each, 1), 0);
  return { ...NO_COST, tasks };
}

/** Has the operands meet in that grid. */
function meetIn(space: Workspace, { above, layers }: Meeting, loop: Chunks): void {
  const first = "step" in above ? above.step.name : undefined;
  for (const [name, places] of [...layers].reverse()) {
    const layer = space.layer(name) as BlockwiseLayer;
    const own = chunksWithin(layer.loopChunks, places, loop);
    const fed = { ...layer, ...operandsIn(space, layer, layers, own) };
    if (name !== first) {
      const { name: _name, ...content } = fed;
      space.replace(name, { ...content, chunks: own, loopChunks: own });
    } else regrid(space, above as ReducedMeeting, { ...fed, loopChunks: loop });
  }
  if (!("step" in above) && sameChunks(above.chunks, loop)) {
    space.standIn(above.name, above.inputs[0] as LayerName);
  }
}

/** The operands of a layer of that grid, cut again where they need to be. */
function operandsIn(
  space: Workspace,
  { inputs, operands }: BlockwiseLayer,
  layers: Meeting["layers"],
  own: Chunks,
): Pick<BlockwiseLayer, "inputs" | "operands"> {
  const names = operands.map(({ input, axes }) => {
    const [below] = belowRechunks(space, inputs[input] as LayerName);
    const { name, chunks, dtype } = below;
    const target = chunksWithin(chunks, axes, own);
    if (layers.has(name) || sameChunks(chunks, target)) return name;
    return space.add({ kind: "rechunk", inputs: [name], chunks: target, dtype }, "rechunk");
  });
  const distinct = [...new Set(names)];
  return {
    inputs: distinct,
    operands: operands.map((operand, at) => ({
      ...operand,
      input: distinct.indexOf(names[at] as LayerName),
    })),
  };
}

/** The reduction over its new loop, from the first step to the results. */
function regrid(space: Workspace, { step, top }: ReducedMeeting, fed: BlockwiseLayer): void {
  const { name: _name, ...content } = fed;
  const { reduction } = step;
  const { loopChunks } = fed;
  const layer: Unnamed<BlockwiseLayer> = { ...content, ...leftBy(reduction, loopChunks) };
  const word = space.wordOf(top.name);
  if (layer.final) finishResults(space, top, layer as Unnamed<ReductionStep>);
  else plantTree(space, top, space.add(layer, `${word}-partial`));
}
