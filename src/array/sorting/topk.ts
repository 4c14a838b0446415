// The largest elements along an axis, and their positions: blocks keep their own few, and a tree
// joins those of sixteen blocks at a time. Whole lanes in order are sort.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { blockOffsets, isUnknownAxis, UNKNOWN_LENGTH } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { Routine } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { add, subtract } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { moveaxis } from "../manipulation/transpose.js";
import { cumsum } from "../reductions/cumsum.js";

/** Blocks whose largest elements one task joins. */
const GROUP = 16;

/**
 * The `k` largest elements along an axis, largest first; the `-k` smallest, smallest first, when
 * `k` is negative. NaN counts as larger than all numbers.
 *
 * @param axis the last one by default
 * @returns the dtype of `x`, `k` elements along the axis; of an axis of unknown length as many as
 * there are, up to `k`
 * @chunks one block along the axis, those of `x` along others; one task per block of `x`, which
 * keeps `k` elements, and a tree above
 * @throws ArgumentError `argument.axis`, `argument.value` when `k` is 0 or no whole number
 * @see https://docs.dask.org/en/stable/generated/dask.array.topk.html
 * @example
 * await topk(asarray([5, 1, 9, 3]), 2).compute(); // → [9, 5]
 * await topk(asarray([5, 1, 9, 3]), -2).compute(); // → [1, 3]
 */
export function topk<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  k: number,
  axis = -1,
): ChunkedArray<D, R> {
  checkArrays("topk", x);
  const at = checkAxis(axis, x.ndim);
  checkCount(k);
  if (isUnknownAxis(x.chunks[at] ?? []))
    return largestOfUnknown(x, k, at).values as ChunkedArray<D, R>;
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
 * @returns int64, `k` elements along the axis. Of equal elements the first count
 * @chunks as {@link topk}; three tasks per block of `x`, a tree above each
 * @throws ArgumentError as {@link topk}
 * @see https://docs.dask.org/en/stable/generated/dask.array.argtopk.html
 * @example await argtopk(asarray([5, 1, 9, 3]), 2).compute(); // → [2n, 0n]
 */
export function argtopk<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  k: number,
  axis = -1,
): ChunkedArray<"int64", R> {
  checkArrays("argtopk", x);
  const at = checkAxis(axis, x.ndim);
  checkCount(k);
  if (isUnknownAxis(x.chunks[at] ?? [])) {
    return largestOfUnknown(x, k, at).positions as ChunkedArray as ChunkedArray<"int64", R>;
  }
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

/**
 * The same along an axis of unknown length: all positions are counted, and go along with the
 * elements.
 */
function largestOfUnknown(x: ChunkedArray, k: number, axis: number) {
  const order = { name: "argsort", axis: 0, descending: k > 0, keep: Math.abs(k) } as const;
  let values: ChunkedArray = moveaxis(x, axis, 0);
  const one = elementwise("where", [values, 1, 1]);
  let positions: ChunkedArray = subtract(cumsum(one, 0), 1);
  for (;;) {
    const first: ChunkedArray = x.derive(firstOfBlocks(values, order, order.keep));
    [values, positions] = [takenWithin(values, first, 0), takenWithin(positions, first, 0)];
    if (values.numblocks[0] === 1) break;
    [values, positions] = [gathered(values), gathered(positions)];
  }
  return { values: moveaxis(values, 0, axis), positions: moveaxis(positions, 0, axis) };
}

/** Adjacent blocks along the first axis merged, of any lengths. */
function gathered(x: ChunkedArray): ChunkedArray {
  const [own = [], ...others] = x.chunks;
  const groups = new Array<number>(Math.ceil(own.length / GROUP)).fill(UNKNOWN_LENGTH);
  const operand = { node: x.node, axes: [...x.chunks.keys()], every: GROUP };
  return x.derive(
    routineNode({ name: "gather" }, [operand], { loopChunks: [groups, ...others] }, x.dtype),
  );
}

/** Up to the first `keep` elements of a routine's result for each lane of each block. */
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
