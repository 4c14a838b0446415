// Rechunks that were only made so that one block sees all of a reduced axis: from blocks of time to
// blocks of space, say. The blocks are reduced as they are and their states joined; the result, far
// smaller, is cut as it was wanted. merge-rechunks.ts asks.

import { itemBytes } from "../../base/dtype.js";
import { blockCount, hasUnknownLengths, shapeOf, sizeOf } from "../model/chunks.js";
import type { LayerName, RechunkLayer } from "../model/layer.js";
import { isStraight } from "../model/layer-operands.js";
import { leftBy, type ReductionStep } from "../model/reduction-tree.js";
import { belowRechunks } from "./meetings.js";
import { finishResults, plantTree } from "./plant-tree.js";
import type { Workspace } from "./workspace.js";

/** States are at most this share of the elements. */
const STATES_MAX = 1 / 4;
/** Smaller blocks are joined before they are reduced: each is a task. */
const BLOCK_BYTES_MIN = 2 ** 16;

/**
 * Reduces what is below the rechunk in its own blocks, where its one reader is a reduction that
 * leaves much less.
 *
 * @returns whether it did
 */
export function reduceBeforeRechunk(space: Workspace, rechunk: RechunkLayer): boolean {
  const reducer = reducerOf(space, rechunk);
  if (reducer === undefined) return false;
  const [base] = belowRechunks(space, rechunk.inputs[0] as LayerName);
  const { chunks: loopChunks, dtype } = base;
  if (hasUnknownLengths(loopChunks)) return false;
  const { reduction } = reducer;
  const left = leftBy(reduction, loopChunks);
  const bytes = sizeOf(shapeOf(loopChunks)) * itemBytes(dtype);
  const stateBytes = sizeOf(shapeOf(left.chunks)) * itemBytes(left.dtype);
  if (bytes < BLOCK_BYTES_MIN * blockCount(loopChunks) || stateBytes > STATES_MAX * bytes) {
    return false;
  }
  const { name: _name, ...step } = reducer;
  const first = { ...step, inputs: [base.name], loopChunks, ...left };
  const word = space.wordOf(reducer.name);
  if (left.final) finishResults(space, reducer, first);
  else plantTree(space, reducer, space.add(first, `${word}-partial`));
  return true;
}

/** A reduction that makes its results at once, and is the one reader of the rechunk. */
function reducerOf(space: Workspace, { name }: RechunkLayer): ReductionStep | undefined {
  if (!space.hasOneUser(name)) return undefined;
  const [reader] = space.usersOf(name);
  if (reader?.kind !== "blockwise" || reader.reduction === undefined) return undefined;
  if (reader.final !== true || reader.operands.length !== 1) return undefined;
  return isStraight(reader) ? (reader as ReductionStep) : undefined;
}
