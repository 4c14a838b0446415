// Blocks that are neighbours along an axis, as one block.
import { type Block, emptyBlock } from "../../base/block.js";
import { operandOf } from "../blocks/block-lanes.js";
import { copyBlock, subBlock } from "./copy-block.js";

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
