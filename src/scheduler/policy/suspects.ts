// Policy: which tasks may have killed their worker. Only what was executing can have, and a worker
// runs what it was given by priority: a task may have begun unless as many others as there are threads
// were both given earlier and come first. What merely waited there is not blamed, nor what rode on a task
// of the same worker, which for all that was heard had not finished, nor what waited for others (suspended-tasks.ts).
import type { WorkerRecord } from "../state/records.js";
import type { TaskStore } from "../state/task-store.js";

/** Slots of the tasks that the worker may have been executing, oldest first. */
export function decideBlamed(tasks: TaskStore, worker: WorkerRecord): number[] {
  const blamed: number[] = [];
  /** The lowest priorities so far, ascending; at most as many as there are threads. */
  const lowest: number[] = [];
  let slot = worker.processing.first;
  for (; slot >= 0; slot = tasks.next[slot] as number) {
    if ((tasks.waitingCount[slot] as number) > 0 || worker.suspended.has(slot)) continue;
    const priority = tasks.priority[slot] as number;
    const isFull = lowest.length === worker.threads;
    if (isFull && priority >= (lowest[lowest.length - 1] as number)) continue;
    blamed.push(slot);
    if (isFull) lowest.pop();
    let at = lowest.length;
    while (at > 0 && (lowest[at - 1] as number) > priority) at--;
    lowest.splice(at, 0, priority);
  }
  return blamed;
}
