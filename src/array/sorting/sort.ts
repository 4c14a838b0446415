// Arrays in order. Lanes are sorted within one block, or in blocks that are merged by parts. The
// largest elements alone are topk.ts.

import { type DType, isComplex, itemBytes } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { subtract } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { flip } from "../manipulation/flip.js";
import { ravel } from "../manipulation/reshape.js";
import { moveaxis } from "../manipulation/transpose.js";
import { isCut, isLaneTooLong, laneColumns, wholeLanes } from "../manipulation/whole-lanes.js";
import { mergedRuns, runOrder, sortedRuns } from "./sorted-runs.js";

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** The last one by default; null for all elements in row-major order, as one axis. */
  readonly axis?: number | null;
  /** Largest first; default: false. */
  readonly descending?: boolean;
  /** Taken for the standard's sake: equal elements stay in their order either way. */
  readonly stable?: boolean;
}

/**
 * The array with its lanes along an axis in order; NaN comes last (first when descending).
 *
 * An axis of a vector that is cut is never put into one block: its blocks are sorted, samples of
 * them determine the cuts, and each new block merges its parts of all of them. More than 64 small
 * blocks are put together first, up to 16 MiB. That takes three tasks for each block, and two or
 * three more each time that samples are taken (once or twice, as a rule); a task holds about four
 * blocks. The same is done where one lane alone is larger than 16 MiB and than any block of `x`.
 * Otherwise lanes of several axes are put into one block each, and the other axes are cut finer
 * where blocks would grow beyond that; so are lanes of complex numbers, which are ordered by their
 * real parts, then by their imaginary parts, those with NaN last.
 *
 * @returns shape and dtype of `x`; one axis of all elements for axis null
 * @chunks one block along the axis where lanes are short, those of `x` otherwise; one task per
 * block of the result, and those of the rechunk
 * @throws ArgumentError `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.sort.html
 * @example
 * await sort(asarray([3, 1, 2])).compute(); // → [1, 2, 3]
 * await sort(asarray([[3, 1], [2, 4]]), { axis: 0, descending: true }).compute(); // → [[3, 4], [2, 1]]
 */
export function sort<
  D extends DType,
  R extends number,
  const O extends OnlyKnown<SortOptions, O> = Record<never, never>,
>(x: ChunkedArray<D, R>, options?: O): ChunkedArray<D, O extends { readonly axis: null } ? 1 : R> {
  checkArrays("sort", x);
  return ordered("sort", x, options ?? {}, x.dtype);
}

/**
 * The positions that put lanes in order; equal elements stay in theirs.
 *
 * @returns int64 in the shape of `x`; one axis of all elements for axis null
 * @chunks one block along the axis where lanes are short, those of `x` otherwise; one task per
 * block of the result, and those of the rechunk
 * @throws ArgumentError `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.argsort.html
 * @example await argsort(asarray([3, 1, 2])).compute(); // → [1n, 2n, 0n]
 */
export function argsort<
  R extends number,
  const O extends OnlyKnown<SortOptions, O> = Record<never, never>,
>(
  x: ChunkedArray<DType, R>,
  options?: O,
): ChunkedArray<"int64", O extends { readonly axis: null } ? 1 : R> {
  checkArrays("argsort", x);
  return ordered("argsort", x, options ?? {}, "int64");
}

function ordered<D extends DType, R extends number>(
  name: "sort" | "argsort",
  x: ChunkedArray,
  { axis = -1, descending = false }: SortOptions,
  dtype: D,
): ChunkedArray<D, R> {
  if (axis === null) return ordered(name, ravel(x) as ChunkedArray, { axis: 0, descending }, dtype);
  const at = checkAxis(axis, x.ndim);
  const isExchanged = !isComplex(x.dtype) && isCut(x, [at]) && x.size > 0;
  if (isExchanged && (x.ndim === 1 || isLaneTooLong(x, [at]))) {
    return exchanged(name, x, at, descending) as ChunkedArray<DType> as ChunkedArray<D, R>;
  }
  const whole = wholeLanes(x, [at]);
  const operand = { node: whole.node, axes: [...whole.shape.keys()] };
  const grids = { loopChunks: whole.chunks };
  return x.derive(routineNode({ name, axis: at, descending }, [operand], grids, dtype));
}

/** Blocks sorted each for itself, then merged by parts; in the chunks of `x`. */
function exchanged(
  name: "sort" | "argsort",
  x: ChunkedArray,
  axis: number,
  descending: boolean,
): ChunkedArray {
  // Descending is ascending, backwards; with equal elements in their order where that can be seen.
  const isFlipped = descending && name === "argsort";
  const lengths = runLengths(x.chunks[axis] as readonly number[], itemBytes(x.dtype));
  const wide = rechunkTo(x, x.chunks.with(axis, lengths));
  const from: ChunkedArray = isFlipped ? flip(wide, axis) : wide;
  const node = laneColumns(from, [axis]);
  const order = name === "sort" ? undefined : runOrder(node);
  const merged = mergedRuns(sortedRuns(node), descending ? lengths.toReversed() : lengths, order);
  let result: ChunkedArray = moveaxis(x.derive(merged) as ChunkedArray, 0, axis);
  if (descending) result = flip(result, axis);
  if (isFlipped) result = subtract((x.shape[axis] as number) - 1, result);
  return rechunkTo(result, x.chunks);
}

/** Up to this many blocks are sorted without merging them first. */
const RUNS_MAX = 64;
/** More of them are merged, up to this many bytes. */
const RUN_BYTES = 16 * 2 ** 20;

/**
 * The lengths of the blocks to sort. Every one of them is cut into parts for every other, so that
 * thousands of small ones would make millions of parts: neighbours are put together, until they are
 * few or large.
 */
function runLengths(lengths: readonly number[], bytes: number): readonly number[] {
  if (lengths.length <= RUNS_MAX) return lengths;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const most = Math.min(Math.ceil(total / RUNS_MAX), Math.floor(RUN_BYTES / bytes));
  const runs: number[] = [];
  for (const length of lengths) {
    const last = runs.at(-1) ?? Number.POSITIVE_INFINITY;
    if (last + length <= most) runs[runs.length - 1] = last + length;
    else runs.push(length);
  }
  return runs;
}
