// Divides rows into parts by their destination, and joins parts again. Workers exchange one part of
// each value (docs/internals/exchange.md).
import type { Block } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { DynamicRoutineCompiler, RoutineCompiler } from "../blocks/kernel.js";
import { copyBlock, subBlock } from "../programs/copy-block.js";

/** All operands one after another along their first axis. */
export const gather: DynamicRoutineCompiler<"gather"> = () => (operands, allocate) => {
  const [, ...others] = operandOf(operands, 0).shape;
  const lengths = operands.map(({ shape }) => shape[0] as number);
  const result = allocate([lengths.reduce((sum, length) => sum + length, 0), ...others]);
  const start = result.shape.map(() => 0);
  let at = 0;
  operands.forEach((operand, k) => {
    copyBlock(operand, subBlock(result, start.with(0, at), operand.shape));
    at += lengths[k] as number;
  });
  return { block: result };
};

/** Rows of the first operand, those of part 0 first, by the numbers in the second. */
export const split: DynamicRoutineCompiler<"split"> =
  ({ parts }) =>
  (operands, allocate) => {
    const [rows, numbers] = [operandOf(operands, 0), operandOf(operands, 1)];
    const result = allocate(rows.shape);
    const { order, partStarts } = byPart(numbers, parts);
    copyRows(rows, result, order);
    return { block: result, partStarts };
  };

/** The lengths of a block along its axes. */
export const extents: RoutineCompiler<"extents"> = () => (operands, output) => {
  operandOf(operands, 0).shape.forEach((length, axis) => {
    output.data[output.offset + axis] = length;
  });
};

/** Rows in the order of their parts, and where each part begins. */
function byPart({ data, offset, stride, shape }: Block, parts: number) {
  const [count = 0] = shape;
  const [step = 1] = stride;
  const counts = new Float64Array(parts + 1);
  const partOf = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const part = Number(data[offset + i * step]);
    if (!(part >= 0 && part < parts)) {
      throw new ArgumentError("value", `row ${i} goes to part ${part}: there are ${parts} parts`);
    }
    partOf[i] = part;
    counts[part + 1] = (counts[part + 1] as number) + 1;
  }
  for (let part = 0; part < parts; part++) {
    counts[part + 1] = (counts[part + 1] as number) + (counts[part] as number);
  }
  const partStarts = Array.from(counts.subarray(0, parts));
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const part = partOf[i] as number;
    const at = counts[part] as number;
    order[at] = i;
    counts[part] = at + 1;
  }
  return { order, partStarts };
}

/** Row number i of `to` is row number `order[i]` of `from`. */
function copyRows(from: Block, to: Block, order: Int32Array): void {
  if (from.shape.length === 1 && from.dtype === to.dtype && !from.dtype.startsWith("complex")) {
    const [step = 1] = from.stride;
    const { data } = from;
    for (let i = 0; i < order.length; i++) {
      to.data[to.offset + i] = data[from.offset + (order[i] as number) * step] as number;
    }
    return;
  }
  const row = from.shape.map((length, axis) => (axis === 0 ? 1 : length));
  const start = row.map(() => 0);
  order.forEach((at, i) => {
    copyBlock(subBlock(from, start.with(0, at), row), subBlock(to, start.with(0, i), row));
  });
}
