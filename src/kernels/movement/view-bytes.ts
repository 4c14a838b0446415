// The bytes of blocks as elements of another dtype.
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { contiguous } from "../programs/copy-block.js";

/** The operand's bytes, row-major, as the output's. */
export const view: RoutineCompiler<"view"> = () => (operands, output) => {
  bytesOf(output).set(bytesOf(contiguous(operandOf(operands, 0))));
};

function bytesOf({ data, dtype, offset, shape }: Block): Uint8Array {
  const size = shape.reduce((n, length) => n * length, 1);
  const bytes = itemBytes(dtype);
  return new Uint8Array(data.buffer, data.byteOffset + offset * bytes, size * bytes);
}
