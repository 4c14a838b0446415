// Blocks that throw if their values break a rule.
import { ArgumentError } from "../base/errors.js";
import { operandOf } from "./blocks/block-lanes.js";
import type { RoutineCompiler } from "./blocks/kernel.js";
import { copyBlock } from "./programs/copy-block.js";
import { elements } from "./sorting/search-sorted.js";

/** The first operand, where all of the second are true. */
export const assertValues: RoutineCompiler<"assertValues"> =
  ({ message }) =>
  (operands, output) => {
    const found = elements(operandOf(operands, 1)) as Uint8Array;
    if (found.includes(0)) throw new ArgumentError("value", message);
    copyBlock(operandOf(operands, 0), output);
  };

/** The operand; throws if an element is below 0, `length` or more, or NaN. */
export const inRange: RoutineCompiler<"inRange"> =
  ({ length, message }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    for (const value of elements(x)) {
      if (!(value >= 0 && value < length)) throw new ArgumentError("value", `${message}: ${value}`);
    }
    copyBlock(x, output);
  };
