// Functions of blocks with margins from their neighbours. overlap.ts makes the margins.
import type { DType } from "../../../base/dtype.js";
import type { Chunks } from "../../../graph/model/chunks.js";
import type { ChunkedArray } from "../../chunked-array.js";
import type { AxisLike } from "../../chunks/axes.js";
import { checkArrays } from "../../layers/array-operands.js";
import { checkList } from "../../layers/check-arguments.js";
import { stencilReach } from "../local-functions.js";
import {
  alignBlocks,
  type BlockFunction,
  type BlockGrid,
  blockChunks,
  blocksNode,
  gridOf,
  type MapBlocksOptions,
  type MapRank,
  resultAxes,
} from "../map-blocks.js";
import { marginsOf, overlapped, trimmedLengths } from "./overlap.js";
import {
  type BoundaryByAxis,
  type DepthByAxis,
  type OverlapSides,
  overlapsOf,
} from "./overlap-depth.js";

/** Options of {@link mapOverlap}: those of {@link mapBlocks}, and how blocks overlap. */
export interface MapOverlapOptions<
  T extends DType,
  O extends readonly ChunkedArray[] = [],
  A extends AxisLike = AxisLike,
  N extends AxisLike = AxisLike,
> extends Omit<MapBlocksOptions<T, O, A, N>, "elementwise"> {
  /** As of {@link overlap}, for every array; default: 0. */
  readonly depth?: DepthByAxis;
  /** As of {@link overlap}, for every array; default: `"none"`. */
  readonly boundary?: BoundaryByAxis;
  /** The depth of each of `others`, in their order; default: `depth`. */
  readonly othersDepth?: readonly DepthByAxis[];
  /** The boundary of each of `others`, in their order; default: `boundary`. */
  readonly othersBoundary?: readonly BoundaryByAxis[];
  /**
   * Whether the margins are trimmed afterwards; default: true. If false, the function trims: it
   * returns blocks as long as those of `x`, or as in option `chunks`.
   */
  readonly trim?: boolean;
  /**
   * Declares that each element of the result depends only on elements up to `depth` away, whatever
   * else is in the block. Slices of the result are then taken before the function is called, on
   * shorter blocks. Without it they are taken of whole blocks.
   */
  readonly stencil?: boolean;
}

/**
 * Applies `f` to blocks with margins from their neighbours, and trims the margins afterwards: those
 * of the array with the most axes (of several, the first).
 *
 * @param f as for `mapBlocks`; returns a block in the shape of its argument, or by option `chunks`
 * @returns shape of `x`, broadcast with the others; its dtype unless the options name one
 * @chunks those of `x`, unified with the others; three tasks per block
 * @throws ArgumentError as {@link overlap} and `mapBlocks`; `argument.value` when a stencil takes
 * its position, or changes chunks or axes
 * @see https://docs.dask.org/en/stable/generated/dask.array.map_overlap.html
 * @example
 * const smooth = mapOverlap(
 *   arange(5, { chunks: 2 }),
 *   (block) => block.data.map((value, i, all) => (all[i + 1] ?? value) - (all[i - 1] ?? value)),
 *   { depth: 1, boundary: "nearest" },
 * );
 * await smooth.compute(); // → [1, 2, 2, 2, 1]
 */
export function mapOverlap<
  D extends DType,
  R extends number,
  T extends DType = D,
  const O extends readonly ChunkedArray[] = [],
  A extends AxisLike = undefined,
  N extends AxisLike = undefined,
>(
  x: ChunkedArray<D, R>,
  f: BlockFunction<D, O>,
  options: MapOverlapOptions<T, O, A, N> = {},
): ChunkedArray<T, MapRank<R, O, A, N>> {
  checkArrays("mapOverlap", x);
  const { others = [], trim = true } = options;
  if (options.others !== undefined) checkList("mapOverlap takes a list of other arrays", others);
  const arrays: readonly ChunkedArray[] = [x, ...others];
  const overlaps = arrays.map((array, i) => {
    const depth = options.othersDepth?.[i - 1] ?? options.depth ?? 0;
    return overlapsOf(array, depth, options.othersBoundary?.[i - 1] ?? options.boundary);
  });
  const aligned = alignBlocks(
    arrays.map(({ node }) => node),
    options.dropAxis,
  );
  const wide = arrays.map((array, i) => {
    const operand = aligned.operands[i];
    const node = aligned.inputs[operand?.input ?? 0] ?? array.node;
    return overlapped(array.derive(node), overlaps[i] ?? []).node;
  });
  const grid = resultAxes(gridOf(wide, aligned), options);
  const seen = Math.max(...arrays.map(({ ndim }) => ndim));
  const widest = arrays.findIndex(({ ndim }) => ndim === seen);
  const along = grid.axes.map(
    (axis) => (axis < 0 ? NO_MARGIN : overlaps[widest]?.[axis]) ?? NO_MARGIN,
  );
  const given = options.chunks && blockChunks(options.chunks, grid.loopChunks);
  const place = options.stencil === true ? stencilReach(f, overlaps, along, options) : {};
  const isCut = trim && along.some(({ before, after }) => before + after > 0);
  if (!isCut) {
    const chunks = given ?? grid.loopChunks;
    return x.derive(blocksNode(f, { ...grid, chunks }, options, x.dtype, place));
  }
  // The loop has the function's blocks, and the result has their middle.
  const result = {
    loopChunks: given ?? widened(grid, along),
    chunks:
      given?.map((own, i) => trimmedLengths(own, i, along[i] as OverlapSides)) ?? grid.loopChunks,
  };
  const margins = along.map(({ before, boundary }) => ({
    depth: before,
    open: boundary === "none",
  }));
  return x.derive(blocksNode(f, { ...grid, ...result }, options, x.dtype, { margins, ...place }));
}

const NO_MARGIN: OverlapSides = { before: 0, after: 0, boundary: "none" };

/** The blocks of a grid with their margins. */
function widened({ loopChunks }: BlockGrid, along: readonly OverlapSides[]): Chunks {
  return loopChunks.map((own, axis) => {
    const margins = marginsOf(along[axis] as OverlapSides, own);
    return own.map((length, i) => length + (margins[i]?.[0] ?? 0) + (margins[i]?.[1] ?? 0));
  });
}
