// Messages between clients and the scheduler about locks, semaphores, events, variables, queues,
// topics and datasets, each by name. Part of messages.ts.

import {
  isBoolean,
  isBytes,
  isCount,
  isError,
  isPersistedLayer,
  isPositive,
  isString,
  layerNames,
  listOf,
  oneOf,
  optional,
  record,
  strings,
} from "./fields.js";
import { type HeldBy, type MessageOf, message } from "./schema.js";

/** The kind of object, and the operation on it. */
const isOperation = oneOf(
  "semaphore.acquire",
  "semaphore.release",
  "semaphore.value",
  "event.set",
  "event.clear",
  "event.isSet",
  "event.wait",
  "variable.set",
  "variable.get",
  "variable.delete",
  "queue.put",
  "queue.get",
  "queue.size",
  "queue.delete",
  "topic.log",
  "topic.read",
  "topic.count",
  "dataset.publish",
  "dataset.get",
  "dataset.list",
  "dataset.unpublish",
);
export type CoordinationOperation = HeldBy<typeof isOperation>;

/** Does something to a named thing: answered by `coordinated`, at once or when it is possible. */
export const coordinate = message("coordinate", {
  request: isCount,
  /** Who asks: leases belong to it, and end with it. */
  holder: isString,
  /** Its own number for this, by which it may cancel it. */
  wait: isCount,
  operation: isOperation,
  name: isString,
  /**
   * For a semaphore: how many leases there are; for a queue: how many items it takes, 0 for any
   * number.
   */
  limit: optional(isCount),
  /** For a lease: how long it lasts at most. */
  leaseMs: optional(isPositive),
  /** For a topic: the number of the event behind which to read. */
  after: optional(isCount),
  /** The lease to be released. */
  token: optional(isCount),
  /** The value to put or set. */
  value: optional(isBytes),
  /** Layers whose blocks the value refers to: they are kept with it. */
  kept: optional(layerNames),
  /** Actors that the value refers to: they are kept, too. */
  actors: optional(strings),
});
export type Coordinate = MessageOf<typeof coordinate>;

/** Cancels the wait of that number; the request is still answered. */
export const cancelWait = message("cancelWait", {
  holder: isString,
  wait: isCount,
});
export type CancelWait = MessageOf<typeof cancelWait>;

/** A holder is gone: its leases end, its waits are forgotten. */
export const leaveCoordination = message("leaveCoordination", {
  holder: isString,
});
export type LeaveCoordination = MessageOf<typeof leaveCoordination>;

/** Answer to `coordinate`. */
export const coordinated = message("coordinated", {
  request: isCount,
  /** Whether it was done; otherwise it was cancelled, or there is an `error`. */
  isDone: isBoolean,
  error: optional(isError),
  /** The token of the lease; higher than that of any earlier lease. */
  token: optional(isCount),
  /** How many there are, or whether (1) or not (0). */
  count: optional(isCount),
  names: optional(strings),
  value: optional(isBytes),
  /** Layers that the value refers to, each held for this client by a graph of that name. */
  kept: optional(listOf(record({ graph: isString, layer: isPersistedLayer }))),
  /** Actors that it refers to: each held for this client until that releases it as taken. */
  actors: optional(strings),
});
export type Coordinated = MessageOf<typeof coordinated>;

/** A lease has ended before it was released. */
export const leaseLapsed = message("leaseLapsed", {
  holder: isString,
  token: isCount,
  reason: isString,
});
