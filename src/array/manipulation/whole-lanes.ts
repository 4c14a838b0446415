// Arrays laid out for routines that need whole lanes: all of some axes in one block, along one
// axis.
import { itemBytes } from "../../base/dtype.js";
import { type Chunks, hasUnknownLengths, longest, sizeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes } from "../chunks/axes.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { expandDims } from "./expand-dims.js";
import { blockReshape, reshape } from "./reshape.js";
import { transpose } from "./transpose.js";

/** Up to this many bytes, a block may hold all lanes together even if its blocks are smaller. */
const BLOCK_BYTES = 16 * 2 ** 20;

/**
 * The array with one block along `axes`. Where that makes blocks larger than any was, and larger
 * than 16 MiB, the other axes are cut finer, down to single lanes.
 */
export function wholeLanes(x: ChunkedArray, axes: readonly number[]): ChunkedArray {
  const whole = x.chunks.map((own, i) => (axes.includes(i) ? [x.shape[i] as number] : own));
  let excess = blockBytes(whole, x) / bytesAllowed(x);
  const chunks = whole.map((own, i) => {
    if (axes.includes(i) || !(excess > 1)) return own;
    const most = longest(own);
    const length = Math.max(1, Math.floor(most / excess));
    excess *= length / most;
    return own.flatMap((each) => cutEvenly(each, length));
  });
  return rechunkTo(x, chunks);
}

/** Whether one lane along `axes` is larger than blocks may be when lanes come together. */
export function isLaneTooLong(x: ChunkedArray, axes: readonly number[]): boolean {
  const lane = sizeOf(axes.map((axis) => x.shape[axis] as number));
  return lane * itemBytes(x.dtype) > bytesAllowed(x);
}

/** Whether axes of known lengths are cut into several blocks. */
export function isCut(x: ChunkedArray, axes: readonly number[]): boolean {
  return !hasUnknownLengths(x.chunks) && axes.some((axis) => (x.chunks[axis]?.length ?? 1) > 1);
}

function bytesAllowed(x: ChunkedArray): number {
  return Math.max(BLOCK_BYTES, blockBytes(x.chunks, x));
}

function blockBytes(chunks: Chunks, { dtype }: ChunkedArray): number {
  return sizeOf(chunks.map(longest)) * itemBytes(dtype);
}

function cutEvenly(length: number, most: number): number[] {
  const count = Math.max(1, Math.ceil(length / most));
  const at = (i: number) => Math.floor((i * length) / count);
  return Array.from({ length: count }, (_, i) => at(i + 1) - at(i));
}

/** The array with all of some axes along the last one, which is one block. */
export function lanesLast(x: ChunkedArray, axis: AxisLike): ChunkedArray {
  const axes = checkAxes(axis, x.ndim);
  const kept = [...x.shape.keys()].filter((i) => !axes.includes(i));
  const whole = wholeLanes(x, axes);
  const moved = transpose(whole, [...kept, ...axes]);
  const lengths = axes.map((i) => x.shape[i] as number);
  const shape = [...kept.map((i) => x.shape[i] as number), sizeOf(lengths)];
  return axes.length === 1 ? moved : reshape(moved, shape);
}

/**
 * A node whose blocks are single lanes of up to a block along `axes`, which become the first axis.
 * With several of them elements are in the order of their blocks.
 */
export function laneColumns(x: ChunkedArray, axes: readonly number[]): LayerNode {
  const kept = [...x.shape.keys()].filter((i) => !axes.includes(i));
  const single = x.chunks.map((own, i) =>
    axes.includes(i) ? own : new Array<number>(x.shape[i] as number).fill(1),
  );
  const { node } = transpose(rechunkTo(x, single), [...axes, ...kept]);
  if (axes.length === 1) return node;
  const lengths = axes.reduce<readonly number[]>(
    (sizes, axis) => sizes.flatMap((size) => (x.chunks[axis] ?? []).map((own) => size * own)),
    [1],
  );
  return blockReshape(node, [lengths, ...node.layer.chunks.slice(axes.length)]);
}

/** The result of a reduction over `axis` with those axes back, of length 1. */
export function withKeptAxes(
  result: ChunkedArray,
  axis: AxisLike,
  ndim: number,
  lead: number,
): ChunkedArray {
  const axes = checkAxes(axis, ndim).map((i) => i + lead);
  return axes.length === 0 ? result : expandDims(result, axes);
}
