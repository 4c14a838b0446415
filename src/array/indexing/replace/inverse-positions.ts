// For each place of the indexed axes, the computed position that is there, if any: the positions
// are sorted, and every place is searched among them, block by block. Known positions are inverted
// by set.ts.
import { sizeOf } from "../../../graph/model/chunks.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { equal, maximum, subtract } from "../../elementwise/elementwise.js";
import { sourceNode } from "../../layers/source-layer.js";
import { ravel, reshape } from "../../manipulation/reshape.js";
import { searchsorted } from "../../searching/searchsorted.js";
import { argsort } from "../../sorting/sort.js";
import type { ComputedLists } from "../index-lists.js";
import { takeComputed } from "../take-computed.js";

/**
 * The inverse of computed positions.
 *
 * @returns `isNamed`, in the lengths of the lists' axes, and `last`, one axis: for each place
 * there, in row-major order, the last point that is at it; the number of any point where none is. A
 * position out of range fails when it is computed
 */
export function invertComputed(
  x: ChunkedArray,
  { axes, positions, shape }: ComputedLists,
): { readonly isNamed: ChunkedArray; readonly last: ChunkedArray } {
  const lengths = axes.map((axis) => x.shape[axis] as number);
  const places = counting(x, sizeOf(lengths));
  // Taking the places' numbers counts negative positions from the end and refuses others outside.
  const all = { axes: [...axes.keys()], positions, shape };
  const points = ravel(takeComputed(reshape(places, lengths), all, 0)) as ChunkedArray;
  const order: ChunkedArray = argsort(points, { axis: 0 });
  const sorted = at(points, order);
  const behind: ChunkedArray = subtract(searchsorted(sorted, places, { side: "right" }), 1);
  const found: ChunkedArray = maximum(behind, 0);
  return {
    isNamed: reshape(equal(at(sorted, found), places), lengths),
    last: at(order, found),
  };
}

/** 0, 1, 2, …: one number for each place. */
function counting(x: ChunkedArray, count: number): ChunkedArray {
  const generator = { type: "arange", start: 0, step: 1 } as const;
  return x.derive(sourceNode("arange", generator, [count], "float64"));
}

function at(values: ChunkedArray, positions: ChunkedArray): ChunkedArray {
  return takeComputed(values, { axes: [0], positions: [positions], shape: positions.shape }, 0);
}
