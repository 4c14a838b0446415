// Inserts elements into an array, and deletes them.
import type { DType } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import { shown } from "../../../base/format-value.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { checkAxis, formatShape } from "../../chunks/axes.js";
import { checkLengths } from "../../chunks/unknown-lengths.js";
import { astype } from "../../data-types/astype.js";
import { type IndexEntry, parseIndex } from "../../indexing/parse-index.js";
import {
  checkArrays,
  isChunkedArray,
  type Operand,
  operandArray,
} from "../../layers/array-operands.js";
import { checkList } from "../../layers/check-arguments.js";
import { positionArray } from "../../layers/positions.js";
import { isSlice, type Slice } from "../../layers/slice-layer.js";
import { takeNode } from "../../layers/take-layer.js";
import { broadcastTo } from "../broadcast-to.js";
import { concatenate } from "../concatenate.js";
import { ravel, reshape } from "../reshape.js";
import { moveaxis } from "../transpose.js";

/**
 * `values` put between the slabs of `x`.
 *
 * @param at before which positions along `axis`: a number or a list, in terms of `x`; its length is
 * the end. For one number, values of as many axes as `x` are inserted along their first axis
 * @param axis the whole array in row-major order by default
 * @returns the dtype of `x`, longer by the inserted values
 * @chunks those of the pieces; about two tasks per block
 * @throws ArgumentError `argument.index` for a position out of range, `argument.shape` when the
 * values do not broadcast to the inserted shape
 * @see https://numpy.org/doc/stable/reference/generated/numpy.insert.html
 * @example
 * await insert(arange(4), [1, 3], [8, 9]).compute(); // → [0, 8, 1, 2, 9, 3]
 * await insert(arange(4), "::2", [8, 9]).compute(); // → [8, 0, 1, 9, 2, 3]
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
  if (typeof at === "string" || isSlice(at)) {
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

/**
 * The values for one place: of as many axes as the array, what their first axis counts along
 * `axis`.
 */
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
 * @param axis the whole array in row-major order by default
 * @returns the dtype of `x`, shorter by the deleted positions
 * @chunks the axis in blocks as long as before, others as `x`; one task per block
 * @throws ArgumentError `argument.index` when a position is out of range
 * @see https://numpy.org/doc/stable/reference/generated/numpy.delete.html
 * @example
 * await deleteAt(arange(5), [1, -1]).compute(); // → [0, 2, 3]
 * await deleteAt(arange(6), "::2").compute(); // → [1, 3, 5]
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
