// The same elements elsewhere: rolled, turned, repeated, tiled, taken apart. All of it is slices and
// blocks side by side; nothing is copied that keeps its place in a block.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import { type AxisLike, checkAxis } from "../axes.js";
import { broadcastShapes } from "../broadcast.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrayList, checkList } from "../given.js";
import { checkArrays } from "../operands.js";
import { checkLengths } from "../unknown-lengths.js";
import { ravel, reshape } from "./reshape.js";
import { along, flip } from "./slicing.js";
import { concatenate, concatenateParts } from "./stacking.js";
import { broadcastTo, expandDims, squeeze, swapaxes } from "./transpose.js";

/**
 * The array with its elements moved along some axes; those that leave at the end come in again at
 * the beginning.
 *
 * @param shift how far, per axis or for all of them
 * @param axis the whole array in row-major order unless given
 * @returns shape and dtype of `x`
 * @chunks those of `x`, cut once more where the end meets the beginning; one task per block that is cut, and
 * those of a {@link reshape} without an axis
 * @throws ArgumentError `argument.axis`, `argument.value` when there are not as many shifts as axes
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.roll.html
 *
 * @example
 * ```ts
 * await roll(arange(5), 2).compute(); // → [3, 4, 0, 1, 2]
 * ```
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
 * The array turned by right angles, from the first of two axes towards the second.
 *
 * @param k how many right angles; 1 unless given
 * @param axes the plane; the first two axes unless given
 * @returns the dtype of `x`, the two lengths exchanged for odd numbers of turns
 * @chunks those of `x`, in the order of the axes; two tasks per block for odd numbers of turns, one for even
 * ones
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rot90.html
 *
 * @example
 * ```ts
 * await rot90(asarray([[1, 2], [3, 4]])).compute(); // → [[2, 4], [1, 3]]
 * ```
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

/**
 * The array repeated side by side.
 *
 * @param repetitions how often along each axis, counted from the last one; a number for the last axis
 * @returns the dtype of `x`, axes as many times as long
 * @chunks those of `x`, again and again; no tasks
 * @throws ArgumentError `argument.value` for other numbers than whole ones from 0
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.tile.html
 *
 * @example
 * ```ts
 * await tile(arange(2), [2, 2]).compute(); // → [[0, 1, 0, 1], [0, 1, 0, 1]]
 * ```
 */
export function tile<D extends DType>(
  x: ChunkedArray<D>,
  repetitions: number | readonly number[],
): ChunkedArray<D> {
  checkArrays("tile", x);
  const given = typeof repetitions === "number" ? [repetitions] : repetitions;
  checkList("tile needs a number or a list of them", given);
  if (!given.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ArgumentError("value", `tile needs whole numbers from 0, got ${repetitions}`);
  }
  const ndim = Math.max(x.ndim, given.length);
  const start = x.ndim === ndim ? x : reshape(x, [...onesFor(ndim - x.ndim), ...x.shape]);
  const counts = [...onesFor(ndim - given.length), ...given];
  return counts.reduce<ChunkedArray<D>>(
    (tiled, count, axis) => {
      if (count === 0) return along(tiled, axis, 0, 0) as ChunkedArray<D>;
      return count === 1 ? tiled : concatenate(new Array<ChunkedArray<D>>(count).fill(tiled), axis);
    },
    start as ChunkedArray<D>,
  );
}

function onesFor(count: number): number[] {
  return new Array<number>(count).fill(1);
}

/**
 * The slabs of the array along an axis, one array each.
 *
 * @returns arrays without the axis, in the dtype of `x`
 * @chunks those of `x` along the other axes; two tasks per block of each
 * @throws ArgumentError `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.unstack.html
 *
 * @example
 * ```ts
 * unstack(zeros([3, 4])).map((row) => row.shape); // → [[4], [4], [4]]
 * ```
 */
export function unstack<D extends DType>(x: ChunkedArray<D>, axis = 0): ChunkedArray<D>[] {
  checkArrays("unstack", x);
  const at = checkAxis(axis, x.ndim);
  checkLengths("unstack", x.chunks, [at]);
  return Array.from(
    { length: x.shape[at] as number },
    (_, i) => squeeze(along(x, at, i, i + 1), at) as ChunkedArray<D>,
  );
}

/**
 * The arrays stretched to their common shape.
 *
 * @returns the arrays in order, each with its dtype, in the shape that all broadcast to
 * @chunks those of each, one block along axes that stretch; one task per block, none for arrays that do not
 * stretch
 * @throws ArgumentError `argument.shape` when they do not broadcast
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.broadcast_arrays.html
 *
 * @example
 * ```ts
 * broadcastArrays(zeros([3, 1]), zeros(4)).map((x) => x.shape); // → [[3, 4], [3, 4]]
 * ```
 */
export function broadcastArrays(...arrays: readonly ChunkedArray[]): ChunkedArray[] {
  checkArrays("broadcastArrays", ...arrays);
  const shape = broadcastShapes(...arrays.map((x) => x.shape));
  return arrays.map((x) => broadcastTo(x, shape));
}

/** Options of {@link meshgrid}. */
export interface MeshgridOptions {
  /** `"xy"` (unless given) puts the first array along the second axis, `"ij"` along the first. */
  readonly indexing?: "xy" | "ij";
  /** Leaves the other axes of each array with length 1, which broadcast to the grid; false unless given. */
  readonly sparse?: boolean;
}

/**
 * The coordinates of all points of a grid: one array for each given one, in the shape of the grid.
 *
 * @param arrays of one dimension
 * @returns one array for each given one, in its dtype; with `indexing: "xy"` the first two axes are exchanged
 * @chunks those of the arrays along their axes; one task per block of each
 * @throws ArgumentError `argument.shape` for more dimensions
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.meshgrid.html
 *
 * @example
 * ```ts
 * const [x, y] = meshgrid([arange(3), arange(2)]);
 * await x.compute(); // → [[0, 1, 2], [0, 1, 2]]
 * await y.compute(); // → [[0, 0, 0], [1, 1, 1]]
 * ```
 */
export function meshgrid(
  arrays: readonly ChunkedArray[],
  options: MeshgridOptions = {},
): ChunkedArray[] {
  checkArrayList("meshgrid", arrays);
  const deep = arrays.find((x) => x.ndim > 1);
  if (deep !== undefined) {
    throw new ArgumentError("shape", `meshgrid takes arrays of one dimension, got ${deep.ndim}`);
  }
  const { indexing = "xy", sparse = false } = options;
  if (indexing !== "xy" && indexing !== "ij") {
    const text = `indexing of meshgrid is "xy" or "ij", got ${shown(indexing)}`;
    throw new ArgumentError("value", text);
  }
  const swapped = indexing === "xy" && arrays.length > 1;
  const place = (i: number) => (swapped && i < 2 ? 1 - i : i);
  const lying = arrays.map((x, i) => {
    const others = [...arrays.keys()].filter((axis) => axis !== place(i));
    return expandDims(x.ndim === 0 ? reshape(x, [1]) : x, others);
  });
  if (sparse) return lying;
  const shape = broadcastShapes(...lying.map((x) => x.shape));
  const chunks = shape.map((_, axis) => lying[arrays.findIndex((__, i) => place(i) === axis)]);
  return lying.map((x) =>
    broadcastTo(x, shape, { chunks: chunks.map((own, axis) => own?.chunks[axis] ?? null) }),
  );
}

/**
 * The array with at least one axis.
 *
 * @returns `x` itself where it has an axis
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block, none for `x` itself
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.atleast_1d.html
 *
 * @example
 * ```ts
 * atleast1d(asarray(5)).shape; // → [1]
 * ```
 */
export function atleast1d<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D> {
  checkArrays("atleast1d", x);
  return x.ndim === 0 ? reshape(x, [1]) : x;
}

/**
 * The array with at least two axes; new ones come first.
 *
 * @returns `x` itself where it has two axes
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block, none for `x` itself
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.atleast_2d.html
 *
 * @example
 * ```ts
 * atleast2d(asarray([5, 6])).shape; // → [1, 2]
 * ```
 */
export function atleast2d<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D> {
  checkArrays("atleast2d", x);
  return x.ndim >= 2 ? x : reshape(x, x.ndim === 0 ? [1, 1] : [1, ...x.shape]);
}

/**
 * The array with at least three axes; a matrix gets a last one, a vector stands in the middle.
 *
 * @returns `x` itself where it has three axes
 * @chunks those of `x`, blocks of length 1 along new axes; one task per block, none for `x` itself
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.atleast_3d.html
 *
 * @example
 * ```ts
 * atleast3d(asarray([5, 6])).shape; // → [1, 2, 1]
 * atleast3d(ones([2, 3])).shape; // → [2, 3, 1]
 * ```
 */
export function atleast3d<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D> {
  checkArrays("atleast3d", x);
  if (x.ndim >= 3) return x;
  return reshape(x, x.ndim === 2 ? [...x.shape, 1] : [1, ...(x.ndim === 0 ? [1] : x.shape), 1]);
}
