// How the results of blocks become those of all groups: each task joins those of 16 blocks.
import type { DType } from "../../base/dtype.js";
import { blockOffsets } from "../../graph/model/chunks.js";
import {
  type GroupPlaces,
  type GroupReduction,
  type GroupRoutine,
  type GroupState,
  groupFields,
} from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { placesOf, sharedPlaces, withAxis } from "./group-places.js";

/** Blocks whose results one task joins. */
const JOINED = 16;

/** How blocks become groups; a part of the names of the layers, which `explain()` shows. */
export type GroupStrategy = "blockwise" | "mapReduce" | "cohorts" | "rechunk";

/** A reduction of groups along an axis. */
export interface GroupedReduction {
  readonly strategy?: GroupStrategy;
  readonly reduce: GroupReduction;
  readonly state?: GroupState;
  readonly axis: number;
  readonly skipNaN: boolean;
  /** The dtype of the results of blocks. */
  readonly dtype: DType;
}

/** The numbers of the groups that each block has, ascending. */
export function groupsOfBlocks(groups: Int32Array, lengths: readonly number[]): number[][] {
  const offsets = blockOffsets(lengths);
  return lengths.map((_, block) => {
    const found = new Set(groups.subarray(offsets[block], offsets[block + 1]));
    found.delete(-1);
    return [...found].sort((a, b) => a - b);
  });
}

/** Joins results of neighbouring blocks until there is one, which has all `count` groups. */
export function joinResults(
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
        local[at * fields + field] = joinedRow(reduction, place, field);
    }
  });
  const next = reduceBlocks(
    together,
    local,
    found.map((own) => own.length),
    joining(reduction),
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

/** Joins results of blocks that all have all `count` groups, until there is one. */
export function joinWhole(
  results: ChunkedArray,
  count: number,
  reduction: GroupedReduction,
): ChunkedArray {
  const { axis, reduce, state } = reduction;
  const fields = groupFields(reduce, state);
  const blocks = (results.chunks[axis] as readonly number[]).length;
  if (blocks === 1) return results;
  const lengths = Array.from({ length: Math.ceil(blocks / JOINED) }, (_, k) =>
    Math.min(JOINED, blocks - k * JOINED),
  ).map((joined) => joined * count * fields);
  const together = rechunkTo(results, withAxis(results.chunks, axis, lengths));
  const local = new Int32Array(JOINED * count * fields);
  for (let row = 0; row < local.length; row++) {
    const place = Math.floor(row / fields) % count;
    local[row] = joinedRow(reduction, place, row % fields);
  }
  const places = sharedPlaces(together.chunks, axis, local);
  const counts = lengths.map(() => count);
  const next = reduceRows(together, places, counts, joining(reduction));
  return joinWhole(next, count, reduction);
}

function joining(reduction: GroupedReduction): GroupedReduction & { readonly fields: number } {
  const { reduce, state } = reduction;
  return {
    ...reduction,
    ...(state === undefined ? {} : { state: "joined" }),
    reduce: JOINS[reduce] ?? reduce,
    fields: groupFields(reduce, state),
  };
}

/**
 * The group of a row of results, as the joining reduction counts it: moments, and elements with
 * their presence, by group, all others by row.
 */
function joinedRow({ reduce, state }: GroupedReduction, place: number, field: number): number {
  if (reduce === "moments" || state !== undefined) return place;
  return place * groupFields(reduce) + field;
}

/** One task per block: `counts` says how many groups each block has along the axis. */
export function reduceBlocks(
  x: ChunkedArray,
  groups: Int32Array,
  counts: readonly number[],
  reduction: GroupedReduction & { readonly fields?: number },
): ChunkedArray {
  return reduceRows(x, placesOf(x.chunks, reduction.axis, groups), counts, reduction);
}

function reduceRows(
  x: ChunkedArray,
  places: GroupPlaces,
  counts: readonly number[],
  reduction: GroupedReduction & { readonly fields?: number },
): ChunkedArray {
  const { reduce, state, axis, skipNaN, dtype, fields = groupFields(reduce, state) } = reduction;
  const given = state === undefined ? {} : { state };
  const routine: GroupRoutine = { name: "groupReduce", reduce, ...given, axis, skipNaN, places };
  const chunks = withAxis(
    x.chunks,
    axis,
    counts.map((count) => count * fields),
  );
  const operands = [{ node: x.node, axes: [...x.shape.keys()] }];
  const word = `groupReduce-${reduction.strategy ?? "blockwise"}`;
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks, chunks }, dtype, word));
}
