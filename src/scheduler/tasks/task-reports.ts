// Workers' reports about tasks: finished, failed, copied, inputs missing. A report about an earlier
// run is stale: it changes nothing, and the worker frees that result.

import type {
  InputsMissing,
  PiecesFetched,
  ReplicasAdded,
  TaskErred,
  TasksFinished,
} from "../../protocol/messages/messages.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { recharge, unassign } from "../accounts/assignment.js";
import { reportAgain } from "../accounts/client-reports.js";
import { measureBytes } from "../accounts/dynamic-sizes.js";
import { addReplica, removeHolder, touch } from "../accounts/holders.js";
import { logFailure } from "../accounts/job-log.js";
import { log } from "../accounts/rate-limited-log.js";
import { smoothedMs } from "../policy/durations.js";
import { decideRetry } from "../policy/retries.js";
import { increase } from "../state/columns.js";
import { noteInlined } from "../state/inlined-results.js";
import { graphsOf, holds } from "../state/lookups.js";
import { addFetch, addMove, addRun } from "../state/observed/totals.js";
import type { LayerRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, MEMORY, PROCESSING, WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { failTask, keyOf, sendGraphErred, taskFailed } from "./failures.js";
import {
  activate,
  becomeMemory,
  countMissing,
  isNeeded,
  loseResult,
  stopWork,
} from "./liveness.js";
import { takeBackPipelined } from "./pipelined-tasks.js";
import { sendOutputsErred } from "./release-outputs.js";
import { copyCame } from "./replication.js";
import { noteCut } from "./stranded-tasks.js";

/** The time of smaller transfers depends more on latency than on bandwidth. */
const BANDWIDTH_BYTES_MIN = 100_000;
const BANDWIDTH_NEWEST_WEIGHT = 0.1;
/** Characters that are kept of an error's message and of its stack. */
const ERROR_TEXT_MAX = 4_000;
/** 10 kB and 100 GB a second. */
const SLOWEST_BYTES_PER_MS = 10;
const FASTEST_BYTES_PER_MS = 1e8;
/** How much longer than its worker is here a run may have taken. */
const CLOCKS_DIFFER_MS = 60_000;

/** Results are on the worker. */
export function tasksFinished(
  state: SchedulerState,
  worker: WorkerRecord,
  event: TasksFinished,
): void {
  const { tasks, layers } = state;
  let stale = 0;
  worker.quietSinceMs = state.nowMs;
  noteInlined(state.inlined, event);
  for (let k = 0; k < event.tasks.length; k++) {
    const id = event.tasks[k] as number;
    const slot = tasks.slotOf(id);
    if (!isCurrentRun(state, worker, slot, event.attempts[k] as number)) {
      stale++;
      freeStray(state, worker, id, slot);
      continue;
    }
    unassign(state, slot);
    const layer = layers.get(tasks.layer[slot] as number) as LayerRecord;
    if (layer.dynamicSizes !== undefined) tasks.bytes[slot] = event.bytes[k] as number;
    measureBytes(state, layer, event.bytes[k] as number);
    const isFirst = layer.durationMs < 0;
    const durationMs = believableMs(state, worker, event.durationsMs[k] as number);
    layer.durationMs = smoothedMs(layer, durationMs);
    addRun(
      layer.totals,
      worker.totals,
      layer.id,
      tasks.block[slot] as number,
      durationMs,
      event.bytes[k] as number,
    );
    layer.totals.lastMs = state.nowMs;
    state.observer.done++;
    countRun(state, slot);
    becomeMemory(state, slot, worker);
    if (isFirst) recharge(state, layer);
  }
  if (stale > 0) log(state, "debug", `${stale} stale results of worker ${worker.name} ignored`);
}

/** A task threw, or its memory cannot be obtained. */
export function taskErred(state: SchedulerState, worker: WorkerRecord, event: TaskErred): void {
  const slot = state.tasks.slotOf(event.task);
  if (!isCurrentRun(state, worker, slot, event.attempt)) {
    log(state, "debug", `stale failure of task ${event.task} on worker ${worker.name} ignored`);
    return;
  }
  takeBackPipelined(state, slot);
  const isRetried = decideRetry(state, slot);
  noteError(state, slot, worker, event.error, isRetried);
  if (isRetried) {
    increase(state.tasks.failures, slot, 1);
    unassign(state, slot);
    become(state, slot, WAITING);
    countMissing(state, slot);
    return;
  }
  const error = taskFailed(state, slot, worker, event.error);
  unassign(state, slot);
  failTask(state, slot, {
    reportGraph: (graph) => sendGraphErred(state, graph, error),
    reportOutputs: (graph, columns) => sendOutputsErred(state, graph, columns, error),
  });
}

/** Counts a failure, and keeps its error for observers. */
function noteError(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  error: WireError,
  isRetried: boolean,
): void {
  const { message, stack, cause } = error;
  const key = keyOf(state, slot);
  logFailure(state, key, worker.name, error, isRetried);
  layerOf(state, slot).totals.failed++;
  worker.totals.failed++;
  state.observer.addError({
    atMs: state.nowMs,
    key,
    worker: worker.name,
    message: message.slice(0, ERROR_TEXT_MAX),
    stack: (stack ?? cause?.stack ?? "").slice(0, ERROR_TEXT_MAX),
    isRetried,
  });
}

/** Copies of results came to the worker; one may be of a result that was lost meanwhile. */
export function replicasAdded(
  state: SchedulerState,
  worker: WorkerRecord,
  event: ReplicasAdded,
): void {
  const { tasks } = state;
  let movedBytes = 0;
  for (let k = 0; k < event.tasks.length; k++) {
    const id = event.tasks[k] as number;
    const bytes = event.bytes[k] as number;
    movedBytes += bytes;
    const slot = tasks.slotOf(id);
    const status = slot < 0 ? -1 : (tasks.status[slot] as number);
    if (status === MEMORY && !holds(state, slot, worker)) {
      addReplica(state, slot, worker);
      copyCame(state, slot, worker);
    } else if (isActive(status) && !runsOn(state, slot, worker)) {
      stopWork(state, slot);
      if (layerOf(state, slot).dynamicSizes !== undefined) tasks.bytes[slot] = bytes;
      becomeMemory(state, slot, worker);
    } else {
      freeStray(state, worker, id, slot);
      continue;
    }
    addMove(layerOf(state, slot).totals, bytes);
    for (const graph of graphsOf(state, slot)) if (!graph.finished) graph.bytesMoved += bytes;
  }
  addFetch(worker.totals, movedBytes, event.transferMs);
  noteBandwidth(state, worker, movedBytes, event.transferMs);
}

/**
 * Parts of results came to the worker, for tasks that it runs: only the graphs' accounts change.
 */
export function piecesFetched(
  state: SchedulerState,
  worker: WorkerRecord,
  event: PiecesFetched,
): void {
  let movedBytes = 0;
  for (let k = 0; k < event.tasks.length; k++) {
    const bytes = event.bytes[k] as number;
    movedBytes += bytes;
    const slot = state.tasks.slotOf(event.tasks[k] as number);
    if (slot < 0) continue;
    addMove(layerOf(state, slot).totals, bytes);
    for (const graph of graphsOf(state, slot)) if (!graph.finished) graph.bytesMoved += bytes;
  }
  addFetch(worker.totals, movedBytes, event.transferMs);
  noteBandwidth(state, worker, movedBytes, event.transferMs);
}

/** Tasks were given up because inputs were not in their expected places: they are decided again. */
export function inputsMissing(
  state: SchedulerState,
  worker: WorkerRecord,
  event: InputsMissing,
): void {
  const { tasks } = state;
  const lost: number[] = [];
  const unreachable = new Set(event.unreachable);
  for (const id of unreachable) {
    const holder = state.workers.get(id);
    if (holder !== undefined && holder !== worker) noteCut(state, worker, holder);
  }
  for (let k = 0; k < event.inputs.length; k++) {
    const id = event.inputs[k] as number;
    const from = event.workers[k] as number;
    // It is still there, for others.
    if (unreachable.has(from)) continue;
    const holder = from < 0 ? worker : state.workers.get(from);
    const slot = tasks.slotOf(id);
    if (holder === undefined || slot < 0 || tasks.status[slot] !== MEMORY) continue;
    if (!holds(state, slot, holder)) continue;
    // Nothing must stay there unaccounted for.
    holder.outbox.freed.push(id);
    if (removeHolder(state, slot, holder)) {
      reportAgain(state, slot);
    } else {
      loseResult(state, slot);
      lost.push(slot);
    }
  }
  for (const slot of lost) if (isNeeded(state, slot)) activate(state, slot);
  for (let k = 0; k < event.tasks.length; k++) {
    const slot = tasks.slotOf(event.tasks[k] as number);
    if (!isCurrentRun(state, worker, slot, event.attempts[k] as number)) continue;
    takeBackPipelined(state, slot);
    unassign(state, slot);
    become(state, slot, WAITING);
    countMissing(state, slot);
  }
}

/** Whether the worker's message is about the latest run of the task. */
export function isCurrentRun(
  state: SchedulerState,
  worker: WorkerRecord,
  slot: number,
  attempt: number,
): boolean {
  return slot >= 0 && runsOn(state, slot, worker) && state.tasks.attempt[slot] === attempt;
}

function runsOn(state: SchedulerState, slot: number, worker: WorkerRecord): boolean {
  return state.tasks.status[slot] === PROCESSING && state.tasks.worker[slot] === worker.id;
}

/**
 * Frees a value that the worker holds unasked; not one that it holds or is to make by our own
 * accounts.
 */
function freeStray(state: SchedulerState, worker: WorkerRecord, id: number, slot: number): void {
  if (slot >= 0) {
    if (runsOn(state, slot, worker)) return;
    if (state.tasks.status[slot] === MEMORY && holds(state, slot, worker)) return;
  }
  worker.outbox.freed.push(id);
  touch(state, worker);
}

function countRun(state: SchedulerState, slot: number): void {
  const { tasks, graphsByNumber } = state;
  if (tasks.graphCount[slot] === 1) {
    const graph = graphsByNumber.get(tasks.graph[slot] as number);
    if (graph?.finished === false) graph.tasksRun++;
    return;
  }
  for (const graph of graphsOf(state, slot)) if (!graph.finished) graph.tasksRun++;
}

/** No run took longer than its worker is here; clocks may differ a little. */
function believableMs(
  { nowMs }: SchedulerState,
  { joinedMs }: WorkerRecord,
  saidMs: number,
): number {
  return Math.min(saidMs, nowMs - joinedMs + CLOCKS_DIFFER_MS);
}

function layerOf({ tasks, layers }: SchedulerState, slot: number): LayerRecord {
  return layers.get(tasks.layer[slot] as number) as LayerRecord;
}

/** Updates the bandwidth estimates with a transfer, clamped to plausible values. */
function noteBandwidth(
  state: SchedulerState,
  worker: WorkerRecord,
  bytes: number,
  transferMs: number,
): void {
  if (bytes < BANDWIDTH_BYTES_MIN || transferMs <= 0) return;
  const said = bytes / transferMs;
  const measured = Math.min(Math.max(said, SLOWEST_BYTES_PER_MS), FASTEST_BYTES_PER_MS);
  state.transferBytesPerMs += BANDWIDTH_NEWEST_WEIGHT * (measured - state.transferBytesPerMs);
  const before = worker.transferBytesPerMs ?? measured;
  worker.transferBytesPerMs = before + BANDWIDTH_NEWEST_WEIGHT * (measured - before);
}
