// Blocks of fused layers: the steps run one after another, and only the last one's block is kept.
// Blocks of the others are memory of the kernel's own, which serves one block after another.
import { defined } from "../base/assert.js";
import { type Block, emptyBlock } from "../base/block.js";
import { stepInputs } from "../graph/dependencies/dependencies.js";
import { blockIndexOf, blockShape } from "../graph/model/chunks.js";
import type { FusedLayer, FusedStep, Layer } from "../graph/model/layer.js";
import type { BlockKernel } from "./blocks/kernel.js";
import { compileMapBlocks } from "./user-functions/map-blocks-kernel.js";

/** Makes the kernel of a step that is no user's function. */
export type StepCompiler = (layer: Layer, inputs: readonly Layer[]) => BlockKernel;

interface CompiledStep {
  readonly layer: Layer;
  readonly run: BlockKernel;
  /**
   * Per operand, the number of the step that makes it; -1 for the next of the operands from outside.
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
  // Several blocks are under way where a step has to wait; each has memory of its own.
  const idle: Block[][] = [];
  return (block, operands, output) => {
    const made = idle.pop() ?? [];
    const running = runSteps(steps, { block, operands, output, made }, 0, 0);
    const keep = () => void idle.push(made);
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
  // A block that one operand alone reads may be changed by the function.
  const isOwn = (k: number) =>
    from[k] !== -1 && from.indexOf(from[k] as number) === from.lastIndexOf(from[k] as number);
  const run =
    own.kind === "mapBlocks"
      ? compileMapBlocks(own, isOwn)
      : compileStep(own, stepInputs(layer, step, inputs));
  return { layer: own, run, from };
}

/** One block of all steps. */
interface FusedRun {
  readonly block: number;
  readonly operands: readonly Block[];
  readonly output: Block;
  /** Per step, the memory of its block, of the block before at first. */
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
    const { layer, run: compute, from } = steps[k] as CompiledStep;
    const operands = from.map(
      (step) => (step === -1 ? run.operands[next++] : run.made[step]) as Block,
    );
    const output = k === steps.length - 1 ? run.output : fitting(run.made[k], layer, run.block);
    run.made[k] = output;
    const waiting = compute(run.block, operands, output);
    if (waiting !== undefined) {
      const rest = next;
      return waiting.then(() => runSteps(steps, run, k + 1, rest));
    }
  }
  run.made.length = steps.length - 1;
  return undefined;
}

/** A block for a step's result, in the memory of the one before if it has its shape. */
function fitting(before: Block | undefined, { chunks, dtype }: Layer, block: number): Block {
  const shape = blockShape(chunks, blockIndexOf(chunks, block));
  const fits = before?.shape.every((extent, axis) => extent === shape[axis]) === true;
  return fits ? before : emptyBlock(dtype, shape);
}
