// Slices through routines that work along one axis: a sort, quantiles, a Fourier transform. Lanes
// along that axis are independent, so that the slice of the other axes is taken below.

import { sliceChunks } from "../dependencies/slice-plan.js";
import { sameChunks } from "../model/chunks.js";
import type { AxisSelection, Layer, RoutineLayer, SliceLayer } from "../model/layer.js";
import { isStraight } from "../model/layer-operands.js";
import { type Passage, takesAll, whole } from "./passage.js";

/** The way of a slice through a routine, where it takes all along the axis of the lanes. */
export function throughRoutine(
  slice: SliceLayer,
  layer: RoutineLayer,
  [input]: readonly Layer[],
): Passage | undefined {
  const { routine, operands, loopChunks, chunks } = layer;
  if (input === undefined || operands.length !== 1 || !isOfLanes(routine)) return undefined;
  // Quantiles of windows are found without the windows (slide-windows.ts).
  if (input.kind === "routine" && input.routine.name === "window") return undefined;
  const [operand] = operands;
  if (!isStraight(layer) || operand?.parts || operand?.every !== undefined) return undefined;
  const isQuantile = routine.name === "quantile";
  /** For each axis of the result that is one of the lanes' grid, that axis. */
  const laneAxes = chunks.map((_, at) => laneAxis(at, routine.axis, isQuantile));
  const selection: AxisSelection[] = input.chunks.map(whole);
  const own = chunks.map(whole) as AxisSelection[];
  for (const [at, axis] of laneAxes.entries()) {
    const taken = slice.selection[at] as AxisSelection;
    if (axis === undefined) {
      if (!isQuantile && !takesAll(taken, chunks[at] ?? [])) return undefined;
      continue;
    }
    const [lengths, loop, below] = [chunks[at], loopChunks[axis], input.chunks[axis]];
    if (!sameChunks([lengths ?? []], [below ?? []]) || !sameChunks([loop ?? []], [below ?? []])) {
      return undefined;
    }
    own[at] = asRange(taken);
    selection[axis] = asRange(taken);
  }
  const left = sliceChunks(chunks, own);
  const rest = slice.selection.map((taken, at): AxisSelection => {
    if (taken.type === "index" && laneAxes[at] !== undefined) return { type: "index", at: 0 };
    return laneAxes[at] === undefined ? taken : whole(left[at] ?? []);
  });
  const isAll = rest.every((taken, at) => takesAll(taken, left[at] ?? []));
  const { name: _name, ...content } = layer;
  const loop = sliceChunks(loopChunks, selection);
  return {
    cuts: [{ input: input.name, selection }],
    build: (inputs) => ({ ...content, inputs, loopChunks: loop, chunks: left }),
    work: isAll ? { chunks: loopChunks, selection } : { chunks, selection: own },
    ...(isAll ? {} : { rest }),
  };
}

/** Routines of lanes along `axis` of which no lane needs another. */
function isOfLanes(
  routine: RoutineLayer["routine"],
): routine is Extract<
  RoutineLayer["routine"],
  { readonly name: "sort" | "argsort" | "quantile" | "fourier" }
> {
  const { name } = routine;
  return name === "sort" || name === "argsort" || name === "quantile" || name === "fourier";
}

/** Which axis of the operand an axis of the result is; undefined for that of the lanes. */
function laneAxis(at: number, axis: number, isQuantile: boolean): number | undefined {
  if (!isQuantile) return at === axis ? undefined : at;
  if (at === 0) return undefined;
  return at - 1 < axis ? at - 1 : at;
}

function asRange(taken: AxisSelection): AxisSelection {
  return taken.type === "range" ? taken : { type: "range", start: taken.at, step: 1, count: 1 };
}
