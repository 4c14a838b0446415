// Runs of neighbours, each along an axis of its own. Blocks come in two operands: the first
// elements of each run, and the neighbours after the last of these.
import { type Block, emptyBlock } from "../../base/block.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { copyBlock, subBlock } from "../programs/copy-block.js";

/**
 * Window number i of the output holds elements i to i + size - 1 of both operands, along `axis`.
 */
export const window: RoutineCompiler<"window"> =
  ({ axis }) =>
  (operands, output) => {
    const x = joinedAlong(operands, axis);
    // The same elements seen through strides that overlap.
    const stride = [...x.stride, x.stride[axis] as number];
    copyBlock({ ...x, shape: output.shape, stride }, output);
  };

/** Blocks one after another along an axis, in one block. */
export function joinedAlong(operands: readonly Block[], axis: number): Block {
  const first = operandOf(operands, 0);
  if (operands.length === 1) return first;
  const length = operands.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const joined = emptyBlock(first.dtype, first.shape.with(axis, length));
  const origin = first.shape.map(() => 0);
  let at = 0;
  for (const operand of operands) {
    copyBlock(operand, subBlock(joined, origin.with(axis, at), operand.shape));
    at += operand.shape[axis] as number;
  }
  return joined;
}
