// Predicts the cost of a graph on a cluster before anything runs: time, bytes and memory, from a
// run of the real scheduler and worker cores in the simulator. Speeds come from sim/cost-model.ts;
// explain-cost.ts writes the text.
import { blockIndexOf } from "../../graph/model/chunks.js";
import type { Layer, LayerName } from "../../graph/model/layer.js";
import { type LayerGraph, layersOf, outputsOf } from "../../graph/model/layer-graph.js";
import { shortName, taskKey } from "../../graph/model/naming.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import { workingBytes } from "../../graph/model/working-bytes.js";
import { expandLayers, type TaskTable } from "../../graph/tasks/expand.js";
import { blockSourceBytes } from "../../graph/tasks/source-bytes.js";
import { COST_DEFAULTS } from "../../sim/cost-model.js";
import {
  COALESCE_MS,
  type RunReport,
  type SimulationReport,
  simulate,
} from "../../sim/simulate.js";
import type { MachineCosts } from "./machine-costs.js";
import { contendedRate } from "./machine-costs.js";
import { virtualGraph } from "./virtual-graph.js";

/** A run is given up after a virtual month: its duration is the question. */
const VIRTUAL_MS_MAX = 30 * 24 * 3600 * 1000;

/**
 * The latency of a message between processes of one host; tests of the simulator use longer ones.
 */
const LATENCY_MS = [0.05, 0.1] as const;
/** How uneven the durations of one layer's tasks are on a shared machine. */
const UNEVENNESS = 0.2;
/** How much of the simulator a prediction takes. */
export interface Effort {
  /** Graphs of more tasks are not simulated. */
  readonly tasksMax: number;
  /**
   * How many runs count, and how many warm-up runs come before them: in those the scheduler learns
   * how fast values move.
   */
  readonly runs: number;
  readonly warmUps: number;
  /** Runs stop at this many tasks in all. */
  readonly simulatedTasksMax: number;
}

/**
 * A run is one of many: the first worker to finish takes work from others, and values move. Takes
 * up to seconds.
 */
export const THOROUGH: Effort = {
  tasksMax: 50_000,
  runs: 15,
  warmUps: 8,
  simulatedTasksMax: 20_000,
};

/**
 * One run, of so few tasks that it takes less than a tenth of a second in a process whose code is
 * not compiled yet.
 */
export const QUICK: Effort = { tasksMax: 50, runs: 1, warmUps: 0, simulatedTasksMax: 50 };

/** The cluster that costs are predicted for. */
export interface PredictedCluster {
  readonly workers: number;
  /** Threads of each worker. */
  readonly threads: number;
  /** The memory limit of each worker; without one, nothing is written to disk to make room. */
  readonly memoryLimitBytes?: number | undefined;
}

/** The predicted cost of a run. */
export interface PredictedCost {
  readonly tasks: number;
  /** Bytes of all blocks that are read or made from nothing. */
  readonly sourceBytes: number;
  /** Bytes that workers fetch from each other; in half of the runs fewer. */
  readonly bytesMoved: number;
  /** Bytes that workers write to disk to make room. */
  readonly spilledBytes: number;
  /**
   * Per worker, the most bytes of values that it holds, in nine of ten runs; in one of ten it may
   * be more.
   */
  readonly peakBytes: readonly number[];
  /** Per worker, how many tasks it runs. */
  readonly tasksPerWorker: readonly number[];
  readonly wallMs: number;
  /** Processor time of tasks and messages. */
  readonly processorMs: number;
  /**
   * The task that takes the most memory while it runs, and the bytes of its operands, result and
   * scratch.
   */
  readonly largestTask: { readonly key: string; readonly bytes: number };
  /** Code and message of the error that it would end with, if any. */
  readonly error: string | undefined;
}

/**
 * Predicts the cost of computing a graph.
 *
 * @param graph after the passes: no passes are run on it
 * @param costs called once it is clear that the cost can be predicted
 * @param effort how often and how much is simulated
 * @returns the reason where nothing can be predicted
 */
export function predictCost(
  graph: LayerGraph,
  { workers, threads, memoryLimitBytes }: PredictedCluster,
  costs: () => MachineCosts = () => COST_DEFAULTS,
  effort: Effort = THOROUGH,
): PredictedCost | string {
  const table = expandLayers(layersOf(graph), outputsOf(graph));
  const refusal = whyNot(table, effort);
  if (refusal !== undefined) return refusal;
  const model = costs();
  // As many machines as have a processor for each thread; other work there takes some of its time.
  const machines = Math.max(1, Math.ceil((workers * threads) / model.processors));
  const affordable = Math.max(1, Math.floor(effort.simulatedTasksMax / table.layerOf.length));
  const runs = Math.min(effort.warmUps + effort.runs, affordable);
  const warmUps = Math.min(effort.warmUps, runs >> 1);
  const report = simulate({
    graph: virtualGraph(table, graph),
    runs,
    workers,
    threads,
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    costs: {
      ...model,
      bytesPerMsOf: contendedRates(model, (workers * threads) / machines),
      unevenness: UNEVENNESS,
      processors: machines * model.processors,
    },
    dynamicSizes: "likely",
    deferMs: COALESCE_MS,
    network: {
      latencyMs: LATENCY_MS,
      // Values of any length cost only `fetchMs` if they are read in place.
      ...(machines === 1 && model.sharesMemory ? { bytesPerMs: Number.POSITIVE_INFINITY } : {}),
    },
    seed: 1,
    virtualMsMax: VIRTUAL_MS_MAX,
  });
  return {
    ...summary(report, warmUps, model),
    sourceBytes: sourceBytes(table),
    largestTask: largestTask(table),
  };
}

/** Medians over the runs; of peaks of memory, the one below which nine of ten runs stay. */
function summary(
  { runs, error }: SimulationReport,
  warmUps: number,
  { turnMs, fetchMs }: MachineCosts,
) {
  const counted = runs.slice(Math.min(warmUps, runs.length - 1));
  const quantile = (share: number, of: (report: RunReport) => number) =>
    counted.map(of).toSorted((a, b) => a - b)[Math.floor((counted.length - 1) * share)] as number;
  const middle = (of: (report: RunReport) => number) => quantile(0.5, of);
  const { tasksPerWorker } = counted[0] as RunReport;
  return {
    tasks: tasksPerWorker.reduce((sum, tasks) => sum + tasks, 0),
    bytesMoved: middle(({ bytesMoved }) => bytesMoved),
    spilledBytes: middle(({ spilledBytes }) => spilledBytes),
    // The highest of all runs would be one draw of the delays.
    peakBytes: tasksPerWorker.map((_, k) =>
      quantile(0.9, ({ peakBytesPerWorker }) => peakBytesPerWorker[k] ?? 0),
    ),
    tasksPerWorker,
    wallMs: middle(({ virtualMs }) => virtualMs),
    processorMs: middle(
      ({ busyMs, turns, copyMs, valuesMoved }) =>
        busyMs + turns * turnMs + copyMs + valuesMoved * fetchMs,
    ),
    error,
  };
}

/** The rates of kernels while that many threads of a machine have work. */
function contendedRates(
  { bytesPerMsOf = new Map(), contention, processors }: MachineCosts,
  threads: number,
): ReadonlyMap<LayerName, number> {
  if (contention === undefined || processors <= 1) return bytesPerMsOf;
  const share = Math.min(1, (threads - 1) / (processors - 1));
  return new Map(
    Array.from(bytesPerMsOf, ([name, rate]) => [name, contendedRate(rate, contention, share)]),
  );
}

function whyNot({ layers, layerOf }: TaskTable, { tasksMax }: Effort): string | undefined {
  if (layerOf.length > tasksMax) return `${layerOf.length} tasks are too many to simulate`;
  return whyUnpredictable(layers);
}

/** The reason why the cost of these layers cannot be predicted; undefined if it can. */
export function whyUnpredictable(layers: readonly Layer[]): string | undefined {
  const values = layers.find(({ holds }) => holds === "values");
  return (
    values &&
    `how large the values of ${shortName(values.name)} are is known when they are computed`
  );
}

function largestTask({ layers, layerOf, blockOf, operandStart, operands }: TaskTable) {
  const resultBytes = Float64Array.from(layerOf, (at, task) =>
    outputBytes(layers[at] as Layer, blockOf[task] as number),
  );
  let largest = { task: 0, bytes: 0 };
  layerOf.forEach((at, task) => {
    const row = new Set(operands.subarray(operandStart[task], operandStart[task + 1]));
    let read = 0;
    for (const operand of row) read += resultBytes[operand] as number;
    const made = resultBytes[task] as number;
    const bytes = read + made + workingBytes(layers[at] as Layer, read, made);
    if (bytes > largest.bytes) largest = { task, bytes };
  });
  const { name, chunks } = layers[layerOf[largest.task] as number] as Layer;
  const index = blockIndexOf(chunks, blockOf[largest.task] as number);
  return { key: taskKey(name, index), bytes: largest.bytes };
}

function sourceBytes({ layers, layerOf, blockOf }: TaskTable): number {
  return layerOf.reduce(
    (sum, at, task) => sum + blockSourceBytes(layers[at] as Layer, blockOf[task] as number),
    0,
  );
}
