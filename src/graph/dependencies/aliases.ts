// Blocks that equal other layers' blocks, so that they need no task.
import { defined } from "../../base/assert.js";
import { numBlocks } from "../model/chunks.js";
import type { Layer } from "../model/layer.js";
import { axisOverlap } from "./axis-overlap.js";
import { type AxisSlice, axisSlices } from "./slice-plan.js";

/**
 * A test for blocks of `layer` that are aliases: equal, in bytes and shape, to the one input block
 * behind them. Undefined if there are none.
 */
export function aliasTest(
  layer: Layer,
  inputs: readonly Layer[],
): ((block: number) => boolean) | undefined {
  switch (layer.kind) {
    case "concatenate":
    case "pick":
      return () => true;
    case "rechunk": {
      const { chunks } = defined(inputs[0], "the layer's input");
      return allAxes(
        chunks.map((axis, i) => axisOverlap(axis, layer.chunks[i] ?? []).whole),
        numBlocks(layer.chunks),
      );
    }
    case "slice": {
      const { chunks } = defined(inputs[0], "the layer's input");
      const slices = axisSlices(chunks, layer.selection);
      if (!slices.every((slice) => slice.kept && slice.step === 1)) return undefined;
      const whole = slices.map((slice, axis) =>
        wholeBlocks(slice, chunks[axis] as readonly number[]),
      );
      return allAxes(whole, numBlocks(layer.chunks));
    }
    default:
      return undefined;
  }
}

/** Per block of a slice: whether it is the whole of one block of the axis. */
function wholeBlocks({ count, blocks }: AxisSlice, axis: readonly number[]): Uint8Array {
  const whole = new Uint8Array(count.length);
  for (let row = 0; row < count.length; row++) {
    if (Object.is(count[row], axis[blocks[row] as number])) whole[row] = 1;
  }
  return whole;
}

/** Whether the flag of a block's index is set along every axis. */
function allAxes(
  flags: readonly Uint8Array[],
  counts: readonly number[],
): ((block: number) => boolean) | undefined {
  if (flags.some((along) => !along.includes(1))) return undefined;
  return (block) => {
    let rest = block;
    for (let axis = flags.length - 1; axis >= 0; axis--) {
      const count = counts[axis] as number;
      const index = rest % count;
      if ((flags[axis] as Uint8Array)[index] === 0) return false;
      rest = (rest - index) / count;
    }
    return true;
  };
}
