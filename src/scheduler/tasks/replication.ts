// Replicas on request: requests copies, notes arrivals, drops spare ones. replica-placement.ts
// decides where they should be; retirement.ts handles retiring workers. Nothing here is urgent: a
// later tick notices failures and asks again.
import type {
  CopiesFailed,
  RebalanceData,
  ReplicateLayer,
} from "../../protocol/messages/messages.js";
import type { TaskId } from "../../protocol/values/ids.js";
import { holderFor, introduce } from "../accounts/assignment.js";
import { reportAgain, sendToClient } from "../accounts/client-reports.js";
import { dropHolder, noteSpare, promote, recordOf, touch } from "../accounts/holders.js";
import { persistedRecord } from "../accounts/layer-names.js";
import { canHave } from "../policy/reach.js";
import {
  copiesWanted,
  decideDropsUnderPressure,
  decideMoves,
  decideSpareHolders,
  decideTaker,
} from "../policy/replica-placement.js";
import { decideWaitMs } from "../policy/replication-backoff.js";
import { holdersOf, workerOf } from "../state/lookups.js";
import type { ClientRecord, LayerRecord, WorkerRecord, WorkerView } from "../state/records.js";
import type {
  Acquisition,
  ReplicaRequest,
  ReplicationRequest,
} from "../state/replication-state.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY } from "../state/task-status.js";

/** A copy without any report for this long counts as lost. */
const ACQUIRE_TIMEOUT_MS = 10_000;
/** How often replicated layers are checked when no request waits. */
const REPLICATED_INTERVAL_MS = 1_000;
/** Copies under way at once. */
const ACQUISITIONS_MAX = 1_000;

/** Looks after copies: once a tick. */
export function tendCopies(state: SchedulerState): void {
  const { replication } = state;
  if (replication.acquiring.size > 0) tendAcquisitions(state);
  if (replication.spare.size > 0) dropSpares(state);
  if (state.replicas.size > 0) relieveFull(state);
  if (replication.copiesWanted.size > 0) tendReplicated(state);
  for (const request of replication.requests) answerWhenDone(state, request);
}

/** A client requests each block of a layer on that many workers. */
export function replicateLayer(
  state: SchedulerState,
  client: ClientRecord,
  { request, layer: name, copies }: ReplicateLayer,
): void {
  const layer = persistedRecord(state, client, name);
  if (layer === undefined) {
    sendToClient(state, client, {
      type: "dataArranged",
      request,
      blocks: 0,
      bytes: 0,
      blocksShort: 0,
    });
    return;
  }
  if (copies > 1) state.replication.copiesWanted.set(layer, copies);
  else state.replication.copiesWanted.delete(layer);
  for (const slot of layer.slots.values()) noteSpare(state, slot);
  const account = { client, request, pending: 0, blocks: 0, bytes: 0 };
  const replication: ReplicationRequest = { type: "replicate", layer, ...account };
  state.replication.requests.add(replication);
  replicate(state, layer, replication);
  answerWhenDone(state, replication);
}

/** A client requests an even distribution of persisted blocks. */
export function rebalanceData(
  state: SchedulerState,
  client: ClientRecord,
  { request }: RebalanceData,
): void {
  const account: ReplicaRequest = {
    type: "rebalance",
    client,
    request,
    pending: 0,
    blocks: 0,
    bytes: 0,
  };
  for (const { slot, to } of decideMoves(state)) {
    acquire(state, slot, recordOf(to), true, account);
  }
  state.replication.requests.add(account);
  answerWhenDone(state, account);
}

/** A client is gone: its requests need no answers. */
export function forgetRequests(state: SchedulerState, client: ClientRecord): void {
  const { requests } = state.replication;
  // Workers that are retiring still leave.
  for (const request of requests) if (request.client === client) requests.delete(request);
}

/** Asks `to` to fetch a copy of a result. */
export function acquire(
  state: SchedulerState,
  slot: number,
  to: WorkerRecord,
  isMove = false,
  request?: ReplicaRequest,
): void {
  const { tasks, replication, nowMs } = state;
  const bytes = tasks.bytes[slot] as number;
  const asked = { askedMs: nowMs, failures: 0, againMs: undefined };
  replication.acquiring.set(tasks.idOf(slot), { to, bytes, ...asked, isMove, request });
  if (request !== undefined) request.pending++;
  askFor(state, slot, to, holderFor(state, slot, 0, to));
}

/** Requests that `to` fetches a result from `holder`. */
function askFor(state: SchedulerState, slot: number, to: WorkerRecord, holder: WorkerRecord): void {
  introduce(to, holder);
  const columns = (to.outbox.acquire ??= { tasks: [], bytes: [], workers: [] });
  columns.tasks.push(state.tasks.idOf(slot));
  columns.bytes.push(state.tasks.bytes[slot] as number);
  columns.workers.push(holder.id);
  touch(state, to);
}

/** Copies that `worker` was to fetch do not come: they are requested again, or given up. */
export function copiesFailed(
  state: SchedulerState,
  worker: WorkerRecord,
  { tasks }: CopiesFailed,
): void {
  for (const id of tasks) {
    const acquisition = state.replication.acquiring.get(id);
    if (acquisition?.to !== worker || acquisition.againMs !== undefined) continue;
    const slot = state.tasks.slotOf(id);
    const isInReach =
      slot < 0 || state.tasks.status[slot] !== MEMORY || canHave(state, slot, worker);
    const waitMs = isInReach ? decideWaitMs(++acquisition.failures, id) : undefined;
    if (waitMs === undefined) forgetAcquisition(state, id, acquisition);
    else acquisition.againMs = state.nowMs + waitMs;
  }
}

/** Bytes of requested copies under way to each worker. */
export function promisedBytes(state: SchedulerState): Map<WorkerView, number> {
  const promised = new Map<WorkerView, number>();
  for (const { to, bytes } of state.replication.acquiring.values()) {
    promised.set(to, (promised.get(to) ?? 0) + bytes);
  }
  return promised;
}

/** A copy has come to `worker`: the request for it is done. */
export function copyCame(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  const { acquiring } = state.replication;
  if (acquiring.size === 0) return;
  const id = state.tasks.idOf(slot);
  const acquisition = acquiring.get(id);
  if (acquisition?.to !== worker) return;
  acquiring.delete(id);
  const { request, isMove, bytes } = acquisition;
  if (request !== undefined) {
    request.pending--;
    request.blocks++;
    request.bytes += bytes;
  }
  if (isMove) {
    promote(state, slot, worker);
    reportAgain(state, slot);
    state.replication.spare.set(id, Number.NEGATIVE_INFINITY);
  } else {
    noteSpare(state, slot);
  }
}

/**
 * Forgets acquisitions that cannot succeed or are overdue; repeats failed ones when they are due.
 */
function tendAcquisitions(state: SchedulerState): void {
  const { tasks, replication, workers, nowMs } = state;
  for (const [id, acquisition] of replication.acquiring) {
    const { to, askedMs, againMs, failures } = acquisition;
    const slot = tasks.slotOf(id);
    const mayCome = slot >= 0 && tasks.status[slot] === MEMORY && workers.get(to.id) === to;
    const isOverdue = againMs === undefined && nowMs - askedMs >= ACQUIRE_TIMEOUT_MS;
    if (!mayCome || isOverdue) forgetAcquisition(state, id, acquisition);
    else if (againMs !== undefined && againMs <= nowMs) {
      acquisition.askedMs = nowMs;
      acquisition.againMs = undefined;
      // Where there are several, another than the one that was out of reach.
      const holders = holdersOf(state, slot);
      askFor(state, slot, to, holders[failures % holders.length] as WorkerRecord);
    }
  }
}

function forgetAcquisition(state: SchedulerState, id: TaskId, { request }: Acquisition): void {
  state.replication.acquiring.delete(id);
  if (request !== undefined) request.pending--;
}

function dropSpares(state: SchedulerState): void {
  const { tasks, replication } = state;
  for (const [id, sinceMs] of replication.spare) {
    const slot = tasks.slotOf(id);
    const isSpare = slot >= 0 && state.replicas.has(slot) && (tasks.needed[slot] as number) === 0;
    if (!isSpare) {
      replication.spare.delete(id);
      continue;
    }
    if (replication.acquiring.has(id)) continue;
    for (const spare of decideSpareHolders(state, slot, sinceMs)) {
      const worker = recordOf(spare);
      const wasFirst = workerOf(state, slot) === worker;
      dropHolder(state, slot, worker);
      if (wasFirst) reportAgain(state, slot);
    }
    const left = holdersOf(state, slot).length;
    if (left <= copiesWanted(state, slot)) replication.spare.delete(id);
  }
}

function relieveFull(state: SchedulerState): void {
  for (const worker of state.workers.values()) {
    if (worker.replicas.size === 0) continue;
    for (const slot of decideDropsUnderPressure(state, worker)) dropHolder(state, slot, worker);
  }
}

/** Replaces lost copies, at intervals, and at once if a client waits for them. */
function tendReplicated(state: SchedulerState): void {
  const { replication, nowMs } = state;
  const isDue = nowMs - replication.replicatedMs >= REPLICATED_INTERVAL_MS;
  if (isDue) replication.replicatedMs = nowMs;
  const awaited = new Map<LayerRecord, ReplicationRequest>();
  for (const request of replication.requests) {
    if (request.type === "replicate") awaited.set(request.layer, request);
  }
  for (const layer of replication.copiesWanted.keys()) {
    const request = awaited.get(layer);
    if (isDue || request !== undefined) replicate(state, layer, request);
  }
}

/**
 * Requests copies of a layer's blocks that are on too few workers; returns how many have no
 * suitable worker.
 */
function replicate(
  state: SchedulerState,
  layer: LayerRecord,
  request: ReplicationRequest | undefined,
): number {
  const { tasks, replication } = state;
  const promised = promisedBytes(state);
  let short = 0;
  for (const slot of layer.slots.values()) {
    if (replication.acquiring.size >= ACQUISITIONS_MAX) break;
    if (tasks.status[slot] !== MEMORY || replication.acquiring.has(tasks.idOf(slot))) continue;
    const missing = copiesWanted(state, slot) - holdersOf(state, slot).length;
    if (missing <= 0) continue;
    const taker = decideTaker(state, slot, promised);
    if (taker === undefined) {
      short += missing;
      continue;
    }
    promised.set(taker, (promised.get(taker) ?? 0) + (tasks.bytes[slot] as number));
    acquire(state, slot, recordOf(taker), false, request);
  }
  return short;
}

function answerWhenDone(state: SchedulerState, request: ReplicaRequest): void {
  if (request.pending > 0) return;
  const { client, blocks, bytes } = request;
  const isReplication = request.type === "replicate";
  const blocksShort = isReplication ? replicate(state, request.layer, request) : 0;
  // Copies beyond the second are made one after another.
  if (request.pending > 0) return;
  state.replication.requests.delete(request);
  sendToClient(state, client, {
    type: "dataArranged",
    request: request.request,
    blocks,
    bytes,
    blocksShort,
  });
}
