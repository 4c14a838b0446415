// Elements that a mask picks, and where flat positions are in an array: results that are as large
// as the values make them.
import type { Block } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { contiguousStrides } from "../../graph/model/chunks.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { DynamicRoutineCompiler } from "../blocks/kernel.js";
import { copyBlock } from "../programs/copy-block.js";
import { copySlabs } from "./slabs.js";

/** The slabs of the first operand along `axis` where the second, which has one axis, is true. */
export const compress: DynamicRoutineCompiler<"compress"> =
  ({ axis }) =>
  (operands, allocate) => {
    const [x, mask] = [operandOf(operands, 0), operandOf(operands, 1)];
    const length = x.shape[axis] as number;
    if (mask.shape[0] !== length) {
      throw new ArgumentError(
        "shape",
        `a mask of ${mask.shape[0]} elements does not fit ${length} along axis ${axis}: expected as many`,
        { axis, lengths: [mask.shape[0], length] },
      );
    }
    const picked = truePositions(mask);
    const result = allocate(x.shape.with(axis, picked.length));
    copySlabs(x, picked, axis, result);
    return { block: result };
  };

/** The positions where a mask of one axis is true. */
function truePositions({ data, offset, stride, shape }: Block): Int32Array {
  const [length = 0] = shape;
  const [step = 1] = stride;
  const positions = new Int32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) {
    positions[count] = i;
    if (data[offset + i * step]) count++;
  }
  return positions.subarray(0, count);
}

/**
 * For each row-major position in an array of `shape`, its index along every axis: a row of int64.
 */
export const unravel: DynamicRoutineCompiler<"unravel"> = ({ shape }) => {
  const strides = contiguousStrides(shape);
  return (operands, allocate) => {
    const positions = operandOf(operands, 0);
    const [count = 0] = positions.shape;
    const [step = 1] = positions.stride;
    const result = allocate([count, shape.length]);
    if (shape.length === 1) {
      copyBlock({ ...positions, shape: [count, 1], stride: [step, 1] }, result);
      return { block: result };
    }
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
