// Basic indexing along one axis: the grid of the result and, for each of its blocks, the elements
// of each input block. Shared by the layer's constructor, expansion and kernels. array/ turns a
// user's index into a selection.
import { blockHolding, blockOffsets, type Chunks, isUnknownAxis } from "../model/chunks.js";
import type { AxisSelection } from "../model/layer.js";
import type { BlockTable } from "./block-tables.js";

/** Per output block of an axis: the one input block it reads, and which elements of it. */
export interface AxisSlice extends BlockTable {
  /** Per output block: position in the input block of its first element. */
  readonly offset: Float64Array;
  /** Per output block: elements; 1 for an `index`. */
  readonly count: Float64Array;
  /** Distance between elements in the input block; may be negative. */
  readonly step: number;
  /** Whether the output has this axis: false for an `index`. */
  readonly kept: boolean;
}

/**
 * The slice of one axis. An empty selection makes one block of no elements, read from block 0; of
 * an axis with unknown lengths everything is taken.
 */
export function axisSlice(axis: readonly number[], selection: AxisSelection): AxisSlice {
  if (isUnknownAxis(axis)) return everyBlock(axis);
  const kept = selection.type === "range";
  const range = kept ? selection : { start: selection.at, step: 1, count: 1 };
  const offsets = blockOffsets(axis);
  const blocks: number[] = [];
  const offset: number[] = [];
  const count: number[] = [];
  for (let taken = 0; taken < range.count; ) {
    const position = range.start + taken * range.step;
    const block = blockHolding(axis, position);
    const inBlock = position - (offsets[block] as number);
    const room = range.step > 0 ? (axis[block] as number) - 1 - inBlock : inBlock;
    const here = Math.min(range.count - taken, Math.floor(room / Math.abs(range.step)) + 1);
    blocks.push(block);
    offset.push(inBlock);
    count.push(here);
    taken += here;
  }
  if (blocks.length === 0) {
    blocks.push(0);
    offset.push(0);
    count.push(0);
  }
  return {
    start: Int32Array.from({ length: blocks.length + 1 }, (_, row) => row),
    blocks: Int32Array.from(blocks),
    offset: Float64Array.from(offset),
    count: Float64Array.from(count),
    step: range.step,
    kept,
  };
}

function everyBlock(axis: readonly number[]): AxisSlice {
  return {
    start: Int32Array.from({ length: axis.length + 1 }, (_, row) => row),
    blocks: Int32Array.from(axis.keys()),
    offset: new Float64Array(axis.length),
    count: Float64Array.from(axis),
    step: 1,
    kept: true,
  };
}

/** The slices of all axes of an input. */
export function axisSlices(chunks: Chunks, selection: readonly AxisSelection[]): AxisSlice[] {
  return selection.map((taken, axis) => axisSlice(chunks[axis] as readonly number[], taken));
}

/** The grid of the result: the input's, cut down to the selection. */
export function sliceChunks(chunks: Chunks, selection: readonly AxisSelection[]): Chunks {
  return axisSlices(chunks, selection)
    .filter((slice) => slice.kept)
    .map((slice) => Array.from(slice.count));
}
