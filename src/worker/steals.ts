// Giving tasks up for another worker: what has not begun may go, what has begun is done here. The
// scheduler counts a task as moved only when it has this answer.
import type { StealOutcome, StealTasks } from "../protocol/messages.js";
import type { Outbox } from "./outbox.js";
import { releaseUnfinished } from "./release.js";
import type { WorkerState } from "./state.js";

/** Lets go of the tasks that have not begun, and says of each what became of it. */
export function stealTasks(state: WorkerState, message: StealTasks, out: Outbox): void {
  const { tasks, attempts } = message;
  const outcomes = tasks.map((task, k) => giveAway(state, task, attempts[k] as number, out));
  out.send({ type: "stealAnswered", tasks, attempts, outcomes });
}

function giveAway(state: WorkerState, task: number, attempt: number, out: Outbox): StealOutcome {
  const record = state.tasks.get(task);
  if (record === undefined || record.attempt !== attempt) return "unknown";
  const hasBegun = record.status !== "waiting" && record.status !== "ready";
  // A task here that reads it would lose its input.
  if (hasBegun || record.readers > 0) return "begun";
  releaseUnfinished(state, record, out);
  return "givenUp";
}
