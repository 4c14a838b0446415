// The predicted cost of a graph on a cluster, as text below that of
// diagnostics/explain/explain-graph.ts. The numbers come from predicted-cost.ts.
import {
  A_BOOLEAN,
  checkOptions,
  type Expectations,
  wholeNumber,
} from "../../base/option-schema.js";
import { formatBytes, formatCount, formatDuration, parseMemoryLimit } from "../../base/units.js";
import type { LayerGraph } from "../../graph/model/layer-graph.js";
import { optimize } from "../../graph/passes/optimize.js";
import type { ExplainOptions } from "../../graph/ports/visualizer.js";
import { measuredCosts } from "../calibration/kernel-rates.js";
import {
  type PredictedCluster,
  type PredictedCost,
  predictCost,
  QUICK,
  THOROUGH,
} from "../predictions/predicted-cost.js";
import { explain } from "./explain-graph.js";

const WORKERS = 4;
const THREADS = 2;

const EXPECTED: Expectations<ExplainOptions> = {
  passes: undefined,
  workers: wholeNumber(1),
  threads: wholeNumber(1),
  memoryLimit: undefined,
  measure: A_BOOLEAN,
  runFunctions: A_BOOLEAN,
};

/** What the passes do, and what the run would cost on so many virtual workers. */
export function explainWithCost(graph: LayerGraph, options: ExplainOptions): string {
  checkOptions("explain()", options, EXPECTED);
  const { workers = WORKERS, threads = THREADS, measure = false, runFunctions = false } = options;
  const { memoryLimit } = options;
  // A fraction would be one of a machine's memory, and there is no machine.
  const memoryLimitBytes =
    memoryLimit === undefined ? undefined : parseMemoryLimit(memoryLimit, Number.NaN);
  const cluster = { workers, threads, memoryLimitBytes };
  const { passes } = options;
  const optimized = optimize(graph, { passes });
  const predicted = measure
    ? predictCost(optimized, cluster, () => measuredCosts(optimized, runFunctions), THOROUGH)
    : predictCost(optimized, cluster, undefined, QUICK);
  return `${explain(graph, { passes })}\n${costText(cluster, predicted)}`;
}

function costText(
  { workers, threads, memoryLimitBytes }: PredictedCluster,
  predicted: PredictedCost | string,
): string {
  const cluster =
    `${formatCount(workers, "worker")} of ${formatCount(threads, "thread")}` +
    (memoryLimitBytes === undefined ? "" : ` and ${formatBytes(memoryLimitBytes)} each`);
  if (typeof predicted === "string") return `no prediction for ${cluster}: ${predicted}\n`;
  if (predicted.error !== undefined) return `on ${cluster} it would fail: ${predicted.error}\n`;
  const rows = [
    ["time", formatDuration(predicted.wallMs)],
    ["processor time", formatDuration(predicted.processorMs)],
    ["tasks", `${predicted.tasks}`],
    ["read or made", formatBytes(predicted.sourceBytes)],
    ["moved", formatBytes(predicted.bytesMoved)],
    ["largest task", `${predicted.largestTask.key}, ${formatBytes(predicted.largestTask.bytes)}`],
    ["written to disk", formatBytes(predicted.spilledBytes)],
    ...predicted.peakBytes.map((bytes, worker) => [
      `worker ${worker + 1}`,
      `${formatCount(predicted.tasksPerWorker[worker] ?? 0, "task")}, ${formatBytes(bytes)} at peak`,
    ]),
  ] as const;
  const width = Math.max(...rows.map(([title]) => (title as string).length));
  const lines = rows.map(([title, text]) => `${(title as string).padEnd(width)}  ${text}`);
  return [`predicted for ${cluster}`, "", ...lines, ""].join("\n");
}
