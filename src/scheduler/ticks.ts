// Work at each tick: lost workers and clients, and reports that are due.
import { reportActorDeaths } from "./actors/actor-lifecycle.js";
import { tendLeases } from "./coordination/coordinate.js";
import { removeClient } from "./peers/clients.js";
import { advanceRetirements } from "./peers/retirement.js";
import { endWhenIdle } from "./peers/shutdown.js";
import { passOverSilent } from "./peers/silent-workers.js";
import { tellSize } from "./peers/told-size.js";
import { takeSample } from "./peers/worker-reports.js";
import { removeWorker } from "./peers/workers.js";
import { decideLostClients, decideLostWorkers, wasHeldUp } from "./policy/timeouts.js";
import type { SchedulerState } from "./state/scheduler-state.js";
import { reportProgress, reportWaitingActors } from "./tasks/progress-reports.js";
import { tendCopies } from "./tasks/replication.js";
import { failStarved } from "./tasks/starved-graphs.js";
import { balance } from "./tasks/steal-moves.js";
import { mendCuts } from "./tasks/stranded-tasks.js";
import { sendDelayedErrors } from "./tasks/worker-deaths.js";

/** Handles everything that is due since the last tick. */
export function ticked(state: SchedulerState): void {
  const { nowMs, options } = state;
  const awayMs = state.tickedMs < 0 ? 0 : nowMs - state.tickedMs;
  state.tickedMs = nowMs;
  if (wasHeldUp(state, awayMs)) {
    for (const peer of [...state.workers.values(), ...state.clients.values()]) peer.seenMs = nowMs;
  }
  for (const { id } of decideLostWorkers(state)) {
    const worker = state.workers.get(id);
    const reason = `no message came from it for ${options.workerTimeoutMs / 1000} s`;
    if (worker !== undefined) removeWorker(state, worker, reason, true);
  }
  passOverSilent(state);
  if (state.reach.cuts.size > 0) mendCuts(state);
  for (const { peer } of decideLostClients(state)) {
    const client = state.clients.get(peer);
    const reason = `no message came from it for ${options.clientTimeoutMs / 1000} s`;
    if (client !== undefined) removeClient(state, client, reason);
  }
  sendDelayedErrors(state);
  reportActorDeaths(state);
  if (state.replication.retirements.size > 0) advanceRetirements(state);
  tendCopies(state);
  tendLeases(state);
  balance(state);
  reportProgress(state);
  reportWaitingActors(state);
  failStarved(state);
  endWhenIdle(state);
  tellSize(state);
  takeSample(state);
}
