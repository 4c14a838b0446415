// Blocks of layers that move elements without changing them: rechunk, slice and reshape.
// graph/dependencies/regions.ts and graph/dependencies/slice-plan.ts compute the source of each
// element.
import { defined } from "../../base/assert.js";
import { piecesOf } from "../../graph/dependencies/regions.js";
import { axisSlices } from "../../graph/dependencies/slice-plan.js";
import { blockIndexOf } from "../../graph/model/chunks.js";
import type { Layer, RechunkLayer, SliceLayer } from "../../graph/model/layer.js";
import type { BlockKernel } from "../blocks/kernel.js";
import { copyBlock, reshapeBlock, subBlock } from "../programs/copy-block.js";

/**
 * The kernel of a rechunk layer: every overlapping input block contributes its part. An operand may
 * have been cut to that part already, which shows in its shape.
 */
export function compileRechunk(layer: RechunkLayer, input: Layer): BlockKernel {
  const pieces = piecesOf(input.chunks, layer.chunks);
  return (block, operands, output) => {
    pieces(block).forEach(({ from, to }, k) => {
      const operand = defined(operands[k], "an operand of a rechunked block");
      const shape = foundLengths(from.shape, operand.shape);
      const start = isSameShape(operand.shape, shape) ? shape.map(() => 0) : from.start;
      copyBlock(subBlock(operand, start, shape), subBlock(output, to, shape));
    });
  };
}

/** A shape in which lengths that are not known are those found. */
function foundLengths(shape: readonly number[], found: readonly number[]): readonly number[] {
  return shape.some(Number.isNaN)
    ? shape.map((length, axis) => (Number.isNaN(length) ? (found[axis] as number) : length))
    : shape;
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.every((extent, axis) => extent === b[axis]);
}

/** The kernel of a slice layer: each output block is a strided view of one input block. */
export function compileSlice(layer: SliceLayer, input: Layer): BlockKernel {
  const slices = axisSlices(input.chunks, layer.selection);
  return (block, operands, output) => {
    const operand = defined(operands[0], "the sliced block");
    if (output.shape.includes(0)) return;
    const index = blockIndexOf(layer.chunks, block);
    let keptAxes = 0;
    const row = slices.map((slice) => (slice.kept ? (index[keptAxes++] as number) : 0));
    const view = subBlock(
      operand,
      slices.map((slice, axis) => slice.offset[row[axis] as number] as number),
      slices.map((slice, axis) => slice.count[row[axis] as number] as number),
      slices.map((slice) => slice.step),
    );
    const stride = view.stride.filter((_, axis) => slices[axis]?.kept === true);
    copyBlock({ ...view, shape: output.shape, stride }, output);
  };
}

/** The kernel of a reshape layer. */
export function compileReshape(): BlockKernel {
  return (_block, operands, output) => {
    const operand = defined(operands[0], "the reshaped block");
    copyBlock(operand, reshapeBlock(output, operand.shape));
  };
}
