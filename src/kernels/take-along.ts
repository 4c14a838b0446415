// Elements at positions that are themselves computed, from blocks that have all of an axis. Positions
// known beforehand are taken by take.ts, from the blocks that hold them alone.
import { ArgumentError } from "../base/errors.js";
import { copyBlock, elementMover, subBlock } from "./copy.js";
import { eachLane, operandOf, withAxisAt } from "./lanes.js";
import type { RoutineCompiler } from "./routines.js";

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
    const [from, to] = [withAxisAt(x, axis, 0), withAxisAt(output, axis, 0)];
    const slab = to.shape.map((length, i) => (i === 0 ? 1 : length));
    const start = slab.map(() => 0);
    for (let i = 0; i < (to.shape[0] as number); i++) {
      const given = Number(indices.data[indices.offset + i * (indices.stride[0] as number)]);
      const at = checkedPosition(given, from.shape[0] as number, axis);
      copyBlock(subBlock(from, start.with(0, at), slab), subBlock(to, start.with(0, i), slab));
    }
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
