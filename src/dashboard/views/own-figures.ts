// A worker in figures, as it sees itself, and the tasks that it knows.
import type { OwnFigures, OwnMemory, WorkerTaskRow } from "../../protocol/values/listed-rows.js";
import { keyOf } from "../../runtime/nodes/worker-answers.js";
import type { TaskRecord } from "../../worker/state/task-records.js";
import type { WorkerState } from "../../worker/state/worker-state.js";
import type { WatchedWorker } from "./watched-worker.js";

/** Rows of the table of tasks. */
const ROWS_MAX = 5_000;

/** The order in which states are listed. */
const STATES: readonly TaskRecord["status"][] = [
  "executing",
  "staging",
  "ready",
  "waiting",
  "memory",
];

/** The worker's figures. */
export function ownFigures({ name, address, schedulerAddress, state }: WatchedWorker): OwnFigures {
  const { options, spans, writes, restores, transferWaitMs, diskWaitMs, diskFault } = state;
  const { count: transfers, bytes: transferBytes } = spans.sumsOf("transfer");
  const counts = countsOf(state);
  return {
    ...{ name, state: stateOf(state), address, scheduler: schedulerAddress },
    ...{ host: options.host ?? "", pid: options.pid, threads: options.threads },
    executing: state.executing,
    ready: counts.ready + counts.staging,
    waiting: counts.waiting,
    done: spans.sumsOf("task").count,
    failed: spans.sumsOf("error").count,
    memory: memoryOf(state),
    ...{ writes, restores, transfers, transferBytes, incomingBytes: state.incomingBytes },
    ...{ transferWaitMs, diskWaitMs, diskFault },
  };
}

function stateOf({ phase, isPaused }: WorkerState): string {
  return phase === "running" && isPaused ? "paused" : phase;
}

/** How many tasks there are of the states that are counted. */
function countsOf({ tasks }: WorkerState) {
  const counts = { ready: 0, staging: 0, waiting: 0 };
  for (const { status } of tasks.values()) if (status in counts) counts[status as "ready"]++;
  return counts;
}

function memoryOf(state: WorkerState): OwnMemory {
  const { processBytes, peakProcessBytes, managedBytes, peakManagedBytes } = state;
  const { reservedBytes, spilledBytes, spilledBytesTotal } = state;
  return {
    limitBytes: state.options.memoryLimitBytes,
    ...{ processBytes, peakProcessBytes, managedBytes, peakManagedBytes },
    ...{ reservedBytes, spilledBytes, spilledBytesTotal },
  };
}

/** The tasks that it knows, those that run first. */
export function taskRows(state: WorkerState): WorkerTaskRow[] {
  const byState = new Map(STATES.map((status) => [status, [] as TaskRecord[]]));
  for (const record of state.tasks.values()) byState.get(record.status)?.push(record);
  return [...byState.values()]
    .flat()
    .slice(0, ROWS_MAX)
    .map((record) => ({
      key: keyOf(state, record),
      state: record.status,
      bytes: Number.isFinite(record.bytes) ? record.bytes : 0,
      missing: record.status === "waiting" ? record.missing : 0,
      priority: record.priority,
    }));
}
