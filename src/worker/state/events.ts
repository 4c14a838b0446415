// A worker's events: messages of the scheduler, and the ends of the shell's actions.
import type {
  ActorEnded,
  ActorStarted,
  SchedulerToWorker,
} from "../../protocol/messages/messages.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import type { WireError } from "../../protocol/values/wire-error.js";

/** Tasks ran to their end and their results are stored. Columns. */
export interface ExecutionsFinished {
  readonly type: "executionsFinished";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
  readonly bytes: readonly number[];
  readonly durationsMs: readonly number[];
  /** The thread that ran all of them, one after another; absent where there is none. */
  readonly thread?: number;
}

/** A task threw; nothing is stored. */
export interface ExecutionFailed {
  readonly type: "executionFailed";
  readonly task: TaskId;
  readonly attempt: number;
  readonly error: WireError;
}

/** Tasks were not run, as they were cancelled in time; nothing is stored. Columns. */
export interface ExecutionsCancelled {
  readonly type: "executionsCancelled";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
}

/**
 * Tasks that another worker is to have: whether each was taken back, because no thread had it.
 * Columns.
 */
export interface ExecutionsWithdrawn {
  readonly type: "executionsWithdrawn";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
  readonly areWithdrawn: readonly boolean[];
}

/** Executions wait for results of others, and occupy no thread meanwhile. Columns. */
export interface ExecutionsSuspended {
  readonly type: "executionsSuspended";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
}

/** Suspended executions continue. Columns. */
export interface ExecutionsResumed {
  readonly type: "executionsResumed";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
}

/** Code of users has noted spans on a thread. */
export interface SpansNoted {
  readonly type: "spansNoted";
  /** By the clock, layers and threads of this worker. */
  readonly spans: TakenSpans;
}

/** A fetch came back; the values found are stored. */
export interface FetchFinished {
  readonly type: "fetchFinished";
  readonly request: number;
  readonly found: readonly TaskId[];
  readonly bytes: readonly number[];
  readonly missing: readonly TaskId[];
  readonly transferMs: number;
  /** Of that, while the request was at the peer and its answer was not ready. */
  readonly heldMs?: number;
}

/** A fetch failed as a whole: the peer does not answer. */
export interface FetchFailed {
  readonly type: "fetchFailed";
  readonly request: number;
  readonly reason: string;
}

/** A copy of the value is on disk. */
export interface ValueSpilled {
  readonly type: "spilled";
  readonly task: TaskId;
}

/** The value could not be written; nothing of it is on disk. */
export interface SpillFailed {
  readonly type: "spillFailed";
  readonly task: TaskId;
  readonly reason: string;
}

/** The value is in memory again. */
export interface ValueRestored {
  readonly type: "restored";
  readonly task: TaskId;
}

/** The value could not be read back. */
export interface RestoreFailed {
  readonly type: "restoreFailed";
  readonly task: TaskId;
  readonly reason: string;
}

/** Time has passed. Carries measurements of the shell. */
export interface WorkerTicked {
  readonly type: "ticked";
  /** Resident set of the process. */
  readonly processBytes: number;
  /** Time of the processor that the process has used. */
  readonly cpuMs?: number;
}

/** The transport knows that the scheduler is gone. */
export interface SchedulerLost {
  readonly type: "schedulerLost";
  readonly reason: string;
}

/** The user or the system asks the worker to leave. */
export interface CloseRequested {
  readonly type: "closeRequested";
  readonly reason: string;
}

export type WorkerEvent =
  | SchedulerToWorker
  | ExecutionsFinished
  | ExecutionFailed
  | ExecutionsCancelled
  | ExecutionsWithdrawn
  | ExecutionsSuspended
  | ExecutionsResumed
  | SpansNoted
  | FetchFinished
  | FetchFailed
  | ValueSpilled
  | SpillFailed
  | ValueRestored
  | RestoreFailed
  | ActorStarted
  | ActorEnded
  | WorkerTicked
  | SchedulerLost
  | CloseRequested;
