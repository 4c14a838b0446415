// Executions that wait for results of others, such as functions that submit calls. Meanwhile they
// take no thread, here and in the scheduler's accounts, so those calls can run. Their operands stay
// pinned, their results' memory stays reserved, and they keep their resources.
import type { ExecutionsResumed, ExecutionsSuspended } from "../state/events.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { executingRecord, leaveThread, takeThread } from "./task-executions.js";

/** Executions wait: as many others may begin. */
export function executionsSuspended(
  state: WorkerState,
  event: ExecutionsSuspended,
  out: StepOutbox,
): void {
  const changed = change(state, event, true);
  for (const record of changed) {
    record.isSuspended = true;
    leaveThread(state, record);
  }
  tell("tasksSuspended", changed, out);
}

/** Executions continue, even if no thread is free for them: they share one with others then. */
export function executionsResumed(
  state: WorkerState,
  event: ExecutionsResumed,
  out: StepOutbox,
): void {
  const changed = change(state, event, false);
  for (const record of changed) takeThread(state, record);
  tell("tasksResumed", changed, out);
}

function change(
  state: WorkerState,
  { tasks, attempts }: Pick<ExecutionsSuspended, "tasks" | "attempts">,
  isSuspended: boolean,
): TaskRecord[] {
  return tasks.flatMap((task, k) => {
    const record = executingRecord(state, task, attempts[k] as number);
    return record === undefined || record.isSuspended === isSuspended ? [] : [record];
  });
}

/** The scheduler has forgotten those that are no longer wanted. */
function tell(
  type: "tasksSuspended" | "tasksResumed",
  records: readonly TaskRecord[],
  out: StepOutbox,
): void {
  const wanted = records.filter(({ status }) => status === "executing");
  if (wanted.length === 0) return;
  const tasks = wanted.map(({ task }) => task);
  const attempts = wanted.map(({ attempt }) => attempt);
  out.send({ type, tasks, attempts });
}
