// Overlaps of the blocks of two grids over one axis: the operands of a rechunk. Expansion uses the
// blocks, kernels the elements.
import { blockOffsets, isUnknownAxis } from "../model/chunks.js";
import type { BlockTable } from "./block-tables.js";

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
  if (output.length < KEPT_BLOCKS_MIN) return overlapOf(input, output);
  const known = lastWide.get(output);
  if (known?.input === input) return known.overlap;
  const overlap = overlapOf(input, output);
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

function overlapOf(input: readonly number[], output: readonly number[]): AxisOverlap {
  if (isUnknownAxis(input)) return blockByBlock(input);
  const start = new Int32Array(output.length + 1);
  // Each piece ends where a block of either axis does.
  const piecesMax = input.length + output.length;
  const blocks = new Int32Array(piecesMax);
  const inputOffset = new Float64Array(piecesMax);
  const outputOffset = new Float64Array(piecesMax);
  const length = new Float64Array(piecesMax);
  const whole = new Uint8Array(output.length);
  const inputStarts = blockOffsets(input);
  const outputStarts = blockOffsets(output);
  let block = 0;
  let pieces = 0;
  for (let i = 0; i < output.length; i++) {
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
  return {
    start,
    blocks: blocks.subarray(0, pieces),
    inputOffset: inputOffset.subarray(0, pieces),
    outputOffset: outputOffset.subarray(0, pieces),
    length: length.subarray(0, pieces),
    whole,
  };
}

function blockByBlock(axis: readonly number[]): AxisOverlap {
  return {
    start: Int32Array.from({ length: axis.length + 1 }, (_, i) => i),
    blocks: Int32Array.from(axis.keys()),
    inputOffset: new Float64Array(axis.length),
    outputOffset: new Float64Array(axis.length),
    length: Float64Array.from(axis),
    whole: new Uint8Array(axis.length).fill(1),
  };
}
