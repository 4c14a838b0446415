// Elements shifted along axes and turned in a plane: slices and blocks side by side.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { along } from "../layers/slice-layer.js";
import { concatenateParts } from "./concatenate.js";
import { flip } from "./flip.js";
import { ravel, reshape } from "./reshape.js";
import { swapaxes } from "./transpose.js";

/**
 * The array with its elements shifted along some axes; elements that leave at one end enter at the
 * other.
 *
 * @param shift how far, per axis or for all of them
 * @param axis the whole array in row-major order by default
 * @returns shape and dtype of `x`
 * @chunks those of `x`, cut once more where the end meets the beginning; one task per block that is
 * cut, and those of a {@link reshape} without an axis
 * @throws ArgumentError `argument.axis`, `argument.value` when there are not as many shifts as axes
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.roll.html
 * @example await roll(arange(5), 2).compute(); // → [3, 4, 0, 1, 2]
 */
export function roll<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  shift: number | readonly number[],
  axis?: AxisLike,
): ChunkedArray<D, R> {
  checkArrays("roll", x);
  if (axis === null || axis === undefined) {
    const flat = roll(ravel<D>(x), shift, 0);
    return reshape(flat, x.shape) as ChunkedArray<D> as ChunkedArray<D, R>;
  }
  if (typeof axis !== "number") checkList("roll needs an axis or a list of them", axis, "axis");
  if (typeof shift !== "number") checkList("roll needs a whole number or a list of them", shift);
  const axes = (typeof axis === "number" ? [axis] : axis).map((a) => checkAxis(a, x.ndim));
  const shifts = typeof shift === "number" ? axes.map(() => shift) : shift;
  const targets = axes.length === 1 ? shifts.map(() => axes[0] as number) : axes;
  if (shifts.length !== targets.length || !shifts.every(Number.isInteger)) {
    throw new ArgumentError(
      "value",
      `roll needs a whole number for each of ${axes.length} axes, got ${shown(shift)}`,
    );
  }
  return targets.reduce((rolled, a, i) => rollAlong(rolled, shifts[i] as number, a), x);
}

function rollAlong<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  shift: number,
  axis: number,
): ChunkedArray<D, R> {
  checkLengths("roll", x.chunks, [axis]);
  const length = x.shape[axis] as number;
  const by = length === 0 ? 0 : ((shift % length) + length) % length;
  if (by === 0) return x;
  const parts = [along(x, axis, length - by, length), along(x, axis, 0, length - by)];
  return concatenateParts(parts, axis) as ChunkedArray as ChunkedArray<D, R>;
}

/**
 * The array rotated by right angles, from the first of two axes towards the second.
 *
 * @param k how many right angles; default: 1
 * @param axes the plane; default: the first two axes
 * @returns the dtype of `x`, the two lengths exchanged for odd numbers of turns
 * @chunks those of `x`, in the order of the axes; two tasks per block for odd numbers of turns, one
 * for even ones
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rot90.html
 * @example await rot90(asarray([[1, 2], [3, 4]])).compute(); // → [[2, 4], [1, 3]]
 */
export function rot90<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  k = 1,
  axes: readonly [number, number] = [0, 1],
): ChunkedArray<D, R> {
  checkArrays("rot90", x);
  checkList("rot90 needs a list of two axes", axes, "axis");
  if (axes.length !== 2) {
    throw new ArgumentError("axis", `rot90 turns in a plane of two axes, got ${axes.length}`);
  }
  if (!Number.isInteger(k)) {
    throw new ArgumentError("value", `rot90 turns a whole number of times, got ${String(k)}`);
  }
  const [a, b] = axes.map((axis) => checkAxis(axis, x.ndim)) as [number, number];
  if (a === b) throw new ArgumentError("axis", `rot90 turns in a plane: axes ${axes} are one`);
  switch (((k % 4) + 4) % 4) {
    case 1:
      return swapaxes(flip(x, b), a, b);
    case 2:
      return flip(x, [a, b]);
    case 3:
      return flip(swapaxes(x, a, b), b);
    default:
      return x;
  }
}
