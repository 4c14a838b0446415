// Running tasks: which ready task is next, how many the shell is given at once, and what follows
// when they end. The shell queues them on its threads in the order given.
import { assert } from "../base/assert.js";
import { ProtocolError } from "../base/errors.js";
import type { LayerId, TaskId } from "../protocol/ids.js";
import { toWireError } from "../protocol/wire-error.js";
import { endDeparture } from "./departures.js";
import type { ExecutionFailed, ExecutionsFinished } from "./events.js";
import { addValueBytes, mustWaitForMemory, removeValueBytes } from "./memory.js";
import type { Outbox } from "./outbox.js";
import { isBefore, type PriorityQueue } from "./priority-queue.js";
import { wakeWaiters } from "./ready.js";
import { dropReadPiece, giveUpWaiters, releaseUnfinished } from "./release.js";
import type { TaskRecord, WorkerState } from "./state.js";
import { becomeTask } from "./transitions.js";

/** Work that each thread should have before it: longer than a turn of the shell's event loop. */
const AHEAD_MS = 2;
/** However short tasks are, no thread has more of them before it. */
const AHEAD_TASKS_MAX = 256;
/** However long tasks are, so many more than threads are given out. */
const AHEAD_TASKS_MIN = 1;
/** Share of the latest measurement in a layer's smoothed duration. */
const LATEST_SHARE = 0.25;

/** Gives the shell as many ready tasks as keep its threads busy. */
export function startExecutions(state: WorkerState, out: Outbox): void {
  while (mayStart(state)) {
    const record = takeNext(state);
    if (record === undefined) return;
    startExecution(state, record, out);
  }
}

function mayStart(state: WorkerState): boolean {
  const { threads } = state.options;
  if (state.executing < threads + AHEAD_TASKS_MIN) return true;
  return state.executing < AHEAD_TASKS_MAX * threads && state.executingMs < AHEAD_MS * threads;
}

/** The most urgent ready task; one without operands only while memory allows. */
function takeNext(state: WorkerState): TaskRecord | undefined {
  const next = firstReady(state.ready);
  const root = firstReady(state.readyRoots);
  if (root !== undefined && (next === undefined || isBefore(root, next))) {
    if (!mustWaitForMemory(state, root.bytes)) return state.readyRoots.pop();
  }
  return next === undefined ? undefined : state.ready.pop();
}

/** The head of a queue; what was released meanwhile falls out. */
function firstReady(queue: PriorityQueue<TaskRecord>): TaskRecord | undefined {
  let first = queue.peek();
  while (first !== undefined && first.status !== "ready") {
    queue.pop();
    first = queue.peek();
  }
  return first;
}

function startExecution(state: WorkerState, record: TaskRecord, out: Outbox): void {
  const layer = state.layers.get(record.layer);
  if (layer === undefined) {
    refuseTask(state, record, out);
    return;
  }
  becomeTask(record, "executing");
  // Until a layer was measured its tasks count as long, so that few are given out blindly.
  record.estimateMs = layer.durationMs < 0 ? AHEAD_MS : layer.durationMs;
  state.executing++;
  state.executingMs += record.estimateMs;
  state.reservedBytes += record.bytes;
  const { task, attempt, block, operands } = record;
  out.execute({ type: "execute", task, attempt, layer: record.layer, block, operands });
}

/** Reports a task that cannot be run because its layer is not here. */
function refuseTask(state: WorkerState, record: TaskRecord, out: Outbox): void {
  const { task, attempt, layer } = record;
  releaseUnfinished(state, record, out);
  const error = new ProtocolError(`task ${task} belongs to layer ${layer}, which is not here`);
  out.send({ type: "taskErred", task, attempt, error: toWireError(error) });
  giveUpWaiters(state, record, out);
}

/** Tasks ran to their end: their values are here, unless nobody wants them any more. */
export function executionsFinished(
  state: WorkerState,
  event: ExecutionsFinished,
  out: Outbox,
): void {
  for (let k = 0; k < event.tasks.length; k++) {
    const task = event.tasks[k] as TaskId;
    const record = endExecution(state, task, event.attempts[k] as number, out);
    if (record === undefined) continue;
    const durationMs = event.durationsMs[k] as number;
    learnDuration(state, record.layer, durationMs);
    if (record.status === "released") {
      out.drop(task);
      endDeparture(state, task);
      continue;
    }
    becomeTask(record, "memory");
    record.bytes = event.bytes[k] as number;
    addValueBytes(state, record.bytes);
    wakeWaiters(state, record);
    out.finished(task, record.attempt, record.bytes, durationMs);
  }
}

/** A task threw: it is reported, and what waited for it here is given up. */
export function executionFailed(state: WorkerState, event: ExecutionFailed, out: Outbox): void {
  const { task, attempt, error } = event;
  const record = endExecution(state, task, attempt, out);
  if (record === undefined) return;
  if (record.status === "released") {
    endDeparture(state, task);
    return;
  }
  becomeTask(record, "released");
  state.tasks.delete(task);
  out.send({ type: "taskErred", task, attempt, error });
  giveUpWaiters(state, record, out);
}

/** The record whose execution has ended, `released` when it was abandoned. */
function endExecution(
  state: WorkerState,
  task: TaskId,
  attempt: number,
  out: Outbox,
): TaskRecord | undefined {
  const record = executingRecord(state, task, attempt);
  if (record === undefined) {
    out.log("warn", "an unknown execution ended", { task, attempt });
    return undefined;
  }
  state.executing--;
  state.executingMs = state.executing === 0 ? 0 : state.executingMs - record.estimateMs;
  state.reservedBytes -= record.bytes;
  for (const operand of record.operands) endRead(state, operand, out);
  return record;
}

function executingRecord(
  state: WorkerState,
  task: TaskId,
  attempt: number,
): TaskRecord | undefined {
  const record = state.tasks.get(task);
  if (record?.status === "executing" && record.attempt === attempt) return record;
  const departure = state.departures.get(task);
  const isAbandoned = departure?.type === "execution" && departure.record.attempt === attempt;
  return isAbandoned ? departure.record : undefined;
}

/** An execution reads the operand no longer; the last one to read a freed value lets it go. */
function endRead(state: WorkerState, operand: TaskId, out: Outbox): void {
  const departure = state.departures.get(operand);
  if (departure?.type === "reads") {
    if (--departure.readers > 0) return;
    removeValueBytes(state, departure.bytes);
    out.drop(operand);
    endDeparture(state, operand);
    return;
  }
  const value = state.tasks.get(operand);
  assert(value?.status === "memory", `operand ${operand} left while it was read`);
  value.readers--;
  dropReadPiece(state, value, out);
}

/** Takes one measured duration into the layer's smoothed one. */
function learnDuration(state: WorkerState, layer: LayerId, durationMs: number): void {
  const record = state.layers.get(layer);
  if (record === undefined || !(durationMs >= 0)) return;
  const known = record.durationMs;
  record.durationMs = known < 0 ? durationMs : known + (durationMs - known) * LATEST_SHARE;
}
