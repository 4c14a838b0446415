// What it costs to have arrays in another grid, in bytes: those that move, and what pieces and
// tasks cost besides. Where operands meet (array/chunks/align-chunks.ts, passes/align-operands.ts),
// the grid that costs least is taken.
import { blockCount, type Chunks, longest, sameChunks, shapeOf, sizeOf } from "../model/chunks.js";
import { edgeCount, edgeLimit, PIECE_BYTES_MIN } from "./rechunk-edges.js";

/** The bytes that are worked through in the time that one more task costs. */
const TASK_BYTES = 2 ** 18;

/** The bytes that are read in the time that a run of a file costs besides. */
export const RUN_BYTES = 2 ** 11;

/** Grids have so many blocks, or as many as before, so that all cores have work. */
const BLOCKS_MIN = 16;

/** Operands of a task are at most so large together, or as large as any of them was. */
const BLOCK_BYTES_MAX = 2 ** 27;

/** The cost of a plan. */
export interface GridCost {
  readonly movedBytes: number;
  /** Pieces of blocks that are cut out and joined. */
  readonly pieces: number;
  /** Runs of neighbouring elements that are read from files. */
  readonly runs: number;
  readonly tasks: number;
}

/** Of a plan that does nothing. */
export const NO_COST: GridCost = { movedBytes: 0, pieces: 0, runs: 0, tasks: 0 };

/** The costs of several steps together. */
export function together(costs: readonly GridCost[]): GridCost {
  return costs.reduce(
    (sum, cost) => ({
      movedBytes: sum.movedBytes + cost.movedBytes,
      pieces: sum.pieces + cost.pieces,
      runs: sum.runs + cost.runs,
      tasks: sum.tasks + cost.tasks,
    }),
    NO_COST,
  );
}

/** The cost of moving blocks of one grid into another. */
export function rechunkCost(from: Chunks, target: Chunks, itemBytes: number): GridCost {
  if (sameChunks(from, target)) return NO_COST;
  const movedBytes = sizeOf(shapeOf(from)) * itemBytes;
  return { ...NO_COST, movedBytes, pieces: edgeCount(from, target), tasks: blockCount(target) };
}

/** The same; undefined where one pass has more pieces than it should. */
export function onePassCost(from: Chunks, target: Chunks, itemBytes: number): GridCost | undefined {
  const cost = rechunkCost(from, target, itemBytes);
  const isFew = cost.pieces === 0 || cost.pieces < edgeLimit(from, target, itemBytes);
  return isFew ? cost : undefined;
}

/** A cost as one number: bytes that move in the same time. */
export function weightOf({ movedBytes, pieces, runs, tasks }: GridCost): number {
  return movedBytes + pieces * PIECE_BYTES_MIN + runs * RUN_BYTES + tasks * TASK_BYTES;
}

/** An array that comes in a grid, or is brought into it. */
export interface GridOperand {
  readonly chunks: Chunks;
  readonly itemBytes: number;
}

/**
 * Whether a grid leaves enough blocks for all cores, and the blocks of a task together are not too
 * large, nor larger than what was there.
 */
export function isSuitable(
  grid: Chunks,
  current: Chunks,
  operands: readonly GridOperand[],
): boolean {
  const item = operands.reduce((sum, { itemBytes }) => sum + itemBytes, 0);
  const bytesMax = operands.reduce(
    (most, { chunks, itemBytes }) => Math.max(most, largestBytes(chunks, itemBytes)),
    Math.max(BLOCK_BYTES_MAX, largestBytes(current, item)),
  );
  const blocksMin = Math.min(BLOCKS_MIN, blockCount(current));
  return blockCount(grid) >= blocksMin && largestBytes(grid, item) <= bytesMax;
}

function largestBytes(chunks: Chunks, itemBytes: number): number {
  return sizeOf(chunks.map(longest)) * itemBytes;
}
