// A worker's actions, in order. The shell owns bytes; the core decides which are needed.
import type { Cut } from "../../graph/dependencies/regions.js";
import type {
  AskWorker,
  Follower,
  PlugWorker,
  StartActor,
  StopActor,
  WorkerToScheduler,
} from "../../protocol/messages/messages.js";
import type { LayerId, TaskId, WorkerId } from "../../protocol/values/ids.js";

/**
 * Send a message to the scheduler; the shell adds the `values` of `inlined` results to
 * `tasksFinished`.
 */
export interface SendToScheduler {
  readonly type: "send";
  readonly message: WorkerToScheduler;
  /**
   * Set where the scheduler can do without it for {@link REPORT_DELAY_MS}. It is sent before any
   * other message.
   */
  readonly canWait?: boolean;
}

/**
 * Send a result, which is small and stored, to the client whose job it is, if that follows this
 * worker. The report, which is sent next, carries it, too; the shell adds that it was `answered`,
 * so that the scheduler need not hurry.
 */
export interface AnswerFollower {
  readonly type: "answerFollower";
  readonly follower: Follower;
}

/** How long a report waits for others, if readers of the results continue here. */
export const REPORT_DELAY_MS = 1;

/**
 * Run a task on an executor thread and store its result under its number. All operands are in
 * memory and stay there until the execution ends: the core releases nothing that one reads.
 */
export interface Execute {
  readonly type: "execute";
  readonly task: TaskId;
  readonly attempt: number;
  readonly layer: LayerId;
  readonly block: number;
  /**
   * In kernel order, with repeats; a number below 0 is a piece, cut to the part that the task
   * reads.
   */
  readonly operands: readonly TaskId[];
}

/**
 * The results of these are no longer wanted. Those that no thread has begun need not run: they come
 * back as `executionsCancelled`, at once. The others end as they would have.
 */
export interface CancelExecutions {
  readonly type: "cancel";
  readonly tasks: readonly TaskId[];
}

/**
 * Another worker would have these done sooner. Which of them no thread was given, and are taken
 * back, comes as `executionsWithdrawn`, at once; the others end as they would have.
 */
export interface WithdrawExecutions {
  readonly type: "withdraw";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
}

/** A part of a value. */
export interface WantedPiece {
  readonly task: TaskId;
  readonly region: Cut;
}

/** Request values from a peer and store them. */
export interface Fetch {
  readonly type: "fetch";
  readonly request: number;
  readonly worker: WorkerId;
  readonly address: string;
  /** The numbers to store under. */
  readonly tasks: readonly TaskId[];
  /** For each, the part to request if it is not the whole value of that number. */
  readonly pieces?: readonly (WantedPiece | undefined)[];
}

/**
 * A peer is gone: requests to its address end now. Each still comes back as a `fetchFailed` event,
 * after which nothing more is stored for it.
 */
export interface ForgetPeer {
  readonly type: "forgetPeer";
  readonly worker: WorkerId;
  readonly address: string;
}

/** Write a copy of this value to disk. The value stays in memory until it is evicted. */
export interface Spill {
  readonly type: "spill";
  readonly task: TaskId;
}

/** These values are on disk: their memory goes back to the pool. */
export interface Evict {
  readonly type: "evict";
  readonly tasks: readonly TaskId[];
}

/** Read this value back from disk into memory; the copy on disk stays. */
export interface Restore {
  readonly type: "restore";
  readonly task: TaskId;
}

/** Memory is scarce: drop all memory that is only kept for reuse, and collect garbage. */
export interface ReleaseMemory {
  readonly type: "releaseMemory";
}

/**
 * The process takes far too much memory: end the user's function that most of it can be put down
 * to, with its thread. Its task fails.
 */
export interface EndCall {
  readonly type: "endCall";
}

/** Forget these values; their memory goes back to the pool, and their files are removed. */
export interface Drop {
  readonly type: "drop";
  readonly tasks: readonly TaskId[];
}

/** Layers came or went: the shell hands them to executor threads when they need them. */
export interface KeepLayers {
  readonly type: "keepLayers";
  readonly added: readonly LayerId[];
  readonly dropped: readonly LayerId[];
}

/** A client asks something of the process; the answer goes to the scheduler as `workerAnswered`. */
export interface Answer {
  readonly type: "answer";
  readonly ask: number;
  readonly topic: AskWorker["topic"];
  /** Of a profile. */
  readonly durationMs?: number;
}

/** Set a plugin up, or take it away, before tasks that come later; answered like a question. */
export type Plug = PlugWorker;

/** Write a line to the log. */
export interface LogLine {
  readonly type: "log";
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Why a worker ends. Its supervisor decides by this whether another may take its place. */
export type EndCause =
  /** It was asked to, by its scheduler or from outside. */
  | "asked"
  /** The scheduler was stopped in order, and may be started again. */
  | "schedulerStopped"
  /** The scheduler did not take it in. */
  | "refused"
  /** The scheduler had given it up for lost: it may register again, without its data. */
  | "givenUp"
  /** The scheduler is gone, or out of reach. */
  | "schedulerLost"
  /** The process took too much memory. */
  | "outOfMemory";

/** The worker is done. `failed` unless it was asked to end, or its scheduler was. */
export interface StopWorker {
  readonly type: "stop";
  readonly failed: boolean;
  readonly cause: EndCause;
  readonly reason: string;
}

export type WorkerAction =
  | SendToScheduler
  | AnswerFollower
  | Execute
  | CancelExecutions
  | WithdrawExecutions
  | Fetch
  | ForgetPeer
  | EndCall
  | Drop
  | Spill
  | Evict
  | Restore
  | ReleaseMemory
  | KeepLayers
  | StartActor
  | StopActor
  | Answer
  | Plug
  | LogLine
  | StopWorker;

/** The implementation of each action. */
export type Performed = {
  readonly [T in WorkerAction["type"]]: (
    action: Extract<WorkerAction, { readonly type: T }>,
  ) => void;
};
