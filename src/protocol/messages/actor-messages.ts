// What is said about actors: instances of users' classes that live on one worker. Clients have them made by
// the scheduler, which tells them where; calls then go straight to the worker's data address. Part of the
// unions of messages.ts, but for what callers and workers say to each other.
import type { ActorId, TaskId, WorkerId } from "../values/ids.js";
import type { WireError } from "../values/wire-error.js";

// ---------------------------------------------------------------- client ↔ scheduler

/** Make an actor; what becomes of it is told by `actorPlaced` and `actorLost`. */
export interface CreateActor extends ActorTerms {
  readonly type: "createActor";
  readonly actor: ActorId;
  /** By which others find it; null for most. */
  readonly name: string | null;
  /** Whether it stays when its client is gone, until it is released. */
  readonly isDetached: boolean;
  /** How often it is made anew when it or its worker dies. */
  readonly restarts: number;
  /** The class and the arguments of its constructor, packed. */
  readonly maker: Uint8Array;
  /** Names of the workers that it may live on; any will do unless given. */
  readonly workers?: readonly string[];
  /** On a worker: the task or actor that asks. What it writes goes to whoever wanted that. */
  readonly askedBy?: TaskId | ActorId;
}

/** What a worker must know of an actor. */
export interface ActorTerms {
  /** How many of its calls may be under way at once. */
  readonly concurrency: number;
  /** How long a call may run before the actor is ended. */
  readonly timeLimitMs?: number;
  /** What it takes of its worker's resources while it lives. */
  readonly resources?: Readonly<Record<string, number>>;
}

/**
 * The client lets go of an actor, of which it got hold by having it made and by each answer to `findActor`. Whom
 * nobody holds, ends.
 */
export interface ReleaseActor {
  readonly type: "releaseActor";
  readonly actor: ActorId;
  /** How many of its holds. */
  readonly holds: number;
  /** Whether somebody said so: then an actor ends, too, that does not end by itself. */
  readonly ends: boolean;
  /** Whether it is the hold that came with a value of a queue, variable or dataset. */
  readonly isTaken?: boolean;
  /** On a worker: the actor that held it. */
  readonly askedBy?: TaskId | ActorId;
}

/** Asks for an actor by its name or number; answered by `actorFound`, then by where it is. */
export interface FindActor {
  readonly type: "findActor";
  readonly request: number;
  readonly actor: ActorId | null;
  readonly name: string | null;
  /** On a worker: the actor that will hold it. */
  readonly askedBy?: TaskId | ActorId;
}

/** Answer to `findActor`. */
export interface ActorFound {
  readonly type: "actorFound";
  readonly request: number;
  /** Null when there is none. */
  readonly actor: ActorId | null;
}

/** The actor is there and takes calls. */
export interface ActorPlaced {
  readonly type: "actorPlaced";
  readonly actor: ActorId;
  /** Which of the instances that were made for it. */
  readonly incarnation: number;
  readonly worker: WorkerId;
  readonly workerName: string;
  /** Where its worker takes calls. */
  readonly address: string;
  readonly methods: readonly string[];
  readonly fields: readonly string[];
}

/** Somebody else let go of the actor: whoever holds it may look whether there is still need of it. */
export interface ActorLetGo {
  readonly type: "actorLetGo";
  readonly actor: ActorId;
}

/** The actor is gone, with what it knew. */
export interface ActorLost {
  readonly type: "actorLost";
  readonly actor: ActorId;
  readonly error: WireError;
  /** Whether it is being made anew: `actorPlaced` will follow. */
  readonly isComingBack: boolean;
}

// ---------------------------------------------------------------- scheduler ↔ worker

/** Make the actor and keep it. */
export interface StartActor extends ActorTerms {
  readonly type: "startActor";
  readonly actor: ActorId;
  readonly incarnation: number;
  readonly maker: Uint8Array;
}

/** End the actor. */
export interface StopActor {
  readonly type: "stopActor";
  readonly actor: ActorId;
}

/** The actor was made. */
export interface ActorStarted {
  readonly type: "actorStarted";
  readonly actor: ActorId;
  readonly incarnation: number;
  readonly methods: readonly string[];
  readonly fields: readonly string[];
}

/** The actor could not be made, or has ended by itself. */
export interface ActorEnded {
  readonly type: "actorEnded";
  readonly actor: ActorId;
  readonly incarnation: number;
  readonly error: WireError;
}

/** What tasks here return refers to actors, which are to be kept as long as the results. Columns. */
export interface ActorsKept {
  readonly type: "actorsKept";
  readonly tasks: readonly TaskId[];
  readonly actors: readonly ActorId[];
}

// ---------------------------------------------------------------- caller ↔ worker

/** What is asked of an actor: to run a method, or the value of a field. */
export const RUN_METHOD = 0;
export const READ_FIELD = 1;

/** Calls of one actor, numbered from `first` on. Columns; their packed arguments stand one after another. */
export interface CallActor {
  readonly type: "callActor";
  readonly actor: ActorId;
  readonly incarnation: number;
  readonly first: number;
  readonly kinds: readonly number[];
  readonly names: readonly string[];
  readonly lengths: readonly number[];
  readonly values: Uint8Array;
}

/** Calls that have ended. Columns; what they returned, packed, stands one after another. */
export interface ActorAnswered {
  readonly type: "actorAnswered";
  readonly actor: ActorId;
  readonly calls: readonly number[];
  /** Bytes of what each returned; -1 for one that threw. */
  readonly lengths: readonly number[];
  readonly values: Uint8Array;
  /** What was thrown, in order. */
  readonly errors: readonly WireError[];
}

/** The actor is not here any more, or not this instance of it: calls without an answer will have none. */
export interface ActorGone {
  readonly type: "actorGone";
  readonly actor: ActorId;
  readonly incarnation: number;
  readonly error: WireError;
}

/** What a worker says to a caller. */
export type WorkerToCaller = ActorAnswered | ActorGone;
