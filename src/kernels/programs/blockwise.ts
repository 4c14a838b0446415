// Blocks of blockwise layers: one program for every element, and the first step of a reduction when
// the layer carries one.
import type { Block } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { blockIndexOf, blockOffsets, blockShape, type Chunks } from "../../graph/model/chunks.js";
import type { BlockwiseLayer } from "../../graph/model/layer.js";
import { carriesMoments, needsElements, type Reduction } from "../../graph/model/reduction.js";
import type { BlockKernel, LoopRange } from "../blocks/kernel.js";
import type { Finish } from "../loops/reduce-code.js";
import { MomentsLoop } from "./block-moments.js";
import { NumberMeanLoop } from "./block-number-means.js";
import { loopExtents } from "./loop-extents.js";
import { ProgramLoop } from "./program-loop.js";

/** Something that computes a block from operands over a range of the loop. */
interface RangeLoop {
  run(range: LoopRange, operands: readonly Block[], output: Block): void;
}

/** The kernel of a blockwise layer. */
export function compileBlockwise(layer: BlockwiseLayer): BlockKernel {
  const axes = layer.operands.map((operand) => operand.axes);
  const { program, reduction, loopChunks } = layer;
  const extentsOf = loopExtents(layer);
  const finish: Finish = layer.final === true ? "result" : "state";
  let loop: RangeLoop;
  if (reduction === undefined) loop = new ProgramLoop(program, axes);
  else if (carriesMoments(reduction.name, reduction.count)) {
    loop = new MomentsLoop(program, axes, reduction, finish);
  } else if (reduction.name === "nanmean") {
    loop = new NumberMeanLoop(program, axes, reduction, finish);
  } else loop = new ProgramLoop(program, axes, { reduction, finish });
  return (block, operands, output) => {
    const extents = extentsOf(block, operands);
    if (reduction !== undefined && layer.final === true) checkElements(reduction, extents, output);
    const { offsets } = loopRange(loopChunks, blockIndexOf(loopChunks, block));
    loop.run({ extents, offsets }, operands, output);
  };
}

/**
 * Where the number of elements was not known, only now it shows that there is none.
 *
 * @throws ArgumentError `argument.shape` for a reduction that needs one
 */
export function checkElements(
  { name, axes, count }: Reduction,
  extents: readonly number[],
  output: Block,
): void {
  if (!Number.isNaN(count) || !needsElements(name) || output.shape.includes(0)) return;
  if (!axes.some((axis) => extents[axis] === 0)) return;
  throw new ArgumentError("shape", `${name} of no elements is not defined`, { axes });
}

/** The range of the loop that the block at `index` of its grid covers. */
export function loopRange(chunks: Chunks, index: readonly number[]): LoopRange {
  return {
    extents: blockShape(chunks, index),
    offsets: chunks.map((axis, i) => blockOffsets(axis)[index[i] as number] as number),
  };
}
