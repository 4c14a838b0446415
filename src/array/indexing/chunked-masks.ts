// Chunked masks in an index: their axes become one of unknown length. parse-index.ts reads the rest
// of the index; functions that pick elements by name are compress.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { UNKNOWN_LENGTH } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { unifiedOperand, unifyChunks } from "../chunks/broadcast.js";
import { isChunkedArray } from "../layers/array-operands.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { expandDims } from "../manipulation/expand-dims.js";
import { ravel, reshape } from "../manipulation/reshape.js";
import { isIndexList } from "./index-lists.js";
import { ellipsis, type IndexEntry, placeEntries, readOnce } from "./parse-index.js";

/** The array after its chunked masks were applied, and the index entries that remain. */
export interface Masked<D extends DType> {
  readonly array: ChunkedArray<D>;
  readonly entries: readonly IndexEntry[];
}

/**
 * Applies the chunked mask in an index, if there is one.
 *
 * @throws ArgumentError `argument.index` when it is combined with lists, or with positions so that
 * NumPy would move its axis; `argument.shape` when it does not fit
 */
export function applyMasks<D extends DType>(
  x: ChunkedArray<D>,
  entries: readonly IndexEntry[],
): Masked<D> {
  if (!entries.some(isMask)) return { array: x, entries };
  const placed = placeEntries(entries.map(readOnce), x.shape);
  const at = placed.findIndex(({ entry }) => isMask(entry));
  const others = placed.flatMap(({ entry }, i) =>
    i !== at && (typeof entry === "number" || isIndexList(entry)) ? [i] : [],
  );
  if (others.some((i) => isIndexList(placed[i]?.entry) || (at > 0 && Math.abs(i - at) > 1))) {
    throw new ArgumentError(
      "index",
      "a chunked mask combines with positions and slices only: index in two steps",
    );
  }
  const { entry, axes } = placed[at] as (typeof placed)[number];
  const mask = entry as ChunkedArray;
  const left = placed.map((each, i): IndexEntry => {
    if (i === at) return null;
    return each.entry === null && each.axes.length === 0 ? ellipsis : each.entry;
  });
  if (mask.ndim === 0) {
    // One truth value takes all or nothing, along a new axis.
    const place = placed.slice(at).flatMap((each) => each.axes)[0] ?? x.ndim;
    const wide = expandDims(x as ChunkedArray, place) as ChunkedArray<D>;
    return { array: compressAlong(wide, ravel(mask), place), entries: left };
  }
  const [axis = 0] = axes;
  checkFits(x, mask, axes);
  const merged = (
    mask.ndim === 1 ? x : mask.ndim === x.ndim ? ravel(x) : reshape(x, mergedShape(x.shape, axes))
  ) as ChunkedArray<D>;
  // Nothing is true in an empty mask, which NumPy takes for axes of any length.
  const nothing = { start: 0, stop: 0, step: 1 };
  if (mask.size === 0) return { array: merged, entries: left.with(at, nothing) };
  const flat: ChunkedArray = mask.ndim === 1 ? mask : ravel(mask);
  return { array: compressAlong(merged, flat, axis), entries: left };
}

function isMask(entry: unknown): boolean {
  return isChunkedArray(entry) && entry.dtype === "bool";
}

function checkFits(x: ChunkedArray, mask: ChunkedArray, axes: readonly number[]): void {
  const fits = axes.every((axis, i) => {
    const [length, own] = [x.shape[axis] as number, mask.shape[i] as number];
    return length === own || own === 0 || Number.isNaN(length) || Number.isNaN(own);
  });
  if (fits) return;
  throw new ArgumentError(
    "index",
    `a mask of shape ${formatShape(mask.shape)} does not fit an array of shape ${formatShape(x.shape)}`,
    { mask: mask.shape, shape: x.shape },
  );
}

function mergedShape(shape: readonly number[], axes: readonly number[]): number[] {
  const [first = 0] = axes;
  const merged = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
  return [...shape.slice(0, first), merged, ...shape.slice(first + axes.length)];
}

/** The slabs along `axis` where `mask`, which has one axis, is true. */
export function compressAlong<D extends DType>(
  x: ChunkedArray<D>,
  mask: ChunkedArray,
  axis: number,
): ChunkedArray<D> {
  const array = { chunks: x.chunks, labels: [...x.chunks.keys()] };
  const flags = { chunks: mask.chunks, labels: [axis] };
  const unified = unifyChunks([array, flags]);
  const loopChunks = unifiedOperand(array, unified);
  const operands = [
    { node: rechunkNode(x.node, loopChunks), axes: array.labels },
    { node: rechunkNode(mask.node, unifiedOperand(flags, unified)), axes: flags.labels },
  ];
  const chunks = loopChunks.map((own, i) => (i === axis ? own.map(() => UNKNOWN_LENGTH) : own));
  return x.derive(
    routineNode({ name: "compress", axis }, operands, { loopChunks, chunks }, x.dtype),
  );
}
