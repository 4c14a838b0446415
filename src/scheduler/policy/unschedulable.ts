// Policy: whether a graph can proceed with the present workers, and since when it cannot. A graph
// without a suitable worker waits as long as its client does; users are notified.
import type { ActorRecord } from "../state/actor-state.js";
import type { ReadOnly } from "../state/read-only.js";
import type { GraphView, JobView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { describeTerms, describeWorker, suitableNow } from "./restrictions.js";

/** Why a graph waits for a worker to join. */
export interface Unschedulable {
  readonly sinceMs: number;
  /** The requirement that none of the connected workers meets. */
  readonly waitingFor: string | undefined;
}

/** Whether a graph waits for a worker to join; undefined if the workers are suitable. */
export function decideUnschedulable(
  state: SchedulerView,
  graph: GraphView,
): Unschedulable | undefined {
  if (state.workers.size === 0) {
    const sinceMs = Math.max(graph.submittedMs, state.workerlessSinceMs);
    return { sinceMs, waitingFor: undefined };
  }
  const { job, layerJobs, processing } = graph;
  if (job !== undefined && isUnsuited(state, job)) return waitOf(job);
  // Layers with further requirements wait for no worker as long as others of the graph run.
  if (layerJobs === undefined || processing > 0) return undefined;
  for (const own of layerJobs.values()) if (isUnsuited(state, own)) return waitOf(own);
  return undefined;
}

/**
 * The requirement of an actor that no worker meets; resources that other actors took are not
 * counted.
 */
export function describeWish({ workers, resources = {} }: ReadOnly<ActorRecord>["wish"]): string {
  return describeWorker(workers, Object.entries(resources));
}

/** Whether nothing of the job runs, and no worker may run any of it. */
function isUnsuited(state: SchedulerView, job: JobView): boolean {
  return job.running === 0 && suitableNow(state, job).length === 0;
}

function waitOf(job: JobView): Unschedulable {
  return { sinceMs: job.unsuitedSinceMs, waitingFor: describeTerms(job) };
}
