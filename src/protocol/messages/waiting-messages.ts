// What the scheduler says of work that waits for a worker. Part of the unions of messages.ts.
import { isNumber, isString, listOf, optional, record } from "./fields.js";
import { type Fields, type MessageOf, message } from "./schema.js";

const isLostWorker = record({
  name: isString,
  /** How long ago it joined and was lost. */
  joinedMsAgo: isNumber,
  lostMsAgo: isNumber,
  reason: isString,
});

/** What something waits for, and why. */
export const waiting = {
  /** How long it has waited for a worker that will do; 0 when there is one. */
  waitingForWorkersMs: isNumber,
  /** What it waits for when workers are there and none of them will do. */
  waitingFor: optional(isString),
  /** When none is there: the workers that there were, the latest last. */
  lostWorkers: optional(listOf(isLostWorker)),
};

/** What something waits for, and why. */
export type Waiting = Fields<typeof waiting>;

/** An actor waits for a worker that will do: said now and then. */
export const actorWaiting = message("actorWaiting", {
  actor: isString,
  ...waiting /*SPREAD Waiting*/,
});
export type ActorWaiting = MessageOf<typeof actorWaiting>;
