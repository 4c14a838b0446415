// Copies strided blocks, for rechunking, slicing, reshaping and data sources.
import { type Block, contiguousBlock, emptyBlock, setElements } from "../../base/block.js";
import { type DType, isComplex, partsOf } from "../../base/dtype.js";
import { realPart } from "../../base/promotion.js";
import type { Program } from "../../graph/model/program.js";
import { ProgramLoop } from "./program-loop.js";

const loops = new Map<string, ProgramLoop>();

/** Copies the elements of `from` to `to`, which has the same shape; converts between dtypes. */
export function copyBlock(from: Block, to: Block): void {
  if (from.dtype === to.dtype && isContiguous(from) && isContiguous(to)) {
    const parts = partsOf(from.dtype);
    const size = from.shape.reduce((n, extent) => n * extent, parts);
    if (size === 0) return;
    const start = parts * from.offset;
    setElements(to.data, from.data.subarray(start, start + size), parts * to.offset);
    return;
  }
  if (from.dtype === to.dtype && haveRows(from, to)) {
    copyRows(from, to, from.offset, to.offset, 0);
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

/** A block with these elements one after another: itself, or a copy. */
export function contiguous(block: Block): Block {
  if (isContiguous(block)) return block;
  const copy = emptyBlock(block.dtype, block.shape);
  copyBlock(block, copy);
  return copy;
}

/** Shorter rows are copied element by element: a view of them takes longer. */
const ROW_MIN = 64;

/** Whether both blocks have long rows whose elements are one after the other. */
function haveRows(from: Block, to: Block): boolean {
  return (from.shape.at(-1) ?? 0) >= ROW_MIN && from.stride.at(-1) === 1 && to.stride.at(-1) === 1;
}

function copyRows(from: Block, to: Block, at: number, target: number, axis: number): void {
  const extent = from.shape[axis] as number;
  if (axis === from.shape.length - 1) {
    const parts = partsOf(from.dtype);
    setElements(to.data, from.data.subarray(parts * at, parts * (at + extent)), parts * target);
    return;
  }
  const [step, stride] = [from.stride[axis] as number, to.stride[axis] as number];
  for (let i = 0; i < extent; i++) {
    copyRows(from, to, at + i * step, target + i * stride, axis + 1);
  }
}

function castProgram(from: DType, to: DType): Program {
  return {
    nodes: [
      { op: "load", operand: 0, dtype: from },
      { op: "cast", args: [0], dtype: to },
    ],
  };
}

/** Moves single elements from one block's data to another's of the same dtype, by their places. */
export function elementMover(from: Block, to: Block): (at: number, target: number) => void {
  const [source, target] = [from.data, to.data];
  if (!isComplex(from.dtype)) {
    return (at, place) => {
      target[place] = source[at] as number;
    };
  }
  return (at, place) => {
    target[2 * place] = source[2 * at] as number;
    target[2 * place + 1] = source[2 * at + 1] as number;
  };
}

/** Whether the block's elements are one after the other in row-major order. */
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

/** The real parts (0) or the imaginary parts (1) of a complex block, in the same memory. */
export function partOf({ dtype, data, shape, stride, offset }: Block, part: 0 | 1): Block {
  return {
    dtype: realPart(dtype),
    data,
    shape,
    stride: stride.map((step) => 2 * step),
    offset: 2 * offset + part,
  };
}

/** The block as blocks of real numbers: itself, or its real and its imaginary parts. */
export function realBlocks(block: Block): readonly Block[] {
  return isComplex(block.dtype) ? [partOf(block, 0), partOf(block, 1)] : [block];
}
