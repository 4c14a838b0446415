// How reductions by groups become layers: which blocks are cut again, and how the results of blocks
// are joined. Strategies are those of flox,
// https://flox.readthedocs.io/en/latest/implementation.html, chosen by the bytes that each moves;
// each layer's name says which.
import { type DType, itemBytes } from "../../base/dtype.js";
import { blockOffsets, type Chunks, numBlocks, sizeOf } from "../../graph/model/chunks.js";
import type { GroupPlaces, GroupRoutine } from "../../graph/model/group-routine.js";
import { type GroupReduction, groupFields } from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { longest } from "../chunks/axes.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { rechunk } from "../manipulation/rechunk.js";
import { cohortsOf } from "./group-cohorts.js";
import type { Grouping } from "./group-labels.js";

/** Blocks whose results one task joins. */
const JOINED = 16;
/** Blocks of results stay below this. */
const RESULT_BYTES_MAX = 128 * 2 ** 20;
/** Blocks that have all of an axis are not cut finer than this. */
const BLOCK_BYTES_MIN = 2 ** 20;

/** A reduction of groups along an axis. */
export interface GroupedReduction {
  readonly reduce: GroupReduction;
  readonly axis: number;
  readonly skipNaN: boolean;
  /** The dtype of the results of blocks. */
  readonly dtype: DType;
}

/**
 * Reduces the groups of `x`. Along the axis, each group has {@link groupFields} rows.
 *
 * - `blockwise`: where one block has all of the axis, or groups are runs and blocks can be cut
 *   between them, each block is reduced to its groups.
 * - `map-reduce`: each block is reduced to those groups that it has, and the results of 16 are
 *   joined, until there is one block.
 * - `cohorts`: where results of blocks would be about as large as the blocks, and blocks have rows
 *   of few groups, the rows of each group are taken together.
 * - `rechunk`: where blocks have rows of many groups, the axis comes into one block first.
 */
export function reduceGroups(
  x: ChunkedArray,
  grouping: Grouping,
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
      return reduceRuns(cohorts.x, cohorts.groups, count, cohorts.cuts, reduction);
    }
    return reduceBlocks(wholeAlong(x, axis), groups, [count], reduction);
  }
  const small = fittingResults(x, axis, count * fields * itemBytes(reduction.dtype));
  return joinResults(reduceFound(small, groups, found, reduction), found.flat(), count, {
    ...reduction,
    lengths: found.map((own) => own.length),
  });
}

/**
 * `x` with all of the axis in one block, the others cut such that blocks are about as large as they
 * were.
 */
export function wholeAlong(x: ChunkedArray, axis: number): ChunkedArray {
  if ((x.chunks[axis] as readonly number[]).length === 1) return x;
  const blocks = numBlocks(x.chunks).reduce((product, n) => product * n, 1);
  const limit = Math.min(Math.max(x.nbytes / blocks, BLOCK_BYTES_MIN), RESULT_BYTES_MAX);
  return rechunk(
    x,
    x.shape.map((_, i) => (i === axis ? -1 : "auto")),
    { limit },
  );
}

/** `x` cut such that a block of results, of `bytes` along the axis, is not too large. */
export function fittingResults(x: ChunkedArray, axis: number, bytes: number): ChunkedArray {
  const others = x.chunks.filter((_, i) => i !== axis);
  if (sizeOf(others.map(longest)) * bytes <= RESULT_BYTES_MAX) return x;
  const rows = longest(x.chunks[axis] as readonly number[]);
  const limit = Math.max((RESULT_BYTES_MAX / bytes) * rows * itemBytes(x.dtype), 1);
  return rechunk(
    x,
    x.chunks.map((own, i) => (i === axis ? own : "auto")),
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

/** The numbers of the groups that each block has, ascending. */
function groupsOfBlocks(groups: Int32Array, lengths: readonly number[]): number[][] {
  const offsets = blockOffsets(lengths);
  return lengths.map((_, block) => {
    const found = new Set(groups.subarray(offsets[block], offsets[block + 1]));
    found.delete(-1);
    return [...found].sort((a, b) => a - b);
  });
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

/** Joins results of neighbouring blocks until there is one, which has all `count` groups. */
function joinResults(
  results: ChunkedArray,
  groups: readonly number[],
  count: number,
  reduction: GroupedReduction & { readonly lengths: readonly number[] },
): ChunkedArray {
  const { axis, reduce, lengths } = reduction;
  const fields = groupFields(reduce);
  const joined: number[] = [];
  for (let first = 0; first < lengths.length; first += JOINED) {
    joined.push(lengths.slice(first, first + JOINED).reduce((sum, length) => sum + length, 0));
  }
  const together = rechunkTo(
    results,
    withAxis(
      results.chunks,
      axis,
      joined.map((length) => length * fields),
    ),
  );
  const found =
    joined.length === 1
      ? [Array.from({ length: count }, (_, k) => k)]
      : groupsOfBlocks(Int32Array.from(groups), joined);
  const offsets = blockOffsets(joined);
  const local = new Int32Array(groups.length * fields);
  found.forEach((own, block) => {
    const places = new Map(own.map((group, k) => [group, k]));
    for (let at = offsets[block] as number; at < (offsets[block + 1] as number); at++) {
      const place = places.get(groups[at] as number) as number;
      for (let field = 0; field < fields; field++)
        local[at * fields + field] = joinedRow(reduce, place, field);
    }
  });
  const next = reduceBlocks(
    together,
    local,
    found.map((own) => own.length),
    {
      ...reduction,
      reduce: JOINS[reduce] ?? reduce,
      fields,
    },
  );
  if (joined.length === 1) return next;
  return joinResults(next, found.flat(), count, {
    ...reduction,
    lengths: found.map((own) => own.length),
  });
}

/** The reductions that join results, if they differ from those that made them. */
const JOINS: { readonly [R in GroupReduction]?: GroupReduction } = {
  count: "sum",
  sumCount: "sum",
  moments: "mergeMoments",
};

/**
 * The group of a row of results, as the joining reduction counts it: moments by group, all others
 * by row.
 */
function joinedRow(reduce: GroupReduction, place: number, field: number): number {
  if (reduce === "moments") return place;
  return place * groupFields(reduce) + field;
}

/** One task per block: `counts` says how many groups each block has along the axis. */
function reduceBlocks(
  x: ChunkedArray,
  groups: Int32Array,
  counts: readonly number[],
  reduction: GroupedReduction & { readonly fields?: number },
): ChunkedArray {
  const { reduce, axis, skipNaN, dtype, fields = groupFields(reduce) } = reduction;
  const routine: GroupRoutine = {
    name: "groupReduce",
    reduce,
    axis,
    skipNaN,
    places: placesOf(x.chunks, axis, groups),
  };
  const chunks = withAxis(
    x.chunks,
    axis,
    counts.map((count) => count * fields),
  );
  const operands = [{ node: x.node, axes: [...x.shape.keys()] }];
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks, chunks }, dtype));
}

/** The groups of positions along an axis of these chunks, for a routine. */
export function placesOf(chunks: Chunks, axis: number, groups: Int32Array): GroupPlaces {
  const stride = numBlocks(chunks)
    .slice(axis + 1)
    .reduce((product, n) => product * n, 1);
  return { groups, lengths: chunks[axis] as readonly number[], stride };
}

/** Chunks with others along an axis. */
export function withAxis(chunks: Chunks, axis: number, lengths: readonly number[]): Chunks {
  return chunks.map((own, i) => (i === axis ? lengths : own));
}
