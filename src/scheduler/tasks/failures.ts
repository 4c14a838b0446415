// A task failed permanently: finds the graphs that need it, and reports the error to their clients.
import { blockIndexOf } from "../../graph/model/chunks.js";
import { taskKey } from "../../graph/model/naming.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { sendToClient } from "../accounts/client-reports.js";
import { logJobEnd } from "../accounts/job-log.js";
import type { OutputColumns } from "../state/death-log.js";
import { graphsOf } from "../state/lookups.js";
import type { GraphRecord, LayerRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { ERRED, isActive } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { releaseOperands } from "./liveness.js";
import { dropGraph } from "./release-graph.js";
import { failOutputs } from "./release-outputs.js";

/** The task's key, for display. */
export function keyOf(state: SchedulerState, slot: number): string {
  const { layer } = state.layers.get(state.tasks.layer[slot] as number) as LayerRecord;
  return taskKey(layer.name, blockIndexOf(layer.chunks, state.tasks.block[slot] as number));
}

/** The error for clients when a task's function threw, or its memory could not be obtained. */
export function taskFailed(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  error: WireError,
): WireError {
  const { code, message, stack, data } = error;
  // A worker's shell has added the task and the worker already.
  if (code === "task.failed" || code === "task.memory") {
    return {
      ...error,
      data: { key: keyOf(state, slot), worker: worker.name, ...(data as object) },
    };
  }
  return {
    name: "TaskError",
    code: "task.failed",
    message,
    ...(stack === undefined ? {} : { stack }),
    data: {
      key: keyOf(state, slot),
      worker: worker.name,
      ...(stack === undefined ? {} : { remoteStack: stack }),
    },
    cause: error,
  };
}

/** Receivers of reports about a task that failed for good. */
export interface FailureReports {
  /** Reports to the client of a graph that it cannot be finished. */
  reportGraph(graph: GraphRecord): void;
  /** Reports to the client of a graph of independent outputs which of them cannot be obtained. */
  reportOutputs(graph: GraphRecord, columns: OutputColumns): void;
}

/** Fails the task, whose run has ended, and the graphs that need it; other graphs continue. */
export function failTask(state: SchedulerState, slot: number, words: FailureReports): void {
  const failing = graphsThatNeed(state, slot);
  become(state, slot, ERRED);
  releaseOperands(state, slot);
  for (const [graph, outputs] of failing) {
    if (graph.areOutputsIndependent) {
      words.reportOutputs(graph, failOutputs(state, graph, outputs));
      continue;
    }
    words.reportGraph(graph);
    state.observer.endJob(graph, "failed", state.nowMs, state.workers.values());
    logJobEnd(state, graph, "failed");
    dropGraph(state, graph);
  }
}

/** Sends a graph's client the error that ends it. */
export function sendGraphErred(state: SchedulerState, graph: GraphRecord, error: WireError): void {
  sendToClient(state, graph.client, { type: "graphErred", graph: graph.id, error });
}

/** Graphs with outputs that cannot be obtained without this task, and these outputs. */
function graphsThatNeed(state: SchedulerState, slot: number): Map<GraphRecord, number[]> {
  const { tasks, edges } = state;
  const above = new Set([slot]);
  for (const below of above) {
    for (
      let edge = tasks.firstUser[below] as number;
      edge >= 0;
      edge = edges.next[edge] as number
    ) {
      const user = edges.user[edge] as number;
      if (isActive(tasks.status[user] as number)) above.add(user);
    }
  }
  const wanted = [...above].filter((task) => (tasks.wanted[task] as number) > 0);
  // They need not contain the task itself: it may be what a persisted block was made from.
  const graphs = new Map<GraphRecord, number[]>();
  for (const task of wanted) {
    for (const graph of graphsOf(state, task)) {
      if (!graph.outputs.firstRow.has(task)) continue;
      const outputs = graphs.get(graph);
      if (outputs === undefined) graphs.set(graph, [task]);
      else outputs.push(task);
    }
  }
  return graphs;
}
