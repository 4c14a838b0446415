// Elements of a block replaced at points that are known beforehand.
import type { Block } from "../../base/block.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { copyBlock, elementMover } from "../programs/copy-block.js";

export const setPoints: RoutineCompiler<"setPoints"> =
  ({ axes, counts, strides, starts, at, rows, place }) =>
  (operands, output, block) => {
    const [x, values] = [operandOf(operands, 0), operandOf(operands, 1)];
    copyBlock(x, output);
    const cell = axes.reduce((flat, _, k) => {
      const count = counts[k] as number;
      return flat * count + (Math.floor(block / (strides[k] as number)) % count);
    }, 0);
    const [first, end] = [starts[cell] as number, starts[cell + 1] as number];
    if (first === end) return;
    const move = elementMover(values, output);
    const step = values.shape[place] === 1 ? 0 : (values.stride[place] as number);
    const slab = slabOffsets(output, values, axes, place);
    for (let point = first; point < end; point++) {
      const target = output.offset + pointOffset(output, axes, at[point] as number);
      const source = values.offset + (rows[point] as number) * step;
      for (let i = 0; i < slab.targets.length; i++) {
        move(source + (slab.sources[i] as number), target + (slab.targets[i] as number));
      }
    }
  };

/** Where a point is in a block, from its place in row-major order through `axes`. */
function pointOffset({ shape, stride }: Block, axes: readonly number[], place: number): number {
  let [offset, rest] = [0, place];
  for (let k = axes.length - 1; k >= 0; k--) {
    const axis = axes[k] as number;
    const length = shape[axis] as number;
    const own = rest % length;
    offset += own * (stride[axis] as number);
    rest = (rest - own) / length;
  }
  return offset;
}

/** The elements of a point along the other axes, and those of the values that they take. */
function slabOffsets(output: Block, values: Block, axes: readonly number[], place: number) {
  let [targets, sources] = [[0], [0]];
  const others = [...output.shape.keys()].filter((axis) => !axes.includes(axis));
  others.forEach((axis, k) => {
    const own = k < place ? k : k + 1;
    const step = values.shape[own] === 1 ? 0 : (values.stride[own] as number);
    const positions = Array.from({ length: output.shape[axis] as number }, (_, i) => i);
    const stride = output.stride[axis] as number;
    targets = targets.flatMap((base) => positions.map((i) => base + i * stride));
    sources = sources.flatMap((base) => positions.map((i) => base + i * step));
  });
  return { targets, sources };
}
