// Gives tasks up for another worker: those that have not begun may go, others finish here. The
// scheduler counts a task as moved only after this answer. For tasks that the shell already has,
// the shell knows whether a thread has begun them.
import type { StealOutcome, StealTasks } from "../../protocol/messages/messages.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { ExecutionsWithdrawn } from "../state/events.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { WorkerState } from "../state/worker-state.js";
import { releaseUnfinished } from "../values/release.js";
import { executionWithdrawn } from "./task-executions.js";

/** Releases the tasks that have not begun, and reports the outcome for each. */
export function stealTasks(state: WorkerState, message: StealTasks, out: StepOutbox): void {
  const tasks: TaskId[] = [];
  const attempts: number[] = [];
  const outcomes: StealOutcome[] = [];
  message.tasks.forEach((task, k) => {
    const attempt = message.attempts[k] as number;
    const outcome = giveAway(state, task, attempt, out);
    if (outcome === undefined) return;
    tasks.push(task);
    attempts.push(attempt);
    outcomes.push(outcome);
  });
  if (tasks.length > 0) out.send({ type: "stealAnswered", tasks, attempts, outcomes });
}

/** Gives up a task and returns the outcome; undefined if the shell decides it. */
function giveAway(
  state: WorkerState,
  task: TaskId,
  attempt: number,
  out: StepOutbox,
): StealOutcome | undefined {
  const record = state.tasks.get(task);
  if (record === undefined || record.attempt !== attempt) return "unknown";
  // A task here that reads it would lose its input.
  if (record.readers > 0) return "begun";
  if (record.status === "executing" && !record.isSuspended) {
    out.withdraw(task, attempt);
    return undefined;
  }
  if (record.status !== "waiting" && record.status !== "ready") return "begun";
  releaseUnfinished(state, record, out);
  return "givenUp";
}

/** The shell has reported which tasks no thread had. */
export function executionsWithdrawn(
  state: WorkerState,
  { tasks, attempts, areWithdrawn }: ExecutionsWithdrawn,
  out: StepOutbox,
): void {
  const outcomes = tasks.map((task, k): StealOutcome => {
    if (areWithdrawn[k] !== true) return "begun";
    return executionWithdrawn(state, task, attempts[k] as number, out) ? "givenUp" : "unknown";
  });
  out.send({ type: "stealAnswered", tasks, attempts, outcomes });
}
