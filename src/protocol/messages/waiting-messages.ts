// Messages about work that waits for a worker. Part of the unions of messages.ts.
import { isNumber, isString, listOf, optional, record } from "./fields.js";
import { type Fields, type MessageOf, message } from "./schema.js";

const isLostWorker = record({
  name: isString,
  /** How long ago it joined and was lost. */
  joinedMsAgo: isNumber,
  lostMsAgo: isNumber,
  reason: isString,
});

/** Fields that say what work waits for, and why. */
export const waiting = {
  /** How long it has waited for a suitable worker; 0 if there is one. */
  waitingForWorkersMs: isNumber,
  /** The requirement that none of the connected workers meets. */
  waitingFor: optional(isString),
  /** When none is there: the workers that there were, the latest last. */
  lostWorkers: optional(listOf(isLostWorker)),
};

/** A report of what work waits for, and why. */
export type Waiting = Fields<typeof waiting>;

/** An actor waits for a suitable worker: sent at intervals. */
export const actorWaiting = message("actorWaiting", {
  actor: isString,
  ...waiting /*SPREAD Waiting*/,
});
export type ActorWaiting = MessageOf<typeof actorWaiting>;
