// What a client and its scheduler say to each other; part of the unions of messages.ts. What has a file of
// its own: outputs (graph-output-messages.ts), questions (question-messages.ts), copies and workers that leave
// (admin-messages.ts).
import type { Layer, LayerName } from "../../graph/model/layer.js";
import type { JobTerms } from "../../graph/ports/job-options.js";
import type { ActorId, GraphId, TaskId, WorkerId } from "../values/ids.js";
import type { WireError } from "../values/wire-error.js";

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
  /** Whether it counts as released when it is finished and all outputs came along in `outputsReady`. */
  readonly endsWithOutputs?: boolean;
  /** Whether to say at its end what each worker has used; not unless given. */
  readonly reportUsage?: boolean;
  /** How its tasks are to be run; anywhere and in turn unless given. */
  readonly terms?: JobTerms;
  /** On a worker: the task or actor that submits it. What its tasks write goes to whoever wanted that. */
  readonly askedBy?: TaskId | ActorId;
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
  /** Tasks that were to be run, shared ones that other graphs had run left out. */
  readonly taskCount: number;
  readonly tasksRun: number;
  readonly bytesMoved: number;
  /** Whether it was released with this: it was to end with its outputs. */
  readonly isReleased?: boolean;
  /** Where the graph was to report it. */
  readonly workers?: readonly WorkerUsage[];
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
