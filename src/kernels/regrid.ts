// Blocks of layers that move elements without changing them: rechunk, slice and reshape. Which
// elements of which blocks these are is worked out by graph/overlap.ts and graph/slice-plan.ts.
import { defined } from "../base/assert.js";
import { blockIndexOf } from "../graph/chunks.js";
import type { Layer, RechunkLayer, SliceLayer } from "../graph/layer.js";
import { axisOverlap } from "../graph/overlap.js";
import { axisSlices } from "../graph/slice-plan.js";
import type { BlockKernel } from "./compile-layer.js";
import { copyBlock, reshapeBlock, subBlock } from "./copy.js";

/** The kernel of a rechunk layer: every overlapping input block gives its part. */
export function compileRechunk(layer: RechunkLayer, input: Layer): BlockKernel {
  const overlaps = layer.chunks.map((axis, i) =>
    axisOverlap(input.chunks[i] as readonly number[], axis),
  );
  return (block, operands, output) => {
    const first = blockIndexOf(layer.chunks, block).map(
      (at, axis) => overlaps[axis]?.start[at] ?? 0,
    );
    const piece = [...first];
    const last = blockIndexOf(layer.chunks, block).map(
      (at, axis) => (overlaps[axis]?.start[at + 1] ?? 0) - 1,
    );
    for (const operand of operands) {
      const shape = overlaps.map((along, axis) => along.length[piece[axis] as number] as number);
      const from = overlaps.map(
        (along, axis) => along.inputOffset[piece[axis] as number] as number,
      );
      const to = overlaps.map((along, axis) => along.outputOffset[piece[axis] as number] as number);
      copyBlock(subBlock(operand, from, shape), subBlock(output, to, shape));
      advance(piece, first, last);
    }
  };
}

/** Moves `index` on in row-major order within `first … last`. */
function advance(index: number[], first: readonly number[], last: readonly number[]): void {
  for (let axis = index.length - 1; axis >= 0; axis--) {
    const at = index[axis] as number;
    if (at < (last[axis] as number)) {
      index[axis] = at + 1;
      return;
    }
    index[axis] = first[axis] as number;
  }
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
