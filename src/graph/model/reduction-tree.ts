// The tree that joins the states of a reduction: the number of neighbours per task, and the layer
// of one level. array/layers/reduce-layers.ts makes the first step; reduction.ts describes the
// states.
import type { DType } from "../../base/dtype.js";
import { evenAxis } from "./axis-runs.js";
import { type Chunks, numBlocks, UNKNOWN_LENGTH } from "./chunks.js";
import type { BlockwiseLayer, LayerName, TreeReduceLayer } from "./layer.js";
import type { Unnamed } from "./naming.js";
import { needsElements, type Reduction, stateFields } from "./reduction.js";

/** Blocks that a task of a tree joins at most by default: Dask's 4 makes many small tasks. */
export const DEFAULT_SPLIT_EVERY = 16;

/** A blockwise layer that reduces its blocks: the first step of a tree, or all there is. */
export type ReductionStep = BlockwiseLayer & { readonly reduction: Reduction };

/** Per loop axis, how many neighbouring states one task joins; 1 along axes that are kept. */
export type Groups = readonly number[];

/**
 * Spreads `splitEvery` evenly over the reduced axes; short axes leave their share to the others.
 *
 * @param counts blocks along each loop axis
 */
export function spreadGroups(
  counts: readonly number[],
  axes: readonly number[],
  splitEvery: number,
): number[] {
  const groups = counts.map(() => 1);
  const cut = axes
    .filter((axis) => (counts[axis] as number) > 1)
    .sort((a, b) => (counts[a] as number) - (counts[b] as number));
  let rest = splitEvery;
  cut.forEach((axis, i) => {
    const share = Math.max(2, Math.floor(rest ** (1 / (cut.length - i)) + 1e-9));
    groups[axis] = Math.min(share, counts[axis] as number);
    rest /= groups[axis];
  });
  return groups;
}

/**
 * Blocks along each loop axis after each level of the tree, until one is left along reduced axes.
 */
export function levelCounts(
  counts: readonly number[],
  axes: readonly number[],
  groups: Groups,
): number[][] {
  const levels: number[][] = [];
  let left = [...counts];
  while (axes.some((axis) => (left[axis] as number) > 1)) {
    left = left.map((count, axis) => Math.ceil(count / (groups[axis] as number)));
    levels.push(left);
  }
  return levels;
}

/** The input of a level: the reduction, and the grid of the loop, in which only kept axes count. */
export interface TreeSpace {
  readonly reduction: Reduction;
  readonly loopChunks: Chunks;
  readonly groups: Groups;
}

/** One level: `counts` states per axis are left after it. */
export function treeLevel(
  input: LayerName,
  { reduction, loopChunks, groups }: TreeSpace,
  counts: readonly number[],
): { readonly layer: Unnamed<TreeReduceLayer>; readonly word: string } {
  const left = leftBy(reduction, loopChunks, counts);
  const layer: Unnamed<TreeReduceLayer> = {
    kind: "treeReduce",
    inputs: [input],
    reduction,
    groups,
    ...left,
  };
  return { layer, word: left.final ? reduction.name : `${reduction.name}-combine` };
}

/** What a step of a reduction leaves. */
export interface StepOutput {
  /** Whether these are results: a block sees all of the reduced axes. */
  readonly final: boolean;
  readonly chunks: Chunks;
  readonly dtype: DType;
}

/**
 * The states, or the results, that a step leaves.
 *
 * @param counts how many of them there are along each axis of the loop
 */
export function leftBy(
  reduction: Reduction,
  loopChunks: Chunks,
  counts: readonly number[] = numBlocks(loopChunks),
): StepOutput {
  const final = reduction.axes.every((axis) => counts[axis] === 1);
  return final
    ? { final, chunks: resultGrid(loopChunks, reduction), dtype: reduction.dtype }
    : { final, chunks: stateGrid(loopChunks, counts, reduction), dtype: reduction.stateDType };
}

/** One state per block along reduced axes; several fields are along an extra leading axis. */
export function stateGrid(
  loopChunks: Chunks,
  counts: readonly number[],
  reduction: Reduction,
): Chunks {
  const fields = stateFields(reduction.name, reduction.count);
  // Where a block may turn out to have no elements, a state that needs some may be empty, too.
  const mayBeEmpty = needsElements(reduction.name) && Number.isNaN(reduction.count);
  const length = mayBeEmpty ? UNKNOWN_LENGTH : 1;
  const grid = loopChunks.map((axis, i) =>
    reduction.axes.includes(i) ? evenAxis(length, counts[i] as number) : axis,
  );
  return fields > 1 ? [[fields], ...grid] : grid;
}

/** The grid of the results. */
export function resultGrid(loopChunks: Chunks, { axes, keepdims }: Reduction): Chunks {
  return loopChunks.flatMap((axis, i) => {
    if (!axes.includes(i)) return [axis];
    return keepdims ? [[1]] : [];
  });
}
