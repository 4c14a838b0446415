// Messages about actors, instances of users' classes that live on one worker. The scheduler creates
// them for clients and announces their places; calls then go straight to the worker's data address.
// Part of the unions of messages.ts, except for those between callers and workers.

import {
  counts,
  integers,
  isAsker,
  isBoolean,
  isBytes,
  isCount,
  isError,
  isInteger,
  isNumber,
  isResources,
  isString,
  listOf,
  nullable,
  optional,
  record,
  strings,
} from "./fields.js";
import { type Check, type Fields, type MessageOf, message } from "./schema.js";

/** Fields of an actor that its worker needs. */
const terms = {
  /** How many of its calls may be under way at once. */
  concurrency: isCount,
  /** How long a call may run before the actor is ended. */
  timeLimitMs: optional(isNumber),
  /** Resources of its worker that the actor takes while it lives. */
  resources: optional(isResources),
};

/** Fields of an actor that its worker needs. */
export type ActorTerms = Fields<typeof terms>;

/** Kinds of calls to an actor: running a method, or reading a field. */
export const RUN_METHOD = 0;
export const READ_FIELD = 1;

const isKind: Check<number> = (value): value is number =>
  value === RUN_METHOD || value === READ_FIELD;

// ---------------------------------------------------------------- client ↔ scheduler

/** Make an actor; `actorPlaced` and `actorLost` report its fate. */
export const createActor = message("createActor", {
  actor: isString,
  /** By which others find it; null for most. */
  name: nullable(isString),
  /** Whether it stays when its client is gone, until it is released. */
  isDetached: isBoolean,
  /** How often it is made again when it or its worker dies. */
  restarts: isCount,
  /** The class and the arguments of its constructor, packed. */
  maker: isBytes,
  /** Names of the workers that it may live on; default: any. */
  workers: optional(strings),
  /** On a worker: the task or actor that asks. Its console output goes to the caller. */
  askedBy: optional(isAsker),
  ...terms /*SPREAD ActorTerms*/,
});
export type CreateActor = MessageOf<typeof createActor>;

/**
 * The client releases an actor, which it holds since it created it, and once more for each answer
 * to `findActor`. An actor without holders ends.
 */
export const releaseActor = message("releaseActor", {
  actor: isString,
  /** How many of its holds. */
  holds: isCount,
  /** Whether a client asked for it: then even an actor ends that would not end by itself. */
  ends: isBoolean,
  /** Whether it is the hold that came with a value of a queue, variable or dataset. */
  isTaken: optional(isBoolean),
  /** On a worker: the actor that held it. */
  askedBy: optional(isAsker),
});
export type ReleaseActor = MessageOf<typeof releaseActor>;

/** Asks for an actor by its name or number; answered by `actorFound`, then by its place. */
export const findActor = message("findActor", {
  request: isInteger,
  actor: nullable(isString),
  name: nullable(isString),
  /** On a worker: the actor that will hold it. */
  askedBy: optional(isAsker),
});
export type FindActor = MessageOf<typeof findActor>;

/** Answer to `findActor`. */
export const actorFound = message("actorFound", {
  request: isInteger,
  /** Null when there is none. */
  actor: nullable(isString),
});
export type ActorFound = MessageOf<typeof actorFound>;

/** Asks for all actors: answered by `actorsListed`. */
export const listActors = message("listActors", { request: isInteger });
export type ListActors = MessageOf<typeof listActors>;

const isActorListed = record({
  actor: isString,
  /** Null where it has none. */
  name: nullable(isString),
  isDetached: isBoolean,
  /** Where it is in its life: `waiting`, `starting`, `running` or `dying`. */
  status: isString,
  /** The name of its worker; null while it has none. */
  worker: nullable(isString),
});

/** Answer to `listActors`. */
export const actorsListed = message("actorsListed", {
  request: isInteger,
  actors: listOf(isActorListed),
});
export type ActorsListed = MessageOf<typeof actorsListed>;

/** The actor is there and takes calls. */
export const actorPlaced = message("actorPlaced", {
  actor: isString,
  /** The number of the instance among those that were made for it. */
  incarnation: isCount,
  worker: isInteger,
  workerName: isString,
  /** Where its worker takes calls. */
  address: isString,
  methods: strings,
  fields: strings,
});
export type ActorPlaced = MessageOf<typeof actorPlaced>;

/** Another client releases the actor: its holder may check whether it is still needed. */
export const actorReleased = message("actorReleased", {
  actor: isString,
});
export type ActorReleased = MessageOf<typeof actorReleased>;

/** The actor is gone, with its state. */
export const actorLost = message("actorLost", {
  actor: isString,
  error: isError,
  /** Whether it is being made again: `actorPlaced` will follow. */
  isComingBack: isBoolean,
});
export type ActorLost = MessageOf<typeof actorLost>;

// ---------------------------------------------------------------- scheduler ↔ worker

/** Make the actor and keep it. */
export const startActor = message("startActor", {
  actor: isString,
  incarnation: isCount,
  maker: isBytes,
  ...terms /*SPREAD ActorTerms*/,
});
export type StartActor = MessageOf<typeof startActor>;

/** End the actor. */
export const stopActor = message("stopActor", {
  actor: isString,
});
export type StopActor = MessageOf<typeof stopActor>;

/** The actor was made. */
export const actorStarted = message("actorStarted", {
  actor: isString,
  incarnation: isCount,
  methods: strings,
  fields: strings,
});
export type ActorStarted = MessageOf<typeof actorStarted>;

/** The actor could not be made, or has ended by itself. */
export const actorEnded = message("actorEnded", {
  actor: isString,
  incarnation: isCount,
  error: isError,
});
export type ActorEnded = MessageOf<typeof actorEnded>;

/**
 * Results that tasks here are about to return contain handles of actors: keep the actors as long as
 * the results. Columns.
 */
export const actorsKept = message(
  "actorsKept",
  {
    tasks: counts,
    actors: strings,
  },
  { columns: [["tasks", "actors"]] },
);
export type ActorsKept = MessageOf<typeof actorsKept>;

// ---------------------------------------------------------------- caller ↔ worker

/**
 * Calls of one actor, numbered from `first` on. Columns; their packed arguments are concatenated.
 */
export const callActor = message(
  "callActor",
  {
    actor: isString,
    incarnation: isCount,
    first: isCount,
    kinds: listOf(isKind),
    names: strings,
    lengths: counts,
    values: isBytes,
  },
  { columns: [["kinds", "names", "lengths"]] },
);
export type CallActor = MessageOf<typeof callActor>;

/** Calls that have ended. Columns; their packed results are concatenated. */
export const actorAnswered = message(
  "actorAnswered",
  {
    actor: isString,
    calls: counts,
    /** The bytes of each result; -1 for a call that threw. */
    lengths: integers,
    values: isBytes,
    /** The thrown errors, in order. */
    errors: listOf(isError),
  },
  { columns: [["calls", "lengths"]] },
);
export type ActorAnswered = MessageOf<typeof actorAnswered>;

/**
 * The actor is not here any more, or not this instance of it: calls without an answer will have
 * none.
 */
export const actorGone = message("actorGone", {
  actor: isString,
  incarnation: isCount,
  error: isError,
});
export type ActorGone = MessageOf<typeof actorGone>;
