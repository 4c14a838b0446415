// How many states a task of a reduction's tree joins: sixteen, or fewer if they are large because
// long axes are kept. Then as many as fit a budget of bytes, at least two. It runs after slices and
// takes have moved down, which makes states smaller. Trees with a given `splitEvery` stay.
import { itemBytes } from "../../base/dtype.js";
import { type Chunks, hasUnknownLengths, longest, numBlocks, sizeOf } from "../model/chunks.js";
import type { Layer, LayerName, TreeReduceLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { stateFields } from "../model/reduction.js";
import {
  DEFAULT_SPLIT_EVERY,
  levelCounts,
  spreadGroups,
  type TreeSpace,
  treeLevel,
} from "../model/reduction-tree.js";
import { Workspace } from "./workspace.js";

/**
 * Bytes of states that a task of the tree reads at most, or those of two: as many as a block has by
 * default.
 */
const JOINED_BYTES_MAX = 2 ** 27;

/** Gives trees over large states more levels, of tasks that read fewer of them. */
export function splitReductions(
  graph: LayerGraph,
  joinedBytesMax: number = JOINED_BYTES_MAX,
): void {
  const workspace = new Workspace(graph);
  for (const top of layersOf(graph)) {
    if (top.kind !== "treeReduce" || !top.final || top.isGiven) continue;
    const states = statesBelow(workspace, top);
    if (states === undefined || hasUnknownLengths(states.chunks)) continue;
    const every = affordableSplit(states, joinedBytesMax);
    if (every < DEFAULT_SPLIT_EVERY) plantTree(workspace, top, states, every);
  }
  workspace.finish();
}

/** The layer of states that the tree joins; undefined where others see a level of it. */
export function statesBelow(workspace: Workspace, top: TreeReduceLayer): Layer | undefined {
  let layer = workspace.layer(top.inputs[0] as LayerName);
  while (layer.kind === "treeReduce" && !layer.final) {
    if (!workspace.hasOneUser(layer.name)) return undefined;
    layer = workspace.layer(layer.inputs[0] as LayerName);
  }
  return layer;
}

/** As many states as fit the budget. */
export function affordableSplit(
  { chunks, dtype }: Layer,
  joinedBytesMax: number = JOINED_BYTES_MAX,
): number {
  const stateBytes = sizeOf(chunks.map(longest)) * itemBytes(dtype);
  return Math.max(2, Math.floor(joinedBytesMax / stateBytes));
}

/** Puts a tree that joins `every` states at most in place of the one below `top`. */
export function plantTree(
  workspace: Workspace,
  top: Pick<TreeReduceLayer, "name" | "reduction">,
  states: Layer,
  every: number,
): void {
  const { reduction } = top;
  const loopChunks = loopGrid(states.chunks, top);
  const counts = numBlocks(loopChunks);
  const groups = spreadGroups(counts, reduction.axes, every);
  const space: TreeSpace = { reduction, loopChunks, groups };
  let from = states.name;
  for (const left of levelCounts(counts, reduction.axes, groups)) {
    const { layer, word } = treeLevel(from, space, left);
    if (layer.final) workspace.replace(top.name, layer, wordOf(top.name));
    else from = workspace.add(layer, word);
  }
}

/** The grid of states without the axis of their fields. */
function loopGrid(chunks: Chunks, { reduction }: Pick<TreeReduceLayer, "reduction">): Chunks {
  return stateFields(reduction.name, reduction.count) > 1 ? chunks.slice(1) : chunks;
}
