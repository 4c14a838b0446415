// Lists of positions and masks in an index: checked, made plain, and several of them combined as
// points. parse-index.ts finds their axes; indexing/take.ts takes the elements.
import { isInteger, type TypedArray } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { contiguousStrides, sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape, sameShape } from "../chunks/axes.js";
import { broadcastShapes } from "../chunks/broadcast.js";
import { lengthsNeeded } from "../chunks/unknown-lengths.js";
import { type ArrayData, isArrayData, readArrayData } from "../layers/array-data.js";
import { isChunkedArray } from "../layers/array-operands.js";
import { positionArray } from "../layers/positions.js";
import { dataNode } from "../layers/source-layer.js";

/** Points: number p is at `indices[k][p]` along axis `axes[k]`, for every k. */
export interface ListedPoints {
  readonly axes: readonly number[];
  readonly indices: readonly TypedArray[];
  /** The shape that the points have in the result. */
  readonly shape: readonly number[];
}

/**
 * Lists of which some are computed: `positions[k]` are along axis `axes[k]`, and they broadcast.
 */
export interface ComputedLists {
  readonly axes: readonly number[];
  readonly positions: readonly ChunkedArray[];
  /** The shape that the points have in the result. */
  readonly shape: readonly number[];
}

/** One entry's list: its positions along each of its axes, or the array that computes them. */
type ReadList = ListedPoints | ComputedLists;

/** Whether an entry of an index is a list or a mask. */
export function isIndexList(entry: unknown): entry is Exclude<ArrayData, number | boolean> {
  return typeof entry === "object" && (isChunkedArray(entry) || isArrayData(entry));
}

/** How many axes a list indexes: a mask as many as it has, positions one. */
export function axesOfList(list: Exclude<ArrayData, number | boolean>): number {
  if (isChunkedArray(list)) return list.dtype === "bool" ? list.ndim : 1;
  const { dtype, shape } = readArrayData(list);
  return dtype === "bool" ? shape.length : 1;
}

/**
 * An entry's list, for `axes` of an array of `shape`.
 *
 * @throws ArgumentError `argument.index` for positions out of range or no whole numbers, and masks
 * of another shape
 */
export function readIndexList(
  list: Exclude<ArrayData, number | boolean>,
  axes: readonly number[],
  shape: readonly number[],
): ReadList {
  const [axis = 0] = axes;
  const unknown = axes.find((a) => Number.isNaN(shape[a]));
  if (unknown !== undefined) throw lengthsNeeded("a list of positions", unknown);
  if (isChunkedArray(list)) {
    return { axes: [axis], positions: [checkComputed(list, axis)], shape: list.shape };
  }
  const values = readArrayData(list);
  if (values.dtype === "bool") return maskPoints(values.data, values.shape, axes, shape);
  const length = shape[axis] as number;
  const positions = positionArray(values.data.length, length);
  for (let i = 0; i < positions.length; i++) {
    positions[i] = checkListed(Number(values.data[i]), axis, length);
  }
  return { axes: [axis], indices: [positions], shape: values.shape };
}

/**
 * All lists of an index together: their shapes broadcast, and point p takes entry p of each.
 *
 * @throws ArgumentError `argument.shape` when they do not broadcast
 */
export function meetLists(lists: readonly ReadList[]): {
  readonly points?: ListedPoints;
  readonly computed?: ComputedLists;
  /** Axes that the points have in the result. */
  readonly ndim: number;
} {
  const [only] = lists;
  if (only === undefined) return { ndim: 0 };
  if (lists.length === 1) {
    const ndim = only.shape.length;
    return "positions" in only ? { computed: only, ndim } : { points: only, ndim };
  }
  const shape = broadcastShapes(...lists.map((list) => list.shape));
  const known = lists.filter((list): list is ListedPoints => "indices" in list);
  if (known.length < lists.length)
    return { computed: asComputed(lists, shape), ndim: shape.length };
  return {
    points: {
      axes: known.flatMap(({ axes }) => axes),
      indices: known.flatMap((list) =>
        list.indices.map((each) => stretch(each, list.shape, shape)),
      ),
      shape,
    },
    ndim: shape.length,
  };
}

/** All lists as arrays, when some are computed. */
function asComputed(lists: readonly ReadList[], shape: readonly number[]): ComputedLists {
  const computed = lists.flatMap((list) => ("positions" in list ? list.positions : []));
  const arraysOf = (list: ReadList): readonly ChunkedArray[] =>
    "positions" in list
      ? list.positions
      : list.indices.map((data) =>
          (computed[0] as ChunkedArray).derive(dataNode({ data, shape: list.shape })),
        );
  return {
    axes: lists.flatMap(({ axes }) => axes),
    positions: lists.flatMap(arraysOf),
    shape,
  };
}

function checkComputed(list: ChunkedArray, axis: number): ChunkedArray {
  if (list.dtype === "bool") {
    throw new ArgumentError(
      "index",
      "a chunked mask takes a number of elements that is not known before it is computed: " +
        "pass `await mask.compute()`, or use where(mask, x, other)",
      { axis },
    );
  }
  if (!isInteger(list.dtype)) {
    throw new ArgumentError(
      "index",
      `a chunked array in an index holds integers, got ${list.dtype}`,
      {
        axis,
      },
    );
  }
  return list;
}

function checkListed(position: number, axis: number, length: number): number {
  const at = position < 0 ? position + length : position;
  if (Number.isInteger(position) && at >= 0 && at < length) return at;
  throw new ArgumentError(
    "index",
    Number.isInteger(position)
      ? `index ${position} is out of range for axis ${axis} of length ${length}`
      : `index ${position} at axis ${axis} is no whole number`,
    { index: position, axis, length },
  );
}

/** The positions of a mask's true elements, row-major. */
function maskPoints(
  mask: TypedArray,
  maskShape: readonly number[],
  axes: readonly number[],
  shape: readonly number[],
): ListedPoints {
  const covered = axes.map((axis) => shape[axis] as number);
  if (!sameShape(maskShape, covered)) {
    throw new ArgumentError(
      "index",
      `a mask of shape ${formatShape(maskShape)} does not fit axes of lengths ${formatShape(covered)}`,
      { mask: maskShape, shape },
    );
  }
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]) count++;
  const strides = contiguousStrides(maskShape);
  const indices = maskShape.map((length) => positionArray(count, length));
  let point = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    for (let k = 0; k < indices.length; k++) {
      const position = Math.floor(i / (strides[k] as number)) % (maskShape[k] as number);
      (indices[k] as Int32Array)[point] = position;
    }
    point++;
  }
  return { axes, indices, shape: [count] };
}

/** The values of an array of shape `from`, repeated until they have shape `to`. */
function stretch(values: TypedArray, from: readonly number[], to: readonly number[]): TypedArray {
  if (sameShape(from, to)) return values;
  const own = contiguousStrides(from);
  const lead = to.length - from.length;
  const strides = to.map((_, axis) => (from[axis - lead] === 1 ? 0 : (own[axis - lead] ?? 0)));
  const steps = contiguousStrides(to);
  const result = values.slice(0, 0).constructor as new (length: number) => TypedArray;
  const stretched = new result(sizeOf(to));
  for (let i = 0; i < stretched.length; i++) {
    let at = 0;
    for (let axis = 0; axis < to.length; axis++) {
      const index = Math.floor(i / (steps[axis] as number)) % (to[axis] as number);
      at += index * (strides[axis] as number);
    }
    stretched[i] = values[at] as number;
  }
  return stretched;
}
