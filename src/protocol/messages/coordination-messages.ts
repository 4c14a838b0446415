// What clients and the scheduler say about what programs coordinate themselves with: locks, semaphores, events,
// variables, queues and datasets, each by its name. Part of messages.ts.
import type { LayerName, PersistedLayer } from "../../graph/model/layer.js";
import type { ActorId, GraphId } from "../values/ids.js";
import type { WireError } from "../values/wire-error.js";

/** What is to be done, and to what kind of thing. */
export type CoordinationOperation =
  | "semaphore.acquire"
  | "semaphore.release"
  | "event.set"
  | "event.clear"
  | "event.isSet"
  | "event.wait"
  | "variable.set"
  | "variable.get"
  | "variable.delete"
  | "queue.put"
  | "queue.get"
  | "queue.size"
  | "dataset.publish"
  | "dataset.get"
  | "dataset.list"
  | "dataset.unpublish";

/** Does something to a named thing: answered by `coordinated`, at once or when it is possible. */
export interface Coordinate {
  readonly type: "coordinate";
  readonly request: number;
  /** Who asks: leases belong to it, and end with it. */
  readonly holder: string;
  /** Its own number for this, by which it may cancel it. */
  readonly wait: number;
  readonly operation: CoordinationOperation;
  readonly name: string;
  /** Of a semaphore: how many leases there are; of a queue: how many items it takes, 0 for any number. */
  readonly limit?: number;
  /** Of a lease: how long it lasts at most. */
  readonly leaseMs?: number;
  /** The lease to be released. */
  readonly token?: number;
  /** What is put or set. */
  readonly value?: Uint8Array;
  /** Layers whose blocks the value refers to: they are kept with it. */
  readonly kept?: readonly LayerName[];
  /** Actors that the value refers to: they are kept, too. */
  readonly actors?: readonly ActorId[];
}

/** What was asked for under that number is not waited for any more; it is answered all the same. */
export interface CancelWait {
  readonly type: "cancelWait";
  readonly holder: string;
  readonly wait: number;
}

/** A holder is gone: its leases end, its waits are forgotten. */
export interface LeaveCoordination {
  readonly type: "leaveCoordination";
  readonly holder: string;
}

/** Answer to `coordinate`. */
export interface Coordinated {
  readonly type: "coordinated";
  readonly request: number;
  /** Whether it was done; otherwise it was cancelled, or there is an `error`. */
  readonly isDone: boolean;
  readonly error?: WireError;
  /** Of the lease; higher than that of any lease before. */
  readonly token?: number;
  /** How many there are, or whether (1) or not (0). */
  readonly count?: number;
  readonly names?: readonly string[];
  readonly value?: Uint8Array;
  /** What the value refers to: each held for this client by a graph of that name. */
  readonly kept?: readonly { readonly graph: GraphId; readonly layer: PersistedLayer }[];
  /** Actors that it refers to: each held for this client until that releases it as taken. */
  readonly actors?: readonly ActorId[];
}

/** A lease has ended before it was released. */
export interface LeaseLapsed {
  readonly type: "leaseLapsed";
  readonly holder: string;
  readonly token: number;
  readonly reason: string;
}
