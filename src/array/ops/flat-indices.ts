// Positions in several axes as one number, and back; positions of triangles.

import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/chunks.js";
import { checkShape, formatShape, type ShapeLike } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrayList } from "../given.js";
import { checkArrays } from "../operands.js";
import { astype } from "./astype.js";
import { add, floorDivide, multiply, remainder } from "./elementwise.js";

/**
 * Positions along each axis of a shape as positions in row-major order.
 *
 * @param positions integers for each axis, of shapes that broadcast; they are not checked to be in range
 * @returns int64 in the broadcast shape
 * @chunks those of all, aligned; one task per block
 * @throws ArgumentError `argument.value` when there are not as many arrays as axes, `argument.shape` when they
 * do not broadcast, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ravel_multi_index.html
 *
 * @example
 * ```ts
 * const flat = ravelMultiIndex([asarray([0, 1]), asarray([2, 1])], [2, 3]);
 * await flat.compute(); // → [2n, 4n]
 * ```
 */
export function ravelMultiIndex(
  positions: readonly ChunkedArray[],
  shape: ShapeLike,
): ChunkedArray<"int64"> {
  const lengths = checkShape(shape);
  checkArrayList("ravelMultiIndex", positions);
  if (positions.length !== lengths.length || positions.length === 0) {
    throw new ArgumentError(
      "value",
      `positions along ${positions.length} axes for an array of shape ${formatShape(lengths)}`,
    );
  }
  const flat = positions
    .map((each): ChunkedArray => astype(each, "int64"))
    .reduce((whole, each, i): ChunkedArray => add(multiply(whole, lengths[i] as number), each));
  return flat as ChunkedArray<"int64">;
}

/**
 * Positions in row-major order as positions along each axis of a shape.
 *
 * @param flat integers; they are not checked to be in range
 * @returns an array for each axis, int64 in the shape of `flat`
 * @chunks those of `flat`; one task per block of each
 * @throws ArgumentError `argument.shape` for a shape without axes, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.unravel_index.html
 *
 * @example
 * ```ts
 * const [rows, columns] = unravelIndex(asarray([2, 4]), [2, 3]);
 * await rows.compute(); // → [0n, 1n]
 * await columns.compute(); // → [2n, 1n]
 * ```
 */
export function unravelIndex(flat: ChunkedArray, shape: ShapeLike): ChunkedArray<"int64">[] {
  checkArrays("unravelIndex", flat);
  const lengths = checkShape(shape);
  if (lengths.length === 0) {
    throw new ArgumentError("shape", "positions in a shape without axes are none");
  }
  const whole: ChunkedArray = astype(flat, "int64");
  return lengths.map((length, axis) => {
    const behind = sizeOf(lengths.slice(axis + 1));
    const upTo: ChunkedArray = behind === 1 ? whole : floorDivide(whole, behind);
    const along = axis === 0 ? upTo : remainder(upTo, length);
    return along as ChunkedArray as ChunkedArray<"int64">;
  });
}
