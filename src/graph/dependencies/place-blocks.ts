// Where the blocks of an array are in a loop that has its axes in another order: block (i, j) of
// the loop is block (j, i) of an array that is read transposed.
import { blockIndexOf, type Chunks, contiguousStrides, numBlocks } from "../model/chunks.js";
import type { FusedLayer, FusedStep, FusedStepLayer } from "../model/layer.js";

/**
 * Whether a loop reads each block of an array exactly once.
 *
 * @param axes per axis of the array, the axis of the loop, or -1 where it has length 1
 */
export function takesEachBlock(loop: Chunks, axes: readonly number[], array: Chunks): boolean {
  const places = new Set(axes.filter((axis) => axis >= 0));
  return (
    axes.length === array.length &&
    axes.every((axis, i) => (loop[axis]?.length ?? 1) === array[i]?.length) &&
    places.size === axes.filter((axis) => axis >= 0).length &&
    loop.every((lengths, axis) => lengths.length === 1 || places.has(axis))
  );
}

/** The number of the array's block that a loop reads, by the number of the loop's block. */
export function placeBlocks(
  loop: Chunks,
  axes: readonly number[],
  array: Chunks,
): (block: number) => number {
  const strides = contiguousStrides(numBlocks(array));
  return (block) => {
    const index = blockIndexOf(loop, block);
    return axes.reduce((number, axis, i) => {
      return axis < 0 ? number : number + (index[axis] as number) * (strides[i] as number);
    }, 0);
  };
}

/** Whether it is the block of the same number, for each block of the loop. */
export function isInPlace(loop: Chunks, axes: readonly number[]): boolean {
  const long = axes.filter((axis) => (loop[axis]?.length ?? 1) > 1);
  return long.every((axis, i) => i === 0 || axis > (long[i - 1] as number));
}

/** The step that reads sources along other axes than its own: the last one that is no store. */
export function placingStep({ steps }: FusedLayer): FusedStepLayer | undefined {
  const last = steps.at(-1)?.layer;
  return last?.kind === "store" ? steps.at(-2)?.layer : last;
}

/** The number of a step's block, by that of its task. */
export function stepBlock(
  fused: FusedLayer,
  { layer, axes }: FusedStep,
): (block: number) => number {
  const reader = placingStep(fused);
  if (axes === undefined || reader === undefined || !("loopChunks" in reader)) {
    return (block) => block;
  }
  return placeBlocks(reader.loopChunks, axes, layer.chunks);
}
