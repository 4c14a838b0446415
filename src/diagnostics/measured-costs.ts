// How long the tasks of a plan take on this machine: the kernel of each layer is run on one block, of the
// size that the plan has, for some milliseconds. Which tasks these are is sample-tasks.ts; what a cluster does
// with tasks of such lengths is predicted-cost.ts; layers that are not measured cost what sim/cost-model.ts
// says.
import type { Block } from "../base/block.js";
import { itemBytes } from "../base/dtype.js";
import { sizeOf } from "../graph/chunks.js";
import { expandLayers, type TaskTable } from "../graph/expand.js";
import type { LayerName } from "../graph/layer.js";
import type { LayerGraph } from "../graph/layer-graph.js";
import { setSystemBlas } from "../kernels/dense/backend.js";
import { availableCores } from "../runtime/process-usage.js";
import { findSystemBlas } from "../runtime/system-blas.js";
import { COST_DEFAULTS, type CostModel } from "../sim/cost-model.js";
import { type Crowding, measuredMessages } from "./measured-turns.js";
import { SampleMemory } from "./sample-memory.js";
import { type SampleTask, sampleTasks } from "./sample-tasks.js";

/** One kernel is run again as often, or until it has taken this long; and how long all may take. */
const RUNS = 10;
const KERNEL_MS = 200;
const ALL_KERNELS_MS = 4_000;
/** What no clock can tell from nothing. */
const MS_MIN = 1e-4;

/** Rates by layer: names say what is computed, so they hold for as long as the machine is the same. */
const known = new Map<LayerName, number>();
/** What was measured for: outputs, and whether functions of users were run. */
const measured = new Set<string>();

/** Costs, with the rates of kernels that have the machine to themselves. */
export interface MeasuredCosts extends CostModel {
  /** How much slower they are where others run; left out where it is not known. */
  readonly crowding?: Crowding;
}

/**
 * What tasks of a graph cost on this machine.
 *
 * @param graph as it is run
 * @param runFunctions whether functions of users are tried out as well, which may do more than compute
 */
export function measuredCosts(graph: LayerGraph, runFunctions: boolean): MeasuredCosts {
  setSystemBlas(() => findSystemBlas(() => {})?.blas);
  const table = expandLayers(graph.topological(), graph.outputs);
  const names = new Set(table.layers.map(({ name }) => name));
  const key = `${runFunctions} ${graph.outputs.join(" ")}`;
  if (!measured.has(key)) {
    measured.add(key);
    measureKernels(table, runFunctions);
  }
  const rates = new Map([...known].filter(([name]) => names.has(name)));
  return {
    ...COST_DEFAULTS,
    bytesPerMsOf: rates,
    ...measuredMessages(),
    processors: availableCores(),
  };
}

/** Learns the rates of the layers of a table. */
function measureKernels(table: TaskTable, runFunctions: boolean): void {
  const memory = new SampleMemory();
  try {
    const endMs = performance.now() + ALL_KERNELS_MS;
    const tasks = sampleTasks(table, memory, runFunctions);
    let next = tasks.next();
    while (!next.done && performance.now() < endMs) {
      const tried = tryOut(next.value, memory);
      const { name } = next.value.layer;
      // Layers of known rates run, too: what they make is read by others.
      if (tried !== undefined && !known.has(name)) {
        known.set(name, tried.bytes / Math.max(tried.ms, MS_MIN));
      }
      next = tasks.next(tried?.made);
    }
  } finally {
    memory.close();
  }
}

/** The shortest run of some; undefined where the kernel does not like what it is given. */
function tryOut({ layer, block, operands, run }: SampleTask, memory: SampleMemory) {
  let output: Block | undefined;
  // Memory that was written to before costs what pooled memory does.
  const allocate = (shape: readonly number[]) =>
    output?.shape.every((length, axis) => length === shape[axis])
      ? output
      : (output = memory.allocate(layer.dtype, shape));
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
      // The time on the processor, where others have it meanwhile; V8's own threads count in it.
      const tookMs = Math.min(performance.now() - startMs, (user + system) / 1000);
      ms = Math.min(ms, tookMs);
      spentMs += tookMs;
    }
    const bytes = operands.reduce((sum, operand) => sum + bytesOf(operand), bytesOf(made.block));
    return { made, ms, bytes };
  } catch {
    return undefined;
  }
}
