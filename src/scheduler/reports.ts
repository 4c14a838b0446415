// What clients hear of their graphs: outputs as they come, batched per step, the end, and now and
// then how far it has come.
import type { SchedulerToClient, WorkerUsage } from "../protocol/messages.js";
import { log } from "./complaints.js";
import { workerOf } from "./holders.js";
import type { ClientRecord, GraphRecord, SchedulerState, WorkerRecord } from "./state.js";
import { MEMORY } from "./status.js";
import { graphsOf } from "./transitions.js";

/** Sends a message to a client. */
export function tell(
  state: SchedulerState,
  client: ClientRecord,
  message: SchedulerToClient,
): void {
  state.actions.push({ type: "send", to: client.peer, message });
}

/** A result moved from one holder to another: clients that want it are told where it is now. */
export function reportAgain(state: SchedulerState, slot: number): void {
  if ((state.tasks.wanted[slot] as number) === 0) return;
  for (const graph of graphsOf(state, slot)) {
    if (!graph.outputs.firstRow.has(slot)) continue;
    graph.arrived.push(slot);
    state.touchedGraphs.add(graph);
  }
}

/** Tells what this step brought. */
export function reportGraphs(state: SchedulerState): void {
  for (const graph of state.touchedGraphs) {
    if (graph.arrived.length > 0 && graph.reportOutputs) reportOutputs(state, graph);
    graph.arrived = [];
    if (graph.missing > 0) continue;
    state.openGraphs.delete(graph);
    if (graph.finished) continue;
    graph.finished = true;
    const { id, tasksRun, bytesMoved } = graph;
    const workers = [...state.workers.values()].map(usageOf);
    const finish = { type: "graphFinished", graph: id, tasksRun, bytesMoved, workers } as const;
    tell(state, graph.client, finish);
  }
  state.touchedGraphs.clear();
}

function reportOutputs(state: SchedulerState, graph: GraphRecord): void {
  const { tasks } = state;
  const { firstRow, output, block, next } = graph.outputs;
  const columns = {
    outputs: [] as number[],
    blocks: [] as number[],
    tasks: [] as number[],
    workers: [] as number[],
  };
  const named = new Set<WorkerRecord>();
  for (const slot of graph.arrived) {
    // It may be lost again by the end of the step.
    if (tasks.status[slot] !== MEMORY) continue;
    const worker = workerOf(state, slot);
    if (!graph.client.knownWorkers.has(worker.id)) named.add(worker);
    const id = tasks.idOf(slot);
    for (let row = firstRow.get(slot) ?? -1; row >= 0; row = next[row] as number) {
      columns.outputs.push(output[row] as number);
      columns.blocks.push(block[row] as number);
      columns.tasks.push(id);
      columns.workers.push(worker.id);
    }
  }
  introduceAll(state, graph.client, named);
  if (columns.tasks.length === 0) return;
  tell(state, graph.client, { type: "outputsReady", graph: graph.id, ...columns });
}

function introduceAll(
  state: SchedulerState,
  client: ClientRecord,
  named: ReadonlySet<WorkerRecord>,
): void {
  if (named.size === 0) return;
  for (const { id } of named) client.knownWorkers.add(id);
  const workers = [...named].map(({ id, name, address }) => ({ worker: id, name, address }));
  tell(state, client, { type: "workersJoined", workers });
}

/** Heartbeats come too seldom for a short job, so what was accounted for here counts, too. */
function usageOf(worker: WorkerRecord): WorkerUsage {
  return {
    name: worker.name,
    peakManagedBytes: Math.max(worker.vitals.peakManagedBytes, worker.peakHeldBytes),
    peakProcessBytes: worker.vitals.peakProcessBytes,
  };
}

/** Says how far graphs have come, and that they wait for a first worker where they do. */
export function reportProgress(state: SchedulerState): void {
  const { nowMs, options, workerlessSinceMs } = state;
  const isWorkerless = state.workers.size === 0;
  let waiting = 0;
  for (const graph of state.openGraphs) {
    const done = Math.max(0, graph.total - graph.active);
    const waitsSinceMs = Math.max(graph.submittedMs, workerlessSinceMs);
    const isDue = isWorkerless
      ? nowMs - Math.max(graph.reportedMs, waitsSinceMs) >= options.noWorkersReportMs
      : nowMs - graph.reportedMs >= options.progressIntervalMs && done !== graph.reportedDone;
    if (!isDue) continue;
    if (isWorkerless) waiting++;
    graph.reportedMs = nowMs;
    graph.reportedDone = done;
    tell(state, graph.client, {
      type: "graphProgressed",
      graph: graph.id,
      done,
      total: graph.total,
      waitingForWorkersMs: isWorkerless ? nowMs - waitsSinceMs : 0,
    });
  }
  if (waiting === 0) return;
  const seconds = Math.round((nowMs - workerlessSinceMs) / 1000);
  log(
    state,
    "warn",
    `${waiting === 1 ? "a graph waits" : `${waiting} graphs wait`} for a worker: none is here for ${seconds} s; start one with \`tilework worker\``,
  );
}
