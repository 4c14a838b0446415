// How reductions by groups become layers: which blocks are cut again, and how the results of blocks
// are joined. Strategies are those of flox,
// https://flox.readthedocs.io/en/latest/implementation.html, chosen by the bytes that each moves;
// each layer's name says which.
import { itemBytes } from "../../base/dtype.js";
import { blockOffsets, longest, numBlocks, sizeOf } from "../../graph/model/chunks.js";
import { groupFields } from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { rechunk } from "../manipulation/rechunk.js";
import { cohortsOf } from "./group-cohorts.js";
import { type GroupedReduction, groupsOfBlocks, joinResults, reduceBlocks } from "./group-joins.js";
import type { KnownGrouping } from "./group-labels.js";
import { withAxis } from "./group-places.js";

/** Blocks of results stay below this. */
export const RESULT_BYTES_MAX = 128 * 2 ** 20;
/** Blocks that have all of an axis are not cut finer than this. */
const BLOCK_BYTES_MIN = 2 ** 20;

/**
 * Reduces the groups of `x`. Along the axis, each group has {@link groupFields} rows.
 *
 * - `blockwise`: where one block has all of the axis, or groups are runs and blocks can be cut
 *   between them, each block is reduced to its groups.
 * - `mapReduce`: each block is reduced to those groups that it has, and the results of 16 are
 *   joined, until there is one block.
 * - `cohorts`: where results of blocks would be about as large as the blocks, and blocks have rows
 *   of few groups, the rows of each group are taken together.
 * - `rechunk`: where blocks have rows of many groups, the axis comes into one block first.
 */
export function reduceGroups(
  x: ChunkedArray,
  grouping: KnownGrouping,
  reduction: GroupedReduction,
): ChunkedArray {
  const { groups, labels, sizes } = grouping;
  const { axis } = reduction;
  const count = labels.length;
  const lengths = x.chunks[axis] as readonly number[];
  if (lengths.length === 1) return reduceBlocks(x, groups, [count], reduction);
  const cuts = cutsBetweenGroups(groups, sizes, lengths);
  if (cuts !== undefined) return reduceRuns(x, groups, count, cuts, reduction);
  const found = groupsOfBlocks(groups, lengths);
  const fields = groupFields(reduction.reduce);
  const rows = fields * found.reduce((sum, own) => sum + own.length, 0);
  const elements = groups.length * itemBytes(x.dtype);
  if (2 * rows * itemBytes(reduction.dtype) > elements) {
    const cohorts = cohortsOf(x, grouping, axis, found, RESULT_BYTES_MAX);
    if (cohorts !== undefined) {
      const own = { ...reduction, strategy: "cohorts" } as const;
      return reduceRuns(cohorts.x, cohorts.groups, count, cohorts.cuts, own);
    }
    const own = { ...reduction, strategy: "rechunk" } as const;
    return reduceBlocks(wholeAlong(x, axis), groups, [count], own);
  }
  const small = fittingResults(x, axis, count * fields * itemBytes(reduction.dtype));
  const own = { ...reduction, strategy: "mapReduce" } as const;
  return joinResults(reduceFound(small, groups, found, own), found.flat(), count, {
    ...own,
    lengths: found.map((own) => own.length),
  });
}

/**
 * `x` with all of `span` axes from `axis` on in one block, the others cut such that blocks are
 * about as large as they were.
 */
export function wholeAlong(x: ChunkedArray, axis: number, span = 1): ChunkedArray {
  if (x.chunks.slice(axis, axis + span).every((own) => own.length === 1)) return x;
  const blocks = numBlocks(x.chunks).reduce((product, n) => product * n, 1);
  const limit = Math.min(Math.max(x.nbytes / blocks, BLOCK_BYTES_MIN), RESULT_BYTES_MAX);
  return rechunk(
    x,
    x.shape.map((_, i) => (i >= axis && i < axis + span ? -1 : "auto")),
    { limit },
  );
}

/** `x` cut such that a block of results, of `bytes` along the axes, is not too large. */
export function fittingResults(
  x: ChunkedArray,
  axis: number,
  bytes: number,
  span = 1,
): ChunkedArray {
  const isGrouped = (i: number) => i >= axis && i < axis + span;
  const others = x.chunks.filter((_, i) => !isGrouped(i));
  if (sizeOf(others.map(longest)) * bytes <= RESULT_BYTES_MAX) return x;
  const rows = sizeOf(x.chunks.slice(axis, axis + span).map(longest));
  const limit = Math.max((RESULT_BYTES_MAX / bytes) * rows * itemBytes(x.dtype), 1);
  return rechunk(
    x,
    x.chunks.map((own, i) => (isGrouped(i) ? own : "auto")),
    { limit },
  );
}

/**
 * The cuts that divide no group, as close as possible to the current ones. Undefined where groups
 * are not runs in order, or are much longer than blocks.
 */
function cutsBetweenGroups(
  groups: Int32Array,
  sizes: Float64Array,
  lengths: readonly number[],
): number[] | undefined {
  const most = longest(lengths);
  let before = 0;
  for (const group of groups) {
    if (group < 0 || group < before) return undefined;
    before = group;
  }
  if (sizes.some((size) => size > most)) return undefined;
  const cuts = [0];
  for (const offset of blockOffsets(lengths).slice(1, -1)) {
    let cut = offset;
    while (cut > 0 && groups[cut] === groups[cut - 1]) cut--;
    if (cut > (cuts.at(-1) as number)) cuts.push(cut);
  }
  return cuts;
}

/** Each block has whole groups, and becomes a block of results. */
function reduceRuns(
  x: ChunkedArray,
  groups: Int32Array,
  count: number,
  cuts: readonly number[],
  reduction: GroupedReduction,
): ChunkedArray {
  const ends = [...cuts.slice(1), groups.length];
  const aligned = withAxis(
    x.chunks,
    reduction.axis,
    ends.map((end, k) => end - (cuts[k] as number)),
  );
  // Groups without elements go to the block before them.
  const firsts = cuts.map((cut, k) => (k === 0 ? 0 : (groups[cut] as number)));
  const counts = firsts.map((first, k) => (firsts[k + 1] ?? count) - first);
  const local = Int32Array.from(groups);
  cuts.forEach((cut, k) => {
    for (let at = cut; at < (ends[k] as number); at++)
      local[at] = (local[at] as number) - (firsts[k] as number);
  });
  return reduceBlocks(rechunkTo(x, aligned), local, counts, reduction);
}

/** Each block becomes the results of the groups that it has. */
function reduceFound(
  x: ChunkedArray,
  groups: Int32Array,
  found: readonly number[][],
  reduction: GroupedReduction,
): ChunkedArray {
  const offsets = blockOffsets(x.chunks[reduction.axis] as readonly number[]);
  const local = new Int32Array(groups.length).fill(-1);
  found.forEach((own, block) => {
    const places = new Map(own.map((group, k) => [group, k]));
    for (let at = offsets[block] as number; at < (offsets[block + 1] as number); at++) {
      local[at] = places.get(groups[at] as number) ?? -1;
    }
  });
  return reduceBlocks(
    x,
    local,
    found.map((own) => own.length),
    reduction,
  );
}
