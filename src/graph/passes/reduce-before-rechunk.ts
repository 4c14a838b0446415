// Rechunks that were only made so that one block sees all of a reduced axis: from blocks of time to
// blocks of space, say. The blocks are reduced as they are and their states joined; the result, far
// smaller, is cut as it was wanted. merge-rechunks.ts asks.
import { itemBytes } from "../../base/dtype.js";
import {
  blockCount,
  type Chunks,
  hasUnknownLengths,
  numBlocks,
  sameChunks,
  shapeOf,
  sizeOf,
} from "../model/chunks.js";
import type { BlockwiseLayer, Layer, LayerName, RechunkLayer } from "../model/layer.js";
import type { Unnamed } from "../model/naming.js";
import type { Reduction } from "../model/reduction.js";
import {
  DEFAULT_SPLIT_EVERY,
  levelCounts,
  resultGrid,
  spreadGroups,
  stateGrid,
  treeLevel,
} from "../model/reduction-tree.js";
import { affordableSplit } from "./split-reductions.js";
import type { Workspace } from "./workspace.js";

/** States are at most this share of the elements. */
const STATES_MAX = 1 / 4;
/** Smaller blocks are joined before they are reduced: each is a task. */
const BLOCK_BYTES_MIN = 2 ** 16;

/** A reduction that makes its results at once, and is the one reader of a rechunk. */
type Reducer = BlockwiseLayer & { readonly reduction: Reduction };

/**
 * Reduces what is below the rechunk in its own blocks, where its one reader is a reduction that
 * leaves much less.
 *
 * @returns whether it did
 */
export function reduceBeforeRechunk(space: Workspace, rechunk: RechunkLayer): boolean {
  const reducer = reducerOf(space, rechunk);
  if (reducer === undefined) return false;
  const base = belowRechunks(space, rechunk);
  const { chunks: loopChunks, dtype } = space.layer(base);
  if (hasUnknownLengths(loopChunks)) return false;
  const { reduction } = reducer;
  const counts = numBlocks(loopChunks);
  const final = reduction.axes.every((axis) => counts[axis] === 1);
  const chunks = final
    ? resultGrid(loopChunks, reduction)
    : stateGrid(loopChunks, counts, reduction);
  const stateDType = final ? reduction.dtype : reduction.stateDType;
  const bytes = sizeOf(shapeOf(loopChunks)) * itemBytes(dtype);
  const stateBytes = sizeOf(shapeOf(chunks)) * itemBytes(stateDType);
  if (bytes < BLOCK_BYTES_MIN * blockCount(loopChunks) || stateBytes > STATES_MAX * bytes) {
    return false;
  }
  const { name: _name, ...step } = reducer;
  const first = { ...step, inputs: [base], loopChunks, final, chunks, dtype: stateDType };
  const word = space.wordOf(reducer.name);
  const states = space.add(first, final ? word : `${word}-partial`);
  finishResults(space, reducer, final ? states : joinStates(space, states, reduction, loopChunks));
  return true;
}

function reducerOf(space: Workspace, { name }: RechunkLayer): Reducer | undefined {
  if (!space.hasOneUser(name)) return undefined;
  const [reader] = space.usersOf(name);
  if (reader?.kind !== "blockwise" || reader.reduction === undefined) return undefined;
  if (reader.final !== true || reader.operands.length !== 1) return undefined;
  const axes = reader.operands[0]?.axes ?? [];
  const isWhole = axes.length === reader.loopChunks.length && axes.every((axis, i) => axis === i);
  return isWhole ? (reader as Reducer) : undefined;
}

/** What the rechunk, and others that only it reads, cut again. */
function belowRechunks(space: Workspace, { inputs }: RechunkLayer): LayerName {
  let name = space.behind(inputs[0] as LayerName);
  for (let layer = space.layer(name); layer.kind === "rechunk"; layer = space.layer(name)) {
    if (!space.hasOneUser(name)) break;
    name = space.behind(layer.inputs[0] as LayerName);
  }
  return name;
}

/** The tree that joins the states, to its top. */
export function joinStates(
  space: Workspace,
  states: LayerName,
  reduction: Reduction,
  loopChunks: Chunks,
): LayerName {
  const counts = numBlocks(loopChunks);
  const every = Math.min(DEFAULT_SPLIT_EVERY, affordableSplit(space.layer(states)));
  const groups = spreadGroups(counts, reduction.axes, every);
  let from = states;
  for (const left of levelCounts(counts, reduction.axes, groups)) {
    const { layer, word } = treeLevel(from, { reduction, loopChunks, groups }, left);
    from = space.add(layer, word);
  }
  return from;
}

/** Puts results in place of a layer's, cut as that layer's are. */
export function finishResults(
  space: Workspace,
  { name, chunks, dtype }: Layer,
  results: LayerName,
): void {
  const { name: _name, ...layer } = space.layer(results);
  if (sameChunks(layer.chunks, chunks)) space.replace(name, layer as Unnamed<Layer>);
  else space.replace(name, { kind: "rechunk", inputs: [results], chunks, dtype });
}
