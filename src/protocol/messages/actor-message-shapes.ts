// What each message about actors looks like, as tables that incoming ones are checked against. The compiler
// holds them against actor-messages.ts.
import type {
  ActorEnded,
  ActorFound,
  ActorLetGo,
  ActorLost,
  ActorPlaced,
  ActorStarted,
  ActorsKept,
  CallActor,
  CreateActor,
  FindActor,
  ReleaseActor,
  StartActor,
  StopActor,
  WorkerToCaller,
} from "./actor-messages.js";
import {
  type Check,
  counts,
  integers,
  isBoolean,
  isCount,
  isError,
  isInteger,
  isNumber,
  isOptionalAsker,
  isOptionalResources,
  isString,
  listOf,
  type MessageShapes,
  optional,
  strings,
} from "./field-checks.js";

const isBytes: Check = (value) => value instanceof Uint8Array;
const isNameOrNull: Check = (value) => value === null || isString(value);
const isKind: Check = (value) => value === 0 || value === 1;

const terms = {
  concurrency: isCount,
  timeLimitMs: optional(isNumber),
  resources: isOptionalResources,
};

/** What clients say about actors. */
export const ACTOR_FROM_CLIENT: MessageShapes<CreateActor | ReleaseActor | FindActor> = {
  createActor: {
    fields: {
      actor: isString,
      name: isNameOrNull,
      isDetached: isBoolean,
      restarts: isCount,
      maker: isBytes,
      workers: optional(strings),
      askedBy: isOptionalAsker,
      ...terms,
    },
  },
  releaseActor: {
    fields: {
      actor: isString,
      holds: isCount,
      ends: isBoolean,
      isTaken: optional(isBoolean),
      askedBy: isOptionalAsker,
    },
  },
  findActor: {
    fields: {
      request: isInteger,
      actor: isNameOrNull,
      name: isNameOrNull,
      askedBy: isOptionalAsker,
    },
  },
};

/** What clients hear about them. */
export const ACTOR_TO_CLIENT: MessageShapes<ActorFound | ActorPlaced | ActorLetGo | ActorLost> = {
  actorLetGo: { fields: { actor: isString } },
  actorFound: { fields: { request: isInteger, actor: isNameOrNull } },
  actorPlaced: {
    fields: {
      actor: isString,
      incarnation: isCount,
      worker: isInteger,
      workerName: isString,
      address: isString,
      methods: strings,
      fields: strings,
    },
  },
  actorLost: { fields: { actor: isString, error: isError, isComingBack: isBoolean } },
};

/** What workers say about them. */
export const ACTOR_FROM_WORKER: MessageShapes<ActorStarted | ActorEnded | ActorsKept> = {
  actorsKept: {
    fields: { tasks: counts, actors: strings },
    columns: [["tasks", "actors"]],
  },
  actorStarted: {
    fields: { actor: isString, incarnation: isCount, methods: strings, fields: strings },
  },
  actorEnded: { fields: { actor: isString, incarnation: isCount, error: isError } },
};

/** What workers hear about them. */
export const ACTOR_TO_WORKER: MessageShapes<StartActor | StopActor> = {
  startActor: { fields: { actor: isString, incarnation: isCount, maker: isBytes, ...terms } },
  stopActor: { fields: { actor: isString } },
};

/** What a worker hears of callers. */
export const CALL_ACTOR: MessageShapes<CallActor> = {
  callActor: {
    fields: {
      actor: isString,
      incarnation: isCount,
      first: isCount,
      kinds: listOf(isKind),
      names: strings,
      lengths: counts,
      values: isBytes,
    },
    columns: [["kinds", "names", "lengths"]],
  },
};

/** What a caller hears of workers. */
export const TO_CALLER: MessageShapes<WorkerToCaller> = {
  actorAnswered: {
    fields: {
      actor: isString,
      calls: counts,
      lengths: integers,
      values: isBytes,
      errors: listOf(isError),
    },
    columns: [["calls", "lengths"]],
  },
  actorGone: { fields: { actor: isString, incarnation: isCount, error: isError } },
};
