// Indexing: positions, slices, new axes, lists and masks. parse-index.ts reads an index;
// graph/dependencies/slice-plan.ts and graph/dependencies/take-plan.ts find the blocks.
import type { DType, TypedArray } from "../../base/dtype.js";
import { shapeOf } from "../../graph/model/chunks.js";
import type { AxisSelection } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { sliceNode } from "../layers/slice-layer.js";
import { asRange, type Points, takeNode } from "../layers/take-layer.js";
import { insertAxesNode } from "../manipulation/expand-dims.js";
import { reshape } from "../manipulation/reshape.js";
import { moveaxis } from "../manipulation/transpose.js";
import { applyMasks } from "./chunked-masks.js";
import { type IndexEntry, type ParsedIndex, parseIndex, type SlicedRank } from "./parse-index.js";
import { takeComputed } from "./take-computed.js";

/**
 * A part of `x`, with one entry per axis: a position (drops the axis), a slice, null for the whole
 * axis, `newAxis`, `ellipsis`, a list of positions or a mask of booleans. Missing entries mean
 * whole axes. Lists and masks work as in NumPy: several are broadcast and name points. A chunked
 * mask results in an axis of unknown length.
 *
 * @returns the dtype of `x`; without the axes that a number takes, NaN for the length that a mask
 * leaves
 * @chunks those of `x`, cut where the slice begins and ends; one task per block that is left, none
 * where a source reads or draws that part alone. Listed elements come in blocks about as long as
 * those of `x`, each reading the blocks it needs
 * @throws ArgumentError `argument.index` when a position is out of range, there are too many
 * entries, a mask has another shape or an entry is of another kind; `argument.shape` when lists do
 * not broadcast
 * @see https://numpy.org/doc/stable/user/basics.indexing.html
 * @example
 * const x = arange(12).reshape([3, 4]);
 * await getSlice(x, [1]).compute(); // → [4, 5, 6, 7]
 * getSlice(x, ["::2", "-1:0:-1"]).shape; // → [2, 3]
 * await getSlice(x, [[2, 0], [1, -1]]).compute(); // → [9, 3]
 * await getSlice(x, [[true, false, true], 0]).compute(); // → [0, 8]
 */
export function getSlice<D extends DType, R extends number, const I extends readonly IndexEntry[]>(
  x: ChunkedArray<D, R>,
  entries: I,
): ChunkedArray<D, SlicedRank<R, I>> {
  checkArrays("getSlice", x);
  checkList("getSlice needs a list of indices", entries, "index");
  const masked = applyMasks(x, entries);
  return x.derive(indexNode(masked.array, parseIndex(masked.entries, masked.array.shape)));
}

/**
 * Elements at points. Lists broadcast together and give positions along their axes. Other axes are
 * taken whole or by slices; the axes of points come first.
 *
 * @param entries one for each axis: numbers, slices and lists of positions
 * @returns the dtype of `x`; the axes of the points first
 * @chunks one block of points, others as `x`; one task per block
 * @throws ArgumentError as {@link getSlice}
 * @see https://docs.dask.org/en/stable/generated/dask.array.Array.vindex.html
 * @example
 * const x = arange(12).reshape([3, 4]);
 * await vindex(x, [[0, 1, 2], [0, 1, 2]]).compute(); // → [0, 5, 10]
 * vindex(zeros([3, 4, 5]), [null, [0, 1], [0, 1]]).shape; // → [2, 3]
 */
export function vindex<D extends DType>(
  x: ChunkedArray<D>,
  entries: readonly IndexEntry[],
): ChunkedArray<D> {
  checkArrays("vindex", x);
  checkList("vindex needs a list of indices", entries, "index");
  return x.derive(indexNode(x, parseIndex(entries, x.shape, true)));
}

/** The node of the selected elements. */
function indexNode(x: ChunkedArray, index: ParsedIndex): LayerNode {
  const sliced = sliceNode(x.node, x.shape, index.selection);
  const { points, computed, place } = index;
  const axisAfter = (axis: number) =>
    index.selection.slice(0, axis).filter(({ type }) => type === "range").length;
  if (computed !== undefined) {
    const moved = { ...computed, axes: computed.axes.map(axisAfter) };
    return insertAxesNode(takeComputed(x.derive(sliced), moved, place).node, index.newAxes);
  }
  if (points === undefined) return insertAxesNode(sliced, index.newAxes);
  const moved = { axes: points.axes.map(axisAfter), indices: points.indices };
  const taken = pointsNode(x.derive(sliced), moved, place);
  const shape = shapeOf(taken.layer.chunks);
  const target = [...shape.slice(0, place), ...points.shape, ...shape.slice(place + 1)];
  return insertAxesNode(reshape(x.derive(taken), target).node, index.newAxes);
}

/** The points along one axis at `place`; a slice if they form one. */
function pointsNode(x: ChunkedArray, points: Points, place: number): LayerNode {
  const [axis = 0] = points.axes;
  const range = points.axes.length === 1 ? asRange(points.indices[0] as TypedArray) : undefined;
  if (range === undefined) return takeNode(x.node, points, place);
  const selection = x.shape.map(
    (count, i): AxisSelection => (i === axis ? range : { type: "range", start: 0, step: 1, count }),
  );
  return moveaxis(x.derive(sliceNode(x.node, x.shape, selection)), axis, place).node;
}
