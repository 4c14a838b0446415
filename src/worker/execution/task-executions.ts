// Runs tasks: which ready task is next, how many the shell gets ahead, which values are read from
// disk first, and the effects of their ends. The shell queues them on its threads in the given
// order. A wide task, which takes several threads, begins when as many are free. Those after it
// wait meanwhile, so that it has its turn; while it runs, nothing is handed out ahead.
import { ProtocolError } from "../../base/errors.js";
import { shortName } from "../../graph/model/naming.js";
import type { LayerId, TaskId } from "../../protocol/values/ids.js";
import { toWireError, type WireError } from "../../protocol/values/wire-error.js";
import { bytesToBegin, refuseTooLarge } from "../memory/size-limits.js";
import { restoreValue } from "../memory/spill.js";
import type { ExecutionFailed, ExecutionsCancelled, ExecutionsFinished } from "../state/events.js";
import { isBefore, type PriorityQueue } from "../state/priority-queue.js";
import { noteFailure, noteRun, startOfRuns } from "../state/span-reports.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import { becomeTask } from "../state/transitions.js";
import type { WorkerState } from "../state/worker-state.js";
import { isDynamic } from "../values/known-layers.js";
import {
  isInMemory,
  isMemoryAtHand,
  moveValue,
  mustWaitForMemory,
  mustWaitForRoom,
} from "../values/memory-accounts.js";
import { pinOperands, unpinOperands } from "../values/pins.js";
import { wakeWaiters } from "../values/ready.js";
import { giveUpWaiters, releaseUnfinished } from "../values/release.js";
import {
  hasResources,
  returnResources,
  takeResources,
  waitForResources,
  wakeStarved,
} from "../values/resource-accounts.js";
import { removeTombstone } from "../values/tombstones.js";

/** Work that each thread should have before it: longer than a turn of the shell's event loop. */
const AHEAD_MS = 2;
/** The most tasks that a thread has before it, even if they are short. */
const AHEAD_TASKS_MAX = 256;
/**
 * The number of tasks beyond that of threads that are handed out, for tasks of any duration. While
 * memory is at hand there is one for each thread, which begins before the shell hears of the last.
 */
const AHEAD_TASKS_MIN = 1;
/**
 * From here on a task is long: none is handed out ahead, since another worker may take it
 * meanwhile.
 */
const LONG_MS = 25;
/** A shorter task may delay its report while readers of its result continue here. */
const SHORT_MS = 0.25;
/**
 * The most results that wait to be reported: fewer than tasks are pipelined, so that more of these
 * come in time.
 */
const UNREPORTED_MAX = 6;
/** Share of the latest measurement in a layer's smoothed duration. */
const LATEST_SHARE = 0.25;

/**
 * Gives the shell as many ready tasks as keep its threads busy, and brings back operands of others.
 */
export function startExecutions(state: WorkerState, out: StepOutbox): void {
  if (!startStaged(state, out)) return;
  do {
    wakeStarved(state);
    startReady(state, out);
  } while (state.mayWakeStarved);
}

/** Begins tasks in order of urgency; those without their resources step aside. */
function startReady(state: WorkerState, out: StepOutbox): void {
  while (mayStart(state) || mayStage(state)) {
    const queue = nextQueue(state);
    const record = queue?.peek();
    if (queue === undefined || record === undefined) return;
    if (!hasResources(state, record)) {
      queue.pop();
      waitForResources(state, record);
      continue;
    }
    if (record.isUnsized && isTooLarge(state, record, out)) {
      queue.pop();
      continue;
    }
    const spilled = spilledOperands(state, record);
    if (spilled === undefined ? !mayStart(state, record) : !mayStage(state)) return;
    const neededBytes = record.bytes + record.memoryBytes + bytesOf(spilled);
    if (queue === state.ready && mustWaitForRoom(state, neededBytes, record.operands)) return;
    queue.pop();
    begin(state, record, spilled, out);
  }
}

/**
 * Refuses a task that turns out to need more than this worker may use, now that its operands are
 * here.
 */
function isTooLarge(state: WorkerState, record: TaskRecord, out: StepOutbox): boolean {
  record.isUnsized = false;
  const bytes = isDynamic(state, record) ? 0 : record.bytes;
  const neededBytes = bytesToBegin(state, { ...record, bytes });
  if (neededBytes <= state.options.memoryLimitBytes) return false;
  refuseTooLarge(state, record, neededBytes, out);
  return true;
}

/** Whether the task may begin, or one of a layer whose duration is known. */
function mayStart(state: WorkerState, record?: TaskRecord): boolean {
  const { threads } = state.options;
  const wanted = record?.threads ?? 1;
  if (isTight(state, wanted)) return state.executing + state.extraThreads + wanted <= threads;
  if (state.executing < threads) return true;
  const isUnmeasured = record !== undefined && durationOf(state, record) < 0;
  const mayHaveNext = !isUnmeasured && isMemoryAtHand(state);
  if (state.executing < threads + (mayHaveNext ? threads : AHEAD_TASKS_MIN)) {
    return state.executingMs < LONG_MS * state.executing;
  }
  return state.executing < AHEAD_TASKS_MAX * threads && state.executingMs < AHEAD_MS * threads;
}

/** Whether there is a wide task, so that no thread may get more than one. */
function isTight({ extraThreads }: WorkerState, wanted: number): boolean {
  return extraThreads > 0 || wanted > 1;
}

/** Gives the shell staged tasks that waited for threads; false if one of them still does. */
function startStaged(state: WorkerState, out: StepOutbox): boolean {
  for (let first = state.staged.peek(); first !== undefined; first = state.staged.peek()) {
    if (first.status === "staging") {
      if (!mayStart(state, first)) return false;
      state.staging--;
      execute(state, first, out);
    }
    state.staged.pop();
  }
  return true;
}

/** At least as many tasks are staged as are handed out: the disk works ahead of the threads. */
function mayStage({ staging, options }: WorkerState): boolean {
  return staging < options.threads + AHEAD_TASKS_MIN;
}

/** The queue with the most urgent ready task; that of roots only while memory allows. */
function nextQueue(state: WorkerState): PriorityQueue<TaskRecord> | undefined {
  const next = firstReady(state.ready);
  const root = firstReady(state.readyRoots);
  if (root !== undefined && (next === undefined || isBefore(root, next))) {
    if (!mustWaitForMemory(state, root.bytes + root.memoryBytes)) return state.readyRoots;
  }
  return next === undefined ? undefined : state.ready;
}

/** Operands of the task that are on disk only, each once; undefined when all are in memory. */
function spilledOperands(state: WorkerState, record: TaskRecord): Set<TaskRecord> | undefined {
  if (state.spilledBytes === 0) return undefined;
  let spilled: Set<TaskRecord> | undefined;
  for (const operand of record.operands) {
    const value = state.tasks.get(operand);
    if (value === undefined || isInMemory(value)) continue;
    spilled ??= new Set();
    spilled.add(value);
  }
  return spilled;
}

/** The bytes needed to read them back; reads under way are already accounted for. */
function bytesOf(spilled: ReadonlySet<TaskRecord> | undefined): number {
  let bytes = 0;
  for (const value of spilled ?? []) if (value.place === "spilled") bytes += value.bytes;
  return bytes;
}

/** The head of a queue; tasks released meanwhile are dropped. */
function firstReady(queue: PriorityQueue<TaskRecord>): TaskRecord | undefined {
  let first = queue.peek();
  while (first !== undefined && first.status !== "ready") {
    queue.pop();
    first = queue.peek();
  }
  return first;
}

/**
 * The task's turn has come: its operands stay in memory, or come back there, until it has ended.
 */
function begin(
  state: WorkerState,
  record: TaskRecord,
  spilled: ReadonlySet<TaskRecord> | undefined,
  out: StepOutbox,
): void {
  if (!state.layers.has(record.layer)) {
    refuseTask(state, record, out);
    return;
  }
  pinOperands(state, record);
  takeResources(state, record);
  state.reservedBytes += record.bytes + record.memoryBytes;
  if (spilled === undefined) {
    execute(state, record, out);
    return;
  }
  becomeTask(record, "staging");
  state.staging++;
  for (const value of spilled) {
    if (value.place === "spilled") restoreValue(state, value, out);
    value.waiters ??= [];
    value.waiters.push(record);
    record.missing++;
  }
}

/** An operand is back in memory: tasks that waited only for it are given to the shell. */
export function operandRestored(state: WorkerState, value: TaskRecord, out: StepOutbox): void {
  const { waiters = [] } = value;
  value.waiters = undefined;
  for (const waiter of waiters) {
    if (waiter.status !== "staging" || --waiter.missing > 0) continue;
    if (isTight(state, waiter.threads)) {
      state.staged.push(waiter);
      continue;
    }
    state.staging--;
    execute(state, waiter, out);
  }
}

function execute(state: WorkerState, record: TaskRecord, out: StepOutbox): void {
  becomeTask(record, "executing");
  const durationMs = durationOf(state, record);
  // Before a layer is measured, its tasks count as long, so that few are handed out blindly.
  record.estimateMs = durationMs < 0 ? AHEAD_MS : durationMs;
  takeThread(state, record);
  const { task, attempt, block, operands } = record;
  out.execute({ type: "execute", task, attempt, layer: record.layer, block, operands });
}

/** How long tasks of the layer take; negative before one was measured. */
function durationOf(state: WorkerState, { layer }: TaskRecord): number {
  return state.layers.get(layer)?.durationMs ?? -1;
}

/** The execution counts as one that takes a thread. */
export function takeThread(state: WorkerState, record: TaskRecord): void {
  record.isSuspended = false;
  state.executing++;
  if (record.isQuery) state.queries++;
  state.extraThreads += record.threads - 1;
  state.executingMs += record.estimateMs;
}

/** It takes none any more. */
export function leaveThread(state: WorkerState, record: TaskRecord): void {
  state.executing--;
  if (record.isQuery) state.queries--;
  state.extraThreads -= record.threads - 1;
  state.executingMs = state.executing === 0 ? 0 : state.executingMs - record.estimateMs;
}

/** Reports a task that cannot be run because its layer is not here. */
function refuseTask(state: WorkerState, record: TaskRecord, out: StepOutbox): void {
  const { task, attempt, layer } = record;
  releaseUnfinished(state, record, out);
  const error = new ProtocolError(`task ${task} belongs to layer ${layer}, which is not here`);
  out.send({ type: "taskErred", task, attempt, error: toWireError(error) });
  giveUpWaiters(state, record, out);
}

/** Tasks ended: their values are here, unless they are no longer wanted. */
export function executionsFinished(
  state: WorkerState,
  event: ExecutionsFinished,
  out: StepOutbox,
): void {
  let canWait = true;
  let startMs = startOfRuns(state, event);
  for (let k = 0; k < event.tasks.length; k++) {
    const task = event.tasks[k] as TaskId;
    const record = endExecution(state, task, event.attempts[k] as number, out);
    if (record === undefined) continue;
    state.unreported++;
    const durationMs = event.durationsMs[k] as number;
    learnDuration(state, record.layer, durationMs);
    const bytes = event.bytes[k] as number;
    startMs = noteRun(state, event.thread, startMs, durationMs, record, bytes);
    if (record.status === "released") {
      out.drop(task);
      removeTombstone(state, task);
      continue;
    }
    becomeTask(record, "memory");
    record.bytes = bytes;
    moveValue(state, record, "here");
    if (!wakeWaiters(state, record) || durationMs > SHORT_MS) canWait = false;
    const isInlined = record.bytes <= (state.layers.get(record.layer)?.inlineBytesMax ?? -1);
    out.finished(task, record.attempt, record.bytes, durationMs, isInlined);
    if (isInlined && record.follower !== undefined) out.answerFollower(record.follower);
  }
  if (canWait && state.unreported <= UNREPORTED_MAX) out.reportsCanWait();
  else state.unreported = 0;
}

/** A task threw: it is reported, and tasks that waited for it here are given up. */
export function executionFailed(state: WorkerState, event: ExecutionFailed, out: StepOutbox): void {
  const { task, attempt, error } = event;
  const record = endExecution(state, task, attempt, out);
  if (record === undefined) return;
  noteFailure(state, record);
  logFailure(state, record, error, out);
  if (record.status === "released") {
    removeTombstone(state, task);
    return;
  }
  becomeTask(record, "released");
  state.tasks.delete(task);
  out.send({ type: "taskErred", task, attempt, error });
  giveUpWaiters(state, record, out);
}

function logFailure(
  state: WorkerState,
  { layer, block }: TaskRecord,
  { code, message }: WireError,
  out: StepOutbox,
): void {
  const linesLeftOut = state.failureLines.spend(state.nowMs);
  if (linesLeftOut === undefined) return;
  const name = state.layers.get(layer)?.layer.name;
  const key = name === undefined ? `a task of layer ${layer}` : shortName(name);
  const line = message.slice(0, 500);
  const text = code === "task.failed" ? line : `block ${block} of ${key} failed: ${line}`;
  out.log("info", text, linesLeftOut === 0 ? undefined : { linesLeftOut });
}

/** Unwanted tasks were not run. */
export function executionsCancelled(
  state: WorkerState,
  event: ExecutionsCancelled,
  out: StepOutbox,
): void {
  for (let k = 0; k < event.tasks.length; k++) {
    const task = event.tasks[k] as TaskId;
    const record = endExecution(state, task, event.attempts[k] as number, out);
    if (record?.status === "released") removeTombstone(state, task);
  }
}

/** No thread had the task, and it has left for another worker; false if it is no longer awaited. */
export function executionWithdrawn(
  state: WorkerState,
  task: TaskId,
  attempt: number,
  out: StepOutbox,
): boolean {
  const record = endExecution(state, task, attempt, out);
  if (record?.status !== "executing") {
    if (record !== undefined) removeTombstone(state, task);
    return false;
  }
  becomeTask(record, "released");
  state.tasks.delete(task);
  giveUpWaiters(state, record, out);
  return true;
}

/** The record whose execution has ended, `released` when it was abandoned. */
function endExecution(
  state: WorkerState,
  task: TaskId,
  attempt: number,
  out: StepOutbox,
): TaskRecord | undefined {
  const record = executingRecord(state, task, attempt);
  if (record === undefined) {
    out.log("warn", "an unknown execution ended", { task, attempt });
    return undefined;
  }
  if (!record.isSuspended) leaveThread(state, record);
  state.reservedBytes -= record.bytes + record.memoryBytes;
  returnResources(state, record);
  unpinOperands(state, record, out);
  return record;
}

/** The record of an execution under way, `released` when it was abandoned. */
export function executingRecord(
  state: WorkerState,
  task: TaskId,
  attempt: number,
): TaskRecord | undefined {
  const record = state.tasks.get(task);
  if (record?.status === "executing" && record.attempt === attempt) return record;
  const tombstone = state.tombstones.get(task);
  const isAbandoned = tombstone?.type === "execution" && tombstone.record.attempt === attempt;
  return isAbandoned ? tombstone.record : undefined;
}

/** Takes one measured duration into the layer's smoothed one. */
function learnDuration(state: WorkerState, layer: LayerId, durationMs: number): void {
  const record = state.layers.get(layer);
  if (record === undefined || !(durationMs >= 0)) return;
  const known = record.durationMs;
  record.durationMs = known < 0 ? durationMs : known + (durationMs - known) * LATEST_SHARE;
}
