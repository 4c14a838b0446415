// Blocks of fused layers: the steps run one after another, and only the last one's block is kept.
// Blocks of the others are memory of the kernel's own, which serves one block after another.
import { defined } from "../base/assert.js";
import { type Block, reusableBlock } from "../base/block.js";
import { stepInputs } from "../graph/dependencies/dependencies.js";
import { blockIndexOf, blockShape } from "../graph/model/chunks.js";
import type { FusedLayer, FusedStep, Layer } from "../graph/model/layer.js";
import type { BlockKernel } from "./blocks/kernel.js";
import { copyBlock } from "./programs/copy-block.js";
import { type BlockMaker, blockMaker } from "./user-functions/map-blocks-kernel.js";

/** Makes the kernel of a step that is no user's function. */
export type StepCompiler = (layer: Layer, inputs: readonly Layer[]) => BlockKernel;

interface CompiledStep {
  readonly layer: Layer;
  readonly make: BlockMaker;
  /**
   * Per operand, the number of the step that makes it; -1 for the next of the operands from
   * outside.
   */
  readonly from: readonly number[];
}

/**
 * The kernel of a fused layer.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export function compileFused(
  layer: FusedLayer,
  inputs: readonly Layer[],
  compileStep: StepCompiler,
): BlockKernel {
  const steps = layer.steps.map((step) => compileOne(layer, step, inputs, compileStep));
  // Several blocks are under way where a step has to wait; each has rooms of its own.
  const idle: Block[][] = [];
  return (block, operands, output) => {
    const rooms = idle.pop() ?? [];
    const running = runSteps(steps, { block, operands, output, rooms, made: [] }, 0, 0);
    const keep = () => void idle.push(rooms);
    return running === undefined ? keep() : running.then(keep);
  };
}

function compileOne(
  layer: FusedLayer,
  step: FusedStep,
  inputs: readonly Layer[],
  compileStep: StepCompiler,
): CompiledStep {
  const own = step.layer;
  const operands = own.kind === "source" ? [] : own.operands;
  const from = operands.map(({ input }) => {
    const read = defined(step.reads[input], "what an operand reads");
    return Math.max(-1, read - inputs.length);
  });
  if (own.kind === "mapBlocks") {
    // What another function returned may be that function's own, and what two operands read stays
    // as it is.
    const isOwn = (k: number) => {
      const maker = layer.steps[from[k] as number];
      const isOnce = from.indexOf(from[k] as number) === from.lastIndexOf(from[k] as number);
      return maker !== undefined && maker.layer.kind !== "mapBlocks" && isOnce;
    };
    return { layer: own, make: blockMaker(own, isOwn), from };
  }
  const run = compileStep(own, stepInputs(layer, step, inputs));
  const make: BlockMaker = (block, given, room) => {
    const output = room();
    const running = run(block, given, output);
    return running === undefined ? output : running.then(() => output);
  };
  return { layer: own, make, from };
}

/** One block of all steps. */
interface FusedRun {
  readonly block: number;
  readonly operands: readonly Block[];
  readonly output: Block;
  /** Per step, memory for its block, from the block before at first. */
  readonly rooms: Block[];
  /** Per step, its block. */
  readonly made: Block[];
}

/** Runs the steps from number `first`; `used` operands from outside belong to steps before. */
function runSteps(
  steps: readonly CompiledStep[],
  run: FusedRun,
  first: number,
  used: number,
): Promise<void> | undefined {
  let next = used;
  for (let k = first; k < steps.length; k++) {
    const { layer, make, from } = steps[k] as CompiledStep;
    const operands = from.map((step) => (step === -1 ? run.operands[next++] : run.made[step]));
    const isLast = k === steps.length - 1;
    const room = () =>
      isLast ? run.output : (run.rooms[k] = fitting(run.rooms[k], layer, run.block));
    const finish = (block: Block) => {
      run.made[k] = block;
      if (isLast && block !== run.output) copyBlock(block, run.output);
    };
    const made = make(run.block, operands as readonly Block[], room);
    if (made instanceof Promise) {
      const rest = next;
      return made.then((block) => {
        finish(block);
        return runSteps(steps, run, k + 1, rest);
      });
    }
    finish(made);
  }
  return undefined;
}

/** A block for a step's result, in the memory of the one before if it has its shape. */
function fitting(before: Block | undefined, { chunks, dtype }: Layer, block: number): Block {
  return reusableBlock(before, dtype, blockShape(chunks, blockIndexOf(chunks, block)));
}
