// Reductions, and the levels of the trees that join their states.
import { isDType } from "../../base/dtype.js";
import { isSameAxis, numBlocks, sameChunks } from "../model/chunks.js";
import type { Layer, TreeReduceLayer } from "../model/layer.js";
import { type Reduction, type ReductionName, stateFields } from "../model/reduction.js";
import { resultGrid, stateGrid } from "../model/reduction-tree.js";
import { areAscending, isBelow, isCount, isRecord, type Misfit, shown } from "./fits.js";

const REDUCTIONS: Readonly<Record<ReductionName, true>> = {
  sum: true,
  prod: true,
  min: true,
  max: true,
  any: true,
  all: true,
  mean: true,
  nanmean: true,
  var: true,
  std: true,
  argmin: true,
  argmax: true,
};

/** Describes the mistake in a reduction over some of `rank` axes. */
export function reductionMisfit(reduction: Reduction, rank: number): Misfit {
  if (!isRecord(reduction)) return "it has no reduction";
  const { name, axes, count, correction, stateDType, dtype, keepdims, shape } = reduction;
  if (typeof name !== "string" || !Object.hasOwn(REDUCTIONS, name))
    return `there is no reduction ${shown(name)}`;
  if (!areAscending(axes, rank)) return `it reduces axes that are not among ${rank}`;
  if (typeof count !== "number" || count < 0) return `it reduces ${shown(count)} elements`;
  if (!Number.isFinite(correction)) return `its correction is ${shown(correction)}`;
  if (!isDType(stateDType) || !isDType(dtype)) return "its reduction has no dtypes";
  if (typeof keepdims !== "boolean") return "it does not say whether reduced axes are kept";
  const hasShape =
    Array.isArray(shape) &&
    shape.length === rank &&
    shape.every((n) => isCount(n) || Number.isNaN(n));
  return hasShape ? undefined : "its reduction has no shape of the loop";
}

export function treeMisfit(layer: TreeReduceLayer, input: Layer): Misfit {
  const { reduction, groups, final, chunks, dtype, mirror } = layer;
  if (!Array.isArray(groups) || !groups.every((group) => isCount(group) && group > 0)) {
    return "its groups are not whole numbers from 1";
  }
  const rank = groups.length;
  const misfit = reductionMisfit(reduction, rank);
  if (misfit !== undefined) return misfit;
  const { axes, name, count, stateDType } = reduction;
  if (input.dtype !== stateDType)
    return `it joins states of ${stateDType}, and its input has ${input.dtype}`;
  const fields = stateFields(name, count);
  if (fields > 1 && !isSameAxis(input.chunks[0] ?? [], [fields])) {
    return `its input's states do not have ${fields} fields`;
  }
  const states = fields > 1 ? input.chunks.slice(1) : input.chunks;
  if (states.length !== rank)
    return `it has groups for ${rank} axes, and its input has ${states.length}`;
  if (groups.some((group, axis) => group > 1 && !axes.includes(axis))) {
    return "it joins blocks along axes that are kept";
  }
  const counts = numBlocks(states).map((blocks, axis) =>
    Math.ceil(blocks / (groups[axis] as number)),
  );
  if (final !== true && final !== false) return "it does not say whether it makes results";
  if (final && axes.some((axis) => counts[axis] !== 1))
    return "it makes results before all states are joined";
  const made = final ? reduction.dtype : stateDType;
  if (made !== dtype) return `its reduction makes ${made}, and its blocks are ${dtype}`;
  const grid = final ? resultGrid(states, reduction) : stateGrid(states, counts, reduction);
  if (!sameChunks(grid, chunks)) return "its chunks are not those that its reduction makes";
  return mirror === undefined || isMirror(mirror, numBlocks(states))
    ? undefined
    : "it mirrors states about axes that are not two of equally many blocks";
}

function isMirror(mirror: unknown, counts: readonly number[]): boolean {
  if (!Array.isArray(mirror) || mirror.length !== 2) return false;
  const [a, b] = mirror as readonly unknown[];
  return (
    isBelow(a, counts.length) && isBelow(b, counts.length) && a !== b && counts[a] === counts[b]
  );
}
