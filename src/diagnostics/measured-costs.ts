// How long the tasks of a plan take on this machine: the kernel of each layer is run on one block, of the
// size that the plan has, for some milliseconds. Operands are what the sample tasks of the layers below
// made, so that a product reads numbers and a merge reads sorted runs. What a cluster does with tasks of
// such lengths is predicted-cost.ts; layers that are not measured cost what sim/cost-model.ts says.
import { type Block, emptyBlock } from "../base/block.js";
import { itemBytes } from "../base/dtype.js";
import { blockIndexOf, blockShape, hasUnknownLengths, sizeOf } from "../graph/chunks.js";
import { expandLayers, type TaskTable } from "../graph/expand.js";
import type { Layer, LayerName } from "../graph/layer.js";
import type { LayerGraph } from "../graph/layer-graph.js";
import { outputBytes } from "../graph/output-bytes.js";
import { type Cut, cutRegion, operandCuts } from "../graph/regions.js";
import { compileFree, compileLayer, type FreeKernel } from "../kernels/compile-layer.js";
import { subBlock } from "../kernels/copy.js";
import { setSystemBlas } from "../kernels/dense/backend.js";
import { findSystemBlas } from "../runtime/system-blas.js";
import { COST_DEFAULTS, type CostModel } from "../sim/cost-model.js";

/** One kernel is run again as often, or until it has taken this long; and how long all may take. */
const RUNS = 10;
const KERNEL_MS = 200;
const ALL_KERNELS_MS = 4_000;
/** What no clock can tell from nothing. */
const MS_MIN = 1e-4;
/** Tasks on more bytes are not tried out. */
const TASK_BYTES_MAX = 2 ** 28;

/** What a sample task left: its block, and where its parts begin, if it has some. */
interface Sample {
  readonly block: Block;
  readonly partStarts?: readonly number[] | undefined;
}

/** Rates by layer: names say what is computed, so they hold for as long as the machine is the same. */
const known = new Map<LayerName, number>();

/**
 * What tasks of a graph cost on this machine.
 *
 * @param graph as it is run
 * @param runFunctions whether functions of users are tried out as well, which may do more than compute
 */
export function measuredCosts(graph: LayerGraph, runFunctions: boolean): CostModel {
  setSystemBlas(() => findSystemBlas(() => {})?.blas);
  const table = expandLayers(graph.topological(), graph.outputs);
  const samples = new Map<number, Sample>();
  const tried = sampleTasks(table).filter(({ layer }) => isTried(layer, runFunctions));
  const endMs = performance.now() + ALL_KERNELS_MS;
  // Those of known rates run, too, where what they make is read by others.
  const isDone = tried.every(({ layer }) => known.has(layer.name));
  for (const { layer, at, task } of isDone ? [] : tried) {
    if (performance.now() > endMs) break;
    const run = sampleRun(table, task, samples);
    const sample = run && tryOut(run);
    if (sample === undefined) continue;
    samples.set(at, sample.made);
    if (!known.has(layer.name)) known.set(layer.name, sample.bytes / Math.max(sample.ms, MS_MIN));
  }
  const rates = tried.map(({ layer }) => [layer.name, known.get(layer.name)] as const);
  const isKnown = (entry: (typeof rates)[number]): entry is readonly [LayerName, number] =>
    entry[1] !== undefined;
  return { ...COST_DEFAULTS, bytesPerMsOf: new Map(rates.filter(isKnown)) };
}

/** Per layer with tasks, in order, the first of its largest tasks. */
function sampleTasks({ layers, layerOf, blockOf }: TaskTable) {
  const largest = new Map<number, { task: number; bytes: number }>();
  layerOf.forEach((at, task) => {
    const bytes = outputBytes(layers[at] as Layer, blockOf[task] as number);
    if (bytes > (largest.get(at)?.bytes ?? -1)) largest.set(at, { task, bytes });
  });
  return [...largest]
    .sort(([a], [b]) => a - b)
    .map(([at, { task }]) => ({ layer: layers[at] as Layer, at, task }));
}

/** Files are not read and nothing is written; calls and bags are functions of users through and through. */
function isTried(layer: Layer, runFunctions: boolean): boolean {
  switch (layer.kind) {
    case "store":
    case "calls":
    case "partitions":
    case "persisted":
      return false;
    case "mapBlocks":
      return runFunctions;
    case "source":
      return !["held", "npy", "deflated", "zarr"].includes(layer.generator.type);
    default:
      return true;
  }
}

interface SampleRun {
  readonly layer: Layer;
  readonly block: number;
  readonly operands: readonly Block[];
  readonly run: FreeKernel;
}

/** A task with its kernel and operands; undefined where it would take too much memory. */
function sampleRun(
  { layers, layerOf, blockOf, operandStart, operands }: TaskTable,
  task: number,
  samples: ReadonlyMap<number, Sample>,
): SampleRun | undefined {
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
  const blocks: Block[] = [];
  for (const [k, operand] of row.entries()) {
    const at = layerOf[operand] as number;
    const made = sampleOperand(
      layers[at] as Layer,
      blockOf[operand] as number,
      samples.get(at),
      cuts?.[k],
    );
    if (made === undefined) return undefined;
    blocks.push(made);
  }
  return { layer, block, operands: blocks, run: kernelOf(layer, inputs) };
}

function sampleOperand(
  layer: Layer,
  block: number,
  sample: Sample | undefined,
  cut: Cut | undefined,
): Block | undefined {
  if (hasUnknownLengths(layer.chunks)) {
    if (sample === undefined || cut === undefined) return sample?.block;
    const { partStarts = [0] } = sample;
    const region = cutRegion(cut, { shape: sample.block.shape, partStarts });
    return region && subBlock(sample.block, region.start, region.shape);
  }
  const shape = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  const fits = sample?.block.shape.every((length, axis) => length === shape[axis]);
  return fits ? sample?.block : madeUp(layer, shape);
}

/** Some numbers between 0 and 1, or ones. */
function madeUp({ dtype }: Layer, shape: readonly number[]): Block {
  const block = emptyBlock(dtype, shape);
  const { data } = block;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(1n);
  else if (!dtype.startsWith("float") && !dtype.startsWith("complex")) data.fill(1);
  else for (let i = 0; i < data.length; i++) data[i] = (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24;
  return block;
}

function kernelOf(layer: Layer, inputs: readonly Layer[]): FreeKernel {
  if (hasUnknownLengths(layer.chunks)) return compileFree(layer, inputs);
  const kernel = compileLayer(layer, inputs);
  return (block, operands, allocate) => {
    const output = allocate(blockShape(layer.chunks, blockIndexOf(layer.chunks, block)));
    kernel(block, operands, output);
    return { block: output };
  };
}

/** The shortest run of some; undefined where the kernel does not like what it is given. */
function tryOut({ layer, block, operands, run }: SampleRun) {
  let output: Block | undefined;
  // Memory that was written to before costs what pooled memory does.
  const allocate = (shape: readonly number[]) =>
    output?.shape.every((length, axis) => length === shape[axis])
      ? output
      : (output = emptyBlock(layer.dtype, shape));
  const bytesOf = (made: Block) => sizeOf(made.shape) * itemBytes(made.dtype);
  try {
    let [ms, spentMs] = [Number.POSITIVE_INFINITY, 0];
    let made = run(block, operands, allocate);
    // The first runs are slow: V8 compiles the loop, and the memory is new.
    for (let runs = 1; runs === 1 || (runs < RUNS && spentMs < KERNEL_MS); runs++) {
      const startMs = performance.now();
      const start = process.cpuUsage();
      made = run(block, operands, allocate);
      const { user, system } = process.cpuUsage(start);
      const tookMs = performance.now() - startMs;
      // The time on the processor, where others have it meanwhile; V8's own threads count in it.
      ms = Math.min(ms, tookMs, (user + system) / 1000);
      spentMs += tookMs;
    }
    const bytes = operands.reduce((sum, operand) => sum + bytesOf(operand), bytesOf(made.block));
    return { made, ms, bytes };
  } catch {
    return undefined;
  }
}
