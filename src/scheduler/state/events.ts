// The scheduler's events. A message is an event from the wire: the transport adds its sender and
// changes nothing else.
import type {
  ClientToScheduler,
  RegisterClient,
  RegisterWorker,
  WorkerToScheduler,
} from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";

/** A message with its sender. */
export type Received<M> = M & { readonly from: PeerId };

/** Time has passed: timeouts, progress reports and statistics are due. */
export interface Ticked {
  readonly type: "ticked";
}

/** The transport knows that a peer is gone. */
export interface PeerLost {
  readonly type: "peerLost";
  readonly from: PeerId;
  readonly reason: string;
}

/** The scheduler asked to go on with work that takes more than one step (action `continue`). */
export interface Continued {
  readonly type: "continued";
}

/** Whether an event comes from the shell, not from a peer. */
export function isOfShell(event: SchedulerEvent): event is Ticked | PeerLost | Continued {
  return event.type === "ticked" || event.type === "peerLost" || event.type === "continued";
}

/** Messages of a registered client. */
export type FromClient = Exclude<ClientToScheduler, RegisterClient>;

/** Messages of a registered worker. */
export type FromWorker = Exclude<WorkerToScheduler, RegisterWorker>;

export type SchedulerEvent =
  | Received<ClientToScheduler>
  | Received<WorkerToScheduler>
  | Ticked
  | PeerLost
  | Continued;
