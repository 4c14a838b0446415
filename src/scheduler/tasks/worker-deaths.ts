// Tasks whose workers died while executing them: notes of each death, and the error of a task that
// is given up. It names the task, how each process ended, the worker's memory before, and the
// task's inputs. The supervisor sees a process's end a moment after its connection breaks, so the
// report waits for that.
import { formatBytes, formatCount, formatDuration } from "../../base/units.js";
import type {
  GraphErred,
  OutputsErred,
  ReportWorkerExit,
  WorkerHeartbeat,
} from "../../protocol/messages/messages.js";
import type { GraphId, PeerId } from "../../protocol/values/ids.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { allowedFailures, exitReportWaitMs } from "../policy/suspects.js";
import type { FatalTask, OutputColumns, ProcessExit, WorkerDeath } from "../state/death-log.js";
import type { GraphRecord, MemorySample, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { keyOf } from "./failures.js";

/** Heartbeats whose memory is remembered: the last ten seconds or so. */
const SAMPLES_MAX = 20;
const DEATHS_KEPT_MAX = 1000;
const DEPARTURES_KEPT_MAX = 5;

/** Keeps the memory figures of a worker's heartbeat. */
export function noteMemory(
  state: SchedulerState,
  worker: WorkerRecord,
  { managedBytes, processBytes }: WorkerHeartbeat,
): void {
  worker.memoryCurve.push({ atMs: state.nowMs, managedBytes, processBytes });
  if (worker.memoryCurve.length > SAMPLES_MAX) worker.memoryCurve.shift();
}

/** Notes that a worker died, and holds it against `blamed` tasks. */
export function noteDeath(
  state: SchedulerState,
  worker: WorkerRecord,
  reason: string,
  exit: ProcessExit | undefined,
  blamed: readonly number[],
): WorkerDeath {
  const { tasks, deathLog, nowMs } = state;
  const { memoryLimitBytes, memoryCurve } = worker;
  const death: WorkerDeath = {
    worker: worker.name,
    reason,
    diedMs: nowMs,
    memoryLimitBytes,
    memoryCurve,
    exit,
  };
  deathLog.byWorker.delete(worker.name);
  deathLog.byWorker.set(worker.name, death);
  const [oldest] = deathLog.byWorker.keys();
  if (deathLog.byWorker.size > DEATHS_KEPT_MAX && oldest !== undefined) {
    deathLog.byWorker.delete(oldest);
  }
  for (const slot of blamed) {
    tasks.deaths[slot] = Math.min(255, (tasks.deaths[slot] as number) + 1);
    const id = tasks.idOf(slot);
    const deaths = deathLog.byTask.get(id);
    if (deaths === undefined) deathLog.byTask.set(id, [death]);
    else deaths.push(death);
  }
  return death;
}

/** Remembers that a worker is gone, for those that wait for workers when none is left. */
export function noteDeparture(
  { deathLog: { departures }, nowMs }: SchedulerState,
  { name, joinedMs }: WorkerRecord,
  reason: string,
  death: WorkerDeath | undefined,
): void {
  departures.push({ worker: name, joinedMs, goneMs: nowMs, reason, death });
  if (departures.length > DEPARTURES_KEPT_MAX) departures.shift();
}

/** How the process of `event` ended. */
export function exitOf({ reason, exitCode, signal }: ReportWorkerExit): ProcessExit {
  return { reason, exitCode: exitCode ?? null, signal: signal ?? null };
}

/** A supervisor reports how the process of a lost worker ended. */
export function explainDeath(state: SchedulerState, event: ReportWorkerExit): void {
  const death = state.deathLog.byWorker.get(event.name);
  if (death === undefined || death.exit !== undefined) return;
  death.exit = exitOf(event);
  sendDelayedErrors(state);
}

/** The facts about a task that is being given up. */
export function describeFatalTask(state: SchedulerState, slot: number): FatalTask {
  const { tasks, edges, deathLog } = state;
  const inputs: { key: string; bytes: number }[] = [];
  for (let k = 0; k < (tasks.operandCount[slot] as number); k++) {
    const source = edges.source[(tasks.operandStart[slot] as number) + k] as number;
    inputs.push({ key: keyOf(state, source), bytes: tasks.bytes[source] as number });
  }
  return {
    key: keyOf(state, slot),
    deaths: deathLog.byTask.get(tasks.idOf(slot)) ?? [],
    allowedFailures: allowedFailures(state, slot),
    inputs,
    outputBytes: tasks.bytes[slot] as number,
  };
}

/**
 * Sends the error of a failed graph to its client once the exit of the last worker's process is
 * known.
 */
export function delayError(
  state: SchedulerState,
  graph: GraphRecord,
  task: FatalTask,
  columns?: OutputColumns,
): void {
  const isExpected = task.deaths.some(({ exit }) => exit !== undefined);
  const dueMs = state.nowMs + exitReportWaitMs(isExpected);
  state.deathLog.held.push({ graph: graph.id, columns, to: graph.client.peer, task, dueMs });
}

/** The graph's client no longer waits for its error. */
export function forgetDelayedErrors(
  { deathLog }: SchedulerState,
  to: PeerId,
  graph: GraphId,
): void {
  deathLog.held = deathLog.held.filter((held) => held.graph !== graph || held.to !== to);
}

/** Sends the errors that need not wait any longer. */
export function sendDelayedErrors(state: SchedulerState): void {
  const { deathLog, nowMs } = state;
  if (deathLog.held.length === 0) return;
  deathLog.held = deathLog.held.filter(({ graph, columns, to, task, dueMs }) => {
    if (dueMs > nowMs && task.deaths.at(-1)?.exit === undefined) return true;
    const error = workerDied(task);
    const message: GraphErred | OutputsErred =
      columns === undefined
        ? { type: "graphErred", graph, error }
        : { type: "outputsErred", graph, ...columns, error };
    state.actions.push({ type: "send", to, message });
    return false;
  });
}

/** Samples of the memory curve that a message shows; its data have all. */
const SAMPLES_TOLD = 5;

/** The worker's memory in its last moments, the first thing to look at. */
function memoryWords(last: WorkerDeath | undefined): string {
  const curve = (last?.memoryCurve ?? []).slice(-SAMPLES_TOLD);
  if (last === undefined || curve.length === 0) return "";
  const used = curve.map(({ processBytes }) => formatBytes(processBytes)).join(", ");
  const spanMs = last.diedMs - (curve[0] as MemorySample).atMs;
  return `Its process used ${used} of ${formatBytes(last.memoryLimitBytes)} over its last ${formatDuration(spanMs)}. `;
}

function inputWords(inputs: FatalTask["inputs"], outputBytes: number): string {
  const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0);
  const read =
    inputs.length === 0
      ? "no inputs"
      : `${formatCount(inputs.length, "input")} of ${formatBytes(bytes)}`;
  return `The task reads ${read} and makes ${formatBytes(outputBytes)}`;
}

/** The error for clients when workers died repeatedly while they executed a task. */
export function workerDied({
  key,
  deaths,
  allowedFailures,
  inputs,
  outputBytes,
}: FatalTask): WireError {
  const last = deaths.at(-1);
  const worker = last?.worker ?? "";
  const reason = last?.exit?.reason ?? last?.reason ?? "";
  return {
    name: "TaskError",
    code: "task.workerDied",
    message: `${deaths.length} workers died while they executed ${key}, the last one (${worker}) because: ${reason}. More than ${allowedFailures} are not allowed: the task itself may be the cause. ${memoryWords(last)}${inputWords(inputs, outputBytes)}`,
    data: {
      key,
      worker,
      details: {
        deaths: deaths.length,
        reason,
        exitCode: last?.exit?.exitCode ?? null,
        signal: last?.exit?.signal ?? null,
        memoryLimitBytes: last?.memoryLimitBytes ?? 0,
        memoryCurve: (last?.memoryCurve ?? []).map(({ atMs, managedBytes, processBytes }) => ({
          msBefore: Math.round((last?.diedMs ?? atMs) - atMs),
          managedBytes,
          processBytes,
        })),
        workers: deaths.map((death) => ({
          worker: death.worker,
          reason: death.exit?.reason ?? death.reason,
        })),
        inputs,
        inputBytes: inputs.map(({ bytes }) => bytes),
        outputBytes,
      },
    },
  };
}
