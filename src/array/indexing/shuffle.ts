// Groups elements along an axis so that each group is in one block, for computations by group.
// Random orders are random/selection.ts.

import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { longest } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import { positionArray } from "../layers/positions.js";
import { takeNode } from "../layers/take-layer.js";

/** Options of {@link shuffle}. */
export interface ShuffleOptions {
  /** The wanted length of blocks along the axis; default: about as before. */
  readonly chunkLength?: number;
}

/** Blocks may exceed their intended length by this factor before a group begins a new one. */
const TOLERANCE = 1.25;

/**
 * The slabs along an axis in the order of groups, no group cut: groups follow one another in blocks
 * as long as those before, one more than a quarter longer only where a single group is.
 *
 * @param groups for each group the positions of its slabs; a slab may be in several, or in none
 * @returns the dtype of `x`, as long along the axis as all groups
 * @chunks by the options, default: blocks about as long as those of `x`; one task per block, which
 * reads the blocks that its slabs are in
 * @throws ArgumentError `argument.axis`, `argument.index` when a position is out of range,
 * `argument.value` for anything but a list of lists, or a length of blocks that is no whole number
 * from 1
 * @see https://docs.dask.org/en/stable/generated/dask.array.shuffle.html
 * @example
 * const x = arange(6, { chunks: 2 });
 * const byRest = shuffle(x, [[0, 3], [1, 4], [2, 5]], 0);
 * await byRest.compute(); // → [0, 3, 1, 4, 2, 5]
 * byRest.chunks; // → [[2, 2, 2]]
 */
export function shuffle<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  groups: readonly (readonly number[])[],
  axis: number,
  options: ShuffleOptions = {},
): ChunkedArray<D, R> {
  checkArrays("shuffle", x);
  const at = checkAxis(axis, x.ndim);
  checkLengths("shuffle", x.chunks, [at]);
  const length = x.shape[at] as number;
  checkGroups(groups, length);
  const own = x.chunks[at] as readonly number[];
  const meant = options.chunkLength ?? Math.max(1, Math.round(length / own.length));
  if (!Number.isSafeInteger(meant) || meant < 1) {
    throw new ArgumentError(
      "value",
      `chunkLength is ${meant}: expected a whole number from 1`,
      options,
    );
  }
  const positions = groups.flat();
  const list = positionArray(positions.length, length);
  list.set(positions.map((position) => (position < 0 ? position + length : position)));
  const lengths = packed(
    groups.map((group) => group.length),
    meant,
  );
  return x.derive(takeNode(x.node, { axes: [at], indices: [list] }, at, lengths));
}

function checkGroups(groups: readonly (readonly number[])[], length: number): void {
  if (!Array.isArray(groups) || !groups.every((group) => Array.isArray(group))) {
    throw new ArgumentError("value", "shuffle needs a list of groups, each a list of positions");
  }
  for (const group of groups) {
    const wrong = group.find((at) => !Number.isInteger(at) || at < -length || at >= length);
    if (wrong === undefined) continue;
    throw new ArgumentError(
      "index",
      `position ${wrong} of a group is out of range for an axis of length ${length}: expected ` +
        `${-length} to ${length - 1}`,
      { position: wrong, length },
    );
  }
}

/** Lengths of blocks that hold groups whole. */
function packed(sizes: readonly number[], meant: number): readonly number[] {
  const lengths: number[] = [];
  const most = meant * TOLERANCE;
  for (const size of sizes) {
    const last = lengths.at(-1);
    if (last === undefined || (last > 0 && last + size > most)) lengths.push(size);
    else lengths[lengths.length - 1] = last + size;
  }
  const filled = lengths.filter((length) => length > 0);
  return longest(filled) === 0 ? [0] : filled;
}
