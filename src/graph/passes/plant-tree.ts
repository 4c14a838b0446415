// The tree of a reduction whose states a pass changed or moved, of as few levels as may be. The
// results at its top are cut as before.
import { itemBytes } from "../../base/dtype.js";
import { type Chunks, longest, numBlocks, sameChunks, sizeOf } from "../model/chunks.js";
import type { Layer, LayerName, TreeReduceLayer } from "../model/layer.js";
import type { Unnamed } from "../model/naming.js";
import { type Reduction, stateFields } from "../model/reduction.js";
import {
  DEFAULT_SPLIT_EVERY,
  levelCounts,
  type ReductionStep,
  spreadGroups,
  type TreeSpace,
  treeLevel,
} from "../model/reduction-tree.js";
import type { Workspace } from "./workspace.js";

/**
 * Bytes of states that a task of the tree reads at most, or those of two: as many as a block has by
 * default.
 */
export const JOINED_BYTES_MAX = 2 ** 27;

/** As many states as fit the budget. */
export function affordableSplit({ chunks, dtype }: Layer, joinedBytesMax: number): number {
  const stateBytes = sizeOf(chunks.map(longest)) * itemBytes(dtype);
  return Math.max(2, Math.floor(joinedBytesMax / stateBytes));
}

/**
 * Has the results of a layer come from a tree over these states. They are cut as that layer's are.
 *
 * @param top a layer of the reduction: the last, or the only one
 * @param joinedBytesMax bytes of states that a task of the tree reads
 */
export function plantTree(
  workspace: Workspace,
  top: ReductionStep | TreeReduceLayer,
  states: LayerName,
  joinedBytesMax: number = JOINED_BYTES_MAX,
): void {
  const { reduction } = top;
  const layer = workspace.layer(states);
  const loopChunks = loopGrid(layer.chunks, reduction);
  const counts = numBlocks(loopChunks);
  const every = Math.min(DEFAULT_SPLIT_EVERY, affordableSplit(layer, joinedBytesMax));
  const groups = spreadGroups(counts, reduction.axes, every);
  const space: TreeSpace = { reduction, loopChunks, groups };
  let from = states;
  for (const left of levelCounts(counts, reduction.axes, groups)) {
    const { layer: level, word } = treeLevel(from, space, left);
    if (level.final) finishResults(workspace, top, level);
    else from = workspace.add(level, word);
  }
}

/** Puts results in place of a layer's, cut as that layer's are. */
export function finishResults(
  workspace: Workspace,
  { name, chunks, dtype }: ReductionStep | TreeReduceLayer,
  results: Unnamed<ReductionStep | TreeReduceLayer>,
): void {
  if (sameChunks(results.chunks, chunks)) workspace.replace(name, results);
  else {
    const inputs = [workspace.add(results, workspace.wordOf(name))];
    workspace.replace(name, { kind: "rechunk", inputs, chunks, dtype });
  }
}

/** The grid of states without the axis of their fields. */
function loopGrid(chunks: Chunks, { name, count }: Reduction): Chunks {
  return stateFields(name, count) > 1 ? chunks.slice(1) : chunks;
}
