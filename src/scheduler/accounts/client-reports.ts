// Reports to clients about their graphs: outputs in batches per step, and the end. Progress is
// tasks/progress-reports.ts.
import type {
  OutputsReady,
  SchedulerToClient,
  WorkerUsage,
} from "../../protocol/messages/messages.js";
import type { WorkerId } from "../../protocol/values/ids.js";
import type { Send } from "../state/actions.js";
import { type InlinedValue, inlinedFor, joinInlined } from "../state/inlined-results.js";
import { graphsOf, leaderOf, workerOf } from "../state/lookups.js";
import type { ClientRecord, GraphRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY } from "../state/task-status.js";
import { logJobEnd } from "./job-log.js";

/** Sends a message to a client; one that {@link Send.canWait} if nothing waits for it. */
export function sendToClient(
  state: SchedulerState,
  client: ClientRecord,
  message: SchedulerToClient,
  canWait = false,
): void {
  if (client === state.keeper) return;
  const send: Send = { type: "send", to: client.peer, message };
  state.actions.push(canWait ? { ...send, canWait } : send);
}

/** A result moved from one holder to another: clients that want it are sent its new place. */
export function reportAgain(state: SchedulerState, slot: number): void {
  if ((state.tasks.wanted[slot] as number) === 0) return;
  for (const graph of graphsOf(state, slot)) {
    if (!graph.outputs.firstRow.has(slot)) continue;
    graph.arrived.push(slot);
    state.touchedGraphs.add(graph);
  }
}

/**
 * What a reported result costs. A step reports so many of a graph as it may do work: there are more
 * where a graph has the outputs of an earlier one.
 */
const REPORT_COST = 0.5;

/**
 * Sends the results of this step to clients. Of very many, the rest is left to further steps.
 *
 * @returns graphs that end with it
 */
export function reportGraphs(state: SchedulerState): readonly GraphRecord[] {
  const ended: GraphRecord[] = [];
  const unreported: GraphRecord[] = [];
  const most = Math.ceil(state.options.stepCostMax / REPORT_COST);
  for (const graph of state.touchedGraphs) {
    // Changes that came while it was taken in are reported when that is done.
    if (graph.stage === "opening") continue;
    if (!graph.reportOutputs) graph.arrived = [];
    // The last ones came in this step, with their values if these are inline.
    const slots = graph.arrived.splice(-most);
    const isAnswered = slots.length > 0 && reportOutputs(state, graph, slots);
    if (graph.missing === 0) state.openGraphs.delete(graph);
    if (graph.arrived.length > 0) unreported.push(graph);
    else if (graph.missing > 0 || graph.finished) continue;
    else if (finish(state, graph, isAnswered)) ended.push(graph);
  }
  state.touchedGraphs.clear();
  for (const graph of unreported) state.touchedGraphs.add(graph);
  state.inlined.clear();
  return ended;
}

/**
 * Reports the end of a graph, and returns whether it is released with it.
 *
 * @param isAnswered whether its client has the outputs by another way
 */
function finish(state: SchedulerState, graph: GraphRecord, isAnswered: boolean): boolean {
  graph.finished = true;
  state.observer.endJob(graph, "finished", state.nowMs, state.workers.values());
  logJobEnd(state, graph, "done");
  const { id, total: taskCount, tasksRun, bytesMoved, reportUsage, endsWithOutputs } = graph;
  const message = {
    type: "graphFinished",
    graph: id,
    taskCount,
    tasksRun,
    bytesMoved,
    ...(endsWithOutputs ? { isReleased: true } : {}),
    ...(reportUsage ? { workers: [...state.workers.values()].map(usageOf) } : {}),
  } as const;
  sendToClient(state, graph.client, message, isAnswered);
  return endsWithOutputs;
}

/**
 * Two messages if only some of the blocks are sent inline.
 *
 * @returns whether a worker has sent the output to the client, which then does not wait for this
 */
function reportOutputs(
  state: SchedulerState,
  graph: GraphRecord,
  slots: readonly number[],
): boolean {
  const { tasks } = state;
  const fetched: number[] = [];
  const inlined: number[] = [];
  for (const slot of slots) {
    // It may be lost again by the end of the step.
    if (tasks.status[slot] !== MEMORY) continue;
    const value = inlinedFor(state.inlined, graph, tasks.idOf(slot));
    (value === undefined ? fetched : inlined).push(slot);
  }
  if (fetched.length > 0) graph.endsWithOutputs = false;
  introduceAll(state, graph.client, [...inlined, ...fetched]);
  const isAnswered = inlined.some((slot) => isAnsweredFor(state, graph, slot));
  // Small blocks of a collection are of use when all are there; larger ones take time to fetch.
  const canWait = isAnswered || (graph.missing > 0 && !graph.areOutputsIndependent);
  if (inlined.length > 0)
    sendToClient(state, graph.client, outputsReady(state, graph, inlined), canWait);
  if (fetched.length > 0) sendToClient(state, graph.client, outputsReady(state, graph, fetched));
  return isAnswered;
}

/** Whether the graph's client follows, and its worker has sent it this result. */
function isAnsweredFor(state: SchedulerState, graph: GraphRecord, slot: number): boolean {
  if (graph.follower === undefined || leaderOf(state, slot) !== graph) return false;
  return state.inlined.get(state.tasks.idOf(slot))?.isAnswered === true;
}

function outputsReady(
  state: SchedulerState,
  graph: GraphRecord,
  slots: readonly number[],
): OutputsReady {
  const { tasks } = state;
  const { firstRow, output, block, next } = graph.outputs;
  const values: InlinedValue[] = [];
  const outputs: number[] = [];
  const blocks: number[] = [];
  const ids: number[] = [];
  const workers: number[] = [];
  for (const slot of slots) {
    const id = tasks.idOf(slot);
    const value = inlinedFor(state.inlined, graph, id);
    for (let row = firstRow.get(slot) ?? -1; row >= 0; row = next[row] as number) {
      outputs.push(output[row] as number);
      blocks.push(block[row] as number);
      ids.push(id);
      workers.push(tasks.worker[slot] as number);
      if (value !== undefined) values.push(value);
    }
  }
  const inlined = joinInlined(values);
  return {
    type: "outputsReady",
    graph: graph.id,
    outputs,
    blocks,
    tasks: ids,
    workers,
    ...inlined,
  };
}

function introduceAll(state: SchedulerState, client: ClientRecord, slots: readonly number[]): void {
  const workers: { worker: WorkerId; name: string; address: string }[] = [];
  for (const slot of slots) {
    const { id, name, address } = workerOf(state, slot);
    if (client.knownWorkers.has(id)) continue;
    client.knownWorkers.add(id);
    workers.push({ worker: id, name, address });
  }
  if (workers.length > 0) sendToClient(state, client, { type: "workersJoined", workers });
}

/**
 * Heartbeats are too rare for a short job, so the scheduler's own account counts, too; but not if
 * values went to disk, which only the worker knows.
 */
function usageOf({ name, vitals, peakHeldBytes, memoryLimitBytes }: WorkerRecord): WorkerUsage {
  const { peakManagedBytes, peakProcessBytes, spilledBytesTotal } = vitals;
  const knownPeakBytes = spilledBytesTotal > 0 ? 0 : Math.min(peakHeldBytes, memoryLimitBytes);
  return {
    name,
    peakManagedBytes: Math.max(peakManagedBytes, knownPeakBytes),
    peakProcessBytes,
    spilledBytes: spilledBytesTotal,
  };
}
