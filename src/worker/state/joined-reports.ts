// Joins delayed reports into one: the scheduler takes a step for each report.
import type { TasksFinished, WorkerToScheduler } from "../../protocol/messages/messages.js";

/** The same messages, with neighbours that report results joined. */
export function joinReports(messages: readonly WorkerToScheduler[]): WorkerToScheduler[] {
  const joined: WorkerToScheduler[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.type === "tasksFinished" && message.type === "tasksFinished" && fit(last, message)) {
      joined[joined.length - 1] = join(last, message);
    } else {
      joined.push(message);
    }
  }
  return joined;
}

/** Whether shapes come with all values of both, or with none. */
function fit(one: TasksFinished, other: TasksFinished): boolean {
  if (one.values === undefined || other.values === undefined) return true;
  return (one.shapes === undefined) === (other.shapes === undefined);
}

function join(one: TasksFinished, other: TasksFinished): TasksFinished {
  const columns = {
    type: "tasksFinished",
    tasks: [...one.tasks, ...other.tasks],
    attempts: [...one.attempts, ...other.attempts],
    bytes: [...one.bytes, ...other.bytes],
    durationsMs: [...one.durationsMs, ...other.durationsMs],
  } as const;
  const { inlined: before = [], values: head = new Uint8Array() } = one;
  const { inlined: after = [], values: tail = new Uint8Array() } = other;
  if (before.length + after.length === 0) return columns;
  const inlined = [...before, ...after.map((row) => row + one.tasks.length)];
  const values = new Uint8Array(head.byteLength + tail.byteLength);
  values.set(head);
  values.set(tail, head.byteLength);
  // Neither's `answered` stays: the scheduler may as well hurry.
  const shapes = [...(one.shapes ?? []), ...(other.shapes ?? [])];
  return { ...columns, inlined, values, ...(shapes.length === 0 ? {} : { shapes }) };
}
