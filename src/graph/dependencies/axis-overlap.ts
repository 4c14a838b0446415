// Overlaps of the blocks of two grids over one axis: the operands of a rechunk. Expansion uses the
// blocks, kernels the elements.
import { finish, type Sliced } from "../../base/sliced.js";
import { blockOffsets, isUnknownAxis } from "../model/chunks.js";
import { ascending, type BlockTable } from "./block-tables.js";

/**
 * Pieces that make up the blocks of an axis: piece p of output block i, start[i] ≤ p < start[i +
 * 1].
 */
export interface AxisOverlap extends BlockTable {
  /** Per piece: where it begins in its input block. */
  readonly inputOffset: Float64Array;
  /** Per piece: where it begins in the output block. */
  readonly outputOffset: Float64Array;
  /** Per piece: elements; never 0. */
  readonly length: Float64Array;
  /** Per output block: whether it is the whole of one input block. */
  readonly whole: Uint8Array;
}

/**
 * The pieces of `input`'s blocks that make up each of `output`'s blocks; both have one length. Axes
 * with unknown lengths have equally many blocks, each the whole of its input block.
 */
export function axisOverlap(input: readonly number[], output: readonly number[]): AxisOverlap {
  return finish(axisOverlapInSlices(input, output));
}

/** The same in slices: axes may have millions of blocks. */
export function* axisOverlapInSlices(
  input: readonly number[],
  output: readonly number[],
): Sliced<AxisOverlap> {
  if (output.length < KEPT_BLOCKS_MIN) return yield* overlapOf(input, output);
  const known = lastWide.get(output);
  if (known?.input === input) return known.overlap;
  const overlap = yield* overlapOf(input, output);
  lastWide = new WeakMap([[output, { input, overlap }]]);
  return overlap;
}

/**
 * Overlaps of axes of so many blocks take milliseconds: the last one is kept, since a layer's
 * dependencies and aliases ask for it in turn.
 */
const KEPT_BLOCKS_MIN = 4_096;
let lastWide = new WeakMap<
  readonly number[],
  { readonly input: readonly number[]; readonly overlap: AxisOverlap }
>();

/** Output blocks of one slice of work; what a piece costs. */
const SLICE_BLOCKS = 8_192;
const PIECE_COST = 0.03;

function* overlapOf(input: readonly number[], output: readonly number[]): Sliced<AxisOverlap> {
  if (isUnknownAxis(input)) return blockByBlock(input);
  for (const axis of [input, output]) {
    // Kept with the axis.
    blockOffsets(axis);
    yield axis.length * PIECE_COST;
  }
  // Each piece ends where a block of either axis does.
  const piecesMax = input.length + output.length;
  const table = {
    start: new Int32Array(output.length + 1),
    blocks: new Int32Array(piecesMax),
    inputOffset: new Float64Array(piecesMax),
    outputOffset: new Float64Array(piecesMax),
    length: new Float64Array(piecesMax),
    whole: new Uint8Array(output.length),
  };
  let pieces = 0;
  for (let from = 0; from < output.length; from += SLICE_BLOCKS) {
    const filled = pieces;
    pieces = fillPieces(table, { input, output, from, pieces });
    yield (pieces - filled + SLICE_BLOCKS) * PIECE_COST;
  }
  return {
    start: table.start,
    blocks: table.blocks.subarray(0, pieces),
    inputOffset: table.inputOffset.subarray(0, pieces),
    outputOffset: table.outputOffset.subarray(0, pieces),
    length: table.length.subarray(0, pieces),
    whole: table.whole,
  };
}

/** Fills the pieces of some output blocks; returns how many pieces there are then. */
function fillPieces(
  { start, blocks, inputOffset, outputOffset, length, whole }: AxisOverlap,
  at: {
    readonly input: readonly number[];
    readonly output: readonly number[];
    readonly from: number;
    readonly pieces: number;
  },
): number {
  const { input, output, from: first } = at;
  const inputStarts = blockOffsets(input);
  const outputStarts = blockOffsets(output);
  let { pieces } = at;
  let block = pieces === 0 ? 0 : (blocks[pieces - 1] as number);
  for (let i = first; i < Math.min(first + SLICE_BLOCKS, output.length); i++) {
    const from = outputStarts[i] as number;
    const to = outputStarts[i + 1] as number;
    for (let at = from; at < to; pieces++) {
      while ((inputStarts[block + 1] as number) <= at) block++;
      const end = Math.min(to, inputStarts[block + 1] as number);
      blocks[pieces] = block;
      inputOffset[pieces] = at - (inputStarts[block] as number);
      outputOffset[pieces] = at - from;
      length[pieces] = end - at;
      at = end;
    }
    start[i + 1] = pieces;
    whole[i] = to - from === input[block] && pieces - (start[i] as number) === 1 ? 1 : 0;
  }
  return pieces;
}

function blockByBlock(axis: readonly number[]): AxisOverlap {
  return {
    start: ascending(axis.length + 1),
    blocks: ascending(axis.length),
    inputOffset: new Float64Array(axis.length),
    outputOffset: new Float64Array(axis.length),
    length: Float64Array.from(axis),
    whole: new Uint8Array(axis.length).fill(1),
  };
}
