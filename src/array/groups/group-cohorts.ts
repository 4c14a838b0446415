// Rows of each group taken together, for groups whose rows are far apart: the cohorts of flox,
// https://flox.readthedocs.io/en/latest/implementation.html#method-cohorts.
import { itemBytes } from "../../base/dtype.js";
import { longest, sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { takeNode } from "../layers/take-layer.js";
import type { KnownGrouping } from "./group-labels.js";

/** How many tasks may read a block, on average. */
const READERS_MAX = 4;

/** An array whose groups are runs, cut between them. */
export interface Cohorts {
  readonly x: ChunkedArray;
  /** Per position, the number of its group, ascending. */
  readonly groups: Int32Array;
  /** Where blocks begin. */
  readonly cuts: readonly number[];
}

/**
 * The rows of `x` by their groups: blocks about as long as before that have whole groups. Undefined
 * where all rows fit a block, where blocks have rows of many groups, and where a group does not fit
 * a block.
 *
 * @param found the groups of each block
 * @param blockBytesMax the most bytes of a block
 */
export function cohortsOf(
  x: ChunkedArray,
  { groups, sizes }: KnownGrouping,
  axis: number,
  found: readonly (readonly number[])[],
  blockBytesMax: number,
): Cohorts | undefined {
  const readers = found.reduce((sum, own) => sum + own.length, 0);
  const rowBytes = sizeOf(x.chunks.filter((_, i) => i !== axis).map(longest)) * itemBytes(x.dtype);
  const most = sizes.reduce((rows, size) => Math.max(rows, size), 0);
  // One block can have all, or blocks have rows of many groups.
  if (groups.length * rowBytes <= blockBytesMax || readers > READERS_MAX * found.length) {
    return undefined;
  }
  if (most === 0 || most * rowBytes > blockBytesMax) return undefined;
  const order = rowsByGroup(groups);
  const sorted = order.map((row) => groups[row] as number);
  const cuts = cutsOf(sizes, longest(x.chunks[axis] as readonly number[]));
  const lengths = cuts.map((cut, k) => (cuts[k + 1] ?? order.length) - cut);
  const node = takeNode(x.node, { axes: [axis], indices: [order] }, axis, lengths);
  return { x: x.derive(node), groups: sorted, cuts };
}

/** The positions of all groups, group by group; those of none are left out. */
function rowsByGroup(groups: Int32Array): Int32Array {
  const rows = Int32Array.from(groups.keys()).filter((row) => (groups[row] as number) >= 0);
  return rows.sort((a, b) => (groups[a] as number) - (groups[b] as number) || a - b);
}

/** Cuts between groups, such that blocks of several groups have at most `rows` rows. */
function cutsOf(sizes: Float64Array, rows: number): number[] {
  const cuts = [0];
  let end = 0;
  for (const size of sizes) {
    const first = cuts.at(-1) as number;
    if (size > 0 && end > first && end + size - first > rows) cuts.push(end);
    end += size;
  }
  return cuts;
}
