// Basic indexing: positions, slices, new axes. How an index is read is ../indexing.ts; which blocks
// a result reads is graph/slice-plan.ts.
import type { DType } from "../../base/dtype.js";
import type { AxisSelection, SliceLayer } from "../../graph/layer.js";
import type { LayerNode } from "../../graph/layer-node.js";
import { nameLayer } from "../../graph/naming.js";
import { sliceChunks } from "../../graph/slice-plan.js";
import { type AxisLike, checkAxes } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type IndexEntry, parseIndex, type SlicedRank, takesAll } from "../indexing.js";
import { insertAxesNode } from "./transpose.js";

/**
 * The part of `x` that `entries` name, one entry per axis: a position (drops the axis), a slice,
 * null for the whole axis, `newAxis`, `ellipsis`. Missing entries mean whole axes.
 *
 * @returns the same dtype, lazy; blocks follow those of `x`, one task per block that is left
 * @throws ArgumentError `argument.index` when a position is out of range, there are too many entries
 * or one is of another kind
 *
 * @example
 * ```ts
 * const x = arange(12).reshape([3, 4]);
 * await getSlice(x, [1]).compute(); // → [4, 5, 6, 7]
 * getSlice(x, ["::2", "-1:0:-1"]).shape; // → [2, 3]
 * ```
 */
export function getSlice<D extends DType, R extends number, const I extends readonly IndexEntry[]>(
  x: ChunkedArray<D, R>,
  entries: I,
): ChunkedArray<D, SlicedRank<R, I>> {
  const { selection, newAxes } = parseIndex(entries, x.shape);
  return x.derive(insertAxesNode(sliceNode(x.node, x.shape, selection), newAxes));
}

/**
 * The array with the order of elements turned around along some axes, all unless given.
 *
 * @throws ArgumentError `argument.axis` when there is no such axis
 *
 * @example
 * ```ts
 * await flip(arange(3)).compute(); // → [2, 1, 0]
 * ```
 */
export function flip<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  axis?: AxisLike,
): ChunkedArray<D, R> {
  const axes = checkAxes(axis, x.ndim);
  const selection = x.shape.map((length, i): AxisSelection => {
    const turned = axes.includes(i) && length > 1;
    return { type: "range", start: turned ? length - 1 : 0, step: turned ? -1 : 1, count: length };
  });
  return x.derive(sliceNode(x.node, x.shape, selection));
}

function sliceNode(
  from: LayerNode,
  shape: readonly number[],
  selection: readonly AxisSelection[],
): LayerNode {
  if (selection.every((taken, axis) => takesAll(taken, shape[axis] as number))) return from;
  const layer = nameLayer<SliceLayer>("slice", {
    kind: "slice",
    inputs: [from.layer.name],
    chunks: sliceChunks(from.layer.chunks, selection),
    dtype: from.layer.dtype,
    selection,
  });
  return { layer, inputs: [from] };
}
