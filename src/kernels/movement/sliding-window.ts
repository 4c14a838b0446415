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

/** One or two blocks, one after the other along an axis. */
export function joinedAlong(operands: readonly Block[], axis: number): Block {
  const [first, second] = [operandOf(operands, 0), operands[1]];
  if (second === undefined) return first;
  const [length, more] = [first.shape[axis] as number, second.shape[axis] as number];
  const joined = emptyBlock(first.dtype, first.shape.with(axis, length + more));
  const origin = first.shape.map(() => 0);
  copyBlock(first, subBlock(joined, origin, first.shape));
  copyBlock(second, subBlock(joined, origin.with(axis, length), second.shape));
  return joined;
}
