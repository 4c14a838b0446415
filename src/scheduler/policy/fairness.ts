// Policy: the order of graphs. One number per task, lower first, orders the queue here and on the
// workers. The user's priority comes first in it. Below that, clients share the cluster by
// start-time fair queueing: a task's tag is the work of its own client before it, counted from
// where the others are when its graph arrives. So graphs of one client run in order of submission,
// those of several alternate, and a small job never waits for a huge one. Shares are of work as
// estimated at submission; nothing is counted while tasks run.
import type { ClientView, GraphView, LayerView, WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { fitsMemory } from "./admission.js";
import { estimateMs } from "./durations.js";
import { takesWork } from "./open-to-work.js";
import { isUrgent } from "./urgency.js";

/**
 * How far priorities are apart: more than any sum of tags, which begin at 0 again whenever nothing
 * is open; with 256 priorities on either side numbers stay exact.
 */
const PRIORITY_STEP = 2 ** 44;

/** The least that a task counts for: handing it over and asking for it is work, too. */
const TASK_WORK_MIN = 1;

/** Where the tags of a client's new graph begin. */
export function decideStart(
  { openGraphs }: SchedulerView,
  client: ClientView,
  userPriority: number,
): number {
  const ownEnd = openGraphs.lastTag(userPriority, client);
  let others = Number.POSITIVE_INFINITY;
  // Graphs of one client are consecutive, so that the first is the one that is furthest behind.
  for (const graph of openGraphs.firstOfOthers(userPriority, client)) {
    others = Math.min(others, tagReached(graph));
  }
  return others === Number.POSITIVE_INFINITY ? ownEnd : Math.max(ownEnd, others);
}

/** The number that orders a task: of its graph's user priority, and its tag. */
export function priorityOf(userPriority: number, tag: number): number {
  return tag - userPriority * PRIORITY_STEP;
}

/** By how much the tags of a layer's tasks go up: their work, in units of about a millisecond. */
export function taskWork(layer: LayerView, bytes: number): number {
  return Math.max(TASK_WORK_MIN, Math.round(estimateMs(layer, bytes)));
}

/**
 * The worker for the first root of `graph` in the queue, if none has room: the worker with the
 * least work that has the memory. It is for clients with fewer tasks handed out than there are
 * workers, and for urgent graphs (urgency.ts). Otherwise the work ahead of others, which their tags
 * or priorities would let pass, could shut them out.
 */
export function decideForcedWorker(
  state: SchedulerView,
  graph: GraphView,
  bytes: number,
): WorkerView | undefined {
  if (!isShutOut(state, graph.client) && !isUrgent(state, graph)) return undefined;
  let best: WorkerView | undefined;
  for (const worker of state.workers.values()) {
    if (!takesWork(worker) || !fitsMemory(state.options, worker, bytes)) continue;
    if (best === undefined || aheadOf(worker) < aheadOf(best)) best = worker;
  }
  return best;
}

function isShutOut({ clients, workers }: SchedulerView, client: ClientView): boolean {
  return clients.size > 1 && client.processing < workers.size;
}

function aheadOf({ aheadMs, threads }: WorkerView): number {
  return aheadMs / threads;
}

/** The tag that a graph has come to, by the part of its tasks that is done. */
function tagReached({ firstTag, lastTag, active, total }: GraphView): number {
  const left = total === 0 ? 0 : Math.min(1, active / total);
  return lastTag - (lastTag - firstTag) * left;
}
