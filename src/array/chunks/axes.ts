// Checks users' axes and shapes and makes them plain. normalize-chunks.ts divides a shape into
// chunks; broadcast.ts combines shapes.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import { formatCount } from "../../base/units.js";
import { lengthsNeeded } from "./unknown-lengths.js";

/** A shape: one length per axis, or a single number for one dimension. */
export type ShapeLike = number | readonly number[];

/** An axis, several axes, or null for all of them. */
export type AxisLike = number | readonly number[] | null | undefined;

/** `[4, 6]` in the usual notation: `(4, 6)`. */
export function formatShape(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/**
 * The shape as a list of lengths.
 *
 * @throws ArgumentError `argument.shape` when a length is negative or no whole number.
 */
export function checkShape(shape: ShapeLike): readonly number[] {
  const lengths = typeof shape === "number" ? [shape] : shape;
  const unknown = Array.isArray(lengths) ? lengths.findIndex(Number.isNaN) : -1;
  if (unknown >= 0) throw lengthsNeeded("an array of that shape", unknown);
  if (!Array.isArray(lengths) || !lengths.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ArgumentError(
      "shape",
      `a shape is a list of whole numbers from 0, got ${shown(shape)}`,
      { shape },
    );
  }
  return lengths;
}

/**
 * Refuses a shape of more elements than numbers count exactly; lengths that are not known are not
 * counted.
 *
 * @throws ArgumentError `argument.shape`
 */
export function checkCountable(shape: readonly number[]): void {
  let size = 1;
  for (const length of shape) size *= length;
  if (!(size > Number.MAX_SAFE_INTEGER)) return;
  throw new ArgumentError(
    "shape",
    `an array of shape ${formatShape(shape)} has ${size} elements: expected at most 2⁵³ - 1, the largest position`,
    { shape },
  );
}

/**
 * The axis counted from the front; negative ones count from the end.
 *
 * @throws ArgumentError `argument.axis` when there is no such axis.
 */
export function checkAxis(axis: number, ndim: number): number {
  const result = axis < 0 ? axis + ndim : axis;
  if (!Number.isInteger(axis) || result < 0 || result >= ndim) {
    throw new ArgumentError(
      "axis",
      ndim === 0
        ? `axis ${axis} of an array without axes`
        : `axis ${axis} is out of range for ${formatCount(ndim, "axis")}: expected ${-ndim} to ${ndim - 1}`,
      { axis, ndim },
    );
  }
  return result;
}

/**
 * The axes counted from the front, ascending; all of them for null.
 *
 * @throws ArgumentError `argument.axis` when one is out of range or occurs twice.
 */
export function checkAxes(axis: AxisLike, ndim: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: ndim }, (_, i) => i);
  if (typeof axis !== "number" && !Array.isArray(axis)) {
    const given = typeof axis === "object" ? "an object" : shown(axis);
    throw new ArgumentError(
      "axis",
      `an axis is a number, a list of numbers or null for all, got ${given}: options come after it`,
      { axis },
    );
  }
  const axes = (typeof axis === "number" ? [axis] : axis).map((a) => checkAxis(a, ndim));
  if (new Set(axes).size !== axes.length) {
    throw new ArgumentError("axis", `an axis is listed twice in ${shown(axis)}`, { axis });
  }
  return axes.sort((a, b) => a - b);
}

/** Whether two shapes are the same; lengths that are not known count as equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, i) => Object.is(length, b[i]));
}
