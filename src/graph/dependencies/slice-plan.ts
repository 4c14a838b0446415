// Basic indexing along one axis: the grid of the result and, for each of its blocks, the elements
// of each input block. Shared by the layer's constructor, expansion and kernels. array/ turns a
// user's index into a selection.
import { finish, type Sliced } from "../../base/sliced.js";
import { axisOfRuns } from "../model/axis-runs.js";
import { blockHolding, blockOffsets, type Chunks, isUnknownAxis } from "../model/chunks.js";
import type { AxisSelection } from "../model/layer.js";
import { ascending, type BlockTable } from "./block-tables.js";

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
  return finish(axisSliceInSlices(axis, selection));
}

/** The same in slices: an axis may have millions of blocks. */
export function* axisSliceInSlices(
  axis: readonly number[],
  selection: AxisSelection,
): Sliced<AxisSlice> {
  if (axis.length < KEPT_BLOCKS_MIN) return yield* sliceOf(axis, selection);
  const known = lastWide.get(axis);
  if (known?.selection === selection) return known.slice;
  const slice = yield* sliceOf(axis, selection);
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

/** Rows of one slice of work, and the cost of each. */
const SLICE_ROWS = 16_384;
const ROW_COST = 0.02;

function* sliceOf(axis: readonly number[], selection: AxisSelection): Sliced<AxisSlice> {
  if (isUnknownAxis(axis)) return everyBlock(axis);
  const kept = selection.type === "range";
  const range = kept ? selection : { start: selection.at, step: 1, count: 1 };
  const offsets = blockOffsets(axis);
  yield axis.length * ROW_COST;
  // An empty selection has a row, too.
  const rowsMax = Math.max(1, Math.min(range.count, axis.length));
  const table = {
    blocks: new Int32Array(rowsMax),
    offset: new Float64Array(rowsMax),
    count: new Float64Array(rowsMax),
  };
  const block = range.count > 0 ? blockHolding(axis, range.start) : 0;
  const at = { rows: 0, taken: 0, block };
  while (at.taken < range.count) {
    fillRows(table, at, { axis, offsets, range });
    yield SLICE_ROWS * ROW_COST;
  }
  const rows = Math.max(1, at.rows);
  return {
    start: ascending(rows + 1),
    blocks: table.blocks.subarray(0, rows),
    offset: table.offset.subarray(0, rows),
    count: table.count.subarray(0, rows),
    step: range.step,
    kept,
  };
}

/** Fills some rows from `at` on, which becomes where it stopped. */
function fillRows(
  table: { blocks: Int32Array; offset: Float64Array; count: Float64Array },
  at: { rows: number; taken: number; block: number },
  along: {
    readonly axis: readonly number[];
    readonly offsets: Float64Array;
    readonly range: { readonly start: number; readonly step: number; readonly count: number };
  },
): void {
  const { axis, offsets, range } = along;
  let { rows, taken, block } = at;
  for (const end = rows + SLICE_ROWS; rows < end && taken < range.count; rows++) {
    const position = range.start + taken * range.step;
    while ((offsets[block] as number) > position) block--;
    while (block < axis.length - 1 && (offsets[block + 1] as number) <= position) block++;
    const inBlock = position - (offsets[block] as number);
    const room = range.step > 0 ? (axis[block] as number) - 1 - inBlock : inBlock;
    const here = Math.min(range.count - taken, Math.floor(room / Math.abs(range.step)) + 1);
    table.blocks[rows] = block;
    table.offset[rows] = inBlock;
    table.count[rows] = here;
    taken += here;
  }
  Object.assign(at, { rows, taken, block });
}

function everyBlock(axis: readonly number[]): AxisSlice {
  return {
    start: ascending(axis.length + 1),
    blocks: ascending(axis.length),
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
    .map(({ count }) => axisOfRuns(runsIn(count)));
}

/** The runs of equal entries: of a slice, few. */
function runsIn(count: Float64Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let row = 0, from = 0; row < count.length; from = row) {
    const length = count[from] as number;
    do row++;
    while (row < count.length && Object.is(count[row], length));
    runs.push([length, row - from]);
  }
  return runs;
}
