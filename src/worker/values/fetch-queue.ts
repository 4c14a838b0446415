// Values to fetch from each peer: the queue that fills requests. transfers.ts sends requests and
// handles their ends; release.ts removes values.
import { defined } from "../../base/assert.js";
import { itemBytes } from "../../base/dtype.js";
import { partShare } from "../../graph/dependencies/regions.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { TaskId, WorkerId } from "../../protocol/values/ids.js";
import { PriorityQueue } from "../state/priority-queue.js";
import type { Peer, PieceSource, TaskRecord, Transfer } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";

/**
 * From now on values can come from the worker; this one counts, too, for pieces of its own values.
 */
export function addPeer(state: WorkerState, worker: WorkerId, address: string): void {
  if (state.peers.has(worker)) return;
  const wanted = new PriorityQueue<Transfer>();
  state.peers.set(worker, { worker, address, wanted, requests: 0, bytesUnderWay: 0 });
}

/** A transfer of a value that nothing here knows yet; undefined when `worker` cannot be asked. */
export function wantValue(
  state: WorkerState,
  task: TaskId,
  worker: WorkerId,
  bytes: number,
  { priority }: Pick<TaskRecord, "priority">,
): Transfer | undefined {
  if (!state.peers.has(worker) || worker === state.self) return undefined;
  return want(state, { task, worker, bytes, priority, piece: undefined });
}

/** The same for a part of a value of `valueBytes`, which is stored under a number of its own. */
export function wantPiece(
  state: WorkerState,
  piece: PieceSource,
  worker: WorkerId,
  valueBytes: number,
  { priority, layer: id }: TaskRecord,
): Transfer | undefined {
  if (!state.peers.has(worker)) return undefined;
  const { layer } = defined(state.layers.get(id), `layer ${id}`);
  const { region } = piece;
  // How long a part is, only its holder knows: until it is here it counts as one of equal parts.
  const bytes =
    "part" in region
      ? Math.ceil(valueBytes * partShare(layer))
      : sizeOf(region.shape) * itemBytes(layer.dtype);
  state.pieceBytes += bytes;
  const task = -1 - state.pieceCount++;
  return want(state, { task, worker, bytes, priority, piece });
}

function want(
  state: WorkerState,
  what: Pick<Transfer, "task" | "worker" | "bytes" | "priority" | "piece">,
): Transfer {
  const { task, worker, bytes, priority, piece } = what;
  const transfer: Transfer = {
    task,
    status: "wanted",
    worker,
    bytes,
    priority,
    sequence: state.sequenceCount++,
    piece,
    sinceMs: state.nowMs,
    isAcquired: false,
    request: -1,
    readers: 0,
    waiters: undefined,
  };
  state.transfers.set(task, transfer);
  if (!state.tombstones.has(task)) enqueueTransfer(state, transfer);
  return transfer;
}

/** The transfer may be requested. */
export function enqueueTransfer(state: WorkerState, transfer: Transfer): void {
  const peer = defined(state.peers.get(transfer.worker), `peer ${transfer.worker}`);
  peer.wanted.push(transfer);
  state.hungryPeers.add(peer);
}

/** The next value wanted from the peer; cancelled ones are dropped. */
export function firstWanted(peer: Peer): Transfer | undefined {
  let first = peer.wanted.peek();
  while (first !== undefined && first.status !== "wanted") {
    peer.wanted.pop();
    first = peer.wanted.peek();
  }
  return first;
}
