// Sample tasks of a plan: for each layer one of its largest tasks, with its kernel and operands.
// The operands are results of the sample tasks below, so a product reads numbers and a merge reads
// sorted runs. kernel-rates.ts measures them.
import { type Block, emptyBlock } from "../../base/block.js";
import type { DType } from "../../base/dtype.js";
import { InvariantError } from "../../base/errors.js";
import { type Cut, cutRegion, operandCuts } from "../../graph/dependencies/regions.js";
import { blockIndexOf, blockShape, hasUnknownLengths, sizeOf } from "../../graph/model/chunks.js";
import type { Layer, LayerName, SourceLayer } from "../../graph/model/layer.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import type { TaskTable } from "../../graph/tasks/expand.js";
import type { BlockKernel, DynamicKernel, DynamicResult } from "../../kernels/blocks/kernel.js";
import { compileDynamic, compileLayer } from "../../kernels/compile-layer.js";
import { compileFused } from "../../kernels/fused-blocks.js";
import { copyBlock, subBlock } from "../../kernels/programs/copy-block.js";

/** Tasks on more bytes are not tried out. */
const TASK_BYTES_MAX = 2 ** 28;

/** Routines that put runs together. */
const MERGES: ReadonlySet<string> = new Set(["merge", "mergeOrder"]);
/** The relative difference between the values of one copy and the next. */
const STRETCH = 1e-3;

/** Where blocks come from and go to. */
export interface BlockMemory {
  allocate(dtype: DType, shape: readonly number[]): Block;
  /** Takes back what `allocate` gave; leaves other blocks alone. */
  release(block: Block): void;
}

/** A task, with its resources for running it here. */
export interface SampleTask {
  readonly layer: Layer;
  readonly block: number;
  readonly operands: readonly Block[];
  /**
   * Its kernel, compiled as a thread does that has not run it before.
   *
   * @throws InvariantError for a block that has to be waited for
   */
  readonly compile: () => (...given: Parameters<DynamicKernel>) => DynamicResult;
}

/**
 * Tasks of the layers that may be run here, in order. Each has to be run, and its result handed
 * back: those of the layers above read it.
 *
 * @param memory where their blocks are
 * @param runFunctions whether functions of users are run, which may do more than compute
 */
export function* sampleTasks(
  table: TaskTable,
  memory: BlockMemory,
  runFunctions: boolean,
): Generator<SampleTask, void, DynamicResult | undefined> {
  const samples = new Map<number, DynamicResult>();
  const tasks = largestTasks(table).filter(([at]) =>
    isTried(table.layers[at] as Layer, runFunctions),
  );
  const lastReader = new Map<number, number>();
  for (const [at, task] of tasks)
    for (const below of readLayers(table, task)) lastReader.set(below, at);
  for (const [at, task] of tasks) {
    const sample = sampleTask(table, task, samples, memory);
    const made = sample && (yield sample);
    const kept = new Set(Array.from(samples.values(), ({ block }) => block));
    for (const operand of sample?.operands ?? []) if (!kept.has(operand)) memory.release(operand);
    if (made !== undefined) {
      if (lastReader.has(at)) samples.set(at, made);
      else memory.release(made.block);
    }
    for (const below of readLayers(table, task)) {
      const read = samples.get(below);
      if (lastReader.get(below) !== at || read === undefined) continue;
      samples.delete(below);
      memory.release(read.block);
    }
  }
}

/** Positions of the layers whose blocks a task reads. */
function readLayers({ layerOf, operandStart, operands }: TaskTable, task: number): Set<number> {
  const row = operands.subarray(operandStart[task], operandStart[task + 1]);
  return new Set(Array.from(row, (operand) => layerOf[operand] as number));
}

/** Per layer with tasks, in order, the first of its largest tasks. */
function largestTasks({ layers, layerOf, blockOf }: TaskTable): [at: number, task: number][] {
  const largest = new Map<number, { task: number; bytes: number }>();
  layerOf.forEach((at, task) => {
    const bytes = outputBytes(layers[at] as Layer, blockOf[task] as number);
    if (bytes > (largest.get(at)?.bytes ?? -1)) largest.set(at, { task, bytes });
  });
  return [...largest].sort(([a], [b]) => a - b).map(([at, { task }]) => [at, task]);
}

/**
 * Files are not read and nothing is written; calls and bags are functions of users through and
 * through.
 */
function isTried(layer: Layer, runFunctions: boolean): boolean {
  switch (layer.kind) {
    case "store":
    case "calls":
    case "partitions":
    case "query":
    case "persisted":
      return false;
    case "mapBlocks":
      return runFunctions;
    case "fused":
      return layer.steps.every(
        ({ layer: step }) => step.kind === "source" || isTried(step, runFunctions),
      );
    case "source":
      return !isStored(layer);
    default:
      return true;
  }
}

function isStored({ generator }: SourceLayer): boolean {
  return ["held", "npy", "deflated", "zarr", "hdf5", "geotiff", "images"].includes(generator.type);
}

/** A task with its kernel and operands; undefined where it would take too much memory. */
function sampleTask(
  { layers, layerOf, blockOf, operandStart, operands }: TaskTable,
  task: number,
  samples: ReadonlyMap<number, DynamicResult>,
  memory: BlockMemory,
): SampleTask | undefined {
  const layer = layers[layerOf[task] as number] as Layer;
  const block = blockOf[task] as number;
  const row = operands.subarray(operandStart[task], operandStart[task + 1]);
  const layerAt = (name: LayerName) => layers.find((other) => other.name === name) as Layer;
  const inputs = layer.inputs.map(layerAt);
  let bytes = outputBytes(layer, block);
  for (const operand of row) {
    bytes += outputBytes(layers[layerOf[operand] as number] as Layer, blockOf[operand] as number);
  }
  if (bytes > TASK_BYTES_MAX) return undefined;
  const cuts = operandCuts(layer, inputs)?.(block);
  const read: Block[] = [];
  for (const [k, operand] of row.entries()) {
    const at = layerOf[operand] as number;
    const made = sampleOperand(
      layers[at] as Layer,
      blockOf[operand] as number,
      samples.get(at),
      cuts?.[k],
      memory,
    );
    if (made === undefined) return undefined;
    read.push(made);
  }
  const blocks: Block[] = [];
  // The same memory twice would be read from a cache the second time.
  for (const [k, made] of fitting(layer, block, read).entries()) {
    const isRepeated = blocks.some((other) => isSame(made, other));
    const own = isRepeated ? copyOf(made, memory) : made;
    if (isRepeated && layer.kind === "routine") stretch(own, 1 + k * STRETCH);
    blocks.push(own);
  }
  const compile: SampleTask["compile"] = () => {
    const kernel = kernelOf(layer, inputs);
    return (...given) => {
      const made = kernel(...given);
      if (!(made instanceof Promise)) return made;
      made.catch(() => undefined);
      throw new InvariantError(
        `blocks of ${layer.name} have to be waited for: they are no samples`,
      );
    };
  };
  return { layer, block, operands: blocks, compile };
}

/**
 * Runs that are merged have together as many elements as their result. Parts of one sample, which
 * stands for all of them, may have some more: these are dropped at the ends.
 */
function fitting(layer: Layer, block: number, operands: readonly Block[]): readonly Block[] {
  if (layer.kind !== "routine" || !MERGES.has(layer.routine.name)) return operands;
  const [length = 0] = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  // The second half of `mergeOrder`'s operands are positions, of as many elements as the first.
  const runs = layer.inputs.length > 1 ? operands.length / layer.inputs.length : operands.length;
  let left = length;
  return operands.map((operand, k) => {
    if (k % runs === 0) left = length;
    const count = Math.min(left, operand.shape[0] as number);
    left -= count;
    return count === operand.shape[0] ? operand : subBlock(operand, [0], [count]);
  });
}

/**
 * Makes values differ from those of other copies, in the same order: equal runs merge in half of
 * the time that others take, since a processor soon knows which of them is next.
 */
function stretch({ data, offset, shape, dtype }: Block, factor: number): void {
  if (!(data instanceof Float64Array || data instanceof Float32Array)) return;
  const end = offset + sizeOf(shape) * (dtype.startsWith("complex") ? 2 : 1);
  for (let at = offset; at < end; at++) data[at] = (data[at] as number) * factor;
}

function isSame(a: Block, b: Block): boolean {
  return a.data === b.data && a.offset === b.offset;
}

/** The same elements in other memory. */
export function copyOf(block: Block, memory: BlockMemory): Block {
  const copy = memory.allocate(block.dtype, block.shape);
  copyBlock(block, copy);
  return copy;
}

function sampleOperand(
  layer: Layer,
  block: number,
  sample: DynamicResult | undefined,
  cut: Cut | undefined,
  memory: BlockMemory,
): Block | undefined {
  if (hasUnknownLengths(layer.chunks)) {
    if (sample === undefined || cut === undefined) return sample?.block;
    const { partStarts = [0] } = sample;
    const region = cutRegion(cut, { shape: sample.block.shape, partStarts });
    return region && subBlock(sample.block, region.start, region.shape);
  }
  const shape = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  const fits = sample?.block.shape.every((length, axis) => length === shape[axis]);
  return fits ? sample?.block : madeUp(layer, shape, memory);
}

/** Some numbers between 0 and 1, or ones. */
function madeUp({ dtype }: Layer, shape: readonly number[], memory: BlockMemory): Block {
  const block = memory.allocate(dtype, shape);
  const { data } = block;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(1n);
  else if (!dtype.startsWith("float") && !dtype.startsWith("complex")) data.fill(1);
  else for (let i = 0; i < data.length; i++) data[i] = (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24;
  return block;
}

function kernelOf(layer: Layer, inputs: readonly Layer[]): DynamicKernel {
  if (hasUnknownLengths(layer.chunks)) return compileDynamic(layer, inputs);
  const kernel = compileTried(layer, inputs);
  return (block, operands, allocate) => {
    const output = allocate(blockShape(layer.chunks, blockIndexOf(layer.chunks, block)));
    const running = kernel(block, operands, output);
    return running === undefined ? { block: output } : running.then(() => ({ block: output }));
  };
}

/** The kernel of a layer that may be tried; a file is read by copying as much memory. */
function compileTried(layer: Layer, inputs: readonly Layer[]): BlockKernel {
  if (layer.kind === "fused") return compileFused(layer, inputs, compileTried);
  if (layer.kind !== "source" || !isStored(layer)) return compileLayer(layer, inputs);
  let stored: Block | undefined;
  return (_block, _operands, output) => {
    const isSame = stored?.shape.every((length, axis) => length === output.shape[axis]) === true;
    if (!isSame) stored = madeUp(layer, output.shape, HEAP);
    copyBlock(stored as Block, output);
  };
}

/** Memory of the process, which is collected. */
const HEAP: BlockMemory = { allocate: emptyBlock, release: () => {} };
