// Reductions of windows that slide along an axis: each block with the elements before and after it
// that its windows reach. The windows themselves are never built.
import type { DType, Scalar } from "../../base/dtype.js";
import { blockOffsets } from "../../graph/model/chunks.js";
import type { SlidReduction } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { sourceNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { takeRuns } from "../layers/take-runs.js";
import { concatenateParts } from "../manipulation/concatenate.js";
import { withAxis } from "./group-layers.js";

/** Windows along an axis: how many elements they have before and after their own. */
export interface Reach {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** A reduction of windows, and the value of the elements beyond the ends of the axis. */
export interface WindowReduction {
  readonly reduce: SlidReduction;
  readonly beyond: Scalar;
  /** The dtype of the result. */
  readonly dtype: DType;
}

/** The reduction of the window of each element: the shape and the chunks of `x`. */
export function slid(x: ChunkedArray, reach: Reach, reduction: WindowReduction): ChunkedArray {
  const { axis, before, after } = reach;
  const { reduce, beyond, dtype } = reduction;
  const padded = paddedBy(x, reach, beyond);
  const offsets = [...blockOffsets(x.chunks[axis] as readonly number[])];
  const nodes = [
    takeRuns(padded.node, axis, offsets.slice(0, -1), before),
    x.node,
    takeRuns(
      padded.node,
      axis,
      offsets.slice(1).map((end) => end + before),
      after,
    ),
  ];
  const axes = [...x.shape.keys()];
  const operands = nodes.flatMap((node) => (node === undefined ? [] : [{ node, axes }]));
  const size = before + after + 1;
  const routine = { name: "slide", axis, size, reduce, correction: 0 } as const;
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, dtype));
}

/** The array with as many elements more at its ends as windows reach beyond them. */
export function paddedBy(
  x: ChunkedArray,
  { axis, before, after }: Reach,
  value: Scalar,
): ChunkedArray {
  const beyond = (length: number): ChunkedArray[] => {
    if (length === 0) return [];
    const chunks = withAxis(x.chunks, axis, [length]);
    const shape = x.shape.map((own, i) => (i === axis ? length : own));
    return [x.derive(sourceNode("beyond", { type: "full", value }, shape, x.dtype, chunks))];
  };
  return concatenateParts([...beyond(before), x, ...beyond(after)], axis);
}
