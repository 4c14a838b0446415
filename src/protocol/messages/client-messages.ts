// Messages between a client and its scheduler. Others have their own files: outputs
// (graph-output-messages.ts), questions (question-messages.ts), replicas and retiring workers
// (admin-messages.ts).
import type { ClusterSize } from "../values/cluster-size.js";
import type { WorkerId } from "../values/ids.js";
import {
  isAsker,
  isBoolean,
  isCount,
  isError,
  isIndices,
  isInteger,
  isLayer,
  isNumber,
  isResourcesLeft,
  isString,
  isTerms,
  layerNames,
  listOf,
  nullable,
  optional,
  record,
  strings,
} from "./fields.js";
import { type Check, type HeldBy, type MessageOf, message } from "./schema.js";
import { waiting } from "./waiting-messages.js";

// ---------------------------------------------------------------- client → scheduler

/** The first message of a client. */
export const registerClient = message("registerClient", {
  version: isInteger,
  name: isString,
});
export type RegisterClient = MessageOf<typeof registerClient>;

/** Compute all blocks of `outputs` and hold them until the graph is released. */
export const submitGraph = message("submitGraph", {
  graph: isString,
  /** Its name for people, of the graph before the passes; default: that of its outputs. */
  name: optional(isString),
  /** Each after its inputs. */
  layers: listOf(isLayer),
  outputs: layerNames,
  /** Whether to report each output block (`outputsReady`) or only the end of the whole graph. */
  reportOutputs: isBoolean,
  /** Output blocks up to this size are sent in `outputsReady` itself; default: none. */
  inlineBytesMax: optional(isCount),
  /**
   * Whether its outputs are independent: one that cannot be obtained is reported (`outputsErred`),
   * and the others continue. Otherwise the whole graph fails.
   */
  areOutputsIndependent: optional(isBoolean),
  /**
   * Whether it counts as released when it is finished and all outputs were inlined in
   * `outputsReady`.
   */
  endsWithOutputs: optional(isBoolean),
  /**
   * The name by which the client follows workers (`followResults`): if the job has one output
   * block, its worker may send that itself.
   */
  follower: optional(isString),
  /** Whether to report at its end the usage of each worker; default: not. */
  reportUsage: optional(isBoolean),
  /**
   * Set if all layers are calls and all of them outputs: then these may read each other in circles,
   * each call reading only earlier ones.
   */
  calls: optional(
    record({
      /** Layers of other graphs that they read, which are not sent again. */
      reads: layerNames,
      /**
       * For each call, as they were made, the position of its layer; the calls of a layer come in
       * order.
       */
      order: isIndices,
    }),
  ),
  /** The prediction of `explain()`: the most bytes of values on one worker, of which cluster. */
  predicted: optional(record({ peakBytes: isNumber, cluster: isString })),
  /** How its tasks run; default: anywhere, in the order of submission. */
  terms: optional(isTerms),
  /**
   * On a worker: the task or actor that submits it. Console output of its tasks goes to the caller.
   */
  askedBy: optional(isAsker),
});
export type SubmitGraph = MessageOf<typeof submitGraph>;

/** This graph's outputs are no longer wanted; cancels unfinished tasks. */
export const releaseGraph = message("releaseGraph", {
  graph: isString,
});

/** Says that the client lives. */
export const clientHeartbeat = message("clientHeartbeat", {});

/** Asks for a picture of the cluster: answered by `clusterDescribed`. */
export const describeCluster = message("describeCluster", {
  request: isInteger,
});
export type DescribeCluster = MessageOf<typeof describeCluster>;

/** The child process behind a worker is gone (its supervisor saw it exit). */
export const reportWorkerExit = message("reportWorkerExit", {
  name: isString,
  reason: isString,
  /** The process's exit code; null when a signal ended it, absent when it is not known. */
  exitCode: optional(nullable(isInteger)),
  /** The signal that ended the process, such as `SIGKILL`; null when it ended by itself. */
  signal: optional(nullable(isString)),
});
export type ReportWorkerExit = MessageOf<typeof reportWorkerExit>;

/** The last message of a client: its graphs are released. */
export const closeClient = message("closeClient", {});

/** Ends the scheduler, and every worker with it: sent by `LocalCluster.close()`. */
export const shutdownCluster = message("shutdownCluster", {
  /**
   * Whether the scheduler alone was asked to end, and may be started again: workers may wait for
   * it.
   */
  schedulerMayReturn: optional(isBoolean),
});
export type ShutdownCluster = MessageOf<typeof shutdownCluster>;

// ---------------------------------------------------------------- scheduler → client

/** The usage of a worker since it joined. */
const isWorkerUsage = record({
  name: isString,
  peakManagedBytes: isNumber,
  peakProcessBytes: isNumber,
  /** Bytes that it wrote to disk to make room. */
  spilledBytes: isNumber,
});
export type WorkerUsage = HeldBy<typeof isWorkerUsage>;

/** One worker, for display. */
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
  /** The machine, or container, that it is on. */
  readonly host: string;
  /** What is left of its resources: actors take theirs for as long as they live. */
  readonly resources: Readonly<Record<string, number>>;
  readonly tags: readonly string[];
  /** Tasks that it was given and has not finished. */
  readonly processing: number;
  /** How long ago it joined. */
  readonly joinedMsAgo: number;
  /** How long ago it said something. */
  readonly seenMsAgo: number;
}

const isWorkerDescription: Check<WorkerDescription> = record({
  worker: isInteger,
  name: isString,
  address: isString,
  threads: isCount,
  memoryLimitBytes: isNumber,
  managedBytes: isNumber,
  spilledBytes: isNumber,
  processBytes: isNumber,
  pid: isInteger,
  executing: isCount,
  host: isString,
  resources: isResourcesLeft,
  tags: strings,
  processing: isCount,
  joinedMsAgo: isNumber,
  seenMsAgo: isNumber,
});

const isClusterSize: Check<ClusterSize> = record({
  workers: isCount,
  threads: isCount,
  memoryLimitBytes: isNumber,
  areAlike: isBoolean,
});

/** Some time after workers have joined or left. */
export const clusterSized = message("clusterSized", {
  /** Absent while there is no worker, as in `clientAccepted`. */
  size: optional(isClusterSize),
});

/** The handshake succeeded. */
export const clientAccepted = message("clientAccepted", {
  heartbeatIntervalMs: isNumber,
  /** The most tasks of one job. */
  jobTasksMax: isNumber,
  /** Names this run of the scheduler: distinguishes a restarted scheduler from the earlier one. */
  scheduler: isString,
  /** The page of the dashboard, if the scheduler serves one. */
  dashboardLink: optional(isString),
  size: optional(isClusterSize),
});
export type ClientAccepted = MessageOf<typeof clientAccepted>;

/** The handshake failed; sent to clients and workers. */
export const peerRefused = message("peerRefused", {
  error: isError,
});

/** Where workers serve data; sent before the first message that names one of them. */
export const workersJoined = message("workersJoined", {
  workers: listOf(record({ worker: isInteger, name: isString, address: isString })),
});
export type WorkersJoined = MessageOf<typeof workersJoined>;

/** A worker is gone: its values will be ready elsewhere later. */
export const workerLost = message("workerLost", {
  worker: isInteger,
});

/**
 * A worker is silent, and others have its values, too: requests to it are given up, and what only
 * it has is requested once more.
 */
export const workerSilent = message("workerSilent", {
  worker: isInteger,
});

/** How far the tasks of a layer have come. */
const isLayerProgressed = record({
  name: isString,
  done: isCount,
  running: isCount,
  total: isCount,
});
export type LayerProgressed = HeldBy<typeof isLayerProgressed>;

/** Of all workers, as their last heartbeats said. */
const isMemoryReported = record({
  managedBytes: isNumber,
  spilledBytes: isNumber,
  limitBytes: isNumber,
});
export type MemoryReported = HeldBy<typeof isMemoryReported>;

/** Now and then while a graph runs. */
export const graphProgressed = message("graphProgressed", {
  graph: isString,
  done: isCount,
  total: isCount,
  /** Not of graphs whose outputs are reported one by one. */
  layers: optional(listOf(isLayerProgressed)),
  memory: optional(isMemoryReported),
  ...waiting /*SPREAD Waiting*/,
});
export type GraphProgressed = MessageOf<typeof graphProgressed>;

/** All outputs are on workers. */
export const graphFinished = message("graphFinished", {
  graph: isString,
  /** Tasks that were to be run, shared ones that other graphs had run left out. */
  taskCount: isCount,
  tasksRun: isCount,
  bytesMoved: isNumber,
  /** Whether it was released with this: it was to end with its outputs. */
  isReleased: optional(isBoolean),
  /** Where the graph was to report it. */
  workers: optional(listOf(isWorkerUsage)),
});
export type GraphFinished = MessageOf<typeof graphFinished>;

/** The graph cannot be finished. */
export const graphErred = message("graphErred", {
  graph: isString,
  error: isError,
});
export type GraphErred = MessageOf<typeof graphErred>;

/** Answer to `describeCluster`. */
export const clusterDescribed = message("clusterDescribed", {
  request: isInteger,
  workers: listOf(isWorkerDescription),
  tasks: isCount,
  graphs: isCount,
  actors: isCount,
  clients: listOf(record({ name: isString, graphs: isCount, seenMsAgo: isNumber })),
  /** How long the scheduler has run. */
  ageMs: isNumber,
});
export type ClusterDescribed = MessageOf<typeof clusterDescribed>;
