// Elements at positions that are themselves computed, from blocks that have all of an axis.
// Positions known beforehand are taken by take-elements.ts, from the blocks that hold them alone.
import { emptyBlock } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { eachLane, operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { copyBlock, elementMover, isContiguous } from "../programs/copy-block.js";
import { copySlabs } from "./slabs.js";

/** Along an axis, the elements that each lane's own list of positions names. */
export const takeAlong: RoutineCompiler<"takeAlong"> =
  ({ axis }) =>
  (operands, output) => {
    const [x, indices] = [operandOf(operands, 0), operandOf(operands, 1)];
    const move = elementMover(x, output);
    eachLane([output, x, indices], axis, ([target, source, positions]) => {
      for (let i = 0; i < target.length; i++) {
        const given = Number(indices.data[positions.offset + i * positions.stride]);
        const at = checkedPosition(given, source.length, axis);
        move(source.offset + at * source.stride, target.offset + i * target.stride);
      }
    });
  };

/** Whole slabs across an axis, in the order that one list of positions names. */
export const takeSlabs: RoutineCompiler<"takeSlabs"> =
  ({ axis }) =>
  (operands, output) => {
    const [x, indices] = [operandOf(operands, 0), operandOf(operands, 1)];
    const [count = 0] = indices.shape;
    const [step = 1] = indices.stride;
    const length = x.shape[axis] as number;
    const positions = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      positions[i] = checkedPosition(Number(indices.data[indices.offset + i * step]), length, axis);
    }
    const whole = isContiguous(output) ? output : emptyBlock(output.dtype, output.shape);
    copySlabs(x, positions, axis, whole);
    if (whole !== output) copyBlock(whole, output);
  };

function checkedPosition(position: number, length: number, axis: number): number {
  const at = position < 0 ? position + length : position;
  if (at >= 0 && at < length) return at;
  throw new ArgumentError(
    "index",
    `index ${position} is out of range for axis ${axis} of length ${length}`,
    { index: position, axis, length },
  );
}
