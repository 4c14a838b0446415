// Everything that peers say to each other, as discriminated unions, one per direction. Requests are
// imperative, reports past tense. Lists of numbers stand side by side ("columns") instead of lists
// of objects: 100,000 tasks a second go through here. How messages become frames is frames.ts.
import type { DType } from "../base/dtype.js";
import type { JobTerms } from "../graph/job-options.js";
import type { Layer, LayerName } from "../graph/layer.js";
import type { Cut } from "../graph/regions.js";
import type {
  AcquireReplicas,
  AdviseScale,
  DataArranged,
  RebalanceData,
  ReplicateLayer,
  RetireWorkers,
  ScaleAdvised,
  WorkersRetired,
} from "./arrangement-messages.js";
import type { GraphId, LayerId, TaskId, WorkerId } from "./ids.js";
import type { OutputsErred, OutputsReady, ReleaseOutputs } from "./output-messages.js";
import type { DumpState, StateDumped, StoryTold, TellStory } from "./question-messages.js";
import type { WireError } from "./wire-error.js";

export type * from "./arrangement-messages.js";
export type * from "./output-messages.js";
export type { DumpState, StateDumped, StoryTold, TellStory } from "./question-messages.js";

// ---------------------------------------------------------------- client → scheduler

/** First word of a client. */
export interface RegisterClient {
  readonly type: "registerClient";
  readonly version: number;
  readonly name: string;
}

/** Compute all blocks of `outputs` and hold them until the graph is released. */
export interface SubmitGraph {
  readonly type: "submitGraph";
  readonly graph: GraphId;
  /** Each after its inputs. */
  readonly layers: readonly Layer[];
  readonly outputs: readonly LayerName[];
  /** Whether to report each output block (`outputsReady`) or only the end of the whole graph. */
  readonly reportOutputs: boolean;
  /** Output blocks up to this size are wanted in `outputsReady` itself; none unless given. */
  readonly inlineBytesMax?: number;
  /**
   * Whether its outputs have nothing to do with each other: one that cannot be had is reported
   * (`outputsErred`), and the others go on. Otherwise the whole graph fails.
   */
  readonly areOutputsIndependent?: boolean;
  /** How its tasks are to be run; anywhere and in turn unless given. */
  readonly terms?: JobTerms;
}

/** Nobody wants this graph's outputs any more; cancels what is not finished. */
export interface ReleaseGraph {
  readonly type: "releaseGraph";
  readonly graph: GraphId;
}

/** Says that the client lives. */
export interface ClientHeartbeat {
  readonly type: "clientHeartbeat";
}

/** Asks for a picture of the cluster: answered by `clusterDescribed`. */
export interface DescribeCluster {
  readonly type: "describeCluster";
  readonly request: number;
}

/** The child process behind a worker is gone (its supervisor saw it exit). */
export interface ReportWorkerExit {
  readonly type: "reportWorkerExit";
  readonly name: string;
  readonly reason: string;
  /** The process's exit code; null when a signal ended it, absent when it is not known. */
  readonly exitCode?: number | null;
  /** The signal that ended the process, such as `SIGKILL`; null when it ended by itself. */
  readonly signal?: string | null;
}

/** Last word of a client: its graphs are released. */
export interface CloseClient {
  readonly type: "closeClient";
}

/** Ends the scheduler, and every worker with it: what `LocalCluster.close()` sends. */
export interface ShutdownCluster {
  readonly type: "shutdownCluster";
}

export type ClientToScheduler =
  | RegisterClient
  | SubmitGraph
  | ReleaseOutputs
  | ReleaseGraph
  | ClientHeartbeat
  | DescribeCluster
  | TellStory
  | DumpState
  | ReportWorkerExit
  | ReplicateLayer
  | RebalanceData
  | RetireWorkers
  | AdviseScale
  | CloseClient
  | ShutdownCluster;

// ---------------------------------------------------------------- scheduler → client

/** The handshake succeeded. */
export interface ClientAccepted {
  readonly type: "clientAccepted";
  readonly heartbeatIntervalMs: number;
  /** Names this run of the scheduler: tells a restarted one from the one that was there before. */
  readonly scheduler: string;
}

/** The handshake failed; sent to clients and workers alike. */
export interface PeerRefused {
  readonly type: "peerRefused";
  readonly error: WireError;
}

/** The graph was expanded. */
export interface GraphAccepted {
  readonly type: "graphAccepted";
  readonly graph: GraphId;
  /** Tasks to run, shared ones that other graphs already ran left out. */
  readonly taskCount: number;
}

/** Where workers serve data; sent before the first message that names one of them. */
export interface WorkersJoined {
  readonly type: "workersJoined";
  readonly workers: readonly {
    readonly worker: WorkerId;
    readonly name: string;
    readonly address: string;
  }[];
}

/** A worker is gone: what was to be fetched from it will be ready elsewhere later. */
export interface WorkerLost {
  readonly type: "workerLost";
  readonly worker: WorkerId;
}

/** Now and then while a graph runs. */
export interface GraphProgressed {
  readonly type: "graphProgressed";
  readonly graph: GraphId;
  readonly done: number;
  readonly total: number;
  /** How long the graph has waited for a worker that may run it; 0 when there is one. */
  readonly waitingForWorkersMs: number;
  /** What it waits for when workers are there and none of them will do. */
  readonly waitingFor?: string;
}

/** All outputs are on workers. */
export interface GraphFinished {
  readonly type: "graphFinished";
  readonly graph: GraphId;
  readonly tasksRun: number;
  readonly bytesMoved: number;
  readonly workers: readonly WorkerUsage[];
}

/** The graph cannot be finished. */
export interface GraphErred {
  readonly type: "graphErred";
  readonly graph: GraphId;
  readonly error: WireError;
}

/** What a worker has used since it joined. */
export interface WorkerUsage {
  readonly name: string;
  readonly peakManagedBytes: number;
  readonly peakProcessBytes: number;
  /** Bytes that it wrote to disk to make room. */
  readonly spilledBytes: number;
}

/** Answer to `describeCluster`. */
export interface ClusterDescribed {
  readonly type: "clusterDescribed";
  readonly request: number;
  readonly workers: readonly WorkerDescription[];
  readonly tasks: number;
  readonly graphs: number;
}

/** One worker, for people. */
export interface WorkerDescription {
  readonly worker: WorkerId;
  readonly name: string;
  readonly address: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  readonly managedBytes: number;
  /** Bytes of values that are on disk only. */
  readonly spilledBytes: number;
  readonly processBytes: number;
  readonly pid: number;
  readonly executing: number;
}

export type SchedulerToClient =
  | ClientAccepted
  | PeerRefused
  | GraphAccepted
  | OutputsReady
  | OutputsErred
  | WorkersJoined
  | WorkerLost
  | GraphProgressed
  | GraphFinished
  | GraphErred
  | ClusterDescribed
  | StoryTold
  | StateDumped
  | DataArranged
  | WorkersRetired
  | ScaleAdvised;

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

export type WorkerToScheduler =
  | RegisterWorker
  | WorkerHeartbeat
  | TasksFinished
  | TaskErred
  | ReplicasAdded
  | PiecesFetched
  | InputsMissing
  | StealAnswered
  | CloseWorker;

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

export type SchedulerToWorker =
  | WorkerAccepted
  | PeerRefused
  | WorkersJoined
  | WorkerLost
  | AddLayers
  | DropLayers
  | ComputeTasks
  | FreeTasks
  | AcquireReplicas
  | RegisterAgain
  | StealTasks
  | HeartbeatAnswered
  | ShutdownWorker;

// ---------------------------------------------------------------- data: anyone → worker or client

/** Asks a worker for results by task. */
export interface GetTasks {
  readonly type: "getTasks";
  readonly request: number;
  readonly tasks: readonly TaskId[];
  /** For each, the part that is wanted; null for the whole, which all are without this column. */
  readonly regions?: readonly (Cut | null)[];
}

/** Asks a client for a block of an array that it holds. */
export interface GetHeld {
  readonly type: "getHeld";
  readonly request: number;
  readonly layer: LayerName;
  readonly block: number;
}

export type DataRequest = GetTasks | GetHeld;

/** Head of the answer; the values' bytes follow as raw frames, small ones packed in one. */
export interface DataReply {
  readonly type: "data";
  readonly request: number;
  /** For each value found, in order: which one asked for, and how its bytes read. */
  readonly found: readonly {
    /** Position in the request's `tasks`; 0 for `getHeld`. */
    readonly position: number;
    readonly dtype: DType;
    readonly shape: readonly number[];
    /** Where its parts begin along the first axis, when it is made of some. */
    readonly partStarts?: readonly number[];
    /** Which frame after the head, and where in it. */
    readonly frame: number;
    readonly byteOffset: number;
  }[];
  /** Positions that are not here. */
  readonly missing: readonly number[];
}
