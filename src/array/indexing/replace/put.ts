// NumPy's functions that write into an array. Arrays never change here, so these return new ones.
// Writing by an index is set.ts.
import type { DType } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import { contiguousStrides, sizeOf } from "../../../graph/model/chunks.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { formatShape, sameShape } from "../../chunks/axes.js";
import { broadcastShapes } from "../../chunks/broadcast.js";
import { checkLengths } from "../../chunks/unknown-lengths.js";
import { astype } from "../../data-types/astype.js";
import { remainder, where } from "../../elementwise/elementwise.js";
import type { ArrayData } from "../../layers/array-data.js";
import {
  checkArrays,
  isChunkedArray,
  type Operand,
  operandArray,
} from "../../layers/array-operands.js";
import { positionArray } from "../../layers/positions.js";
import { sourceNode } from "../../layers/source-layer.js";
import { ravel, reshape } from "../../manipulation/reshape.js";
import { getSlice } from "../get-slice.js";
import { type ListedPoints, readIndexList } from "../index-lists.js";
import type { IndexList } from "../parse-index.js";
import { take } from "../take.js";
import { set } from "./set.js";
import { setMasked } from "./set-masked.js";
import { areSparse } from "./set-points.js";

/**
 * The array with values at positions of its elements in row-major order.
 *
 * @param positions in the flattened array
 * @param values one for each position; fewer are repeated, more are left out
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block where positions are few, else tasks of {@link set} and
 * of two {@link reshape}
 * @throws ArgumentError `argument.index` when a position is out of range, `argument.shape` when
 * there are no values
 * @see https://numpy.org/doc/stable/reference/generated/numpy.put.html
 * @example await putAt(asarray([[1, 2], [3, 4]]), [0, -1], [8, 9]).compute(); // → [[8, 2], [3, 9]]
 */
export function putAt<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  positions: IndexList,
  values: Operand,
): ChunkedArray<D, R> {
  checkArrays("putAt", x);
  checkLengths("putAt", x.chunks);
  const points = isChunkedArray(positions) ? undefined : pointsOf(positions, x.shape);
  if (points !== undefined && areSparse(points, x.shape)) {
    const lists = points.indices.map((data) => ({ data, shape: points.shape }));
    return set(x, lists, valuesFor(x, points.shape, values));
  }
  const shape = isChunkedArray(positions) ? positions.shape : points?.shape;
  const given = shape === undefined ? values : valuesFor(x, shape, values);
  return like(x, reshape(set(ravel<DType>(x), [positions], given), x.shape));
}

/** A value for each position: fewer are repeated, more are left out. */
function valuesFor(x: ChunkedArray, positions: readonly number[], values: Operand): Operand {
  const given = operandArray(x, values);
  const count = sizeOf(positions);
  if (given.ndim === 0 || sameShape(given.shape, positions) || Number.isNaN(count)) return values;
  const flat = flatValues("putAt", given);
  const at = positionArray(count, flat.size).map((_, i) => i % flat.size);
  return reshape(take(flat, at, 0), positions);
}

/** Positions in row-major order as points along all axes. */
function pointsOf(
  positions: Exclude<ArrayData, number | boolean>,
  lengths: readonly number[],
): ListedPoints | undefined {
  const listed = readIndexList(positions, [0], [sizeOf(lengths)]);
  if (!("indices" in listed)) return undefined;
  const [flat] = listed.indices;
  const indices = contiguousStrides(lengths).map((stride, axis) => {
    const length = lengths[axis] as number;
    const along = positionArray(flat?.length ?? 0, length);
    return along.map((_, point) => Math.floor(Number(flat?.[point]) / stride) % length);
  });
  return { axes: lengths.map((_, axis) => axis), indices, shape: listed.shape };
}

/**
 * The array with values where a mask is true: the value at the same position. Fewer values are
 * repeated.
 *
 * @param mask in the shape of `x`
 * @param values as long as the array, or repeated
 * @returns shape and dtype of `x`
 * @chunks those of `x`; some four tasks per block
 * @throws ArgumentError `argument.shape` when the mask has another shape or there are no values
 * @see https://numpy.org/doc/stable/reference/generated/numpy.putmask.html
 * @example
 * const x = asarray([1, 2, 3, 4]);
 * await putmask(x, x.greater(1), [-1, -2]).compute(); // → [1, -2, -1, -2]
 */
export function putmask<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  mask: Operand,
  values: Operand,
): ChunkedArray<D, R> {
  checkArrays("putmask", x);
  const flags = maskOf("putmask", x, mask);
  const given = operandArray(x, values);
  if (given.ndim === 0 || sameShape(given.shape, x.shape)) {
    return like(x, where(flags, given, x) as ChunkedArray);
  }
  const at = x.derive(
    sourceNode("arange", { type: "arange", start: 0, step: 1 }, [x.size], "int64"),
  ) as ChunkedArray;
  return like(x, where(flags, repeated("putmask", given, reshape(at, x.shape)), x) as ChunkedArray);
}

/**
 * The array with values where a mask is true: the first value at the first such position, and so
 * on. Fewer values are repeated.
 *
 * @param mask in the shape of `x`
 * @param values repeated for as many as are true
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block, and for several values one more that counts what the
 * mask chooses
 * @throws ArgumentError as {@link putmask}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.place.html
 * @example
 * const x = asarray([1, 2, 3, 4]);
 * await place(x, x.greater(1), [-1, -2]).compute(); // → [1, -1, -2, -1]
 */
export function place<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  mask: Operand,
  values: Operand,
): ChunkedArray<D, R> {
  checkArrays("place", x);
  const flags = maskOf("place", x, mask);
  const given: ChunkedArray = astype(flatValues("place", operandArray(x, values)), x.dtype);
  if (x.ndim === 0 || given.size === 1) {
    return like(x, where(flags, getSlice(given, [0]) as ChunkedArray, x) as ChunkedArray);
  }
  const result = setMasked(x as ChunkedArray, { mask: flags, at: 0 }, given, true);
  return result as ChunkedArray<DType> as ChunkedArray<D, R>;
}

/** Options of {@link copyto}. */
export interface CopytoOptions {
  /** Where values are taken over; default: everywhere. */
  readonly where?: Operand;
}

/**
 * The values of another array in the shape and dtype of `x`, and where `where` is false those of
 * `x`.
 *
 * @param source broadcasts to the shape of `x`
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.shape` when one of the two does not broadcast to the shape of `x`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.copyto.html
 * @example
 * await copyto(zeros(3), [1, 2, 3], { where: [true, false, true] }).compute(); // → [1, 0, 3]
 */
export function copyto<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  source: Operand,
  options: CopytoOptions = {},
): ChunkedArray<D, R> {
  checkArrays("copyto", x);
  const values = operandArray(x, source);
  const flags = operandArray(x, options.where ?? true);
  for (const each of [values, flags]) {
    if (sameShape(broadcastShapes(x.shape, each.shape), x.shape)) continue;
    throw new ArgumentError(
      "shape",
      `copyto: ${formatShape(each.shape)} does not broadcast to ${formatShape(x.shape)}`,
    );
  }
  return like(x, where(astype(flags, "bool"), values, x) as ChunkedArray);
}

/**
 * A matrix with a value on its main diagonal; of more axes, where all positions are equal.
 *
 * @param value one value, or one for each place of the diagonal
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block, none where it joins the layers around it
 * @throws ArgumentError `argument.shape` for less than two axes, or more of unequal lengths
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fill_diagonal.html
 * @example await fillDiagonal(zeros([2, 3]), 5).compute(); // → [[5, 0, 0], [0, 5, 0]]
 */
export function fillDiagonal<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  value: Operand,
): ChunkedArray<D, R> {
  checkArrays("fillDiagonal", x);
  checkLengths("fillDiagonal", x.chunks);
  if (x.ndim < 2 || (x.ndim > 2 && new Set(x.shape).size > 1)) {
    throw new ArgumentError(
      "shape",
      `fillDiagonal takes matrices, or more axes of equal lengths, got ${formatShape(x.shape)}`,
    );
  }
  const count = Math.min(...x.shape);
  const positions = Array.from({ length: count }, (_, i) => i);
  return set(
    x,
    x.shape.map(() => positions),
    value,
  );
}

/** `result` in the dtype and chunks of `x`. */
function like<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  result: ChunkedArray,
): ChunkedArray<D, R> {
  return astype(result, x.dtype).rechunk(x.chunks) as ChunkedArray as ChunkedArray<D, R>;
}

function maskOf(what: string, x: ChunkedArray, mask: Operand): ChunkedArray {
  checkLengths(what, x.chunks);
  const flags = operandArray(x, mask);
  if (sameShape(flags.shape, x.shape)) return astype(flags, "bool");
  throw new ArgumentError(
    "shape",
    `${what} needs a mask of the array's shape ${formatShape(x.shape)}, got ${formatShape(flags.shape)}`,
  );
}

/** The values at positions beyond their end, too: they begin again. */
function repeated(what: string, values: ChunkedArray, positions: ChunkedArray): ChunkedArray {
  const flat = flatValues(what, values);
  return take(flat, remainder(positions, flat.size) as ChunkedArray, 0);
}

function flatValues(what: string, values: ChunkedArray): ChunkedArray {
  const flat = ravel(values) as ChunkedArray;
  if (flat.size > 0) return flat;
  throw new ArgumentError("shape", `${what} was given no values`);
}
