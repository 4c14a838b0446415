// Policy: which tasks may have killed their worker. Only executing tasks can have, and a worker
// runs its tasks by priority. So a task may have begun unless as many others as there are threads
// were given earlier and come first. Tasks that only waited there are not suspected, nor pipelined
// ones, which probably had not begun, nor suspended ones (suspended-tasks.ts).
import { graphsOf } from "../state/lookups.js";
import type { WorkerView } from "../state/records.js";
import type { SchedulerView, TaskView } from "../state/scheduler-view.js";

/** How long the error of a failed graph, or of a lost actor, waits for the supervisor's report. */
const EXIT_REPORT_MS = 500;
/**
 * And where supervisors have explained earlier deaths: on a machine with much to do theirs takes
 * its time.
 */
const EXPECTED_REPORT_MS = 5_000;

/** Slots of the tasks that the worker may have been executing, oldest first. */
export function decideSuspects(tasks: TaskView, worker: WorkerView): number[] {
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

/**
 * How many workers may die while they execute a task: as many as the most patient of its graphs
 * allows.
 */
export function allowedFailures(state: SchedulerView, slot: number): number {
  const allowed = graphsOf(state, slot).map((graph) => graph.allowedFailures);
  return Math.max(...allowed.map((given) => given ?? state.options.allowedFailures));
}

/** Whether the task is given up: more workers died of it than are allowed. */
export function decideGivenUp(state: SchedulerView, slot: number): boolean {
  return (state.tasks.deaths[slot] as number) > allowedFailures(state, slot);
}

/**
 * How long the report of a death waits for the exit of the process.
 *
 * @param isExpected whether supervisors have explained earlier deaths
 */
export function exitReportWaitMs(isExpected: boolean): number {
  return isExpected ? EXPECTED_REPORT_MS : EXIT_REPORT_MS;
}
