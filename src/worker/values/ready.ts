// The moment when a task has all its inputs: wakes waiting tasks, and fills the queues of ready
// ones.
import type { Awaited, TaskRecord } from "../state/task-records.js";
import { becomeTask } from "../state/transitions.js";
import type { WorkerState } from "../state/worker-state.js";

/** The task has all it needs. */
export function makeReady(state: WorkerState, record: TaskRecord): void {
  becomeTask(record, "ready");
  (record.operands.length === 0 ? state.readyRoots : state.ready).push(record);
}

/** One thing that the task waited for is there. */
export function countDown(state: WorkerState, record: TaskRecord): void {
  if (--record.missing === 0) makeReady(state, record);
}

/** The value is here: tasks that waited for it continue. Says whether there were any. */
export function wakeWaiters(state: WorkerState, arrived: Awaited): boolean {
  const { waiters } = arrived;
  if (waiters === undefined) return false;
  arrived.waiters = undefined;
  let areAny = false;
  for (const waiter of waiters) {
    if (waiter.status !== "waiting") continue;
    areAny = true;
    countDown(state, waiter);
  }
  return areAny;
}
