// The end of a scheduler and its workers: because a client asks, or nothing was asked for long.
import { formatDuration } from "../../base/units.js";
import type { ShutdownCluster } from "../../protocol/messages/messages.js";
import { log } from "../accounts/rate-limited-log.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { comingLevel } from "./clients.js";

/** A client ends the cluster. */
export function shutDown(
  state: SchedulerState,
  client: ClientRecord,
  { schedulerMayReturn = false }: ShutdownCluster,
): void {
  log(state, comingLevel(client.name), `client ${client.name} shuts the cluster down`);
  if (schedulerMayReturn) endAll(state, "its scheduler was stopped", true);
  else endAll(state, "the cluster is shutting down", false);
}

/** Ends the cluster once no job and no actor was there for the time that it may be idle. */
export function endWhenIdle(state: SchedulerState): void {
  const { nowMs, options, openGraphs, actorTable, backlog, nextGraph, idle } = state;
  if (options.idleTimeoutMs === Number.POSITIVE_INFINITY) return;
  const [open] = openGraphs;
  const isAsked = open !== undefined || actorTable.byId.size > 0 || backlog.work.size > 0;
  const isBusy = isAsked || nextGraph !== idle.graphs;
  if (isBusy) {
    idle.sinceMs = nowMs;
    idle.graphs = nextGraph;
    return;
  }
  if (nowMs - idle.sinceMs < options.idleTimeoutMs) return;
  const text = `nothing was asked of it for ${formatDuration(options.idleTimeoutMs)} (its idle timeout)`;
  log(state, "info", `the scheduler ends: ${text}`);
  endAll(state, "its scheduler was idle for too long", false);
}

function endAll(state: SchedulerState, reason: string, schedulerMayReturn: boolean): void {
  const returns = schedulerMayReturn ? { schedulerMayReturn } : {};
  const message = { type: "shutdownWorker", reason, ...returns } as const;
  for (const { peer } of state.workers.values()) {
    state.actions.push({ type: "send", to: peer, message });
  }
  state.actions.push({ type: "stop" });
  state.stopped = true;
}
