// What is wanted of each peer: the queue that requests are filled from. Sending and ending requests
// is transfers.ts; why something is no longer wanted is release.ts.
import { defined } from "../base/assert.js";
import type { TaskId, WorkerId } from "../protocol/ids.js";
import type { Peer, Transfer, WorkerState } from "./state.js";

/** A transfer of a value that nothing here knows yet; undefined when `worker` cannot be asked. */
export function wantValue(
  state: WorkerState,
  task: TaskId,
  worker: WorkerId,
  bytes: number,
  priority: number,
): Transfer | undefined {
  if (!state.peers.has(worker)) return undefined;
  const transfer: Transfer = {
    task,
    status: "wanted",
    worker,
    bytes,
    priority,
    sequence: state.sequenceCount++,
    request: -1,
    readers: 0,
    waiters: undefined,
  };
  state.transfers.set(task, transfer);
  if (!state.departures.has(task)) enqueueTransfer(state, transfer);
  return transfer;
}

/** The transfer may be asked for. */
export function enqueueTransfer(state: WorkerState, transfer: Transfer): void {
  const peer = defined(state.peers.get(transfer.worker), `peer ${transfer.worker}`);
  peer.wanted.push(transfer);
  state.hungryPeers.add(peer);
}

/** The next value wanted of the peer; what was cancelled meanwhile falls out. */
export function firstWanted(peer: Peer): Transfer | undefined {
  let first = peer.wanted.peek();
  while (first !== undefined && first.status !== "wanted") {
    peer.wanted.pop();
    first = peer.wanted.peek();
  }
  return first;
}
