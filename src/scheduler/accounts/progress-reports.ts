// Regular reports to clients: the progress of their graphs, and what these and their actors wait
// for if they are stuck.
import { formatCount } from "../../base/units.js";
import type { MemoryReported, Waiting } from "../../protocol/messages/messages.js";
import { decideUnschedulable, describeWish, type Unschedulable } from "../policy/unschedulable.js";
import type { ActorRecord } from "../state/actor-state.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { watchersOf } from "./actor-references.js";
import { sendToClient } from "./client-reports.js";
import { layerProgress, pauseMs } from "./layer-progress.js";
import { log } from "./rate-limited-log.js";

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
    graph.reportedMs = nowMs;
    graph.reportedDone = done;
    const { id, client, total } = graph;
    const wait = waitOf(state, unschedulable);
    const layers = graph.areOutputsIndependent ? {} : { layers: layerProgress(state, graph) };
    const report = { done, total, ...layers, memory: memoryInUse(state), ...wait };
    sendToClient(state, client, { type: "graphProgressed", graph: id, ...report });
    if (unschedulable === undefined) continue;
    warnOfWaiting(state, "a job", wait, { graph: id, client: client.name });
  }
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
    actor.reportedMs = nowMs;
    const wait = waitOf(state, unplaceable(state, actor));
    for (const watcher of watchersOf(actor)) {
      sendToClient(state, watcher, { type: "actorWaiting", actor: actor.id, ...wait });
    }
    warnOfWaiting(state, `the actor ${actor.id}`, wait, { actor: actor.id });
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

function warnOfWaiting(
  state: SchedulerState,
  what: string,
  { waitingFor, waitingForWorkersMs }: Waiting,
  facts: Readonly<Record<string, unknown>>,
): void {
  const { size } = state.workers;
  const seconds = Math.round(waitingForWorkersMs / 1000);
  const text =
    waitingFor === undefined
      ? `${what} waits for a worker: none is here for ${seconds} s; start one with \`tilework worker\``
      : `${what} waits for ${waitingFor}, for ${seconds} s: none of ${formatCount(size, "worker")} fits`;
  log(state, "warn", text, facts);
}
