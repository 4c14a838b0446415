// Nodes of slices: the selection of a slice along an axis, and the layer that applies it to all
// axes. parse-index.ts reads the other entries of an index.

import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { nearestOption } from "../../base/option-words.js";
import { sliceChunks } from "../../graph/dependencies/slice-plan.js";
import { shapeOf } from "../../graph/model/chunks.js";
import type { AxisSelection, SliceLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { lengthsNeeded } from "../chunks/unknown-lengths.js";
import { sourceNode } from "./source-layer.js";

/**
 * Positions from `start` to before `stop` in steps; omitted or null bounds are open, as in Python.
 */
export interface Slice {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}

const SLICE_PARTS = ["start", "stop", "step"];

/** Whether it is an object of parts of a slice, of which there is at least one. */
export function isSlice(entry: unknown): entry is Slice {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return false;
  const parts = Object.keys(entry);
  return parts.length > 0 && parts.every((part) => SLICE_PARTS.includes(part));
}

/** Why an object is no slice: the part that slices do not have. */
export function wrongSlice(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return undefined;
  if (Object.getPrototypeOf(entry) !== Object.prototype) return undefined;
  const unknown = Object.keys(entry).find((part) => !SLICE_PARTS.includes(part));
  if (unknown === undefined) return undefined;
  const meant = nearestOption(unknown, SLICE_PARTS);
  return `there is no part ${unknown} of a slice${meant === undefined ? "" : ` (did you mean ${meant}?)`}: expected start, stop, step`;
}

/** All of an axis. */
export function wholeAxis(length: number): AxisSelection {
  return { type: "range", start: 0, step: 1, count: length };
}

/** Whether the whole axis is taken, in order. */
export function takesAll(selection: AxisSelection, length: number): boolean {
  return (
    selection.type === "range" &&
    selection.start === 0 &&
    selection.step === 1 &&
    Object.is(selection.count, length)
  );
}

/** Python's `slice.indices`: bounds are clipped, negative ones count from the end. */
export function resolveSlice(given: Slice, axis: number, length: number): AxisSelection {
  const { start: first = null, stop: end = null } = given;
  const step = given.step ?? 1;
  const bounds = [first, end, step].filter((bound) => bound !== null);
  if (step === 0 || !bounds.every(Number.isInteger)) {
    throw new ArgumentError(
      "index",
      step === 0
        ? `the step of a slice at axis ${axis} is 0`
        : `a slice at axis ${axis} needs whole numbers, got ${bounds.join(":")}`,
      { axis },
    );
  }
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clip = (bound: number) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, lowest), highest);
  const start = first === null ? (step > 0 ? lowest : highest) : clip(first);
  const stop = end === null ? (step > 0 ? highest : lowest) : clip(end);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return count === 0
    ? { type: "range", start: 0, step: 1, count: 0 }
    : { type: "range", start, step, count };
}

/** Elements `start` to before `stop` along one axis. */
export function along<D extends DType>(
  x: ChunkedArray<D>,
  axis: number,
  start: number,
  stop: number,
): ChunkedArray<D> {
  const selection = x.shape.map((length, i) => {
    if (i !== axis) return wholeAxis(length);
    if (Number.isNaN(length)) throw lengthsNeeded("an index", axis);
    return resolveSlice({ start, stop, step: 1 }, axis, length);
  });
  return x.derive(sliceNode(x.node, x.shape, selection));
}

/** The node of the selection along each axis; `from` itself if everything is selected. */
export function sliceNode(
  from: LayerNode,
  shape: readonly number[],
  selection: readonly AxisSelection[],
): LayerNode {
  if (selection.every((taken, axis) => takesAll(taken, shape[axis] as number))) return from;
  const chunks = sliceChunks(from.layer.chunks, selection);
  const lengths = shapeOf(chunks);
  if (lengths.includes(0) && !lengths.some(Number.isNaN)) {
    // Nothing below is needed. One block holds nothing as well as many do; but an array that was
    // empty before keeps its blocks, as its other parts do.
    const blocks = shape.includes(0) ? chunks : lengths;
    return sourceNode("empty", { type: "full", value: 0 }, lengths, from.layer.dtype, blocks);
  }
  const layer = nameLayer<SliceLayer>("slice", {
    kind: "slice",
    inputs: [from.layer.name],
    chunks,
    dtype: from.layer.dtype,
    selection,
  });
  return { layer, inputs: [from] };
}
