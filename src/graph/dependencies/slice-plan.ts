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
  if (axis.length < KEPT_BLOCKS_MIN) return sliceOf(axis, selection);
  const known = lastWide.get(axis);
  if (known?.selection === selection) return known.slice;
  const slice = sliceOf(axis, selection);
  lastWide = new WeakMap([[axis, { selection, slice }]]);
  return slice;
}

/**
 * Slices of axes of so many blocks take milliseconds: the last one is kept, since a layer's check,
 * dependencies and aliases ask for it in turn.
 */
const KEPT_BLOCKS_MIN = 4_096;
let lastWide = new WeakMap<
  readonly number[],
  { readonly selection: AxisSelection; readonly slice: AxisSlice }
>();

function sliceOf(axis: readonly number[], selection: AxisSelection): AxisSlice {
  if (isUnknownAxis(axis)) return everyBlock(axis);
  const kept = selection.type === "range";
  const range = kept ? selection : { start: selection.at, step: 1, count: 1 };
  const offsets = blockOffsets(axis);
  // An empty selection has a row, too.
  const rowsMax = Math.max(1, Math.min(range.count, axis.length));
  const blocks = new Int32Array(rowsMax);
  const offset = new Float64Array(rowsMax);
  const count = new Float64Array(rowsMax);
  let rows = 0;
  let block = range.count > 0 ? blockHolding(axis, range.start) : 0;
  for (let taken = 0; taken < range.count; rows++) {
    const position = range.start + taken * range.step;
    while ((offsets[block] as number) > position) block--;
    while (block < axis.length - 1 && (offsets[block + 1] as number) <= position) block++;
    const inBlock = position - (offsets[block] as number);
    const room = range.step > 0 ? (axis[block] as number) - 1 - inBlock : inBlock;
    const here = Math.min(range.count - taken, Math.floor(room / Math.abs(range.step)) + 1);
    blocks[rows] = block;
    offset[rows] = inBlock;
    count[rows] = here;
    taken += here;
  }
  rows = Math.max(1, rows);
  return {
    start: rowStarts(rows),
    blocks: blocks.subarray(0, rows),
    offset: offset.subarray(0, rows),
    count: count.subarray(0, rows),
    step: range.step,
    kept,
  };
}

/** The starts of rows of one entry. */
function rowStarts(rows: number): Int32Array {
  const start = new Int32Array(rows + 1);
  for (let row = 0; row <= rows; row++) start[row] = row;
  return start;
}

function everyBlock(axis: readonly number[]): AxisSlice {
  return {
    start: rowStarts(axis.length),
    blocks: rowStarts(axis.length - 1),
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
    .map(({ count }) => {
      const axis = new Array<number>(count.length);
      for (let row = 0; row < count.length; row++) axis[row] = count[row] as number;
      return axis;
    });
}
