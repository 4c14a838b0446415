// Reductions of .npy files in chunks of a few columns. Reading a short row whole takes as long as
// reading a part, and each row would be read once for each block of columns. Blocks of whole rows
// are reduced in their place, with fewer tasks. merge-rechunks.ts asks.

import { itemBytes } from "../../base/dtype.js";
import { RUN_BYTES } from "../dependencies/grid-costs.js";
import { type Chunks, hasUnknownLengths, longest, sizeOf } from "../model/chunks.js";
import type { LayerName, SourceLayer, TreeReduceLayer } from "../model/layer.js";
import { isStraight } from "../model/layer-operands.js";
import { leftBy, type ReductionStep } from "../model/reduction-tree.js";
import { SHORT_ROW_BYTES } from "../model/whole-rows.js";
import { finishResults, plantTree } from "./plant-tree.js";
import { cutAgain, type NewChunks, newChunksBelow } from "./rechunk-into-sources.js";
import { statesBelow } from "./split-reductions.js";
import type { Workspace } from "./workspace.js";

/** Larger blocks would keep one thread busy for long. */
const BLOCK_BYTES_MAX = 2 ** 23;

/** Has the blocks below the tree be whole rows, where those are read anyway. */
export function reduceWholeRows(space: Workspace, top: TreeReduceLayer): void {
  const first = firstStep(space, top);
  if (first === undefined) return;
  const wide = widened(first.loopChunks);
  const input = space.behind(first.inputs[0] as LayerName);
  const bytes = sizeOf(wide.map(longest)) * itemBytes(space.layer(input).dtype);
  if (bytes > BLOCK_BYTES_MAX) return;
  const found = newChunksBelow(space, input, wide);
  if (found === undefined || !readsRowsOften(space, found)) return;
  cutAgain(space, found);
  const { reduction } = first;
  const left = leftBy(reduction, wide);
  const { name: _name, ...step } = first;
  const layer = { ...step, inputs: [input], loopChunks: wide, ...left };
  if (left.final) finishResults(space, top, layer);
  else plantTree(space, top, space.add(layer, space.wordOf(first.name)));
}

/** What the tree joins the states of, where all of it may be cut otherwise. */
function firstStep(space: Workspace, top: TreeReduceLayer): ReductionStep | undefined {
  if (!top.final || top.isGiven === true) return undefined;
  const first = statesBelow(space, top);
  if (first?.kind !== "blockwise" || first.reduction === undefined) return undefined;
  if (!space.hasOneUser(first.name) || first.operands.length !== 1) return undefined;
  const { loopChunks } = first;
  if ((loopChunks.at(-1)?.length ?? 0) < 2 || hasUnknownLengths(loopChunks)) return undefined;
  return isStraight(first) && space.hasOneUser(first.inputs[0] as LayerName)
    ? (first as ReductionStep)
    : undefined;
}

function widened(chunks: Chunks): Chunks {
  const columns = chunks.at(-1) as readonly number[];
  return [...chunks.slice(0, -1), [columns.reduce((sum, length) => sum + length, 0)]];
}

/** Whether a file among the sources is read in parts that take as long as whole rows. */
function readsRowsOften(space: Workspace, found: NewChunks): boolean {
  return [...found].some(([name, chunks]) => {
    const layer = space.layer(name);
    return layer.kind === "source" && hasShortParts(layer) && chunks.at(-1)?.length === 1;
  });
}

function hasShortParts({ generator, chunks, dtype, region }: SourceLayer): boolean {
  // The last axis is the file's own, whose elements follow one another.
  if (generator.type !== "npy" || generator.fortranOrder) return false;
  if (region !== undefined && region.axes.at(-1) !== chunks.length - 1) return false;
  const columns = chunks.at(-1) as readonly number[];
  if (columns.length < 2) return false;
  const [all = 0] = widened([columns])[0] as readonly number[];
  const bytesEach = itemBytes(dtype);
  return all * bytesEach <= SHORT_ROW_BYTES && longest(columns) * bytesEach < RUN_BYTES;
}
