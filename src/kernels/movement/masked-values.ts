// Values spread over the places where a mask is true, one for each in row-major order: how many are
// true in each run of a block's places, and the values of a block from the number before each run.
import type { Block } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { blockIndexOf, blockOffsets, sizeOf } from "../../graph/model/chunks.js";
import type { RoutineLayer } from "../../graph/model/layer.js";
import type { Routine } from "../../graph/model/routine.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { BlockKernel, RoutineCompiler } from "../blocks/kernel.js";
import { contiguous, copyBlock, elementMover, subBlock } from "../programs/copy-block.js";

/** How many are true in each run: the axes from `axis` on. */
export const countTrue: RoutineCompiler<"countTrue"> =
  ({ axis }) =>
  (operands, output) => {
    const mask = contiguous(operandOf(operands, 0));
    const length = sizeOf(mask.shape.slice(axis));
    const runs = sizeOf(mask.shape.slice(0, axis));
    for (let run = 0; run < runs; run++) {
      const end = mask.offset + (run + 1) * length;
      let count = 0;
      for (let at = end - length; at < end; at++) if (mask.data[at]) count++;
      output.data[output.offset + run] = count;
    }
  };

/** The sum of all elements before each, in row-major order. */
export const sumBefore: RoutineCompiler<"sumBefore"> = () => (operands, output) => {
  const counts = contiguous(operandOf(operands, 0));
  let sum = 0;
  for (let i = 0; i < sizeOf(counts.shape); i++) {
    output.data[output.offset + i] = sum;
    sum += counts.data[counts.offset + i] as number;
  }
};

/**
 * The kernel that sets values at the true places of a mask. The counts before its runs come for the
 * block alone, or for all blocks.
 */
export function compileSetMasked(
  { at, run, repeat }: Extract<Routine, { readonly name: "setMasked" }>,
  { loopChunks }: Pick<RoutineLayer, "loopChunks">,
): BlockKernel {
  const startsOf = (block: number, starts: Block, mask: Block) => {
    if (starts.shape[run] === 1) return starts;
    const cell = blockIndexOf(loopChunks, block);
    const first = mask.shape.map((_, axis) => {
      const index = cell[at + axis] as number;
      if (axis < run) return blockOffsets(loopChunks[at + axis] ?? [])[index] as number;
      return axis === run ? index : 0;
    });
    const shape = mask.shape.map((length, axis) => (axis < run ? length : 1));
    return subBlock(starts, first, shape);
  };
  return (block, operands, output) => {
    const [x, mask] = [operandOf(operands, 0), operandOf(operands, 1)];
    const [starts, values] = [operandOf(operands, 2), operandOf(operands, 3)];
    copyBlock(x, output);
    const length = values.shape[at] as number;
    const { places, ranks } = truePlaces(
      contiguous(mask),
      contiguous(startsOf(block, starts, mask)),
      run,
    );
    for (let i = 0; i < ranks.length; i++) {
      const rank = ranks[i] as number;
      if (rank >= length && !repeat) throw tooFew(length);
      ranks[i] = repeat ? rank % length : rank;
    }
    const end = at + mask.shape.length;
    const step = values.stride[at] as number;
    const after = sizeOf(output.shape.slice(end));
    const across = sizeOf(mask.shape) * after;
    const outer = offsetsOf(values, 0, at, output.shape.slice(0, at));
    const inner = offsetsOf(values, at + 1, values.shape.length, output.shape.slice(end));
    const move = elementMover(values, output);
    outer.forEach((from, a) => {
      const target = output.offset + a * across;
      for (let i = 0; i < places.length; i++) {
        const source = values.offset + from + (ranks[i] as number) * step;
        const place = target + (places[i] as number) * after;
        for (let k = 0; k < after; k++) move(source + (inner[k] as number), place + k);
      }
    });
  };
}

/** The true places of a mask, and for each how many are true before it in the whole mask. */
function truePlaces(mask: Block, starts: Block, run: number) {
  const size = sizeOf(mask.shape);
  const length = sizeOf(mask.shape.slice(run));
  const [places, ranks] = [new Int32Array(size), new Float64Array(size)];
  let count = 0;
  for (let first = 0, at = starts.offset; first < size; first += length, at++) {
    let rank = starts.data[at] as number;
    for (let place = first; place < first + length; place++) {
      if (!mask.data[mask.offset + place]) continue;
      places[count] = place;
      ranks[count++] = rank++;
    }
  }
  return { places: places.subarray(0, count), ranks: ranks.subarray(0, count) };
}

/**
 * Where elements of `shape` are along the axes `from` to `to` of values, which may have length 1.
 */
function offsetsOf(values: Block, from: number, to: number, shape: readonly number[]): number[] {
  let offsets = [0];
  for (let axis = from; axis < to; axis++) {
    const step = values.shape[axis] === 1 ? 0 : (values.stride[axis] as number);
    const along = Array.from({ length: shape[axis - from] as number }, (_, i) => i * step);
    offsets = offsets.flatMap((base) => along.map((offset) => base + offset));
  }
  return offsets;
}

function tooFew(length: number): ArgumentError {
  return new ArgumentError(
    "shape",
    `the mask has more true places than the ${length} values: give one value for each`,
    { values: length },
  );
}
