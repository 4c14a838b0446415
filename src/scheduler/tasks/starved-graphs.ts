// Graphs that have waited too long for a worker that may run them, where the scheduler has a limit.
import { ClusterError } from "../../base/errors.js";
import { formatDuration } from "../../base/units.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import { decideUnschedulable } from "../policy/unschedulable.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { sendGraphErred } from "./failures.js";
import { dropGraph } from "./release-graph.js";

/** Fails graphs that no worker could run for longer than they may wait. */
export function failStarved(state: SchedulerState): void {
  const { nowMs, options } = state;
  const { noWorkersTimeoutMs } = options;
  if (noWorkersTimeoutMs === Number.POSITIVE_INFINITY) return;
  for (const graph of [...state.openGraphs]) {
    const waiting = decideUnschedulable(state, graph);
    if (waiting === undefined || nowMs - waiting.sinceMs < noWorkersTimeoutMs) continue;
    const what = waiting.waitingFor ?? "a worker";
    const text = `the job waited for ${what} longer than the scheduler's noWorkersTimeout (${formatDuration(noWorkersTimeoutMs)}): start workers that it may run on`;
    const error = new ClusterError("timeout", text, { waitedMs: nowMs - waiting.sinceMs });
    sendGraphErred(state, graph, toWireError(error));
    dropGraph(state, graph);
  }
}
