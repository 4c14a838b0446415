// Measures how long a plan's tasks take on this machine: runs each layer's kernel on one block of
// the real size for some milliseconds. sample-tasks.ts makes the tasks, predicted-cost.ts simulates
// the cluster; unmeasured layers have the costs of sim/cost-model.ts.
import type { LayerName } from "../../graph/model/layer.js";
import { type LayerGraph, layersOf, outputsOf } from "../../graph/model/layer-graph.js";
import { expandLayers, type TaskTable } from "../../graph/tasks/expand.js";
import type { DynamicResult } from "../../kernels/blocks/kernel.js";
import { availableCores } from "../../runtime/host/process-usage.js";
import { COST_DEFAULTS } from "../../sim/cost-model.js";
import type { MachineCosts } from "../predictions/machine-costs.js";
import { bytesOf, ColdBuffers } from "./cold-buffers.js";
import { measuredCuts } from "./gather-rate.js";
import { measuredMessages, middle } from "./message-costs.js";
import { SampleMemory } from "./sample-memory.js";
import { type SampleTask, sampleTasks } from "./sample-tasks.js";

/**
 * One kernel is run again as often, or until it has taken this long; and how long all may take, of
 * a processor.
 */
const RUNS = 10;

const KERNEL_MS = 400;

const ALL_KERNELS_MS = 4_000;

/** Shorter times are below the resolution of any clock. */
const MS_MIN = 1e-4;

/**
 * Runs alternate between copies of operands and result, with this many bytes in all: values that
 * other threads made a while ago are in no cache, and a sum from memory takes twice as long as one
 * from a cache.
 */
const COLD_BYTES = 2 ** 27;

/** How often a kernel is compiled again. */
const PREPARATIONS = 3;

/** Measurements of a layer's tasks. */
interface Tried {
  readonly bytesPerMs: number;
  readonly prepareMs: number;
}

/** By layer: a name determines the computation, so the rates stay valid on this machine. */
const known = new Map<LayerName, Tried>();

let { cutBytesPerMs } = COST_DEFAULTS;

/** Keys of the measurements so far: outputs, and whether users' functions ran. */
const measured = new Set<string>();

/**
 * Measures the cost of a graph's tasks on this machine.
 *
 * @param graph after the passes
 * @param runFunctions whether functions of users are tried out as well, which may do more than
 * compute
 */
export function measuredCosts(graph: LayerGraph, runFunctions: boolean): MachineCosts {
  const table = expandLayers(layersOf(graph), outputsOf(graph));
  const names = new Set(table.layers.map(({ name }) => name));
  const key = `${runFunctions} ${outputsOf(graph).join(" ")}`;
  if (!measured.has(key)) {
    measured.add(key);
    measureKernels(table, runFunctions);
  }
  const tried = [...known].filter(([name]) => names.has(name));
  return {
    ...COST_DEFAULTS,
    bytesPerMsOf: new Map(tried.map(([name, { bytesPerMs }]) => [name, bytesPerMs])),
    prepareMsOf: new Map(tried.map(([name, { prepareMs }]) => [name, prepareMs])),
    ...measuredMessages(),
    cutBytesPerMs,
    processors: availableCores(),
  };
}

/** Learns the rates of the layers of a table. */
function measureKernels(table: TaskTable, runFunctions: boolean): void {
  const memory = new SampleMemory();
  try {
    const start = process.cpuUsage();
    const spentMs = () => {
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    cutBytesPerMs = measuredCuts(memory);
    const tasks = sampleTasks(table, memory, runFunctions);
    let next = tasks.next();
    while (!next.done && spentMs() < ALL_KERNELS_MS) {
      const tried = tryOut(next.value, memory);
      const { name } = next.value.layer;
      // Layers of known rates run, too: others read their results.
      if (tried !== undefined && !known.has(name)) {
        known.set(name, tried);
      }
      next = tasks.next(tried?.made);
    }
  } finally {
    memory.close();
  }
}

/** The median run of some; undefined if the kernel rejects its sample operands. */
function tryOut(
  task: SampleTask,
  memory: SampleMemory,
): (Tried & { made: DynamicResult }) | undefined {
  const places = new ColdBuffers(task, memory, { runs: RUNS, bytes: COLD_BYTES });
  try {
    const { block, compile } = task;
    let run = compile();
    const timedRun = (nth: number) => {
      const operands = places.operands(nth);
      return timed(() => run(block, operands, places.allocate(nth)));
    };
    const runsMs: number[] = [];
    let spentMs = 0;
    // The first runs are slow: V8 compiles the loop, and the memory is new.
    let { made } = timedRun(0);
    places.makeRoom(made.block.shape);
    for (let nth = 1; nth === 1 || (nth < RUNS && spentMs < KERNEL_MS); nth++) {
      const again = timedRun(nth);
      made = again.made;
      runsMs.push(again.ms);
      spentMs += again.ms;
    }
    // Programs of many steps take a thread as long as a small task, the first time that it has one
    // of a layer.
    let firstMs = Number.POSITIVE_INFINITY;
    for (let nth = 0; nth === 0 || (nth < PREPARATIONS && spentMs < KERNEL_MS); nth++) {
      const first = timed(() => {
        run = compile();
        return timedRun(nth).made;
      });
      made = first.made;
      firstMs = Math.min(firstMs, first.ms);
      spentMs += first.ms;
    }
    places.keep(made.block);
    const ms = middle(runsMs);
    const bytes = task.operands.reduce((sum, read) => sum + bytesOf(read), bytesOf(made.block));
    return { made, bytesPerMs: bytes / Math.max(ms, MS_MIN), prepareMs: Math.max(0, firstMs - ms) };
  } catch {
    return undefined;
  } finally {
    places.release();
  }
}

/**
 * How long something takes on a processor: others may have it meanwhile. V8's own threads count in
 * that.
 */
function timed(work: () => DynamicResult): { readonly made: DynamicResult; readonly ms: number } {
  const startMs = performance.now();
  const start = process.cpuUsage();
  const made = work();
  const { user, system } = process.cpuUsage(start);
  return { made, ms: Math.min(performance.now() - startMs, (user + system) / 1000) };
}
