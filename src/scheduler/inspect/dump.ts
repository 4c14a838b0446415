// The scheduler's state as plain data for a file, for debugging. It is made on request, uses
// readable names, and omits everything that can be derived.
import type { DumpState } from "../../protocol/messages/messages.js";
import { sendToClient } from "../accounts/client-reports.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { FORGOTTEN, RELEASED, STATUS_NAMES, statusName } from "../state/task-status.js";
import { keyOf } from "../tasks/failures.js";
import type { DumpedTask, DumpedWorker, SchedulerDump } from "./scheduler-dump.js";
import { toldNotes } from "./story.js";

/** The most tasks of one dump: unfinished ones matter most, so released ones are omitted. */
const TASKS_MAX = 100_000;

/** Notes of one dump: the latest. */
const NOTES_MAX = 20_000;

/** The `format` of a dump, which distinguishes it from other files. */
export const DUMP_FORMAT = "tilework-dump";

/** A client requests the state for a file. */
export function dumpState(
  state: SchedulerState,
  client: ClientRecord,
  { request }: DumpState,
): void {
  sendToClient(state, client, {
    type: "stateDumped",
    request,
    json: JSON.stringify(snapshotOf(state)),
  });
}

/** The state as plain data. */
export function snapshotOf(state: SchedulerState): SchedulerDump {
  const { nowMs, options, tasks, statusCounts } = state;
  const counts = STATUS_NAMES.map((name, status) => [name, statusCounts[status]] as const);
  return {
    format: DUMP_FORMAT,
    nowMs,
    options,
    taskCount: tasks.count,
    edgeCount: state.edges.count,
    tasksByState: Object.fromEntries(counts.filter(([name]) => name !== "forgotten")),
    transferBytesPerMs: state.transferBytesPerMs,
    workers: [...state.workers.values()].map((worker) => workerSnapshot(state, worker)),
    // Not their connections: names of the next ones follow from these.
    clients: [...state.clients.values()].map(({ name, seenMs }) => ({ name, seenMs })),
    graphs: [...state.graphs].map(({ id, client, active, missing, total, finished }) => {
      return { id, client: client.name, active, missing, total, finished };
    }),
    opening: openingSnapshots(state),
    leaving: leavingSnapshots(state),
    layers: [...state.layers.values()].map(({ layer: { name, kind }, durationMs, slots }) => {
      return { name, kind, durationMs, tasks: slots.size };
    }),
    tasks: taskSnapshots(state),
    actors: [...state.actorTable.byId.values()].map(({ id, status, worker, incarnation }) => {
      return { id, status, worker: worker?.name, incarnation };
    }),
    notes: [...toldNotes(state)].slice(-NOTES_MAX),
  };
}

function workerSnapshot(state: SchedulerState, worker: WorkerRecord): DumpedWorker {
  const { id, name, address, threads, memoryLimitBytes, pid, seenMs, vitals } = worker;
  const { aheadMs, reservedBytes, heldBytes, movingCount, isRetiring, quietSinceMs } = worker;
  return {
    ...{ id, name, address, threads, memoryLimitBytes, pid, seenMs, vitals },
    ...{ aheadMs, reservedBytes, heldBytes, movingCount, isRetiring, quietSinceMs },
    processing: worker.processing.count,
    results: worker.results.count,
    replicas: worker.replicas.size,
    isOpen: state.openWorkers.has(worker),
  };
}

function openingSnapshots({ backlog }: SchedulerState): SchedulerDump["opening"] {
  return [...backlog.work].flatMap((work) => {
    if (work.type !== "turn" || work.opening === undefined) return [];
    const { client, held, opening } = work;
    const { event, phase, graph } = opening;
    const tasks = graph?.tasks.length ?? 0;
    return { id: event.graph, client: client.name, phase, tasks, messagesWaiting: held.length };
  });
}

function leavingSnapshots({ backlog }: SchedulerState): SchedulerDump["leaving"] {
  return [...backlog.work].flatMap((work) =>
    work.type !== "parting" ? [] : { id: work.graph.id, tasks: work.graph.tasks.length },
  );
}

function taskSnapshots(state: SchedulerState): DumpedTask[] {
  const { tasks, workers, steals } = state;
  const snapshots: DumpedTask[] = [];
  for (let slot = 0; slot < tasks.slotCount && snapshots.length < TASKS_MAX; slot++) {
    const status = tasks.status[slot] as number;
    if (status === FORGOTTEN || status === RELEASED) continue;
    snapshots.push({
      key: keyOf(state, slot),
      task: tasks.idOf(slot),
      state: statusName(status),
      worker: workers.get(tasks.worker[slot] as number)?.name,
      priority: tasks.priority[slot],
      attempt: tasks.attempt[slot],
      bytes: tasks.bytes[slot],
      waitingCount: tasks.waitingCount[slot],
      needed: tasks.needed[slot],
      wanted: tasks.wanted[slot],
      deaths: tasks.deaths[slot],
      move: steals.get(slot)?.type,
    });
  }
  return snapshots;
}
