// Messages between a worker's main thread and an actor's thread.
import type { MessagePort } from "node:worker_threads";
import type { ActorAnswered, CallActor } from "../../protocol/messages/messages.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import type { Printed } from "../tasks/task-console.js";

/** The data of the thread at its start. */
export interface ActorThreadStart {
  /** The class and its constructor's arguments, packed. */
  readonly maker: Uint8Array;
  readonly concurrency: number;
  /** Modules to import first: paths and names of packages. */
  readonly preload: readonly string[];
  readonly worker: string;
  readonly schedulerAddress: string;
  /**
   * Shared; for each call that may be under way at once, when it began (by {@link nowMs}; 0 for
   * none) and the position of its method's name among `methods`. None where calls have no time
   * limit.
   */
  readonly clock: Float64Array | undefined;
}

/** Calls from one caller, whom the main thread knows by a number. */
export interface ThreadCalls
  extends Pick<CallActor, "first" | "kinds" | "names" | "lengths" | "values"> {
  readonly caller: number;
}

/** The actor was made. */
export interface ActorMade {
  readonly type: "made";
  readonly methods: readonly string[];
  readonly fields: readonly string[];
}

/** Its constructor threw. */
export interface ActorFailed {
  readonly type: "failed";
  readonly error: WireError;
}

/** Calls of one caller have ended. */
export interface ThreadAnswers
  extends Pick<ActorAnswered, "calls" | "lengths" | "values" | "errors"> {
  readonly type: "answers";
  readonly caller: number;
}

/** The actor opens a link to the scheduler, through this port. */
export interface ActorLine {
  readonly type: "line";
  readonly port: MessagePort;
}

/** The actor wrote to the console. */
export interface ActorPrinted extends Printed {
  readonly type: "printed";
}

/** Methods of the actor have noted spans. */
export interface ActorSpans {
  readonly type: "spans";
  readonly spans: TakenSpans;
}

export type FromActorThread =
  | ActorMade
  | ActorFailed
  | ThreadAnswers
  | ActorLine
  | ActorPrinted
  | ActorSpans;

/** A clock that all threads of the process share. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
