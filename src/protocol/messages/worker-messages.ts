// What a worker and its scheduler say to each other; part of the unions of messages.ts.
import type { Layer } from "../../graph/model/layer.js";
import type { LayerId, TaskId, WorkerId } from "../values/ids.js";
import type { WireError } from "../values/wire-error.js";

// ---------------------------------------------------------------- worker → scheduler

/** First word of a worker. */
export interface RegisterWorker {
  readonly type: "registerWorker";
  readonly version: number;
  readonly name: string;
  /** Where it serves data to peers and clients. */
  readonly address: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  readonly pid: number;
  /** Abstract resources that it has, by name. */
  readonly resources?: Readonly<Record<string, number>>;
  /** The first worker in its place, when its supervisor started it anew. */
  readonly inPlaceOf?: string;
}

/** Says that the worker lives, and how it is. */
export interface WorkerHeartbeat {
  readonly type: "workerHeartbeat";
  /** Bytes of values held. */
  readonly managedBytes: number;
  readonly peakManagedBytes: number;
  /** Resident set of the process. */
  readonly processBytes: number;
  readonly peakProcessBytes: number;
  /** Bytes of values that are on disk only. */
  readonly spilledBytes: number;
  /** Bytes ever written to disk. */
  readonly spilledBytesTotal: number;
  readonly executing: number;
}

/** Results are stored and can be fetched. Columns. */
export interface TasksFinished {
  readonly type: "tasksFinished";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
  readonly bytes: readonly number[];
  /** Time on an executor thread, in milliseconds. */
  readonly durationsMs: readonly number[];
  /** Rows, ascending, of results that clients want at once: see `inlineBytesMax` of their layer. */
  readonly inlined?: readonly number[];
  /** The bytes of these, one after another, C-contiguous. */
  readonly values?: Uint8Array;
  /** The shape of each of these; none is said when they follow from the layers' chunks. */
  readonly shapes?: readonly (readonly number[])[];
}

/** A task's function threw, or its memory cannot be had. */
export interface TaskErred {
  readonly type: "taskErred";
  readonly task: TaskId;
  readonly attempt: number;
  readonly error: WireError;
}

/** Copies of other workers' results arrived here. Columns. */
export interface ReplicasAdded {
  readonly type: "replicasAdded";
  readonly tasks: readonly TaskId[];
  readonly bytes: readonly number[];
  /** How long the transfer that brought them took. */
  readonly transferMs: number;
}

/** Copies that were asked for by themselves (`acquireReplicas`) have not come: they may be asked for again. */
export interface CopiesFailed {
  readonly type: "copiesFailed";
  readonly tasks: readonly TaskId[];
}

/** Parts of other workers' results arrived here. Columns. */
export interface PiecesFetched {
  readonly type: "piecesFetched";
  /** The tasks that read them: nobody else ever will. */
  readonly tasks: readonly TaskId[];
  readonly bytes: readonly number[];
  /** How long the transfer that brought them took. */
  readonly transferMs: number;
}

/** Inputs could not be had from the workers that were named: the tasks wait to be decided anew. */
export interface InputsMissing {
  readonly type: "inputsMissing";
  /** Tasks given up on here, with the attempts. */
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
  /** Columns: which input was not to be had from which worker. */
  readonly inputs: readonly TaskId[];
  readonly workers: readonly WorkerId[];
}

/** What became of a task that was asked for: the worker let go of it, keeps it, or does not have it. */
export type StealOutcome = "givenUp" | "begun" | "unknown";

/** Answers `stealTasks`. Columns. */
export interface StealAnswered {
  readonly type: "stealAnswered";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
  readonly outcomes: readonly StealOutcome[];
}

/** Last word of a worker. */
export interface CloseWorker {
  readonly type: "closeWorker";
  readonly reason: string;
}

// ---------------------------------------------------------------- scheduler → worker

/** The handshake succeeded. */
export interface WorkerAccepted {
  readonly type: "workerAccepted";
  readonly worker: WorkerId;
  readonly heartbeatIntervalMs: number;
  readonly scheduler: string;
}

/** Layers that coming tasks belong to; sent once per worker, before the first of their tasks. */
export interface AddLayers {
  readonly type: "addLayers";
  readonly layers: readonly {
    readonly id: LayerId;
    readonly layer: Layer;
    /** The layers named by `layer.inputs`: kernels read their chunks and dtypes. */
    readonly inputs: readonly LayerId[];
    /** Results up to this size travel in the report of their task; none unless given. */
    readonly inlineBytesMax?: number;
  }[];
}

/** No task of these layers will come any more. */
export interface DropLayers {
  readonly type: "dropLayers";
  readonly layers: readonly LayerId[];
}

/**
 * Run these tasks. Columns; the operands of all tasks stand one after another: task k has
 * `operandCounts[k]` of them. Each operand has one worker that holds it or will; -1 means this one.
 */
export interface ComputeTasks {
  readonly type: "computeTasks";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
  readonly layers: readonly LayerId[];
  readonly blocks: readonly number[];
  /** Lower runs first. */
  readonly priorities: readonly number[];
  /** Predicted bytes of the result. */
  readonly outputBytes: readonly number[];
  readonly operandCounts: readonly number[];
  readonly operands: readonly TaskId[];
  readonly operandBytes: readonly number[];
  readonly operandWorkers: readonly WorkerId[];
  /** Per task, what it takes of the worker's resources while it runs; none takes any without this. */
  readonly resources?: readonly (Readonly<Record<string, number>> | null)[];
}

/** Results nobody needs any more here; also cancels tasks that have not begun. */
export interface FreeTasks {
  readonly type: "freeTasks";
  readonly tasks: readonly TaskId[];
}

/** The scheduler had given this worker up: it forgets everything and registers as a new one. */
export interface RegisterAgain {
  readonly type: "registerAgain";
  readonly reason: string;
}

/**
 * Give up those of these tasks that have not begun: another worker would have them done sooner.
 * Answered by `stealAnswered`. Columns.
 */
export interface StealTasks {
  readonly type: "stealTasks";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
}

/** Answers each `workerHeartbeat`: an idle worker hears from its scheduler, too. */
export interface HeartbeatAnswered {
  readonly type: "heartbeatAnswered";
}

/** Finish and exit. */
export interface ShutdownWorker {
  readonly type: "shutdownWorker";
  readonly reason: string;
}
