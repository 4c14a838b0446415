// Blocks of fused layers: the steps run one after another, and only the last one's block is kept.
// Blocks of the others are memory of the kernel's own, which serves one block after another.
import { defined } from "../base/assert.js";
import { type Block, reusableBlock } from "../base/block.js";
import { stepInputs } from "../graph/dependencies/dependencies.js";
import { stepBlock } from "../graph/dependencies/place-blocks.js";
import { blockIndexOf, blockOffsets, blockShape, sizeOf } from "../graph/model/chunks.js";
import type { FusedLayer, FusedStep, Layer, SourceLayer } from "../graph/model/layer.js";
import { operandInputs } from "../graph/model/layer-operands.js";
import { wholeRows } from "../graph/model/whole-rows.js";
import type { BlockKernel } from "./blocks/kernel.js";
import { copyBlock, subBlock } from "./programs/copy-block.js";
import { alignedBytes, stepMemory } from "./tiles/step-memory.js";
import { type BlockMaker, blockMaker } from "./user-functions/map-blocks-kernel.js";

/** Makes the kernel of a step that is no user's function. */
export type StepCompiler = (layer: Layer, inputs: readonly Layer[]) => BlockKernel;

interface CompiledStep {
  readonly layer: Layer;
  readonly make: BlockMaker;
  /** The shape of the memory in which it makes a block: often the block's own. */
  readonly roomShape: (block: number) => readonly number[];
  /**
   * Per operand, the number of the step that makes it; -1 for the next of the operands from
   * outside.
   */
  readonly from: readonly number[];
  /** The number of its block, by that of the task. */
  readonly blockAt: (block: number) => number;
  /** The number of an earlier step of the same source, which may have made the block; or -1. */
  readonly twin: number;
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
  // Users' functions get memory of its own kind, which they may even hand on.
  const mayLend = steps.every(({ layer: { kind } }) => kind !== "mapBlocks");
  // Several blocks are under way where a step has to wait; each has rooms of its own.
  const idle: Block[][] = [];
  return (block, operands, output) => {
    const lent = mayLend ? lentRooms(steps, block) : undefined;
    const rooms = lent?.rooms ?? idle.pop() ?? [];
    const keep = () => (lent === undefined ? void idle.push(rooms) : lent.giveBack());
    let running: Promise<void> | undefined;
    try {
      running = runSteps(steps, { block, operands, output, rooms, made: [] }, 0, 0);
    } finally {
      if (running === undefined) keep();
    }
    return running?.finally(keep);
  };
}

/** Rooms for the steps' blocks where tile kernels read them in place; undefined if it is taken. */
function lentRooms(
  steps: readonly CompiledStep[],
  block: number,
): { readonly rooms: Block[]; readonly giveBack: () => void } | undefined {
  const memory = stepMemory();
  const made = steps.slice(0, -1).map(({ layer: { dtype }, roomShape, blockAt }) => {
    return { dtype, shape: roomShape(blockAt(block)) };
  });
  const bytes = made.reduce((sum, { dtype, shape }) => sum + alignedBytes(dtype, sizeOf(shape)), 0);
  if (memory?.lend(bytes) !== true) return undefined;
  const rooms = made.map(({ dtype, shape }) => memory.block(dtype, shape));
  return { rooms, giveBack: () => memory.giveBack() };
}

function compileOne(
  layer: FusedLayer,
  step: FusedStep,
  inputs: readonly Layer[],
  compileStep: StepCompiler,
): CompiledStep {
  const own = step.layer;
  const blockAt = stepBlock(layer, step);
  const before = layer.steps.slice(0, layer.steps.indexOf(step));
  const twin = before.findIndex((other) => other.layer.name === own.name);
  const from = operandInputs(own).map((input) => {
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
    const make = blockMaker(own, isOwn);
    return { layer: own, make, roomShape: shapeOfBlock(own), from, blockAt, twin };
  }
  const rows = own.kind === "source" ? wholeRows(own) : undefined;
  if (rows !== undefined) {
    const { layer: wide } = rows;
    const make = cutFromRows(own as SourceLayer, rows, compileStep(wide, []));
    const wideShape = shapeOfBlock(wide);
    const roomShape = (block: number) => wideShape(rows.blockAt(block));
    return { layer: own, make, roomShape, from, blockAt, twin };
  }
  const run = compileStep(own, stepInputs(layer, step, inputs));
  const make: BlockMaker = (block, given, room) => {
    const output = room();
    const running = run(block, given, output);
    return running === undefined ? output : running.then(() => output);
  };
  return { layer: own, make, roomShape: shapeOfBlock(own), from, blockAt, twin };
}

function shapeOfBlock({ chunks }: Layer): (block: number) => readonly number[] {
  return (block) => blockShape(chunks, blockIndexOf(chunks, block));
}

/** Reads whole rows, of which the block is a view: kernels read strided blocks without a copy. */
function cutFromRows(
  { chunks }: SourceLayer,
  { firstColumn, blockAt }: NonNullable<ReturnType<typeof wholeRows>>,
  read: BlockKernel,
): BlockMaker {
  const last = chunks.length - 1;
  const offsets = blockOffsets(chunks[last] as readonly number[]);
  return (block, given, room) => {
    const rows = room();
    const index = blockIndexOf(chunks, block);
    const shape = blockShape(chunks, index);
    const before = offsets[index[last] as number] as number;
    const starts = shape.map((_, axis) => (axis === last ? firstColumn + before : 0));
    const view = subBlock(rows, starts, shape);
    const running = read(blockAt(block), given, rows);
    return running === undefined ? view : running.then(() => view);
  };
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
    const { layer, make, roomShape, from, blockAt, twin } = steps[k] as CompiledStep;
    const block = blockAt(run.block);
    if (steps[twin]?.blockAt(run.block) === block) {
      run.made[k] = run.made[twin] as Block;
      continue;
    }
    const operands = from.map((step) => (step === -1 ? run.operands[next++] : run.made[step]));
    const isLast = k === steps.length - 1;
    const room = () => {
      if (isLast) return run.output;
      return (run.rooms[k] = reusableBlock(run.rooms[k], layer.dtype, roomShape(block)));
    };
    const finish = (result: Block) => {
      run.made[k] = result;
      if (isLast && result !== run.output) copyBlock(result, run.output);
    };
    const made = make(block, operands as readonly Block[], room);
    if (made instanceof Promise) {
      const rest = next;
      return made.then((result) => {
        finish(result);
        return runSteps(steps, run, k + 1, rest);
      });
    }
    finish(made);
  }
  return undefined;
}
