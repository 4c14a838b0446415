// Straight lines between points of a table, looked up at each element. Tables are one block;
// search-sorted.ts finds positions in a list.

import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { elements, insertionPoint, mapElements } from "../sorting/search-sorted.js";

/**
 * Heights at the elements of the first operand, by the points of the second and the heights of the
 * third.
 */
export const interpolateTable: RoutineCompiler<"interpolateTable"> =
  ({ left, right }) =>
  (operands, output) => {
    const points = elements(operandOf(operands, 1)) as Float64Array;
    const heights = elements(operandOf(operands, 2)) as Float64Array;
    const last = points.length - 1;
    const before = left ?? (heights[0] as number);
    const after = right ?? (heights[last] as number);
    const placeOf = points.some(Number.isNaN) ? placeAmongNaN : placeInOrder;
    mapElements(operandOf(operands, 0), output, (x) => {
      // NumPy takes NaN for a place in between where there is one point only.
      if (Number.isNaN(x)) return last === 0 ? (heights[0] as number) : x;
      if (x > (points[last] as number)) return after;
      const at = placeOf(points, x);
      if (at < 0) return before;
      const height = heights[at] as number;
      return at === last || points[at] === x ? height : between(points, heights, at, x);
    });
  };

/** The last point that `x` is not before, -1 for none. */
function placeInOrder(points: Float64Array, x: number): number {
  return insertionPoint(points, x, "right") - 1;
}

/** Up to this many points, NumPy searches linearly. */
const FEW_POINTS = 4;

/**
 * The same if points with NaN have no order: the result of NumPy's search for the first element,
 * for all others. No comparison with NaN holds.
 */
function placeAmongNaN(points: Float64Array, x: number): number {
  const at = (i: number) => points[i] as number;
  if (x < at(0)) return -1;
  if (points.length <= FEW_POINTS) {
    let i = 1;
    while (i < points.length && x >= at(i)) i++;
    return i - 1;
  }
  // It looks around the second point first, then up to the tenth.
  if (x < at(1)) return x < at(0) ? -1 : 0;
  if (x < at(2)) return 1;
  if (x < at(3)) return 2;
  let low = 3;
  let high = points.length > 10 && x < at(9) ? 9 : points.length;
  while (low < high) {
    const middle = low + ((high - low) >> 1);
    if (x >= at(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** On the line from point `at` to the next; as NumPy has it where a height is not finite. */
function between(points: Float64Array, heights: Float64Array, at: number, x: number): number {
  const [x0, x1] = [points[at] as number, points[at + 1] as number];
  const [y0, y1] = [heights[at] as number, heights[at + 1] as number];
  const slope = (y1 - y0) / (x1 - x0);
  const height = slope * (x - x0) + y0;
  if (!Number.isNaN(height)) return height;
  const fromRight = slope * (x - x1) + y1;
  return Number.isNaN(fromRight) && y0 === y1 ? y0 : fromRight;
}
