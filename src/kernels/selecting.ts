// Elements that a mask picks, and where flat positions lie in an array: results that are as large as
// the values make them.
import type { Block } from "../base/block.js";
import { ArgumentError } from "../base/errors.js";
import { contiguousStrides } from "../graph/chunks.js";
import { copyBlock, subBlock } from "./copy.js";
import { operandOf } from "./lanes.js";
import type { FreeRoutineCompiler } from "./routines.js";

/** The slabs of the first operand along `axis` where the second, which has one axis, is true. */
export const compress: FreeRoutineCompiler<"compress"> =
  ({ axis }) =>
  (operands, allocate) => {
    const [x, mask] = [operandOf(operands, 0), operandOf(operands, 1)];
    const length = x.shape[axis] as number;
    if (mask.shape[0] !== length) {
      throw new ArgumentError(
        "shape",
        `a mask of ${mask.shape[0]} elements meets ${length} along axis ${axis}: expected as many`,
        { axis, lengths: [mask.shape[0], length] },
      );
    }
    const runs = runsOf(mask);
    const count = runs.reduce((sum, { end, start }) => sum + end - start, 0);
    const result = allocate(x.shape.with(axis, count));
    let at = 0;
    for (const { start, end } of runs) {
      const shape = x.shape.with(axis, end - start);
      const origin = shape.map(() => 0);
      const from = subBlock(x, origin.with(axis, start), shape);
      copyBlock(from, subBlock(result, origin.with(axis, at), shape));
      at += end - start;
    }
    return { block: result };
  };

/** Runs of neighbours that are all true. */
function runsOf({ data, offset, stride, shape }: Block): { start: number; end: number }[] {
  const [length = 0] = shape;
  const [step = 1] = stride;
  const isTrue = (i: number) => Number(data[offset + i * step]) !== 0;
  const runs: { start: number; end: number }[] = [];
  for (let i = 0; i < length; i++) {
    if (!isTrue(i)) continue;
    const start = i;
    while (i < length && isTrue(i)) i++;
    runs.push({ start, end: i });
  }
  return runs;
}

/** For each row-major position in an array of `shape`, its index along every axis: a row of int64. */
export const unravel: FreeRoutineCompiler<"unravel"> = ({ shape }) => {
  const strides = contiguousStrides(shape);
  return (operands, allocate) => {
    const positions = operandOf(operands, 0);
    const [count = 0] = positions.shape;
    const [step = 1] = positions.stride;
    const result = allocate([count, shape.length]);
    const data = result.data as BigInt64Array;
    for (let i = 0; i < count; i++) {
      const position = Number(positions.data[positions.offset + i * step]);
      shape.forEach((length, axis) => {
        const index = Math.floor(position / (strides[axis] as number)) % length;
        data[result.offset + i * shape.length + axis] = BigInt(index);
      });
    }
    return { block: result };
  };
};
