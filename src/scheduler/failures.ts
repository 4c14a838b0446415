// A task failed for good: which graphs that concerns, and what their clients are told.
import { blockIndexOf } from "../graph/chunks.js";
import { taskKey } from "../graph/naming.js";
import type { WireError } from "../protocol/wire-error.js";
import { dropGraph } from "./graph-end.js";
import { releaseOperands } from "./needs.js";
import type { GraphRecord, LayerRecord, SchedulerState, WorkerRecord } from "./state.js";
import { ERRED, isActive } from "./status.js";
import { become, graphsOf } from "./transitions.js";

/** The task's key as people see it. */
export function keyOf(state: SchedulerState, slot: number): string {
  const { layer } = state.layers.get(state.tasks.layer[slot] as number) as LayerRecord;
  return taskKey(layer.name, blockIndexOf(layer.chunks, state.tasks.block[slot] as number));
}

/** What clients hear when a task's function threw, or its memory could not be had. */
export function taskFailed(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  error: WireError,
): WireError {
  const { code, message, stack, data } = error;
  // A worker's shell has said already which task it was, and where.
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

/** What clients hear when workers died time after time while they executed a task. */
export function workerDied(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  reason: string,
): WireError {
  const { tasks, edges } = state;
  const key = keyOf(state, slot);
  const deaths = tasks.deaths[slot] as number;
  const inputBytes: number[] = [];
  for (let k = 0; k < (tasks.operandCount[slot] as number); k++) {
    const source = edges.source[(tasks.operandStart[slot] as number) + k] as number;
    inputBytes.push(tasks.bytes[source] as number);
  }
  return {
    name: "TaskError",
    code: "task.workerDied",
    message: `${deaths} workers died while they executed ${key}, the last one (${worker.name}) because: ${reason}. More than ${state.options.allowedFailures} are not forgiven: the task itself may be what kills them`,
    data: {
      key,
      worker: worker.name,
      details: { deaths, reason, inputBytes, outputBytes: tasks.bytes[slot] },
    },
  };
}

/** Fails the task, whose run has ended, and the graphs that need it; other graphs go on. */
export function failTask(state: SchedulerState, slot: number, error: WireError): void {
  const failing = graphsThatNeed(state, slot);
  become(state, slot, ERRED);
  releaseOperands(state, slot);
  for (const graph of failing) failGraph(state, graph, error);
}

/** Tells the client that the graph cannot be finished, and lets go of it. */
function failGraph(state: SchedulerState, graph: GraphRecord, error: WireError): void {
  state.actions.push({
    type: "send",
    to: graph.client.peer,
    message: { type: "graphErred", graph: graph.id, error },
  });
  dropGraph(state, graph);
}

/** Graphs with an output that cannot be had without this task. */
function graphsThatNeed(state: SchedulerState, slot: number): GraphRecord[] {
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
  return graphsOf(state, slot).filter((graph) =>
    wanted.some((task) => graph.outputs.firstRow.has(task)),
  );
}
