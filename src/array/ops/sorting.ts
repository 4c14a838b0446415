// Arrays in order. Lanes are sorted within one block, or in blocks that are merged by parts; of the
// largest elements, blocks keep their own few and a tree joins them.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { blockOffsets } from "../../graph/chunks.js";
import type { LayerNode } from "../../graph/layer-node.js";
import type { Routine } from "../../graph/routine.js";
import { checkAxis } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { mergedRuns, runOrder, sortedRuns } from "../sorted-runs.js";
import { dataNode } from "../source.js";
import { routineNode } from "../take.js";
import { checkLengths } from "../unknown-lengths.js";
import { add, subtract } from "./elementwise.js";
import { isCut, isLaneTooLong, laneColumns, wholeLanes } from "./lanes.js";
import { rechunkTo } from "./rechunk.js";
import { flip } from "./slicing.js";
import { moveaxis } from "./transpose.js";

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** The last one unless given. */
  readonly axis?: number;
  /** Largest first; false unless given. */
  readonly descending?: boolean;
  /** Taken for the standard's sake: equal elements stay in their order either way. */
  readonly stable?: boolean;
}

/** Blocks whose largest elements one task joins. */
const GROUP = 16;

/**
 * The array with its lanes along an axis in order; NaN comes last (first when descending).
 *
 * An axis of a vector that is cut is never put into one block: its blocks are sorted, samples of them
 * tell where each is to be cut, and each new block merges its parts of all of them. That takes three
 * tasks for each block, and two or three more each time that samples are taken (once or twice, as a
 * rule); a task holds about four blocks. The same is done where one lane alone is larger than 16 MiB and than any
 * block of `x`. Otherwise lanes of several axes are put into one block each, and the other axes are cut
 * finer where blocks would grow beyond that.
 *
 * @returns the dtype of `x`, lazy; in the chunks of `x` but for what was said
 * @throws ArgumentError `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.sort.html
 *
 * @example
 * ```ts
 * await sort(asarray([3, 1, 2])).compute(); // → [1, 2, 3]
 * await sort(asarray([[3, 1], [2, 4]]), { axis: 0, descending: true }).compute(); // → [[3, 4], [2, 1]]
 * ```
 */
export function sort<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: SortOptions = {},
): ChunkedArray<D, R> {
  return ordered("sort", x, options, x.dtype);
}

/**
 * The positions that put lanes in order; equal elements stay in theirs.
 *
 * @returns int64 in the shape of `x`, lazy
 * @throws ArgumentError `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.argsort.html
 *
 * @example
 * ```ts
 * await argsort(asarray([3, 1, 2])).compute(); // → [1n, 2n, 0n]
 * ```
 */
export function argsort<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: SortOptions = {},
): ChunkedArray<"int64", R> {
  return ordered("argsort", x, options, "int64");
}

function ordered<D extends DType, R extends number>(
  name: "sort" | "argsort",
  x: ChunkedArray,
  { axis = -1, descending = false }: SortOptions,
  dtype: D,
): ChunkedArray<D, R> {
  const at = checkAxis(axis, x.ndim);
  if (isCut(x, [at]) && x.size > 0 && (x.ndim === 1 || isLaneTooLong(x, [at]))) {
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
  const from: ChunkedArray = isFlipped ? flip(x, axis) : x;
  const lengths = x.chunks[axis] as readonly number[];
  const node = laneColumns(from, [axis]);
  const order = name === "sort" ? undefined : runOrder(node);
  const merged = mergedRuns(sortedRuns(node), descending ? lengths.toReversed() : lengths, order);
  let result: ChunkedArray = moveaxis(x.derive(merged) as ChunkedArray, 0, axis);
  if (descending) result = flip(result, axis);
  if (isFlipped) result = subtract((x.shape[axis] as number) - 1, result);
  return rechunkTo(result, x.chunks);
}

/**
 * The `k` largest elements along an axis, largest first; the `-k` smallest, smallest first, when `k` is
 * negative. NaN counts as larger than all numbers.
 *
 * @param axis the last one unless given
 * @returns the dtype of `x`, lazy; one block along the axis. Each block keeps `k` elements, sixteen
 * blocks at a time are joined
 * @throws ArgumentError `argument.axis`, `argument.value` when `k` is 0 or no whole number
 * @see https://docs.dask.org/en/stable/generated/dask.array.topk.html
 *
 * @example
 * ```ts
 * await topk(asarray([5, 1, 9, 3]), 2).compute(); // → [9, 5]
 * await topk(asarray([5, 1, 9, 3]), -2).compute(); // → [1, 3]
 * ```
 */
export function topk<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  k: number,
  axis = -1,
): ChunkedArray<D, R> {
  const at = checkAxis(axis, x.ndim);
  checkCount(k);
  checkLengths("topk", x.chunks, [at]);
  const keep = Math.abs(k);
  const descending = k > 0;
  let best: ChunkedArray = x;
  for (;;) {
    best = x.derive(firstOfBlocks(best, { name: "sort", axis: at, descending }, keep));
    if (best.numblocks[at] === 1) return best as ChunkedArray<D, R>;
    best = rechunkTo(
      best,
      best.chunks.map((own, i) => (i === at ? joined(own) : own)),
    );
  }
}

/** Neighbouring blocks put together. */
function joined(lengths: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(lengths.length / GROUP) }, (_, i) =>
    lengths.slice(i * GROUP, (i + 1) * GROUP).reduce((sum, length) => sum + length, 0),
  );
}

/**
 * Where the elements of {@link topk} are.
 *
 * @returns int64, lazy; one block along the axis, by a tree as there. Of equal elements the first count
 * @throws ArgumentError as {@link topk}
 * @see https://docs.dask.org/en/stable/generated/dask.array.argtopk.html
 *
 * @example
 * ```ts
 * await argtopk(asarray([5, 1, 9, 3]), 2).compute(); // → [2n, 0n]
 * ```
 */
export function argtopk<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  k: number,
  axis = -1,
): ChunkedArray<"int64", R> {
  const at = checkAxis(axis, x.ndim);
  checkCount(k);
  checkLengths("argtopk", x.chunks, [at]);
  const keep = Math.abs(k);
  // Without empty blocks: an axis of length 1 in several of them cannot be broadcast.
  const full = (x.chunks[at] as readonly number[]).filter((length) => length > 0);
  const lengths = full.length === 0 ? [0] : full;
  const cut: ChunkedArray = rechunkTo(x, x.chunks.with(at, lengths));
  const argsorted = (values: ChunkedArray): ChunkedArray =>
    x.derive(firstOfBlocks(values, { name: "argsort", axis: at, descending: k > 0 }, keep));
  let order = argsorted(cut);
  let values: ChunkedArray = takenWithin(cut, order, at);
  let positions: ChunkedArray =
    cut.numblocks[at] === 1 ? order : add(order, blockStarts(cut, order, at));
  while ((values.numblocks[at] as number) > 1) {
    const chunks = values.chunks.map((own, i) => (i === at ? joined(own) : own));
    [values, positions] = [rechunkTo(values, chunks), rechunkTo(positions, chunks)];
    order = argsorted(values);
    [values, positions] = [takenWithin(values, order, at), takenWithin(positions, order, at)];
  }
  return positions as ChunkedArray<"int64"> as ChunkedArray<"int64", R>;
}

/** Up to the first `keep` elements of what a routine gives for each lane of each block. */
function firstOfBlocks(
  x: ChunkedArray,
  routine: Extract<Routine, { readonly name: "sort" | "argsort" }>,
  keep: number,
): LayerNode {
  const operand = { node: x.node, axes: [...x.chunks.keys()] };
  // The block is cut to as many by its shape.
  const chunks = x.chunks.map((own, i) =>
    i === routine.axis ? own.map((length) => Math.min(length, keep)) : own,
  );
  const dtype = routine.name === "sort" ? x.dtype : "int64";
  return routineNode(routine, [operand], { loopChunks: x.chunks, chunks }, dtype);
}

/** The elements of each block at positions that are counted within the block. */
function takenWithin(x: ChunkedArray, positions: ChunkedArray, axis: number): ChunkedArray {
  const axes = [...x.chunks.keys()];
  const operands = [x, positions].map(({ node }) => ({ node, axes }));
  const grids = { loopChunks: positions.chunks };
  return x.derive(routineNode({ name: "takeAlong", axis }, operands, grids, x.dtype));
}

/** For each position along the axis of `order`, where its block of `x` begins. */
function blockStarts(x: ChunkedArray, order: ChunkedArray, axis: number): ChunkedArray {
  const starts = blockOffsets(x.chunks[axis] as readonly number[]);
  const lengths = order.chunks[axis] as readonly number[];
  const data = lengths.flatMap((n, block) => new Array<number>(n).fill(starts[block] as number));
  const shape = x.shape.map((_, i) => (i === axis ? data.length : 1));
  const chunks = x.chunks.map((_, i) => (i === axis ? lengths : [1]));
  return x.derive(dataNode(data, { dtype: "int64", shape, chunks }));
}

function checkCount(k: number): void {
  if (!Number.isSafeInteger(k) || k === 0) {
    throw new ArgumentError("value", `topk needs a whole number other than 0, got ${k}`, { k });
  }
}
