// Elements replaced where a computed mask is true, by one value for each such place in row-major
// order: every block counts its own, then takes its values from the number before it on.
import type { ChunkedArray } from "../../chunked-array.js";
import { subtract } from "../../elementwise/elementwise.js";
import { rechunkTo } from "../../layers/rechunk-layer.js";
import { routineNode } from "../../layers/take-layer.js";
import { ravel, reshape } from "../../manipulation/reshape.js";
import { cumsum } from "../../reductions/cumsum.js";

/** Counts of up to this many runs, 32 MiB, are added up by one task. */
const SUMMED_MAX = 2 ** 22;

/** Counts of up to this many runs, 1 MiB, are read whole by each task that needs some of them. */
const READ_WHOLE_MAX = 2 ** 17;

/** A mask of at least one axis, and the axis of the array at which its own begin. */
export interface ChunkedMask {
  readonly mask: ChunkedArray;
  readonly at: number;
}

/**
 * `x` with `values` where a mask is true: two tasks per block and two more. The second of a block
 * reads all values of its place along the other axes.
 *
 * @param values have the axes of `x`, with one at `at` in place of the mask's; others may have
 * length 1
 * @param repeat whether the values begin again at their end; else too few are an error
 */
export function setMasked(
  x: ChunkedArray,
  { mask, at }: ChunkedMask,
  values: ChunkedArray,
  repeat: boolean,
): ChunkedArray {
  const end = at + mask.ndim;
  const flags = rechunkTo(mask, x.chunks.slice(at, end));
  const run = runAxis(flags);
  const before = placesBefore(flags, run);
  const axes = [...x.shape.keys()];
  const own = axes.slice(at, end);
  const others = axes.toSpliced(at, mask.ndim, -1);
  const along = others.map((axis, i) => (axis < 0 || values.shape[i] === 1 ? -1 : axis));
  const chunks = along.map((axis, i) =>
    axis < 0 ? [values.shape[i] as number] : (x.chunks[axis] as readonly number[]),
  );
  const operands = [
    { node: x.node, axes },
    { node: flags.node, axes: own },
    { node: before.node, axes: own.map((axis, i) => (before.numblocks[i] === 1 ? -1 : axis)) },
    { node: rechunkTo(values, chunks).node, axes: along },
  ];
  const routine = { name: "setMasked", at, run, repeat } as const;
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, x.dtype));
}

/** The last axis that is cut: from it on, the places of a block follow one another in runs. */
function runAxis(mask: ChunkedArray): number {
  return Math.max(
    0,
    mask.numblocks.findLastIndex((blocks) => blocks > 1),
  );
}

/**
 * How many places are true before each run of each block: all in one block where they are few, else
 * those of each block.
 */
function placesBefore(mask: ChunkedArray, run: number): ChunkedArray {
  const operand = { node: mask.node, axes: [...mask.shape.keys()] };
  const chunks = mask.chunks.map((own, axis) => (axis < run ? own : own.map(() => 1)));
  const grids = { loopChunks: mask.chunks, chunks };
  const routine = { name: "countTrue", axis: run } as const;
  const counts: ChunkedArray = mask.derive(routineNode(routine, [operand], grids, "float64"));
  if (counts.size > SUMMED_MAX) {
    const flat: ChunkedArray = ravel(counts);
    const before: ChunkedArray = subtract(cumsum(flat, 0), flat);
    return rechunkTo(reshape(before, counts.shape), chunks);
  }
  const one = { loopChunks: counts.shape.map((length) => [length]) };
  const all = { node: rechunkTo(counts, one.loopChunks).node, axes: operand.axes };
  const before = mask.derive(routineNode({ name: "sumBefore" }, [all], one, "float64"));
  return counts.size <= READ_WHOLE_MAX ? before : rechunkTo(before, chunks);
}
