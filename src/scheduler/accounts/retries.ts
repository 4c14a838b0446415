// Policy: whether a task that failed is tried again: as often as the most patient of its graphs asks
// for. Only failures of the task itself count; a worker's death is suspects.ts.
import type { SchedulerState } from "../state/scheduler-state.js";
import { graphsOf } from "../state/task-transitions.js";

/** Whether the task, which has just failed, gets another try. */
export function decideRetry(state: SchedulerState, slot: number): boolean {
  const failures = state.tasks.failures[slot] as number;
  return graphsOf(state, slot).some(({ retries }) => failures < retries);
}
