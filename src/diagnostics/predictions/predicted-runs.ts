// Predicts where and how long each task runs, by the scheduler's own policies in the simulator.
// Pictures can be coloured by it before anything runs.
import type { LayerGraph } from "../../graph/model/layer-graph.js";
import type { TaskTable } from "../../graph/tasks/expand.js";
import { simulate } from "../../sim/simulate.js";
import { virtualGraph } from "./virtual-graph.js";

/** Per task of a table. */
export interface PredictedRuns {
  /** Number of the worker; NaN for persisted blocks, which are not run. */
  readonly worker: Float64Array;
  readonly durationMs: Float64Array;
}

/** Runs the graph of `table` on that many virtual workers. */
export function predictRuns(table: TaskTable, graph: LayerGraph, workers: number): PredictedRuns {
  const position = new Map(table.layers.map((layer, at) => [layer.name, at]));
  const taskOf = new Map<string, number>();
  table.layerOf.forEach((layer, task) => void taskOf.set(`${layer}:${table.blockOf[task]}`, task));
  const worker = new Float64Array(table.layerOf.length).fill(Number.NaN);
  const durationMs = new Float64Array(table.layerOf.length).fill(Number.NaN);
  simulate({
    graph: virtualGraph(table, graph),
    workers,
    seed: 1,
    onTaskRun: (run) => {
      const task = taskOf.get(`${position.get(run.layer)}:${run.block}`);
      if (task === undefined) return;
      worker[task] = run.worker;
      durationMs[task] = run.durationMs;
    },
  });
  return { worker, durationMs };
}
