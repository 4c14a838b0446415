// Runs of neighbours, each along an axis of its own. Blocks come in two operands: the first
// elements of each run, and the neighbours after the last of these.
import type { RoutineCompiler } from "../blocks/kernel.js";
import { copyBlock } from "../programs/copy-block.js";
import { joinedAlong } from "../programs/join-blocks.js";

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
