// What a graph will cost on a cluster, as text below what graph/explain.ts tells: time, bytes and memory, from
// a run of the real scheduler and worker cores in the simulator. How fast things are is sim/cost-model.ts.

import { itemBytes } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { formatBytes, formatCount, formatDuration, parseMemoryLimit } from "../base/units.js";
import { blockIndexOf, blockShape, hasUnknownLengths, sizeOf } from "../graph/chunks.js";
import { expandLayers, type TaskTable } from "../graph/expand.js";
import { explain } from "../graph/explain.js";
import type { Layer } from "../graph/layer.js";
import { LayerGraph } from "../graph/layer-graph.js";
import { optimize } from "../graph/passes/optimize.js";
import type { ExplainOptions } from "../graph/visualizer-slot.js";
import { simulate } from "../sim/simulate.js";

const WORKERS = 4;
const THREADS = 2;
/** Beyond these, the simulation takes longer than people wait for an explanation. */
const TASKS_MAX = 50_000;
/** A run is given up after a virtual month: how long it takes is what is asked. */
const VIRTUAL_MS_MAX = 30 * 24 * 3600 * 1000;

/** What the passes do, and what the run would cost on so many virtual workers. */
export function explainWithCost(graph: LayerGraph, options: ExplainOptions): string {
  const { workers = WORKERS, threads = THREADS } = options;
  checkCount("workers", workers);
  checkCount("threads", threads);
  const { memoryLimit } = options;
  // A fraction would be one of a machine's memory, and there is no machine.
  const memoryLimitBytes =
    memoryLimit === undefined ? undefined : parseMemoryLimit(memoryLimit, Number.NaN);
  return `${explain(graph)}\n${costOf(optimize(graph), { workers, threads, memoryLimitBytes })}`;
}

function checkCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new ArgumentError("value", `${name} is ${count}, expected a whole number from 1`, {
    [name]: count,
  });
}

interface Cluster {
  readonly workers: number;
  readonly threads: number;
  readonly memoryLimitBytes: number | undefined;
}

function costOf(graph: LayerGraph, { workers, threads, memoryLimitBytes }: Cluster): string {
  const table = expandLayers(graph.topological(), graph.outputs);
  const cluster =
    `${formatCount(workers, "worker")} of ${formatCount(threads, "thread")}` +
    (memoryLimitBytes === undefined ? "" : ` and ${formatBytes(memoryLimitBytes)} each`);
  const refusal = whyNot(table);
  if (refusal !== undefined) return `no prediction for ${cluster}: ${refusal}\n`;
  const report = simulate({
    graph: LayerGraph.of(table.layers, graph.outputs),
    workers,
    threads,
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    seed: 1,
    virtualMsMax: VIRTUAL_MS_MAX,
  });
  if (report.error !== undefined) return `on ${cluster} it would fail: ${report.error}\n`;
  const rows = [
    ["time", formatDuration(report.virtualMs)],
    ["tasks", `${report.tasksRun}`],
    ["read or made", formatBytes(sourceBytes(table))],
    ["moved", formatBytes(report.bytesMoved)],
    ["written to disk", formatBytes(report.spilledBytes)],
    ...report.peakBytesPerWorker.map((bytes, worker) => [
      `worker ${worker + 1}`,
      `${formatCount(report.tasksPerWorker[worker] ?? 0, "task")}, ${formatBytes(bytes)} at peak`,
    ]),
  ] as const;
  const width = Math.max(...rows.map(([title]) => (title as string).length));
  const lines = rows.map(([title, text]) => `${(title as string).padEnd(width)}  ${text}`);
  return [`predicted for ${cluster}`, "", ...lines, ""].join("\n");
}

function whyNot({ layers, layerOf }: TaskTable): string | undefined {
  if (layerOf.length > TASKS_MAX) return `${layerOf.length} tasks are too many to simulate`;
  const free = layers.find(({ chunks }) => hasUnknownLengths(chunks));
  return free && `how large the blocks of ${free.name} are is known when they are computed`;
}

/** The bytes of all blocks that are read or made from nothing. */
function sourceBytes({ layers, layerOf, blockOf }: TaskTable): number {
  return layerOf.reduce((sum, at, task) => {
    const { kind, chunks, dtype } = layers[at] as Layer;
    if (kind !== "source") return sum;
    return (
      sum +
      sizeOf(blockShape(chunks, blockIndexOf(chunks, blockOf[task] as number))) * itemBytes(dtype)
    );
  }, 0);
}
