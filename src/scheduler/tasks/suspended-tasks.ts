// Tasks that wait for results of others, such as functions that submit calls. They stay with their
// worker but take no thread. Otherwise the calls that they wait for might never get one.
import type { TasksResumed, TasksSuspended } from "../../protocol/messages/messages.js";
import { charge, discharge } from "../accounts/assignment.js";
import { touch } from "../accounts/holders.js";
import { startableCount } from "../policy/admission.js";
import { forgetSteal } from "../state/pending-steals.js";
import type { WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isCurrentRun } from "./task-reports.js";

/** Tasks of the worker wait: their threads are free for others. */
export function tasksSuspended(
  state: SchedulerState,
  worker: WorkerRecord,
  event: TasksSuspended,
): void {
  for (const slot of currentRuns(state, worker, event)) {
    if (worker.suspended.has(slot)) continue;
    // It has begun, so that it does not move any more.
    forgetSteal(state.steals, slot);
    worker.suspended.add(slot);
    discharge(state, slot, worker);
  }
}

/** Tasks of the worker continue. */
export function tasksResumed(
  state: SchedulerState,
  worker: WorkerRecord,
  event: TasksResumed,
): void {
  for (const slot of currentRuns(state, worker, event)) {
    if (!worker.suspended.has(slot)) continue;
    if (startableCount(worker) === 0) worker.quietSinceMs = state.nowMs;
    worker.suspended.delete(slot);
    charge(state, slot, worker);
    touch(state, worker);
  }
}

/** Slots of the runs in the worker's message that are current and have begun. */
function currentRuns(
  state: SchedulerState,
  worker: WorkerRecord,
  { tasks, attempts }: Pick<TasksSuspended, "tasks" | "attempts">,
): number[] {
  const slots: number[] = [];
  tasks.forEach((id, k) => {
    const slot = state.tasks.slotOf(id);
    if (!isCurrentRun(state, worker, slot, attempts[k] as number)) return;
    if (state.tasks.waitingCount[slot] === 0) slots.push(slot);
  });
  return slots;
}
