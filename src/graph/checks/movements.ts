// Layers that move elements or blocks unchanged: rechunks, slices, concatenations, takes, picks.
import { sliceChunks } from "../dependencies/slice-plan.js";
import { axisLength, isSameAxis, isUnknownAxis, sameChunks } from "../model/chunks.js";
import type {
  AxisSelection,
  ConcatenateLayer,
  Layer,
  PickLayer,
  RechunkLayer,
  SliceLayer,
  TakeLayer,
} from "../model/layer.js";
import {
  areAscending,
  dtypeMisfit,
  isBelow,
  isCount,
  isRecord,
  type Misfit,
  shown,
} from "./fits.js";

export function rechunkMisfit(layer: RechunkLayer, input: Layer): Misfit {
  const { chunks } = layer;
  if (chunks.length !== input.chunks.length) {
    return `it has ${chunks.length} axes, and its input has ${input.chunks.length}`;
  }
  for (const [axis, from] of input.chunks.entries()) {
    const to = chunks[axis] as readonly number[];
    if (isUnknownAxis(from) || isUnknownAxis(to)) {
      if (!isSameAxis(from, to)) return `the unknown lengths of axis ${axis} cannot be cut again`;
    } else if (axisLength(from) !== axisLength(to)) {
      return `its blocks along axis ${axis} add up to ${axisLength(to)}, and its input's to ${axisLength(from)}`;
    }
  }
  return dtypeMisfit(layer, input);
}

export function sliceMisfit(layer: SliceLayer, input: Layer): Misfit {
  const { selection, chunks } = layer;
  if (!Array.isArray(selection) || selection.length !== input.chunks.length) {
    return `it does not select from each of ${input.chunks.length} axes`;
  }
  for (const [axis, taken] of (selection as readonly AxisSelection[]).entries()) {
    const misfit = selectionMisfit(taken, input.chunks[axis] as readonly number[]);
    if (misfit !== undefined) return `along axis ${axis} it takes ${misfit}`;
  }
  if (!sameChunks(sliceChunks(input.chunks, selection), chunks)) {
    return "its chunks are not those of what it takes";
  }
  return dtypeMisfit(layer, input);
}

/** Describes the mistake in what is taken along an axis. */
export function selectionMisfit(taken: AxisSelection, axis: readonly number[]): Misfit {
  if (!isRecord(taken)) return "nothing that can be read";
  if (isUnknownAxis(axis)) {
    const isAll = taken.type === "range" && taken.start === 0 && taken.step === 1;
    return isAll ? undefined : "some of an unknown length";
  }
  const length = axisLength(axis);
  if (taken.type === "index") {
    return isBelow(taken.at, length) ? undefined : `position ${shown(taken.at)} of ${length}`;
  }
  if (taken.type !== "range") return "nothing that can be read";
  const { start, step, count } = taken;
  if (!Number.isSafeInteger(step) || step === 0) return `steps of ${shown(step)}`;
  if (!isCount(count) || count > length) return `${shown(count)} elements of ${length}`;
  // For an empty selection the first block is read.
  if (count === 0) return axis.length > 0 && isCount(start) ? undefined : "nothing of no blocks";
  const last = start + (count - 1) * step;
  const isWithin = isBelow(start, length) && isBelow(last, length);
  return isWithin ? undefined : `positions ${shown(start)} to ${shown(last)} of ${length}`;
}

export function concatenateMisfit(layer: ConcatenateLayer, inputs: readonly Layer[]): Misfit {
  const { axis, parts, chunks } = layer;
  if (!isBelow(axis, chunks.length)) return `it has no axis ${shown(axis)}`;
  if (!Array.isArray(parts) || !parts.every((part) => isBelow(part, inputs.length))) {
    return `its parts are not among its ${inputs.length} inputs`;
  }
  for (const [k, input] of inputs.entries()) {
    if (input.chunks.length !== chunks.length) return `input ${k} has ${input.chunks.length} axes`;
    if (input.dtype !== layer.dtype)
      return `input ${k} is ${input.dtype}, and its blocks are ${layer.dtype}`;
    const other = chunks.findIndex(
      (along, i) => i !== axis && !isFoundAs(input.chunks[i] as readonly number[], along),
    );
    if (other >= 0) return `input ${k} has other blocks along axis ${other}`;
  }
  return isJoined(
    chunks[axis] as readonly number[],
    (parts as readonly number[]).map((part) => inputs[part]?.chunks[axis] as readonly number[]),
  )
    ? undefined
    : `its blocks along axis ${axis} are not those of its parts`;
}

/** Whether a length is as declared; an unknown one may be known by now. */
function isFound(from: number, to: number | undefined): boolean {
  return Number.isNaN(from) || from === to;
}

function isFoundAs(from: readonly number[], to: readonly number[]): boolean {
  if (from === to) return true;
  return from.length === to.length && from.every((length, i) => isFound(length, to[i]));
}

/** Whether an axis is the axes of all parts, one after another. */
function isJoined(along: readonly number[], parts: readonly (readonly number[])[]): boolean {
  let at = 0;
  for (const part of parts) {
    if (at + part.length > along.length) return false;
    for (const length of part) if (!isFound(length, along[at++])) return false;
  }
  return at === along.length;
}

export function takeMisfit(layer: TakeLayer, input: Layer): Misfit {
  const { axes, indices, place, chunks } = layer;
  const rank = input.chunks.length;
  if (!areAscending(axes, rank) || axes.length === 0)
    return `it indexes axes that are not among ${rank}`;
  const outputRank = rank - axes.length + 1;
  if (chunks.length !== outputRank) return `it has ${chunks.length} axes in place of ${outputRank}`;
  if (!isBelow(place, outputRank))
    return `its points are along axis ${shown(place)} of ${outputRank}`;
  const points = axisLength(chunks[place] as readonly number[]);
  if (!isCount(points)) return "it takes an unknown number of points";
  if (!Array.isArray(indices) || indices.length !== axes.length) {
    return "it does not have a list of positions for each axis";
  }
  for (const [k, axis] of axes.entries()) {
    const misfit = pointsMisfit(indices[k], points, input.chunks[axis] as readonly number[]);
    if (misfit !== undefined) return `along axis ${axis} ${misfit}`;
  }
  const kept = input.chunks.filter((_, axis) => !axes.includes(axis));
  if (
    !sameChunks(
      kept,
      chunks.filter((_, axis) => axis !== place),
    )
  ) {
    return "axes that are not indexed have other blocks than its input";
  }
  return dtypeMisfit(layer, input);
}

function pointsMisfit(positions: unknown, points: number, axis: readonly number[]): Misfit {
  if (!ArrayBuffer.isView(positions) || positions instanceof DataView) return "it has no positions";
  const list = positions as unknown as ArrayLike<number | bigint>;
  if (list.length !== points) return `it has ${list.length} positions for ${points} points`;
  const length = axisLength(axis);
  for (let p = 0; p < points; p++) {
    const at = Number(list[p]);
    if (!isBelow(at, length)) return `it takes position ${at} of ${length}`;
  }
  return undefined;
}

export function pickMisfit(layer: PickLayer, input: Layer): Misfit {
  const { blocks, chunks } = layer;
  const [from] = input.chunks;
  const [to] = chunks;
  if (from === undefined || to === undefined || input.chunks.length !== 1 || chunks.length !== 1) {
    return "it picks blocks of what does not have one axis";
  }
  if (!(blocks instanceof Int32Array) || blocks.length !== to.length) {
    return `it does not name a block for each of ${to.length}`;
  }
  for (const [k, block] of blocks.entries()) {
    if (!isBelow(block, from.length)) return `it picks block ${block} of ${from.length}`;
    if (!Object.is(from[block], to[k]))
      return `block ${k} is not as long as block ${block} of its input`;
  }
  return dtypeMisfit(layer, input);
}
