// Reductions of windows that slide along an axis: each block with the elements before and after it
// that its windows reach. The windows themselves are never built.
import type { DType, Scalar } from "../../base/dtype.js";
import { blockOffsets } from "../../graph/model/chunks.js";
import type { QuantileMethod } from "../../graph/model/rank-routine.js";
import type { SlidReduction } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { sourceNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { takeRuns } from "../layers/take-runs.js";
import { concatenateParts } from "../manipulation/concatenate.js";
import { squeeze } from "../manipulation/expand-dims.js";
import { withAxis } from "./group-places.js";

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
  const { reduce, beyond, dtype } = reduction;
  const { axis, before, after } = reach;
  const size = before + after + 1;
  const routine = { name: "slide", axis, size, reduce, correction: 0 } as const;
  const operands = windowOperands(x, reach, beyond);
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, dtype));
}

/**
 * The quantile of the window of each element: the shape and the chunks of `x`, whose elements are
 * floats. Beyond the ends are NaN.
 */
export function slidQuantile(
  x: ChunkedArray,
  reach: Reach,
  how: { readonly q: number; readonly method: QuantileMethod; readonly ignoreNaN: boolean },
): ChunkedArray {
  const { axis, before, after } = reach;
  const { q, method, ignoreNaN } = how;
  const size = before + after + 1;
  const quantiles = { quantiles: [q], method, ignoreNaN };
  const routine = { name: "slideQuantiles", axis, size, ...quantiles } as const;
  const grids = { loopChunks: x.chunks, chunks: [[1], ...x.chunks] };
  const operands = windowOperands(x, reach, Number.NaN);
  const found: ChunkedArray = x.derive(routineNode(routine, operands, grids, x.dtype));
  return squeeze(found, 0) as ChunkedArray;
}

/** What blocks of windows read: the elements before each block, its own, and those after it. */
function windowOperands(x: ChunkedArray, reach: Reach, beyond: Scalar) {
  const { axis, before, after } = reach;
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
  return nodes.flatMap((node) => (node === undefined ? [] : [{ node, axes }]));
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
