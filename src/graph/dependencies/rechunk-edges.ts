// The largest number of pieces in one pass of a rechunk. The plan of a rechunk (array/) and the
// pass that merges two of them use the same numbers.
import { blockCount, type Chunks, sameChunks, shapeOf, sizeOf } from "../model/chunks.js";

/**
 * Edges of a pass stay below this many times the blocks of both ends, unless its pieces are large.
 */
export const EDGE_THRESHOLD = 4;
/**
 * The bytes that move in the time that a piece costs besides: smaller ones are better moved twice.
 */
export const PIECE_BYTES_MIN = 16_384;
/** The most edges of one pass: the scheduler keeps about 50 bytes for each while it lasts. */
const PASS_EDGES_MAX = 2 ** 20;

/** Pairs of an old and a new block that overlap, nearly: both ends' bounds cut each axis. */
export function edgeCount(from: Chunks, target: Chunks): number {
  return from.reduce((edges, axis, i) => {
    const wanted = target[i] as readonly number[];
    return edges * (sameChunks([axis], [wanted]) ? axis.length : axis.length + wanted.length - 1);
  }, 1);
}

/**
 * From how many edges on a pass is better cut into several.
 *
 * @param threshold that many times the blocks of both ends; by default, 4, or more when pieces are
 * large
 */
export function edgeLimit(
  from: Chunks,
  target: Chunks,
  itemBytes: number,
  threshold?: number,
): number {
  const blocks = blockCount(from) + blockCount(target);
  if (threshold !== undefined) return threshold * blocks;
  const bytes = sizeOf(shapeOf(target)) * itemBytes;
  return Math.max(EDGE_THRESHOLD * blocks, Math.min(PASS_EDGES_MAX, bytes / PIECE_BYTES_MIN));
}
