// Arrays joined to arrays: by rows, columns and depth, in nested lists, and into the middle of each
// other. What stands side by side costs no tasks; concatenate and stack are stacking.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import { checkAxis, formatShape } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrayList, checkList } from "../given.js";
import { positionArray } from "../index-lists.js";
import { type IndexEntry, parseIndex, type Slice } from "../indexing.js";
import { checkArrays, isChunkedArray, type Operand, operandArray } from "../operands.js";
import { takeNode } from "../take.js";
import { checkLengths } from "../unknown-lengths.js";
import { atleast1d, atleast2d, atleast3d } from "./arranging.js";
import { astype } from "./astype.js";
import { ravel, reshape } from "./reshape.js";
import { concatenate } from "./stacking.js";
import { broadcastTo, moveaxis } from "./transpose.js";

/**
 * The arrays below each other: vectors count as rows. As {@link concatenate} along axis 0.
 *
 * @returns the promoted dtype, two axes or more
 * @chunks those of all, one after the other along the axis and unified along others; no tasks
 * @throws ArgumentError as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vstack.html
 *
 * @example
 * ```ts
 * await vstack([asarray([1, 2]), asarray([3, 4])]).compute(); // → [[1, 2], [3, 4]]
 * ```
 */
export function vstack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("vstack", arrays);
  return concatenate(arrays.map(atleast2d), 0);
}
export { vstack as rowStack };

/**
 * The arrays next to each other: vectors count as columns.
 *
 * @returns the promoted dtype, two axes
 * @chunks those of all, one after the other; one task per block of a vector, no tasks for matrices
 * @throws ArgumentError `argument.shape` for more than two axes, otherwise as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.column_stack.html
 *
 * @example
 * ```ts
 * await columnStack([asarray([1, 2]), asarray([3, 4])]).compute(); // → [[1, 3], [2, 4]]
 * ```
 */
export function columnStack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("columnStack", arrays);
  const wide = arrays.find(({ ndim }) => ndim > 2);
  if (wide !== undefined) {
    throw new ArgumentError(
      "shape",
      `columnStack takes vectors and matrices, got ${formatShape(wide.shape)}`,
    );
  }
  return concatenate(
    arrays.map((x) => (x.ndim < 2 ? reshape(x, [x.size, 1]) : x)),
    1,
  );
}

/**
 * The arrays next to each other: along the second axis, vectors along their only one.
 *
 * @returns the promoted dtype
 * @chunks those of all, one after the other along the axis and unified along others; no tasks
 * @throws ArgumentError as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.hstack.html
 *
 * @example
 * ```ts
 * await hstack([asarray([1, 2]), asarray([3])]).compute(); // → [1, 2, 3]
 * hstack([ones([2, 3]), ones([2, 1])]).chunks; // → [[2], [3, 1]]
 * ```
 */
export function hstack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("hstack", arrays);
  const grown = arrays.map(atleast1d);
  return concatenate(grown, grown[0]?.ndim === 1 ? 0 : 1);
}

/**
 * The arrays behind each other, along a third axis.
 *
 * @returns three axes, the promoted dtype
 * @chunks those of all, unified, and blocks of length 1 along the new axis; one task per block
 * @throws ArgumentError as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.dstack.html
 *
 * @example
 * ```ts
 * const x = dstack([asarray([1, 2]), asarray([3, 4])]);
 * await x.compute(); // → [[[1, 3], [2, 4]]]
 * ```
 */
export function dstack(arrays: readonly ChunkedArray[]): ChunkedArray {
  checkArrayList("dstack", arrays);
  return concatenate(arrays.map(atleast3d), 2);
}

/** Arrays in nested lists, all equally deep. */
export type NestedArrays = ChunkedArray | readonly NestedArrays[];

/**
 * One array of blocks laid out in nested lists: the innermost lists run along the last axis.
 *
 * @returns the promoted dtype
 * @chunks those of all, one after the other along the axis and unified along others; no tasks
 * @throws ArgumentError `argument.shape` when blocks do not fit, `argument.value` for empty lists or
 * ones that are not equally deep
 * @see https://numpy.org/doc/stable/reference/generated/numpy.block.html
 *
 * @example
 * ```ts
 * block([[eye(2), zeros([2, 3])], [ones([1, 5])]]).shape; // → [3, 5]
 * ```
 */
export function block(nested: NestedArrays): ChunkedArray {
  const depth = depthOf(nested);
  const leaves = leavesOf(nested);
  const ndim = Math.max(depth, ...leaves.map((x) => x.ndim));
  const join = (part: NestedArrays, level: number): ChunkedArray => {
    if (isChunkedArray(part)) {
      const lead = new Array<number>(ndim - part.ndim).fill(1);
      return lead.length === 0 ? part : reshape(part, [...lead, ...part.shape]);
    }
    return concatenate(
      part.map((inner) => join(inner, level + 1)),
      ndim - depth + level,
    );
  };
  return join(nested, 0);
}

function depthOf(nested: NestedArrays): number {
  if (isChunkedArray(nested)) return 0;
  checkList("block takes chunked arrays in nested lists", nested);
  const depths = new Set(nested.map(depthOf));
  const [depth] = depths;
  if (depth === undefined || depths.size > 1) {
    throw new ArgumentError(
      "value",
      depth === undefined ? "block was given an empty list" : "block needs lists of equal depth",
    );
  }
  return depth + 1;
}

function leavesOf(nested: NestedArrays): ChunkedArray[] {
  return isChunkedArray(nested) ? [nested] : nested.flatMap(leavesOf);
}

/**
 * `values` after the elements of `x`.
 *
 * @param axis where; both are raveled unless given
 * @returns the promoted dtype
 * @chunks those of both, one after the other; no tasks but those of a {@link ravel} without an axis
 * @throws ArgumentError `argument.shape` when the other axes differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.append.html
 *
 * @example
 * ```ts
 * await append(arange(3), [7, 8]).compute(); // → [0, 1, 2, 7, 8]
 * ```
 */
export function append(x: ChunkedArray, values: Operand, axis?: number | null): ChunkedArray {
  checkArrays("append", x);
  const others = operandArray(x, values);
  if (axis === null || axis === undefined) return concatenate([ravel(x), ravel(others)], 0);
  return concatenate([x, others], axis);
}

/**
 * `values` put between the slabs of `x`.
 *
 * @param at before which positions along `axis`: a number or a list, in terms of `x`; its length is
 * the end. For one number, values of as many axes as `x` have what they insert along their first axis
 * @param axis the whole array in row-major order unless given
 * @returns the dtype of `x`, longer by what is inserted
 * @chunks those of the pieces; about two tasks per block
 * @throws ArgumentError `argument.index` for a position out of range, `argument.shape` when the values
 * do not broadcast to what is inserted
 * @see https://numpy.org/doc/stable/reference/generated/numpy.insert.html
 *
 * @example
 * ```ts
 * await insert(arange(4), [1, 3], [8, 9]).compute(); // → [0, 8, 1, 2, 9, 3]
 * await insert(arange(4), "::2", [8, 9]).compute(); // → [8, 0, 1, 9, 2, 3]
 * ```
 */
export function insert<D extends DType>(
  x: ChunkedArray<D>,
  at: number | string | Slice | readonly number[] | readonly boolean[],
  values: Operand,
  axis?: number | null,
): ChunkedArray<D> {
  checkArrays("insert", x);
  if (axis === null || axis === undefined) return insert(ravel<D>(x), at, values, 0);
  const along = checkAxis(axis, x.ndim);
  checkLengths("insert", x.chunks, [along]);
  const length = x.shape[along] as number;
  const given: ChunkedArray = astype(operandArray(x, values), x.dtype);
  const slabs = typeof at === "number" ? slabsOf(given, x.ndim, along) : given;
  const listed =
    typeof at === "number" ? repeated(at, slabs.shape[along] as number) : positionsOf(at, length);
  const places = listed.map((p) => (p < 0 ? p + length : p));
  const wrong = places.find((p) => !Number.isInteger(p) || p < 0 || p > length);
  if (wrong !== undefined) {
    throw new ArgumentError(
      "index",
      `insert at ${wrong} is out of range for axis ${along} of length ${length}`,
      { index: wrong, axis: along, length },
    );
  }
  const shape = x.shape.map((n, i) => (i === along ? places.length : n));
  if (slabs.ndim > x.ndim) {
    const text = `values of shape ${formatShape(given.shape)} do not fit ${formatShape(shape)}`;
    throw new ArgumentError("shape", text);
  }
  const inserted: ChunkedArray = broadcastTo(slabs, shape);
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const positions = positionArray(length + places.length, length + places.length);
  let next = 0;
  for (let from = 0, i = 0; next < positions.length; ) {
    const isDue = i < order.length && places[order[i] as number] === from;
    positions[next++] = isDue ? length + (order[i++] as number) : from++;
  }
  const both = concatenate([x as ChunkedArray, inserted], along);
  return x.derive(takeNode(both.node, { axes: [along], indices: [positions] }, along));
}

/** The positions that a slice, a list or a mask names. */
function positionsOf(
  at: string | Slice | readonly number[] | readonly boolean[],
  length: number,
): readonly number[] {
  if (typeof at === "string" || (typeof at === "object" && at !== null && "start" in at)) {
    const [taken] = parseIndex([at], [length]).selection;
    if (taken?.type !== "range") {
      throw new ArgumentError("index", `insert needs positions or a slice, got ${shown(at)}`);
    }
    return Array.from({ length: taken.count }, (_, i) => taken.start + i * taken.step);
  }
  checkList("insert needs a position, a slice or a list of positions", at, "index");
  if (at.length === 0 || typeof at[0] !== "boolean") return at as readonly number[];
  if (at.length !== length) {
    throw new ArgumentError("index", `a mask of ${at.length} elements for an axis of ${length}`);
  }
  return [...at.keys()].filter((i) => at[i]);
}

/** The values for one place: of as many axes as the array, what their first axis counts along `axis`. */
function slabsOf(values: ChunkedArray, ndim: number, axis: number): ChunkedArray {
  if (values.ndim > ndim) return values;
  const missing = Array.from({ length: ndim - values.ndim }, () => 1);
  return moveaxis(reshape(values, [...missing, ...values.shape]), 0, axis);
}

function repeated(at: number, count: number | undefined): readonly number[] {
  return Array.from({ length: count ?? 1 }, () => at);
}

/**
 * `x` without some of its slabs.
 *
 * @param entry which positions along `axis`: a number, a slice, a list or a mask
 * @param axis the whole array in row-major order unless given
 * @returns the dtype of `x`, shorter by what is left out
 * @chunks the axis in blocks as long as before, others as `x`; one task per block
 * @throws ArgumentError `argument.index` when a position is out of range
 * @see https://numpy.org/doc/stable/reference/generated/numpy.delete.html
 *
 * @example
 * ```ts
 * await deleteAt(arange(5), [1, -1]).compute(); // → [0, 2, 3]
 * await deleteAt(arange(6), "::2").compute(); // → [1, 3, 5]
 * ```
 */
export function deleteAt<D extends DType>(
  x: ChunkedArray<D>,
  entry: Exclude<IndexEntry, null | symbol | ChunkedArray>,
  axis?: number | null,
): ChunkedArray<D> {
  checkArrays("deleteAt", x);
  if (isChunkedArray(entry)) {
    throw new ArgumentError(
      "index",
      "deleteAt needs positions that are known before it runs: pass `await positions.compute()`",
    );
  }
  if (axis === null || axis === undefined) return deleteAt(ravel<D>(x), entry, 0);
  const along = checkAxis(axis, x.ndim);
  checkLengths("delete", x.chunks, [along]);
  const length = x.shape[along] as number;
  const { selection, points } = parseIndex([entry], [length]);
  const gone = new Uint8Array(length);
  const [taken] = selection;
  if (points !== undefined) for (const at of points.indices[0] ?? []) gone[Number(at)] = 1;
  else if (taken?.type === "index") gone[taken.at] = 1;
  else if (taken !== undefined) {
    for (let i = 0; i < taken.count; i++) gone[taken.start + i * taken.step] = 1;
  }
  const before = new Array<null>(along).fill(null);
  const kept = [...gone.keys()].filter((position) => gone[position] === 0);
  return x.slice(...before, Int32Array.from(kept)) as ChunkedArray<D>;
}
