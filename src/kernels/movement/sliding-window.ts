// Runs of neighbours, each laid out along an axis of its own.

import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { copyBlock } from "../programs/copy-block.js";

/** Window number i of the output holds elements i to i + size - 1 of the operand, along `axis`. */
export const window: RoutineCompiler<"window"> =
  ({ axis }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    // The same elements seen through strides that overlap.
    const stride = [...x.stride, x.stride[axis] as number];
    copyBlock({ ...x, shape: output.shape, stride }, output);
  };
