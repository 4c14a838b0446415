// Policy: whether a failed task runs again: as often as the most patient of its graphs allows. Only
// failures of the task itself count; deaths of workers are suspects.ts.
import { graphsOf } from "../state/lookups.js";
import type { SchedulerView } from "../state/scheduler-view.js";

/** Whether the task, which has just failed, gets another try. */
export function decideRetry(state: SchedulerView, slot: number): boolean {
  const failures = state.tasks.failures[slot] as number;
  const layer = state.tasks.layer[slot] as number;
  return graphsOf(state, slot).some(
    ({ retries, layerRetries }) => failures < (layerRetries?.get(layer) ?? retries),
  );
}
