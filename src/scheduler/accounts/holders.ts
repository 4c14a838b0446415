// Which workers hold which results, and how many bytes they take. Every result in memory has one
// holder in its `worker` column; replicas are in `SchedulerState.replicas`. liveness.ts decides
// whether a result is still needed.
import { defined } from "../../base/assert.js";
import { workerOf } from "../state/lookups.js";
import { addHeld } from "../state/observed/totals.js";
import type { WorkerRecord, WorkerView } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { append, remove } from "../state/task-list.js";
import { countHeld } from "./jobs.js";

/** The record of a chosen worker, for changing it: policies only see read-only views. */
export function recordOf(worker: WorkerView): WorkerRecord {
  return worker as WorkerRecord;
}

/** Notes that the worker changed: tasks that wait for it are sent at the end of the step. */
export function touch(state: SchedulerState, worker: WorkerRecord): void {
  if (worker.isTouched) return;
  worker.isTouched = true;
  state.touched.push(worker);
}

/** Notes that the result of a task, which was nowhere, is on `worker`. */
export function addResult(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  state.tasks.worker[slot] = worker.id;
  append(state.tasks, worker.results, slot);
  countBytes(state, slot, worker, state.tasks.bytes[slot] as number);
}

/** Notes that `worker` holds a further copy. */
export function addReplica(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  const copies = state.replicas.get(slot);
  if (copies === undefined) state.replicas.set(slot, [worker]);
  else copies.push(worker);
  worker.replicas.add(slot);
  countBytes(state, slot, worker, state.tasks.bytes[slot] as number);
}

/** Makes `worker`, which holds a further copy, the one in the task's `worker` column. */
export function promote(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  const { tasks } = state;
  const before = workerOf(state, slot);
  const copies = defined(state.replicas.get(slot), "copies");
  copies[copies.indexOf(worker)] = before;
  worker.replicas.delete(slot);
  before.replicas.add(slot);
  remove(tasks, before.results, slot);
  tasks.worker[slot] = worker.id;
  append(tasks, worker.results, slot);
}

/** Has `worker`, which is one of several holders, release the result. */
export function dropHolder(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  worker.outbox.freed.push(state.tasks.idOf(slot));
  removeHolder(state, slot, worker);
}

/**
 * Notes that the copies of a result may be spared, if there are any and no active task reads it.
 */
export function noteSpare(state: SchedulerState, slot: number): void {
  const { replicas, tasks, replication } = state;
  if (replicas.size === 0 || (tasks.needed[slot] as number) > 0 || !replicas.has(slot)) return;
  const id = tasks.idOf(slot);
  if (!replication.spare.has(id)) replication.spare.set(id, state.nowMs);
}

/** Removes `worker` as a holder of the result; returns whether another holds it. */
export function removeHolder(state: SchedulerState, slot: number, worker: WorkerRecord): boolean {
  const { tasks, replicas } = state;
  countBytes(state, slot, worker, -(tasks.bytes[slot] as number));
  const copies = replicas.get(slot);
  if (tasks.worker[slot] !== worker.id) {
    worker.replicas.delete(slot);
    dropCopy(state, slot, defined(copies, "copies"), worker);
    return true;
  }
  remove(tasks, worker.results, slot);
  tasks.worker[slot] = -1;
  const heir = copies?.[0];
  if (copies === undefined || heir === undefined) return false;
  dropCopy(state, slot, copies, heir);
  heir.replicas.delete(slot);
  tasks.worker[slot] = heir.id;
  append(tasks, heir.results, slot);
  return true;
}

/** Makes all holders release a result. */
export function freeResult(state: SchedulerState, slot: number): void {
  const id = state.tasks.idOf(slot);
  for (let isLeft = true; isLeft; ) {
    const worker = workerOf(state, slot);
    worker.outbox.freed.push(id);
    isLeft = removeHolder(state, slot, worker);
  }
}

function dropCopy(
  state: SchedulerState,
  slot: number,
  copies: WorkerRecord[],
  worker: WorkerRecord,
): void {
  copies.splice(copies.indexOf(worker), 1);
  if (copies.length === 0) state.replicas.delete(slot);
}

function countBytes(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  bytes: number,
): void {
  countHeld(state, slot, worker, bytes);
  worker.heldBytes += bytes;
  const layer = state.layers.get(state.tasks.layer[slot] as number);
  const { observer } = state;
  if (layer !== undefined) {
    const { totals } = layer;
    const wasHeld = totals.heldBytes > 0;
    addHeld(totals, worker.seat, bytes);
    if (totals.heldBytes > 0 && !wasHeld) observer.holding.add(totals);
    else if (wasHeld && totals.heldBytes <= 0) observer.holding.delete(totals);
  }
  if (worker.heldBytes > worker.peakHeldBytes) worker.peakHeldBytes = worker.heldBytes;
  if (worker.heldBytes > observer.mostHeldBytes) observer.mostHeldBytes = worker.heldBytes;
  touch(state, worker);
}
