// Policy: whether a graph can go on at all as the workers are, and since when it cannot. One that
// waits for a worker to come waits as long as its client does; people are notified.
import type { GraphView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { describeTerms, suitableNow } from "./restrictions.js";

/** Why a graph waits for a worker to join. */
export interface Unschedulable {
  readonly sinceMs: number;
  /** What it waits for when workers are there and none of them will do. */
  readonly waitingFor: string | undefined;
}

/** Whether a graph waits for a worker to join; undefined when the workers will do. */
export function decideUnschedulable(
  state: SchedulerView,
  graph: GraphView,
): Unschedulable | undefined {
  if (state.workers.size === 0) {
    const sinceMs = Math.max(graph.submittedMs, state.workerlessSinceMs);
    return { sinceMs, waitingFor: undefined };
  }
  const { job } = graph;
  if (job === undefined || job.running > 0 || suitableNow(state, job).length > 0) return undefined;
  return { sinceMs: job.unsuitedSinceMs, waitingFor: describeTerms(job) };
}
