// Policy: whether a retiring worker may leave. Never with the last copy of a needed value, nor
// while it runs tasks or hosts actors.
import { holdersOf, holds } from "../state/lookups.js";
import type { WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { QUEUED } from "../state/task-status.js";

/** Whether nothing is lost when the worker leaves now. */
export function mayLeave(state: SchedulerView, worker: WorkerView): boolean {
  if (worker.processing.count > 0 || state.actorTable.byWorker.has(worker)) return false;
  // Waiting roots would have no one to wait for.
  const { tasks, statusCounts } = state;
  if ((statusCounts[QUEUED] as number) > 0 && !othersStay(state)) return false;
  for (let slot = worker.results.first; slot >= 0; slot = tasks.next[slot] as number) {
    if (isOnlyThere(state, slot, worker)) return false;
  }
  return true;
}

/** Whether any worker is not to leave. */
export function othersStay({ workers }: SchedulerView): boolean {
  for (const { isRetiring } of workers.values()) if (!isRetiring) return true;
  return false;
}

/** Whether `worker` alone among those that stay holds a result. */
export function isOnlyThere(state: SchedulerView, slot: number, worker: WorkerView): boolean {
  return (
    !holdersOf(state, slot).some((other) => other !== worker && !other.isRetiring) &&
    holds(state, slot, worker)
  );
}
