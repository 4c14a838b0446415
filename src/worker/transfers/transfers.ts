// Fetches operands from other workers, in batches per peer: few requests at a time, the most urgent
// first, never the same value twice. If a value is unavailable, the tasks that wait for it are
// given up, and the scheduler decides again.
import type { WorkersJoined } from "../../protocol/messages/messages.js";
import type { TaskId, WorkerId } from "../../protocol/values/ids.js";
import type { FetchFailed, FetchFinished } from "../state/events.js";
import { isBefore } from "../state/priority-queue.js";
import { noteHeld, noteQueue, noteTransfer } from "../state/span-reports.js";
import type { StepOutbox } from "../state/step-outbox.js";
import {
  COPY,
  type FetchRequest,
  type Peer,
  type PieceSource,
  type TaskRecord,
  type Transfer,
} from "../state/task-records.js";
import { becomeTransfer } from "../state/transitions.js";
import type { WorkerState } from "../state/worker-state.js";
import { addPeer, enqueueTransfer, firstWanted } from "../values/fetch-queue.js";
import { moveValue, mustWaitForMemory } from "../values/memory-accounts.js";
import { wakeWaiters } from "../values/ready.js";
import { cancelTransfer, giveUpWaiters } from "../values/release.js";
import { removeTombstone } from "../values/tombstones.js";

/** Most values in one request. */
const REQUEST_TASKS_MAX = 1024;
/** A request is full at this many bytes; a larger value is sent alone. */
const REQUEST_BYTES_MAX = 16 * 2 ** 20;
/** With this many bytes under way, a peer gets a second request, so that its link never idles. */
const LINK_BUSY_BYTES = 2 ** 20;
const PEER_REQUESTS_MAX = 2;

/** Peers that values can come from. */
export function peersJoined(state: WorkerState, message: WorkersJoined): void {
  for (const { worker, address } of message.workers) addPeer(state, worker, address);
}

/** A peer is gone: nothing comes from it any more. */
export function peerLost(state: WorkerState, worker: WorkerId, out: StepOutbox): void {
  const peer = state.peers.get(worker);
  if (peer === undefined) return;
  state.peers.delete(worker);
  state.hungryPeers.delete(peer);
  for (const transfer of state.transfers.values()) {
    if (transfer.worker !== worker) continue;
    cancelTransfer(state, transfer);
    out.missed(sourceOf(transfer), worker);
    if (transfer.isAcquired) out.copyFailed(transfer.task);
    giveUpWaiters(state, transfer, out);
  }
  out.forgetPeer({ type: "forgetPeer", worker, address: peer.address });
}

/** A peer is silent: requests to it are given up, so that others can be asked for their values. */
export function askAgain(state: WorkerState, worker: WorkerId, out: StepOutbox): void {
  const peer = state.peers.get(worker);
  if (peer === undefined || peer.requests === 0) return;
  for (const request of state.requests.values()) {
    if (request.peer === peer) request.isAskedAgain = true;
  }
  out.forgetPeer({ type: "forgetPeer", worker, address: peer.address });
}

/** Sends requests as far as the bounds and memory allow. */
export function startFetches(state: WorkerState, out: StepOutbox): void {
  while (state.hungryPeers.size > 0 && state.requests.size < state.options.fetchesMax) {
    const peer = mostUrgentPeer(state);
    if (peer === undefined) return;
    const bytes = (peer.wanted.peek() as Transfer).bytes;
    if (mustWaitForMemory(state, bytes)) return;
    sendRequest(state, peer, out);
  }
}

/** The peer with the most urgent value among those that may be asked now. */
function mostUrgentPeer(state: WorkerState): Peer | undefined {
  let best: Peer | undefined;
  let bestFirst: Transfer | undefined;
  for (const peer of state.hungryPeers) {
    const first = firstWanted(peer);
    if (first === undefined) {
      state.hungryPeers.delete(peer);
    } else if (mayAsk(peer) && (bestFirst === undefined || isBefore(first, bestFirst))) {
      best = peer;
      bestFirst = first;
    }
  }
  return best;
}

/** One request at a time while values are small; two when the link would idle between them. */
function mayAsk(peer: Peer): boolean {
  if (peer.requests === 0) return true;
  return peer.requests < PEER_REQUESTS_MAX && peer.bytesUnderWay >= LINK_BUSY_BYTES;
}

function sendRequest(state: WorkerState, peer: Peer, out: StepOutbox): void {
  const request = state.requestCount++;
  const tasks: TaskId[] = [];
  const pieces: (PieceSource | undefined)[] = [];
  let hasPieces = false;
  let bytes = 0;
  let sinceMs = state.nowMs;
  while (tasks.length < REQUEST_TASKS_MAX) {
    const next = firstWanted(peer);
    if (next === undefined) break;
    const sum = bytes + next.bytes;
    if (tasks.length > 0 && (sum > REQUEST_BYTES_MAX || mustWaitForMemory(state, sum))) break;
    peer.wanted.pop();
    becomeTransfer(next, "fetching");
    next.request = request;
    sinceMs = Math.min(sinceMs, next.sinceMs);
    tasks.push(next.task);
    pieces.push(next.piece);
    if (next.piece !== undefined) hasPieces = true;
    bytes += next.bytes;
  }
  peer.requests++;
  peer.bytesUnderWay += bytes;
  state.incomingBytes += bytes;
  const times = { sentMs: state.nowMs, queuedMs: state.nowMs - sinceMs };
  state.requests.set(request, { request, peer, tasks, bytes, ...times, isAskedAgain: false });
  const { worker, address } = peer;
  const asked = { type: "fetch", request, worker, address, tasks } as const;
  out.fetch(hasPieces ? { ...asked, pieces } : asked);
}

/** A request came back: the values found are here, the rest is not available. */
export function fetchFinished(state: WorkerState, event: FetchFinished, out: StepOutbox): void {
  const ended = endRequest(state, event.request, out);
  if (ended === undefined) return;
  const copies = new Arrivals();
  const pieces = new Arrivals();
  const reader = firstReader(state, ended);
  for (let k = 0; k < event.found.length; k++) {
    const task = event.found[k] as TaskId;
    const bytes = event.bytes[k] as number;
    const transfer = state.transfers.get(task);
    if (transfer?.status === "fetching" && transfer.request === ended.request) {
      valueArrived(state, transfer, bytes);
      if (transfer.piece === undefined) copies.add(task, bytes);
      else pieces.add(transfer.piece.reader, bytes);
    } else if (isBuried(state, task, ended.request)) {
      out.drop(task);
      removeTombstone(state, task);
    }
  }
  const { transferMs, heldMs = 0 } = event;
  noteQueue(state, ended, reader);
  noteHeld(state, ended, transferMs, heldMs, reader);
  noteTransfer(state, ended.peer.worker, sumOf(event.bytes), transferMs, reader);
  if (copies.tasks.length > 0) out.send({ type: "replicasAdded", ...copies, transferMs });
  if (pieces.tasks.length > 0 && ended.peer.worker !== state.self) {
    out.send({ type: "piecesFetched", ...pieces, transferMs });
  }
  loseRest(state, ended, true, out);
}

/** The first task here that waits for what a request brings. */
function firstReader(state: WorkerState, { tasks }: FetchRequest): TaskRecord | undefined {
  for (const task of tasks) {
    const transfer = state.transfers.get(task);
    const { piece, waiters = [] } = transfer ?? {};
    const reader = piece === undefined ? waiters[0] : state.tasks.get(piece.reader);
    if (reader !== undefined) return reader;
  }
  return undefined;
}

function sumOf(bytes: readonly number[]): number {
  return bytes.reduce((sum, each) => sum + each, 0);
}

/** A request failed: none of its values is available from that peer. */
export function fetchFailed(state: WorkerState, event: FetchFailed, out: StepOutbox): void {
  const ended = endRequest(state, event.request, out);
  if (ended === undefined) return;
  const { worker, address } = ended.peer;
  if (ended.isAskedAgain && state.peers.get(worker) === ended.peer) {
    wantRest(state, ended);
    return;
  }
  out.log("warn", "a fetch failed", { worker, address, reason: event.reason });
  if (state.peers.get(worker) === ended.peer) out.unreachable(worker);
  loseRest(state, ended, false, out);
}

/** The value to request. */
function sourceOf({ task, piece }: Transfer): TaskId {
  return piece === undefined ? task : piece.task;
}

/** Columns of the arrivals; adjacent ones of one number are summed up. */
class Arrivals {
  readonly tasks: TaskId[] = [];
  readonly bytes: number[] = [];

  add(task: TaskId, bytes: number): void {
    const last = this.tasks.length - 1;
    if (this.tasks[last] === task) {
      this.bytes[last] = (this.bytes[last] as number) + bytes;
    } else {
      this.tasks.push(task);
      this.bytes.push(bytes);
    }
  }
}

function endRequest(
  state: WorkerState,
  request: number,
  out: StepOutbox,
): FetchRequest | undefined {
  const ended = state.requests.get(request);
  if (ended === undefined) {
    out.log("warn", "an unknown request ended", { request });
    return undefined;
  }
  state.requests.delete(request);
  ended.peer.requests--;
  ended.peer.bytesUnderWay -= ended.bytes;
  state.incomingBytes -= ended.bytes;
  return ended;
}

/** The copy is here: it is a task in memory from now on. */
function valueArrived(state: WorkerState, transfer: Transfer, bytes: number): void {
  const { task, priority, sequence, waiters } = transfer;
  const readers = transfer.isAcquired ? transfer.readers - 1 : transfer.readers;
  becomeTransfer(transfer, "here");
  state.transfers.delete(task);
  const record: TaskRecord = {
    task,
    status: "memory",
    attempt: COPY,
    layer: -1,
    block: -1,
    priority,
    sequence,
    operands: [],
    heldBack: undefined,
    bytes,
    readers,
    waiters,
    missing: 0,
    place: "absent",
    isOnDisk: false,
    pins: 0,
    usePriority: priority,
    threads: 1,
    memoryBytes: 0,
    isQuery: false,
    resources: undefined,
    estimateMs: 0,
    isSuspended: false,
    follower: undefined,
    isUnsized: false,
  };
  state.tasks.set(task, record);
  if (transfer.piece !== undefined) state.pieceBytes += bytes - transfer.bytes;
  moveValue(state, record, "here");
  wakeWaiters(state, record);
}

/** Drops the values that an ended request has not brought. */
function loseRest(
  state: WorkerState,
  ended: FetchRequest,
  isAnswered: boolean,
  out: StepOutbox,
): void {
  for (const task of ended.tasks) {
    const transfer = state.transfers.get(task);
    if (transfer?.status === "fetching" && transfer.request === ended.request) {
      becomeTransfer(transfer, "released");
      state.transfers.delete(task);
      if (transfer.piece !== undefined) state.pieceBytes -= transfer.bytes;
      noteMissed(transfer, isAnswered, out);
      giveUpWaiters(state, transfer, out);
    } else if (isBuried(state, task, ended.request)) {
      removeTombstone(state, task);
    }
  }
}

/** What a request that was given up has not brought is wanted again, by those who still need it. */
function wantRest(state: WorkerState, ended: FetchRequest): void {
  for (const task of ended.tasks) {
    const transfer = state.transfers.get(task);
    if (transfer?.status === "fetching" && transfer.request === ended.request) {
      becomeTransfer(transfer, "wanted");
      enqueueTransfer(state, transfer);
    } else if (isBuried(state, task, ended.request)) {
      removeTombstone(state, task);
    }
  }
}

/**
 * An unreachable peer may hold a copy that was requested without a task: it is not reported as
 * missing then.
 */
function noteMissed(transfer: Transfer, isAnswered: boolean, out: StepOutbox): void {
  const { worker, isAcquired, readers } = transfer;
  if (isAcquired) out.copyFailed(transfer.task);
  if (!isAcquired) out.missed(sourceOf(transfer), worker);
  else if (isAnswered) out.missedCopy(transfer.task, worker);
  else if (readers > 1) out.missed(transfer.task, worker);
}

function isBuried(state: WorkerState, task: TaskId, request: number): boolean {
  const tombstone = state.tombstones.get(task);
  return tombstone?.type === "fetch" && tombstone.request === request;
}
