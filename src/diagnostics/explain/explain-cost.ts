// The text of explain(): the predicted cost of a graph on a cluster, hints, and below them the
// effect of the passes (explain-graph.ts). The numbers come from predicted-cost.ts and
// estimated-cost.ts.
import {
  A_BOOLEAN,
  checkOptions,
  type Expectations,
  wholeNumber,
} from "../../base/option-schema.js";
import { formatBytes, formatCount, formatDuration } from "../../base/units.js";
import { countText } from "../../graph/model/describe-layer.js";
import type { LayerName } from "../../graph/model/layer.js";
import { type LayerGraph, layersOf, outputsOf } from "../../graph/model/layer-graph.js";
import { growthHint } from "../../graph/passes/growth-hint.js";
import { explainPasses, type PassEffect } from "../../graph/passes/optimize.js";
import { rememberPeak } from "../../graph/ports/predicted-peaks.js";
import type { ExplainOptions } from "../../graph/ports/visualizer.js";
import { measuredCosts } from "../calibration/kernel-rates.js";
import { type AssumedCluster, assumedCluster } from "../predictions/assumed-cluster.js";
import { type EstimatedCost, estimateCost } from "../predictions/estimated-cost.js";
import {
  type PredictedCluster,
  type PredictedCost,
  predictCost,
  QUICK,
  THOROUGH,
  whyUnpredictable,
} from "../predictions/predicted-cost.js";
import { sampleTasks } from "../predictions/sampled-tasks.js";
import { typicalCosts } from "../predictions/typical-costs.js";
import { layersText, passesText, sizeText } from "./explain-graph.js";
import { hintsOn } from "./hints.js";

const EXPECTED: Expectations<ExplainOptions> = {
  passes: undefined,
  workers: wholeNumber(1),
  threads: wholeNumber(1),
  memoryLimit: undefined,
  measure: A_BOOLEAN,
  runFunctions: A_BOOLEAN,
};

/**
 * The predicted cost on a virtual cluster, hints, the effect of the passes, and the layers that
 * run. Where the plan grows tenfold, that comes first.
 */
export function explainWithCost(graph: LayerGraph, options: ExplainOptions): string {
  checkOptions("explain()", options, EXPECTED);
  const assumed = assumedCluster(options);
  const effects = explainPasses(graph, { passes: options.passes });
  const [given, run] = [effects[0] as PassEffect, effects.at(-1) as PassEffect];
  const growth = growthHint(given.needed, run.needed);
  const parts = [
    ...(growth === undefined ? [] : [`${growth}\n`]),
    `${sizeText(effects)}\n`,
    costText(assumed, run, options, outputsOf(graph)),
    passesText(effects),
    layersText(run),
  ];
  return parts.join("\n");
}

/**
 * The predicted cost, with hints: simulated for small graphs or with `measure`, estimated
 * otherwise.
 */
function costText(
  { cluster, origin }: AssumedCluster,
  { graph, tasks, needed }: PassEffect,
  { measure = false, runFunctions = false }: ExplainOptions,
  outputs: readonly LayerName[],
): string {
  const { workers, threads } = cluster;
  const reason = whyUnpredictable(layersOf(graph));
  if (reason !== undefined) return `no prediction for ${clusterText(cluster)}: ${reason}\n`;
  const originText = origin === "" ? "" : `\n${origin}`;
  const samples = sampleTasks(needed);
  const costs = typicalCosts(samples);
  const estimated = estimateCost(samples, costs, workers * threads);
  const hints = hintsOn(estimated, cluster, measure);
  if (!measure && tasks > QUICK.tasksMax)
    return estimateText(cluster, originText, estimated, hints);
  const predicted = measure
    ? predictCost(graph, cluster, () => measuredCosts(graph, runFunctions), THOROUGH)
    : predictCost(graph, cluster, () => costs, QUICK);
  if (typeof predicted !== "string") {
    rememberPeak(outputs, {
      peakBytes: Math.max(...predicted.peakBytes),
      cluster: clusterText(cluster),
    });
    return predictionText(cluster, originText, predicted, hints);
  }
  return `no simulation: ${predicted}\n${estimateText(cluster, originText, estimated, hints)}`;
}

type Rows = readonly (readonly [title: string, text: string])[];

function predictionText(
  cluster: PredictedCluster,
  origin: string,
  predicted: PredictedCost,
  hints: readonly string[],
): string {
  if (predicted.error !== undefined) {
    return sheet(
      `on ${clusterText(cluster)} it would fail: ${predicted.error}${origin}`,
      [],
      hints,
    );
  }
  const rows: Rows = [
    ["time", formatDuration(predicted.wallMs)],
    ["processor time", formatDuration(predicted.processorMs)],
    ["tasks", `${predicted.tasks}`],
    ["read or made", formatBytes(predicted.sourceBytes)],
    ["moved", formatBytes(predicted.bytesMoved)],
    ["largest task", `${predicted.largestTask.key}, ${formatBytes(predicted.largestTask.bytes)}`],
    ["written to disk", formatBytes(predicted.spilledBytes)],
    ...predicted.peakBytes.map((bytes, worker): [string, string] => [
      `worker ${worker + 1}`,
      `${formatCount(predicted.tasksPerWorker[worker] ?? 0, "task")}, ${formatBytes(bytes)} at peak`,
    ]),
  ];
  return sheet(`predicted for ${clusterText(cluster)}${origin}`, rows, hints);
}

function estimateText(
  cluster: PredictedCluster,
  origin: string,
  { wallMs, processorMs, tasks, sourceBytes, largestTask }: EstimatedCost,
  hints: readonly string[],
): string {
  const rows: Rows = [
    ["time", formatDuration(wallMs)],
    ["processor time", formatDuration(processorMs)],
    ["tasks", countText(tasks)],
    ["read or made", formatBytes(sourceBytes)],
    ["largest task", `${largestTask.key}, ${formatBytes(largestTask.bytes)}`],
  ];
  return sheet(`estimated for ${clusterText(cluster)}, by typical rates${origin}`, rows, hints);
}

function sheet(title: string, rows: Rows, hints: readonly string[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
  const below = hints.length === 0 ? [] : ["hints", ...hints.map((hint) => `  ${hint}`), ""];
  return [title, "", ...lines, ...(rows.length === 0 ? [] : [""]), ...below].join("\n");
}

function clusterText({ workers, threads, memoryLimitBytes }: PredictedCluster): string {
  return (
    `${formatCount(workers, "worker")} of ${formatCount(threads, "thread")}` +
    (memoryLimitBytes === undefined ? "" : ` and ${formatBytes(memoryLimitBytes)} each`)
  );
}
