// Reductions of sliding windows, without the windows: slidingWindowView(x, 100).mean(-1) would
// write each element a hundred times. The routine reads the elements themselves, and takes as long
// for a window of any length. Quantiles take its logarithm.

import { isBigInt, isComplex, isInteger } from "../../base/dtype.js";
import type { BlockwiseLayer, Layer, LayerName, RoutineLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { isStraight } from "../model/layer-operands.js";
import { wordOf } from "../model/naming.js";
import type { ReductionName } from "../model/reduction.js";
import type { SlidReduction } from "../model/routine.js";
import { type WindowLayer, wholeBlocks } from "./join-windows.js";
import { Workspace } from "./workspace.js";

/** Sums of so many integers of 32 bits are exact in double precision. */
const EXACT_SIZE_MAX = 2 ** 20;

/** Replaces reductions over the axis of windows by ones of the elements that the windows are of. */
export function slideWindows(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const layer of layersOf(graph)) {
    const windows = space.has(layer.name) ? windowsOf(layer, space) : undefined;
    if (windows === undefined) continue;
    const element = space.layer(windows.inputs[0] as LayerName);
    const routine =
      layer.kind === "blockwise"
        ? slidOf(layer, windows, element)
        : slidQuantilesOf(layer, windows, element);
    if (routine === undefined) continue;
    const { inputs, operands, loopChunks } = windows;
    const { chunks, dtype } = layer;
    const whole = wholeBlocks(space, layer, windows);
    if (whole === undefined) {
      const slid = {
        kind: "routine",
        inputs,
        routine,
        operands,
        loopChunks,
        chunks,
        dtype,
      } as const;
      space.replace(layer.name, slid);
    } else {
      space.replace(whole.joined, { ...whole.grid, routine, dtype }, wordOf(layer.name));
    }
  }
  space.finish();
}

/** The windows that the layer reduces as they are, and nothing else. */
function windowsOf(layer: Layer, space: Workspace): WindowLayer | undefined {
  if (layer.kind !== "blockwise" && layer.kind !== "routine") return undefined;
  const { operands, inputs, loopChunks } = layer;
  const last = loopChunks.length - 1;
  const isReduced =
    layer.kind === "blockwise"
      ? reducesAxis(layer, last)
      : layer.routine.name === "quantile" && layer.routine.axis === last;
  if (!isReduced || operands.length > 1 || !isStraight(layer)) return undefined;
  const below = space.layer(inputs[0] as LayerName);
  const isWindow = below.kind === "routine" && below.routine.name === "window";
  return isWindow ? (below as WindowLayer) : undefined;
}

/** Whether a layer reduces that axis alone, and computes nothing else but a cast. */
function reducesAxis({ reduction, final, program }: BlockwiseLayer, axis: number): boolean {
  const isPlain = program.nodes.every(({ op }, at) => op === (at === 0 ? "load" : "cast"));
  return (
    reduction !== undefined &&
    final === true &&
    reduction.axes.join() === `${axis}` &&
    isPlain &&
    program.nodes.length <= 2
  );
}

/** The routine of quantiles of windows. */
function slidQuantilesOf(
  layer: Layer,
  { routine: { axis, size } }: WindowLayer,
  { dtype }: Layer,
): RoutineLayer["routine"] | undefined {
  if (layer.kind !== "routine" || layer.routine.name !== "quantile" || isComplex(dtype)) {
    return undefined;
  }
  const { quantiles, method, ignoreNaN } = layer.routine;
  return { name: "slideQuantiles", axis, size, quantiles, method, ignoreNaN };
}

/** The routine of a reduction whose arithmetic in double precision is that of its dtype. */
function slidOf(
  { reduction, dtype, program }: BlockwiseLayer,
  { routine }: WindowLayer,
  { dtype: from }: Layer,
): Extract<RoutineLayer["routine"], { name: "slide" }> | undefined {
  if (reduction === undefined) return undefined;
  const { name, correction } = reduction;
  if (!isSlid(name) || isComplex(from) || isBigInt(from) || isComplex(dtype)) return undefined;
  const cast = program.nodes[1]?.dtype ?? from;
  if (cast !== from && cast !== "float64") return undefined;
  const isWhole = from === "bool" || isInteger(from);
  if (isWhole && (name === "prod" || routine.size > EXACT_SIZE_MAX)) return undefined;
  const { axis, size } = routine;
  return { name: "slide", axis, size, reduce: name, correction };
}

const SLID: ReadonlySet<ReductionName> = new Set<SlidReduction>([
  "sum",
  "mean",
  "prod",
  "min",
  "max",
  "var",
  "std",
]);

function isSlid(name: ReductionName): name is SlidReduction {
  return SLID.has(name);
}
