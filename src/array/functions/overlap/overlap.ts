// Arrays whose blocks overlap. An overlapping block is a list of positions, some of which other
// blocks have as well. Functions of such blocks are map-overlap.ts.
import type { DType } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import { blockOffsets } from "../../../graph/model/chunks.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { checkArrays } from "../../layers/array-operands.js";
import { positionList } from "../../layers/positions.js";
import { takeNode } from "../../layers/take-layer.js";
import { pad } from "../../manipulation/longer/pad.js";
import {
  type Boundary,
  type BoundaryByAxis,
  type DepthByAxis,
  type OverlapSides,
  overlapsOf,
} from "./overlap-depth.js";

/** Options of {@link overlap}. */
export interface OverlapOptions {
  /**
   * The number of elements of each neighbour in a block's margin, for all axes or by axis; along an
   * axis a number, or two for before and after the block.
   */
  readonly depth: DepthByAxis;
  /**
   * The margin of blocks at the ends: nothing (`"none"`, the default), the mirrored array, its
   * other end, its last element, or a number.
   */
  readonly boundary?: BoundaryByAxis;
}

/**
 * The array with overlapping blocks: each also has `depth` elements of its neighbours.
 *
 * @returns the dtype of `x`, longer by the overlaps
 * @chunks as many as `x`, longer by the overlaps; two tasks per block
 * @throws ArgumentError `argument.value` when the depth is no whole number or longer than the axis,
 * and for boundaries that there are not
 * @see https://docs.dask.org/en/stable/generated/dask.array.overlap.overlap.html
 * @example
 * const x = overlap(arange(6, { chunks: 3 }), { depth: 1 });
 * await x.compute(); // → [0, 1, 2, 3, 2, 3, 4, 5]
 */
export function overlap<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: OverlapOptions,
): ChunkedArray<D, R> {
  checkArrays("overlap", x);
  const overlaps = overlapsOf(x, options.depth, options.boundary);
  return overlapped(x, overlaps) as ChunkedArray as ChunkedArray<D, R>;
}

/** The array with blocks that overlap along each axis as specified. */
export function overlapped(x: ChunkedArray, overlaps: readonly OverlapSides[]): ChunkedArray {
  return overlaps.reduce(
    (wide, each, axis) =>
      each.before === 0 && each.after === 0 ? wide : overlapAlong(wide, axis, each),
    x,
  );
}

/**
 * Removes the margins that {@link overlap} added, block by block.
 *
 * @param x an array that `overlap` made
 * @param options those that {@link overlap} was given
 * @returns the array without the overlaps
 * @chunks as it was before {@link overlap}; two tasks per block
 * @throws ArgumentError `argument.value` when the depth is no whole number, `argument.chunks` when
 * a block is shorter than its margins
 * @see https://docs.dask.org/en/stable/generated/dask.array.overlap.trim_overlap.html
 * @example
 * const x = overlap(arange(6, { chunks: 3 }), { depth: 1 });
 * await trimOverlap(x, { depth: 1 }).compute(); // → [0, 1, 2, 3, 4, 5]
 */
export function trimOverlap<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: OverlapOptions,
): ChunkedArray<D, R> {
  checkArrays("trimOverlap", x);
  return overlapsOf(x, options.depth, options.boundary).reduce<ChunkedArray>(
    (wide, each, axis) =>
      each.before === 0 && each.after === 0 ? wide : trimAlong(wide, axis, each),
    x,
  ) as ChunkedArray as ChunkedArray<D, R>;
}

/**
 * How long the margins of blocks are: near an end with nothing beyond it there is less than the
 * depth, or nothing.
 */
export function marginsOf(
  { before, after, boundary }: OverlapSides,
  lengths: readonly number[],
): (readonly [number, number])[] {
  if (boundary !== "none") return lengths.map(() => [before, after]);
  let rest = lengths.reduce((sum, length) => sum + length, 0);
  let offset = 0;
  return lengths.map((length) => {
    rest -= length;
    const margins = [Math.min(before, offset), Math.min(after, rest)] as const;
    offset += length;
    return margins;
  });
}

/** Lengths of blocks without their margins; throws for blocks that cannot have had such margins. */
export function trimmedLengths(
  wide: readonly number[],
  axis: number,
  overlap: OverlapSides,
): number[] {
  const { before, after, boundary } = overlap;
  const open = boundary === "none";
  const lengths = wide.map((length, i) => {
    const first = open && i === 0 ? 0 : before;
    return length - first - (open && i === wide.length - 1 ? 0 : after);
  });
  const margins = marginsOf(overlap, lengths);
  const wrong = lengths.findIndex((length, i) => {
    const [first, last] = margins[i] as readonly [number, number];
    return length < 0 || length + first + last !== wide[i];
  });
  if (wrong < 0) return lengths;
  const length = wide[wrong] as number;
  throw new ArgumentError(
    "chunks",
    `block ${wrong} along axis ${axis} has ${length} elements, which margins of ${before} and ${after} do not fit: give ` +
      "the depth and boundary that overlap() was given; blocks as short as their margins are trimmed by mapOverlap only",
    { axis, length, depth: [before, after] },
  );
}

/** The middle of each block along an axis. */
function trimAlong(x: ChunkedArray, axis: number, overlap: OverlapSides): ChunkedArray {
  const wide = x.chunks[axis] as readonly number[];
  const starts = blockOffsets(wide);
  const lengths = trimmedLengths(wide, axis, overlap);
  const margins = marginsOf(overlap, lengths);
  const positions = lengths.flatMap((length, i) => {
    const start = (starts[i] as number) + (margins[i]?.[0] ?? 0);
    return Array.from({ length }, (_, j) => start + j);
  });
  const points = { axes: [axis], indices: [positionList(positions, x.shape[axis] as number)] };
  return x.derive(takeNode(x.node, points, axis, lengths));
}

function overlapAlong(
  x: ChunkedArray,
  axis: number,
  { before, after, boundary }: OverlapSides,
): ChunkedArray {
  const length = x.shape[axis] as number;
  const lengths = x.chunks[axis] as readonly number[];
  const width = x.shape.map((_, i) =>
    i === axis ? ([before, after] as const) : ([0, 0] as const),
  );
  // Constants beyond the ends need elements of their own; everything else is in the array already.
  const isConstant = typeof boundary !== "string";
  const padded = isConstant ? pad(x, width, "constant", { constantValues: boundary }) : x;
  const offsets = blockOffsets(lengths);
  const positions: number[] = [];
  const wide = lengths.map((own, i) => {
    const count = positions.length;
    const start = offsets[i] as number;
    for (let at = start - before; at < start + own + after; at++) {
      if (isConstant) positions.push(at + before);
      else if (at >= 0 && at < length) positions.push(at);
      else if (boundary !== "none") positions.push(beyond(boundary, at, length));
    }
    return positions.length - count;
  });
  const list = positionList(positions, length + before + after);
  return x.derive(takeNode(padded.node, { axes: [axis], indices: [list] }, axis, wide));
}

/** The element for a position outside of the array. */
function beyond(boundary: Boundary, at: number, length: number): number {
  if (boundary === "periodic") return at < 0 ? at + length : at - length;
  if (boundary === "reflect") return at < 0 ? -1 - at : 2 * length - 1 - at;
  return at < 0 ? 0 : length - 1;
}
