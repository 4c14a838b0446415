// What time brings: workers and clients that were not heard for too long, and reports that are due.
import { reportProgress } from "./accounts/client-reports.js";
import { tellActorDeaths } from "./actors/actor-lifecycle.js";
import { tendLeases } from "./coordination/coordinate.js";
import { removeClient } from "./peers/clients.js";
import { advanceRetirements } from "./peers/retirement.js";
import { removeWorker } from "./peers/workers.js";
import type { SchedulerState } from "./state/scheduler-state.js";
import { tendCopies } from "./tasks/replication.js";
import { balance } from "./tasks/steal-moves.js";
import { tellVerdicts } from "./tasks/worker-deaths.js";

/** Looks at what time has done since the last tick. */
export function ticked(state: SchedulerState): void {
  const { nowMs, options } = state;
  const awayMs = state.tickedMs < 0 ? 0 : nowMs - state.tickedMs;
  state.tickedMs = nowMs;
  // A scheduler that was itself stopped (a laptop's sleep, a debugger) has heard nobody meanwhile:
  // that says nothing about them, so they get their time again.
  if (awayMs > Math.min(options.workerTimeoutMs, options.clientTimeoutMs) / 2) {
    for (const peer of [...state.workers.values(), ...state.clients.values()]) peer.seenMs = nowMs;
  }
  for (const worker of [...state.workers.values()]) {
    if (nowMs - worker.seenMs <= options.workerTimeoutMs) continue;
    const reason = `it said nothing for ${options.workerTimeoutMs / 1000} s`;
    removeWorker(state, worker, reason, true);
  }
  for (const client of [...state.clients.values()]) {
    if (nowMs - client.seenMs <= options.clientTimeoutMs) continue;
    removeClient(state, client, `it said nothing for ${options.clientTimeoutMs / 1000} s`);
  }
  tellVerdicts(state);
  tellActorDeaths(state);
  if (state.copyBooks.retirements.size > 0) advanceRetirements(state);
  tendCopies(state);
  tendLeases(state);
  balance(state);
  reportProgress(state);
}
