// Reductions of groups that tasks read from an array: computed labels, and groups along several
// axes. Which groups a block has is not known: each is reduced to all of them, and the results are
// joined.
import { itemBytes } from "../../base/dtype.js";
import { numBlocks, sizeOf } from "../../graph/model/chunks.js";
import {
  type GroupReduction,
  type GroupState,
  groupFields,
} from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { getSlice } from "../indexing/get-slice.js";
import { routineNode } from "../layers/take-layer.js";
import { type GroupedReduction, joinWhole } from "./group-joins.js";
import { fittingResults, RESULT_BYTES_MAX, wholeAlong } from "./group-layers.js";
import { type Grouped, rowsOf } from "./grouped.js";

/** Reductions that choose an element of each group. */
const CHOICES: ReadonlySet<GroupReduction> = new Set(["min", "max", "first", "last"]);

/** The groups of `grouped` reduced; along `axis`, each has {@link groupFields} rows. */
export function reduceComputed(
  grouped: Grouped,
  { reduce, skipNaN, dtype }: GroupedReduction,
): ChunkedArray {
  const { axis, span, labels } = grouped;
  const count = labels.length;
  const x = cutFor(grouped, reduce, itemBytes(dtype));
  const blocks = sizeOf(numBlocks(x.chunks).slice(axis, axis + span));
  const state: GroupState | undefined = CHOICES.has(reduce) && blocks > 1 ? "made" : undefined;
  const given = state === undefined ? {} : { state };
  const { rows, operands } = rowsOf(grouped, x);
  const routine = { name: "groupReduce", reduce, ...given, ...rows, skipNaN } as const;
  const lengths = new Array<number>(blocks).fill(count * groupFields(reduce, state));
  const grids = { loopChunks: x.chunks, chunks: x.chunks.toSpliced(axis, span, lengths) };
  const all = [{ node: x.node, axes: [...x.shape.keys()] }, ...operands];
  const strategy = blocks > 1 ? "mapReduce" : x === grouped.x ? "blockwise" : "rechunk";
  const node = routineNode(routine, all, grids, dtype, `groupReduce-${strategy}`);
  const reduction = { reduce, ...given, axis, skipNaN, dtype, strategy } as const;
  const joined = joinWhole(x.derive(node) as ChunkedArray, count, reduction);
  if (state === undefined) return joined;
  const before = new Array<null>(axis).fill(null);
  return getSlice(joined, [...before, { step: 2 }]) as ChunkedArray;
}

/**
 * The array cut such that results of blocks are not too large, nor all of them larger than the
 * array where one block can have all of the axes.
 */
function cutFor(
  { x, axis, span, labels }: Grouped,
  reduce: GroupReduction,
  bytesEach: number,
): ChunkedArray {
  // Elements follow one another across blocks only where the axes after the first are whole.
  const isInOrder = reduce === "first" || reduce === "last";
  const ordered = isInOrder && span > 1 ? wholeAlong(x, axis + 1, span - 1) : x;
  const bytes = labels.length * groupFields(reduce) * bytesEach;
  const blocks = sizeOf(numBlocks(ordered.chunks).slice(axis, axis + span));
  const positions = sizeOf(ordered.shape.slice(axis, axis + span)) * itemBytes(x.dtype);
  if (blocks * bytes > 2 * positions && positions <= RESULT_BYTES_MAX) {
    return wholeAlong(ordered, axis, span);
  }
  return fittingResults(ordered, axis, bytes, span);
}
