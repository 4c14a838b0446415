// Workers that retire. A retiring worker gets no new work and finishes its tasks; peers fetch the
// values that only it holds; then it is shut down. It never leaves with the last copy of a needed
// value: if no peer has room, it stays, and the client is given the reason.
import { formatBytes } from "../../base/units.js";
import type { RetireWorkers } from "../../protocol/messages/messages.js";
import { sendToClient } from "../accounts/client-reports.js";
import { recordOf, touch } from "../accounts/holders.js";
import { log } from "../accounts/rate-limited-log.js";
import { isOnlyThere, mayLeave, othersStay } from "../policy/departure.js";
import { decideTaker } from "../policy/replica-placement.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { RetirementRequest } from "../state/replication-state.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { slotsOf } from "../state/task-list.js";
import { acquire, promisedBytes } from "../tasks/replication.js";
import { removeWorker } from "./workers.js";

/** Copies that one retiring worker makes at a time. */
const HANDOVERS_MAX = 500;

/** A client retires workers. */
export function retireWorkers(
  state: SchedulerState,
  client: ClientRecord,
  { request, names }: RetireWorkers,
): void {
  const retirement: RetirementRequest = {
    client,
    request,
    retired: [],
    stayed: [],
    leaving: new Set(),
  };
  for (const name of names) {
    const worker = state.workersByName.get(name);
    if (worker === undefined) {
      retirement.stayed.push({ name, reason: "there is no worker of that name" });
      continue;
    }
    worker.isRetiring = true;
    touch(state, worker);
    retirement.leaving.add(worker);
  }
  state.replication.retirements.add(retirement);
  advanceRetirements(state);
}

/** Brings each retirement as far as it gets now. */
export function advanceRetirements(state: SchedulerState): void {
  const { retirements } = state.replication;
  // Those that can leave do so before peers fetch from them.
  for (const retirement of retirements) releaseLeaving(state, retirement);
  for (const retirement of retirements) transferAll(state, retirement);
  for (const retirement of retirements) {
    if (retirement.leaving.size > 0) continue;
    retirements.delete(retirement);
    const { client, request, retired, stayed } = retirement;
    if (state.clients.get(client.peer) !== client) continue;
    sendToClient(state, client, { type: "workersRetired", request, retired, stayed });
  }
}

/**
 * Ends the workers on which nothing depends any more, and notes those that are gone by themselves.
 */
function releaseLeaving(state: SchedulerState, { leaving, retired }: RetirementRequest): void {
  for (const worker of leaving) {
    const isHere = state.workers.get(worker.id) === worker;
    if (isHere && !(worker.isRetiring && mayLeave(state, worker))) continue;
    if (isHere) shutDown(state, worker);
    leaving.delete(worker);
    retired.push(worker.name);
  }
}

function transferAll(state: SchedulerState, { leaving, stayed }: RetirementRequest): void {
  for (const worker of leaving) {
    const { name } = worker;
    const reason = worker.isRetiring
      ? handOver(state, worker)
      : "another request to retire it failed";
    if (reason === undefined) continue;
    worker.isRetiring = false;
    touch(state, worker);
    log(state, "warn", `worker ${name} stays: ${reason}`);
    leaving.delete(worker);
    stayed.push({ name, reason });
  }
}

/**
 * Makes peers fetch results that only the worker holds; returns why it cannot leave, if that is
 * certain.
 */
function handOver(state: SchedulerState, worker: WorkerRecord): string | undefined {
  if (!othersStay(state)) return "no other worker remains to take over its results";
  const { tasks, replication, actorTable } = state;
  const actors = [...(actorTable.byWorker.get(worker) ?? [])].map(({ id }) => id);
  if (actors.length > 0) return `actors live on it and cannot move: ${actors.join(", ")}`;
  const promised = promisedBytes(state);
  let pending = 0;
  let stuckBytes = 0;
  for (const slot of slotsOf(tasks, worker.results)) {
    if (!isOnlyThere(state, slot, worker)) continue;
    if (pending >= HANDOVERS_MAX) break;
    if (replication.acquiring.has(tasks.idOf(slot))) {
      pending++;
      continue;
    }
    const bytes = tasks.bytes[slot] as number;
    const taker = decideTaker(state, slot, promised);
    if (taker === undefined) {
      stuckBytes += bytes;
      continue;
    }
    promised.set(taker, (promised.get(taker) ?? 0) + bytes);
    acquire(state, slot, recordOf(taker));
    pending++;
  }
  if (stuckBytes === 0 || pending > 0 || worker.processing.count > 0) return undefined;
  return `no other worker has room for ${formatBytes(stuckBytes)} that only it holds, or reaches it`;
}

function shutDown(state: SchedulerState, worker: WorkerRecord): void {
  const message = { type: "shutdownWorker", reason: "it was retired" } as const;
  state.actions.push({ type: "send", to: worker.peer, message });
  removeWorker(state, worker, "it was retired", false);
}
