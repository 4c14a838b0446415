// Blocks that see their neighbours: an array whose blocks overlap, functions of such blocks, windows
// that slide. An overlapping block is a list of positions, some of which other blocks have as well.

import { type DType, itemBytes, type TypedArray } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { blockOffsets } from "../../graph/chunks.js";
import { checkAxis, formatShape } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkFinite, checkList } from "../given.js";
import { positionArray } from "../index-lists.js";
import { checkArrays } from "../operands.js";
import { routineNode, takeNode } from "../take.js";
import { checkLengths } from "../unknown-lengths.js";
import { type BlockFunction, type MapBlocksOptions, mapBlocksNode } from "./map-blocks.js";
import { pad } from "./padding.js";

/** What lies beyond the ends of an array. */
export type Boundary = "none" | "reflect" | "periodic" | "nearest" | number;

/** One value for all axes, or one by axis. */
type ByAxis<T> = T | { readonly [axis: number]: T };

/** Options of {@link overlap}. */
export interface OverlapOptions {
  /** How many elements of each neighbour a block sees, for all axes or by axis. */
  readonly depth: ByAxis<number>;
  /**
   * What blocks at the ends see instead: nothing (`"none"`, unless given), the array mirrored, its
   * other end, its last element, or a number.
   */
  readonly boundary?: ByAxis<Boundary>;
}

/**
 * The array with blocks that overlap: each has `depth` elements of its neighbours as well.
 *
 * @returns the dtype of `x`, longer by what stands twice
 * @chunks as many as `x`, longer by what stands twice; two tasks per block
 * @throws ArgumentError `argument.value` when the depth is no whole number or longer than the axis
 * @see https://docs.dask.org/en/stable/generated/dask.array.overlap.overlap.html
 *
 * @example
 * ```ts
 * const x = overlap(arange(6, { chunks: 3 }), { depth: 1 });
 * await x.compute(); // → [0, 1, 2, 3, 2, 3, 4, 5]
 * ```
 */
export function overlap<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: OverlapOptions,
): ChunkedArray<D, R> {
  checkArrays("overlap", x);
  const depths = depthsOf(x, options.depth);
  const result = depths.reduce<ChunkedArray>((overlapped, depth, axis) => {
    if (depth === 0) return overlapped;
    return overlapAlong(overlapped, axis, depth, boundaryOf(options.boundary, axis, x.ndim));
  }, x);
  return result as ChunkedArray as ChunkedArray<D, R>;
}

/**
 * The margins that {@link overlap} added cut off again, block by block.
 *
 * @param options those that {@link overlap} was given
 * @returns the array without what stands twice
 * @chunks as it was before {@link overlap}; two tasks per block
 * @throws ArgumentError `argument.value` when the depth is no whole number, `argument.chunks` when a block is
 * shorter than its margins
 * @see https://docs.dask.org/en/stable/generated/dask.array.overlap.trim_overlap.html
 *
 * @example
 * ```ts
 * const x = overlap(arange(6, { chunks: 3 }), { depth: 1 });
 * await trimOverlap(x, { depth: 1 }).compute(); // → [0, 1, 2, 3, 4, 5]
 * ```
 */
export function trimOverlap<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: OverlapOptions,
): ChunkedArray<D, R> {
  checkArrays("trimOverlap", x);
  return depthsOf(x, options.depth).reduce<ChunkedArray>((trimmed, depth, axis) => {
    if (depth === 0) return trimmed;
    const open = boundaryOf(options.boundary, axis, x.ndim) === "none";
    return trimMargins(trimmed, axis, depth, open);
  }, x) as ChunkedArray as ChunkedArray<D, R>;
}

/** The middle of each block along an axis; where `open`, the ends have no margin. */
function trimMargins(x: ChunkedArray, axis: number, depth: number, open: boolean): ChunkedArray {
  const wide = x.chunks[axis] as readonly number[];
  const starts = blockOffsets(wide);
  const last = wide.length - 1;
  const bounds = wide.map((length, i) => {
    const [before, after] = [open && i === 0 ? 0 : depth, open && i === last ? 0 : depth];
    if (length >= before + after) return { start: before, length: length - before - after };
    throw new ArgumentError(
      "chunks",
      `block ${i} along axis ${axis} has ${length} elements, its margins ${before + after}: give the ` +
        "depth and boundary that overlap() was given",
      { axis, length, depth },
    );
  });
  const positions = bounds.flatMap(({ start, length }, i) =>
    Array.from({ length }, (_, j) => (starts[i] as number) + start + j),
  );
  const points = { axes: [axis], indices: [listOf(positions, x.shape[axis] as number)] };
  const lengths = bounds.map(({ length }) => length);
  return x.derive(takeNode(x.node, points, axis, lengths));
}

/** Options of {@link mapOverlap}. */
export interface MapOverlapOptions<T extends DType> extends OverlapOptions {
  /** The result's dtype; that of the array unless given. */
  readonly dtype?: T;
  /** Values of the variables that the function uses but does not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
  /** Whether the margins are cut off again; true unless given. */
  readonly trim?: boolean;
}

/**
 * Applies `f` to blocks that see their neighbours, and cuts the margins off again.
 *
 * @param f as for `mapBlocks`; gives a block in the shape of the one that it gets
 * @returns shape of `x`; its dtype unless the options name one
 * @chunks those of `x`; three tasks per block
 * @throws ArgumentError as {@link overlap} and `mapBlocks`
 * @see https://docs.dask.org/en/stable/generated/dask.array.map_overlap.html
 *
 * @example
 * ```ts
 * const smooth = mapOverlap(
 *   arange(5, { chunks: 2 }),
 *   (block) => block.data.map((value, i, all) => (all[i + 1] ?? value) - (all[i - 1] ?? value)),
 *   { depth: 1, boundary: "nearest" },
 * );
 * await smooth.compute(); // → [1, 2, 2, 2, 1]
 * ```
 */
export function mapOverlap<D extends DType, R extends number, T extends DType = D>(
  x: ChunkedArray<D, R>,
  f: BlockFunction<D>,
  options: MapOverlapOptions<T>,
): ChunkedArray<T, R> {
  checkArrays("mapOverlap", x);
  const { depth, boundary, trim = true, ...mapping } = options;
  const margins = depthsOf(x, depth).map((each, axis) => ({
    depth: each,
    open: boundaryOf(boundary, axis, x.ndim) === "none",
  }));
  const middle = trim ? { chunks: x.chunks, margins } : undefined;
  return x.derive(mapBlocksNode(overlap(x, options), f, mapping as MapBlocksOptions<T>, middle));
}

/**
 * Runs of neighbours along axes, each along a new axis at the end.
 *
 * @param windowShape how long the runs are
 * @param axis along which axes; all unless given
 * @returns the dtype of `x`; shorter by the run less one along each axis, longer by the axes of runs
 * @chunks those of `x`, which are cut smaller first where blocks would grow too much with the runs; two tasks
 * per block
 * @throws ArgumentError `argument.value` when a run is longer than its axis, `argument.axis`
 * @see https://docs.dask.org/en/stable/generated/dask.array.lib.stride_tricks.sliding_window_view.html
 *
 * @example
 * ```ts
 * await slidingWindowView(arange(5), 3).compute(); // → [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
 * ```
 */
export function slidingWindowView<D extends DType>(
  x: ChunkedArray<D>,
  windowShape: number | readonly number[],
  axis?: number | readonly number[] | null,
): ChunkedArray<D> {
  checkArrays("slidingWindowView", x);
  const sizes = typeof windowShape === "number" ? [windowShape] : windowShape;
  checkList("slidingWindowView needs a length of windows or a list of them", sizes);
  if (typeof axis !== "number" && axis !== null && axis !== undefined) {
    checkList("slidingWindowView needs an axis or a list of them", axis, "axis");
  }
  const axes = (typeof axis === "number" ? [axis] : (axis ?? [...x.shape.keys()])).map((a) =>
    checkAxis(a, x.ndim),
  );
  checkLengths("slidingWindowView", x.chunks);
  const fits = sizes.every(
    (n, i) => Number.isSafeInteger(n) && n >= 1 && n <= (x.shape[axes[i] ?? -1] ?? 0),
  );
  if (sizes.length !== axes.length || !fits) {
    throw new ArgumentError(
      "value",
      `windows of ${formatShape(sizes)} do not fit axes ${JSON.stringify(axes)} of ${formatShape(x.shape)}`,
      { windowShape, axis },
    );
  }
  return axes.reduce<ChunkedArray>(
    (result, each, i) => windowsAlong(result, each, sizes[i] as number),
    x,
  ) as ChunkedArray<D>;
}

/** Blocks of windows stay below this. */
const WINDOW_BYTES_MAX = 128 * 2 ** 20;

function windowsAlong(x: ChunkedArray, axis: number, size: number): ChunkedArray {
  const others = x.chunks.reduce(
    (n, own, i) => (i === axis ? n : n * own.reduce((most, length) => Math.max(most, length), 1)),
    itemBytes(x.dtype),
  );
  const most = Math.max(1, Math.floor(WINDOW_BYTES_MAX / (others * size)));
  const count = (x.shape[axis] as number) - size + 1;
  const lengths: number[] = [];
  let start = 0;
  for (const length of x.chunks[axis] as readonly number[]) {
    const end = Math.min(start + length, count);
    for (let at = start; at < end; at += most) lengths.push(Math.min(most, end - at));
    start += length;
  }
  const offsets = blockOffsets(lengths);
  const positions = lengths.flatMap((length, i) =>
    Array.from({ length: length + size - 1 }, (_, j) => (offsets[i] as number) + j),
  );
  const points = { axes: [axis], indices: [listOf(positions, x.shape[axis] as number)] };
  const wide = lengths.map((length) => length + size - 1);
  const overlapped = takeNode(x.node, points, axis, wide);
  const own = x.chunks.map((each, i) => (i === axis ? lengths : each));
  return x.derive(
    routineNode(
      { name: "window", axis, size },
      [{ node: overlapped, axes: [...x.shape.keys()] }],
      { loopChunks: own, chunks: [...own, [size]] },
      x.dtype,
    ),
  );
}

function depthsOf(x: ChunkedArray, depth: ByAxis<number>): number[] {
  if (typeof depth !== "object" || depth === null) checkFinite("a depth", depth);
  const depths = x.shape.map(() => (typeof depth === "number" ? depth : 0));
  if (typeof depth === "object") {
    for (const [axis, each] of Object.entries(depth))
      depths[checkAxis(Number(axis), x.ndim)] = each;
  }
  checkLengths("blocks that see their neighbours", x.chunks);
  const wrong = depths.findIndex(
    (each, axis) => !Number.isSafeInteger(each) || each < 0 || each > (x.shape[axis] as number),
  );
  if (wrong >= 0) {
    throw new ArgumentError(
      "value",
      `a depth of ${depths[wrong]} along axis ${wrong} of length ${x.shape[wrong]}: expected a whole ` +
        "number up to its length",
      { axis: wrong, depth: depths[wrong] },
    );
  }
  return depths;
}

function boundaryOf(boundary: ByAxis<Boundary> | undefined, axis: number, ndim: number): Boundary {
  if (typeof boundary !== "object") return boundary ?? "none";
  return boundary[axis] ?? boundary[axis - ndim] ?? "none";
}

function overlapAlong(
  x: ChunkedArray,
  axis: number,
  depth: number,
  boundary: Boundary,
): ChunkedArray {
  const length = x.shape[axis] as number;
  const lengths = x.chunks[axis] as readonly number[];
  const width = x.shape.map((_, i) => (i === axis ? ([depth, depth] as const) : ([0, 0] as const)));
  // Numbers beyond the ends need elements of their own; everything else is in the array already.
  const padded =
    typeof boundary === "number" ? pad(x, width, "constant", { constantValues: boundary }) : x;
  const shift = typeof boundary === "number" ? depth : 0;
  const offsets = blockOffsets(lengths);
  const positions: number[] = [];
  const wide = lengths.map((own, i) => {
    const before = positions.length;
    const start = offsets[i] as number;
    for (let at = start - depth; at < start + own + depth; at++) {
      if (typeof boundary === "number") positions.push(at + shift);
      else if (at >= 0 && at < length) positions.push(at);
      else if (boundary !== "none") positions.push(beyond(boundary, at, length));
    }
    return positions.length - before;
  });
  const list = listOf(positions, length + 2 * depth);
  return x.derive(takeNode(padded.node, { axes: [axis], indices: [list] }, axis, wide));
}

/** Which element stands at a position outside of the array. */
function beyond(boundary: Exclude<Boundary, number | "none">, at: number, length: number): number {
  switch (boundary) {
    case "periodic":
      return at < 0 ? at + length : at - length;
    case "reflect":
      return at < 0 ? -1 - at : 2 * length - 1 - at;
    case "nearest":
      return at < 0 ? 0 : length - 1;
    default:
      throw new ArgumentError("value", `there is no boundary ${JSON.stringify(boundary)}`);
  }
}

function listOf(positions: readonly number[], length: number): TypedArray {
  const list = positionArray(positions.length, length);
  list.set(positions);
  return list;
}
