// Elements at positions that are themselves computed. Several arrays of positions become one, along
// the axes that they index merged into one. Positions known beforehand are taken by get-slice.ts.
import { contiguousStrides, sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import {
  add,
  greaterEqual,
  less,
  logicalAnd,
  multiply,
  where,
} from "../elementwise/elementwise.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { reshape } from "../manipulation/reshape.js";
import { moveaxis } from "../manipulation/transpose.js";
import type { ComputedLists } from "./index-lists.js";

/** The points of `x` at `lists`; their axes are at `place` among the remaining ones. */
export function takeComputed(x: ChunkedArray, lists: ComputedLists, place: number): ChunkedArray {
  const { axes, positions, shape } = lists;
  const merged: ChunkedArray = moveaxis(
    x,
    axes,
    axes.map((_, k) => place + k),
  );
  const lengths = merged.shape.slice(place, place + axes.length);
  const [before, after] = [merged.shape.slice(0, place), merged.shape.slice(place + axes.length)];
  const [only] = positions;
  const flat = positions.length === 1 ? (only as ChunkedArray) : flatPositions(positions, lengths);
  const taken = takeSlabs(
    reshape(merged, [...before, sizeOf(lengths), ...after]),
    reshape(flat, [sizeOf(shape)]),
    place,
  );
  return reshape(taken, [...before, ...shape, ...after]);
}

/**
 * Positions in row-major order through axes of these `lengths`; past the end for any that is
 * outside.
 */
function flatPositions(
  positions: readonly ChunkedArray[],
  lengths: readonly number[],
): ChunkedArray {
  const strides = contiguousStrides(lengths);
  const terms = positions.map((given, k) => {
    const length = lengths[k] as number;
    const at: ChunkedArray = astype(given, "float64");
    const fromStart: ChunkedArray = where(less(at, 0), add(at, length), at);
    const isInside: ChunkedArray = logicalAnd(greaterEqual(fromStart, 0), less(fromStart, length));
    const term: ChunkedArray = multiply(fromStart, strides[k] as number);
    return where(isInside, term, Number.POSITIVE_INFINITY) as ChunkedArray;
  });
  return terms.reduce((sum, term): ChunkedArray => add(sum, term));
}

/** The slabs along `axis` at positions that an array of one axis computes. */
function takeSlabs(x: ChunkedArray, positions: ChunkedArray, axis: number): ChunkedArray {
  const chunks = x.chunks.map((own, i) => (i === axis ? [x.shape[i] as number] : own));
  const loopChunks = x.chunks.map((own, i) => (i === axis ? (positions.chunks[0] ?? []) : own));
  const operands = [
    { node: rechunkNode(x.node, chunks), axes: x.shape.map((_, i) => (i === axis ? -1 : i)) },
    { node: positions.node, axes: [axis] },
  ];
  return x.derive(routineNode({ name: "takeSlabs", axis }, operands, { loopChunks }, x.dtype));
}
