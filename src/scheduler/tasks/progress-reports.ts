// Regular reports to clients: the progress of their graphs, and what these and their actors wait
// for if they are stuck.
import { finish, type Sliced } from "../../base/sliced.js";
import { formatCount } from "../../base/units.js";
import type { MemoryReported, Waiting } from "../../protocol/messages/messages.js";
import { watchersOf } from "../accounts/actor-references.js";
import { sendToClient } from "../accounts/client-reports.js";
import { log } from "../accounts/rate-limited-log.js";
import { decideUnschedulable, describeWish, type Unschedulable } from "../policy/unschedulable.js";
import type { ActorRecord } from "../state/actor-state.js";
import type { GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { layerProgress, pauseMs } from "./layer-progress.js";
import { sliceTasks, startWork } from "./slices.js";

/** Reports the progress of graphs, and what they wait for if they are stuck. */
export function reportProgress(state: SchedulerState): void {
  const { nowMs, options } = state;
  for (const graph of state.openGraphs.followed()) {
    const done = Math.max(0, graph.total - graph.active);
    const unschedulable = decideUnschedulable(state, graph);
    const isDue =
      unschedulable === undefined
        ? nowMs - graph.reportedMs >= Math.max(options.progressIntervalMs, pauseMs(graph)) &&
          done !== graph.reportedDone
        : nowMs - Math.max(graph.reportedMs, unschedulable.sinceMs) >= options.noWorkersReportMs;
    if (!isDue) continue;
    const beforeMs = graph.reportedMs;
    graph.reportedMs = nowMs;
    graph.reportedDone = done;
    const wait = waitOf(state, unschedulable);
    const slices = sendProgress(state, graph, wait);
    if (graph.tasks.length <= sliceTasks(state)) finish(slices);
    else if (!isCounted(state, graph)) startWork(state, { type: "counting", graph, slices });
    if (unschedulable === undefined) continue;
    const facts = { graph: graph.id, client: graph.client.name };
    warnOfWaiting(state, "a job", wait, beforeMs, facts);
  }
}

function isCounted({ backlog }: SchedulerState, graph: GraphRecord): boolean {
  for (const work of backlog.work)
    if (work.type === "counting" && work.graph === graph) return true;
  return false;
}

function* sendProgress(state: SchedulerState, graph: GraphRecord, wait: Waiting): Sliced<void> {
  const layers = graph.areOutputsIndependent ? {} : { layers: yield* layerProgress(state, graph) };
  // It may have ended while it was counted.
  if (!state.openGraphs.has(graph)) return;
  const { id, client, total } = graph;
  const done = Math.max(0, total - graph.active);
  const report = { done, total, ...layers, memory: memoryInUse(state), ...wait };
  sendToClient(state, client, { type: "graphProgressed", graph: id, ...report });
}

function memoryInUse({ workers }: SchedulerState): MemoryReported {
  const memory = { managedBytes: 0, spilledBytes: 0, limitBytes: 0 };
  for (const { vitals, memoryLimitBytes } of workers.values()) {
    memory.managedBytes += vitals.managedBytes;
    memory.spilledBytes += vitals.spilledBytes;
    memory.limitBytes += memoryLimitBytes;
  }
  return memory;
}

/** Says which actors wait for a worker. */
export function reportWaitingActors(state: SchedulerState): void {
  const { nowMs, options } = state;
  for (const actor of state.actorTable.waiting) {
    if (nowMs - actor.reportedMs < options.noWorkersReportMs) continue;
    const beforeMs = actor.reportedMs;
    actor.reportedMs = nowMs;
    const wait = waitOf(state, unplaceable(state, actor));
    for (const watcher of watchersOf(actor)) {
      sendToClient(state, watcher, { type: "actorWaiting", actor: actor.id, ...wait });
    }
    warnOfWaiting(state, `the actor ${actor.id}`, wait, beforeMs, { actor: actor.id });
  }
}

function unplaceable({ workers }: SchedulerState, actor: ActorRecord): Unschedulable {
  const waitingFor = workers.size === 0 ? undefined : describeWish(actor.wish);
  return { sinceMs: actor.waitingSinceMs, waitingFor };
}

function waitOf(
  { nowMs, workers, deathLog }: SchedulerState,
  unschedulable: Unschedulable | undefined,
): Waiting {
  if (unschedulable === undefined) return { waitingForWorkersMs: 0 };
  const { sinceMs, waitingFor } = unschedulable;
  const waitingForWorkersMs = nowMs - sinceMs;
  if (waitingFor !== undefined) return { waitingForWorkersMs, waitingFor };
  if (workers.size > 0 || deathLog.departures.length === 0) return { waitingForWorkersMs };
  const lostWorkers = deathLog.departures.map(({ worker, joinedMs, goneMs, reason, death }) => ({
    name: worker,
    joinedMsAgo: nowMs - joinedMs,
    lostMsAgo: nowMs - goneMs,
    reason: death?.exit?.reason ?? reason,
  }));
  return { waitingForWorkersMs, lostWorkers };
}

/**
 * Logs a wait each time that it has lasted twice as long.
 *
 * @param beforeMs when it was reported last
 */
function warnOfWaiting(
  state: SchedulerState,
  what: string,
  { waitingFor, waitingForWorkersMs }: Waiting,
  beforeMs: number,
  facts: Readonly<Record<string, unknown>>,
): void {
  const { nowMs, options } = state;
  const doublings = (waitedMs: number) =>
    Math.floor(Math.log2(Math.max(waitedMs / options.noWorkersReportMs, 1 / 2)));
  const waitedBeforeMs = waitingForWorkersMs - (nowMs - beforeMs);
  if (doublings(waitingForWorkersMs) <= doublings(waitedBeforeMs)) return;
  const { size } = state.workers;
  const seconds = Math.round(waitingForWorkersMs / 1000);
  const text =
    waitingFor === undefined
      ? `${what} waits for a worker: none is here for ${seconds} s; start one with \`tilework worker\``
      : `${what} waits for ${waitingFor}, for ${seconds} s: none of ${formatCount(size, "worker")} fits`;
  log(state, "warn", text, facts);
}
