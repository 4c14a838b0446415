// Copies strided blocks: what rechunking, slicing, reshaping and data sources are made of.
import { type Block, contiguousBlock } from "../base/block.js";
import type { DType } from "../base/dtype.js";
import type { Program } from "../graph/program.js";
import { ProgramLoop } from "./program-loop.js";

const loops = new Map<string, ProgramLoop>();

/** Copies the elements of `from` to `to`, which has the same shape; converts between dtypes. */
export function copyBlock(from: Block, to: Block): void {
  if (from.dtype === to.dtype && isContiguous(from) && isContiguous(to)) {
    const size = from.shape.reduce((n, extent) => n * extent, 1);
    to.data.set(from.data.subarray(from.offset, from.offset + size), to.offset);
    return;
  }
  const rank = from.shape.length;
  const key = `${from.dtype} ${to.dtype} ${rank}`;
  let loop = loops.get(key);
  if (loop === undefined) {
    loop = new ProgramLoop(castProgram(from.dtype, to.dtype), [from.shape.map((_, axis) => axis)]);
    loops.set(key, loop);
  }
  loop.run({ extents: from.shape, offsets: [] }, [from], to);
}

function castProgram(from: DType, to: DType): Program {
  return {
    nodes: [
      { op: "load", operand: 0, dtype: from },
      { op: "cast", args: [0], dtype: to },
    ],
  };
}

/** Whether the block's elements lie one after the other in row-major order. */
export function isContiguous(block: Block): boolean {
  let step = 1;
  for (let axis = block.shape.length - 1; axis >= 0; axis--) {
    const extent = block.shape[axis] as number;
    if (extent === 0) return true;
    if (extent !== 1 && block.stride[axis] !== step) return false;
    step *= extent;
  }
  return true;
}

/** The part of `block` that begins at `start` and has `shape`; a view of the same memory. */
export function subBlock(
  block: Block,
  start: readonly number[],
  shape: readonly number[],
  step: readonly number[] = shape.map(() => 1),
): Block {
  let offset = block.offset;
  start.forEach((at, axis) => {
    offset += at * (block.stride[axis] as number);
  });
  const stride = block.stride.map((each, axis) => each * (step[axis] as number));
  return { dtype: block.dtype, data: block.data, shape, stride, offset };
}

/** The same elements, row-major, in another shape; copies nothing when the block is contiguous. */
export function reshapeBlock(block: Block, shape: readonly number[]): Block {
  return contiguousBlock(block.dtype, block.data, shape, block.offset);
}
