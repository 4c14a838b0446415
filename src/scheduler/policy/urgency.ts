// Policy: which graphs need not wait for room. Workers run urgent tasks first, but only among those
// that they have, and a less urgent graph may have handed out minutes of work. So roots of a more
// urgent graph go to workers without room, just enough to keep every thread busy. The other graph
// uses the rest.
import type { GraphView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";

/** Tasks for each thread: one to run and one to follow at once. */
const TASKS_PER_THREAD = 2;

/**
 * Whether a root of the graph may go to a worker without room, because less urgent work took it.
 */
export function isUrgent(state: SchedulerView, graph: GraphView): boolean {
  if (!state.openGraphs.hasBelow(graph.userPriority)) return false;
  let threads = 0;
  for (const worker of state.workers.values()) threads += worker.threads;
  return graph.processing < TASKS_PER_THREAD * threads;
}
