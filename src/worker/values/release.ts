// Releases tasks and values that are no longer needed, and tasks with lost operands, with
// everything that waits for them. If the shell still uses one, it gets a tombstone (tombstones.ts).
import type { TaskId } from "../../protocol/values/ids.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { Awaited, TaskRecord, Transfer } from "../state/task-records.js";
import { becomeTask, becomeTransfer } from "../state/transitions.js";
import type { WorkerState } from "../state/worker-state.js";
import { freeValue, removeReader, unpinOperands } from "./pins.js";
import { passOnResources, returnResources } from "./resource-accounts.js";
import { addTombstone } from "./tombstones.js";

/** No one waits for the transfer any more. A value under way still comes, and is dropped then. */
export function cancelTransfer(state: WorkerState, transfer: Transfer): void {
  const { task, status, request } = transfer;
  becomeTransfer(transfer, "released");
  state.transfers.delete(task);
  if (transfer.piece !== undefined) state.pieceBytes -= transfer.bytes;
  if (status === "fetching") addTombstone(state, task, { type: "fetch", request });
}

/**
 * Releases a task that is not finished. One that a thread may have begun gets a tombstone, and
 * keeps its operands until the shell has taken it back or its execution has ended.
 */
export function releaseUnfinished(state: WorkerState, record: TaskRecord, out: StepOutbox): void {
  const { status } = record;
  becomeTask(record, "released");
  state.tasks.delete(record.task);
  if (status === "executing") {
    addTombstone(state, record.task, { type: "execution", record });
    out.cancel(record.task);
  } else if (status === "staging") {
    state.staging--;
    state.reservedBytes -= record.bytes + record.memoryBytes;
    returnResources(state, record);
    unpinOperands(state, record, out);
  } else {
    if (status === "ready") passOnResources(state, record);
    untieOperands(state, record, out);
  }
}

/** The task no longer reads its operands: those fetched for it alone are released. */
function untieOperands(state: WorkerState, record: TaskRecord, out: StepOutbox): void {
  for (const operand of record.operands) {
    const local = state.tasks.get(operand);
    if (local !== undefined) {
      removeReader(state, local, out);
      continue;
    }
    const transfer = state.transfers.get(operand);
    if (transfer !== undefined && --transfer.readers === 0) cancelTransfer(state, transfer);
  }
}

/** Gives up a task that has not begun, and everything here that waits for its result. */
export function giveUp(state: WorkerState, record: TaskRecord, out: StepOutbox): void {
  const pending = [record];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isUnbegun(next)) continue;
    releaseUnfinished(state, next, out);
    out.gaveUp(next.task, next.attempt);
    for (const waiter of next.waiters ?? []) pending.push(waiter);
  }
}

/** Whether the task was not given to the shell yet. */
function isUnbegun({ status }: TaskRecord): boolean {
  return status === "waiting" || status === "ready" || status === "staging";
}

/** Gives up all tasks that wait for something that will not come. */
export function giveUpWaiters(state: WorkerState, awaited: Awaited, out: StepOutbox): void {
  for (const waiter of awaited.waiters ?? []) giveUp(state, waiter, out);
}

/**
 * Releases tasks and values. Two rounds, so that a consumer freed by the same message is gone
 * before its operands are examined; a consumer that was not freed is given up.
 */
export function freeTasks(state: WorkerState, tasks: readonly TaskId[], out: StepOutbox): void {
  const inUse: Awaited[] = [];
  for (const task of tasks) {
    const record = state.tasks.get(task);
    if (record === undefined) {
      const transfer = state.transfers.get(task);
      if (transfer !== undefined) inUse.push(transfer);
    } else if (record.status !== "memory") {
      releaseUnfinished(state, record, out);
      if (record.readers > 0) inUse.push(record);
    } else if (record.readers > 0) {
      inUse.push(record);
    } else {
      freeValue(state, record, out);
    }
  }
  if (inUse.length > 0) freeInUse(state, inUse, out);
}

/** The second round: values that tasks here still read or wait for. */
function freeInUse(state: WorkerState, inUse: readonly Awaited[], out: StepOutbox): void {
  const values = new Map<TaskId, TaskRecord>();
  for (const awaited of inUse) {
    const record = state.tasks.get(awaited.task);
    if (record?.status === "memory") values.set(record.task, record);
    else giveUpWaiters(state, awaited, out);
  }
  for (const record of values.values()) {
    if (record.readers > 0) {
      giveUpReaders(state, values, out);
      break;
    }
  }
  for (const record of values.values()) freeValue(state, record, out);
}

/** Gives up the tasks that have not begun and would read one of `values`. */
export function giveUpReaders(
  state: WorkerState,
  values: { has(task: TaskId): boolean },
  out: StepOutbox,
): void {
  for (const record of state.tasks.values()) {
    if (!isUnbegun(record)) continue;
    if (record.operands.some((operand) => values.has(operand))) giveUp(state, record, out);
  }
}
