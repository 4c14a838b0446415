// Fused layers: each step fits what it reads, and follows the blocks of earlier steps.
import { readsSameBlock, stepInputs } from "../dependencies/dependencies.js";
import { placingStep, takesEachBlock } from "../dependencies/place-blocks.js";
import { blockCount, hasUnknownLengths, sameChunks } from "../model/chunks.js";
import type {
  BlockwiseLayer,
  FusedLayer,
  FusedStep,
  Layer,
  MapBlocksLayer,
  RoutineLayer,
} from "../model/layer.js";
import { type Routine, reducesWindows } from "../model/routine.js";
import {
  isBelow,
  isCount,
  isGrid,
  isListOf,
  isRecord,
  isText,
  type Misfit,
  shown,
} from "./fits.js";

/** Longer chains gain nothing: a task of a pass has a few steps. */
const STEPS_MAX = 64;

/**
 * Checks a fused layer.
 *
 * @param findMisfit checks a layer by itself
 */
export function fusedMisfit(
  layer: FusedLayer,
  inputs: readonly Layer[],
  findMisfit: (step: Layer, inputs: readonly Layer[]) => Misfit,
): Misfit {
  const { steps, chunks, dtype } = layer;
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > STEPS_MAX) {
    return `it has no list of 1 to ${STEPS_MAX} steps`;
  }
  for (const [k, step] of (steps as readonly FusedStep[]).entries()) {
    const misfit =
      readMisfit(step, inputs.length + k) ??
      storeMisfit(step, k === steps.length - 1) ??
      findMisfit(step.layer, stepInputs(layer, step, inputs)) ??
      blockMisfit(layer, step, inputs);
    if (misfit !== undefined) return `step ${k}: ${misfit}`;
  }
  const last = (steps.at(-1) as FusedStep).layer;
  if (!sameChunks(last.chunks, chunks)) return "its chunks are not those of its last step";
  return last.dtype === dtype
    ? undefined
    : `its last step makes ${last.dtype}, and its blocks are ${dtype}`;
}

/** Whether it is a step at all, which reads only what comes before it. */
function readMisfit(step: unknown, before: number): Misfit {
  if (!isRecord(step) || !isRecord(step.layer)) return "it has no layer";
  const { kind, name, generator, routine } = step.layer;
  if (!isText(name)) return "it has no name";
  if (!isStepKind(kind, routine)) return `a layer of kind ${shown(kind)} is no step`;
  if (isRecord(generator) && generator.type === "held") return "a client serves its blocks";
  if (step.axes !== undefined && !isListOf(step.axes, isAxis))
    return "its axes are no list of axes";
  const isRead = (read: unknown): read is number => isBelow(read, before);
  return isListOf(step.reads, isRead) ? undefined : "it does not say what it reads";
}

/** The kinds of steps, besides some routines. */
const STEP_KINDS: ReadonlySet<unknown> = new Set(["source", "blockwise", "mapBlocks", "store"]);

/** Nothing reads what a store makes. */
function storeMisfit({ layer }: FusedStep, isLast: boolean): Misfit {
  return layer.kind === "store" && !isLast ? "it is a store, and not the last step" : undefined;
}

function isStepKind(kind: unknown, routine: unknown): boolean {
  if (kind !== "routine") return STEP_KINDS.has(kind);
  return isRecord(routine) && reducesWindows(routine as unknown as Routine);
}

/**
 * Whether a step has as many blocks as the layer, and reads blocks of its own number of other
 * steps.
 */
function blockMisfit(
  fused: FusedLayer,
  { layer, reads, axes }: FusedStep,
  inputs: readonly Layer[],
): Misfit {
  if (hasUnknownLengths(layer.chunks)) return "its blocks have unknown lengths";
  if (blockCount(layer.chunks) !== blockCount(fused.chunks))
    return "it has another number of blocks";
  if (axes !== undefined && layer.kind !== "source") return "it is no source, and has axes";
  if (axes !== undefined && !hasPlaces(fused, axes, layer)) {
    return "its axes are not those of a loop that reads each of its blocks once";
  }
  if (layer.kind === "source") return undefined;
  const follows = reads.every((read, input) => {
    const step = fused.steps[read - inputs.length];
    if (step === undefined) return true;
    // Its grid is that of what it stores.
    if (layer.kind === "store") return step.axes === undefined;
    if (step.axes === undefined) return readsSameBlock(layer, input, step.layer);
    return layer === placingStep(fused) && readsPlace(layer, input, step);
  });
  return follows ? undefined : "it reads other blocks of an earlier step than those of its number";
}

/**
 * Whether the loop of the step that reads it, which is not checked yet, has these axes and reads
 * each block of a source once. Steps that nothing reads have blocks of these numbers, too.
 */
function hasPlaces(fused: FusedLayer, axes: readonly number[], { chunks }: Layer): boolean {
  const reader: unknown = placingStep(fused);
  const loop = isRecord(reader) ? reader.loopChunks : undefined;
  if (!isGrid(loop)) return false;
  return axes.every((axis) => axis < loop.length) && takesEachBlock(loop, axes, chunks);
}

/** Whether operands of an input read each block of a step once, along the step's axes. */
function readsPlace(
  { operands, loopChunks }: BlockwiseLayer | MapBlocksLayer | RoutineLayer,
  input: number,
  { layer, axes = [] }: FusedStep,
): boolean {
  return (
    operands.every((operand) => operand.input !== input || isSameList(operand.axes, axes)) &&
    takesEachBlock(loopChunks, axes, layer.chunks)
  );
}

function isAxis(value: unknown): value is number {
  return value === -1 || isCount(value);
}

function isSameList(list: readonly number[], other: readonly number[]): boolean {
  return list.length === other.length && list.every((each, i) => each === other[i]);
}
