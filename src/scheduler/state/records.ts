// Records of layers, graphs, jobs, workers and clients, which are few. Tasks and edges are columns
// (task-store.ts, edge-store.ts); scheduler-state.ts holds all of it.
import type { Layer, LayerName } from "../../graph/model/layer.js";
import type { JobTerms } from "../../graph/ports/job-options.js";
import type { Follower, WorkersJoined } from "../../protocol/messages/messages.js";
import type { GraphId, LayerId, PeerId, TaskId, WorkerId } from "../../protocol/values/ids.js";
import type { NumberMap } from "./number-map.js";
import type { LayerTotals, WorkerTotals } from "./observed/totals.js";
import type { ReadOnly } from "./read-only.js";
import type { RootQueue } from "./root-queue.js";

/** How long calls of a function take, in any layer. */
export interface Pace {
  durationMs: number;
  /** Their totals. */
  readonly totals: LayerTotals;
}

/** A layer that some live graph contains. */
export interface LayerRecord {
  readonly id: LayerId;
  readonly layer: Layer;
  /** Those that its blocks read; undefined for one that is not here. */
  inputs: readonly (LayerRecord | undefined)[];
  /** By block, the slots of its known tasks; where its blocks are another layer's, of those. */
  readonly slots: NumberMap;
  /** Live graphs that contain it. */
  graphCount: number;
  /** Clients that sent this very layer, and so may read its blocks. */
  readonly vouchers: WeakSet<ClientRecord>;
  /**
   * Whether another layer has its name for all; clients find it by {@link ClientRecord.ownLayers}.
   */
  readonly isPrivate: boolean;
  /**
   * Smoothed time of one of its tasks on a thread, in ms; negative until one was measured. Layers
   * of calls have it in common whose functions were written at one place ({@link Pace}).
   */
  durationMs: number;
  /** Totals of its runs; shared by layers of calls, too. */
  readonly totals: LayerTotals;
  /** Measured sizes of its results, if they do not follow from the layer. */
  readonly dynamicSizes: MeasuredSizes | undefined;
  /** Results up to this size are sent with the report that they are ready; -1 for none. */
  inlineBytesMax: number;
  /** Workers that have it. */
  readonly workers: Set<WorkerId>;
  /** Workers that have its inputs, too, and so may be given its tasks. */
  readonly readyWorkers: Set<WorkerId>;
}

/** Measured sizes of the results of a layer of unknown sizes. */
export interface MeasuredSizes {
  count: number;
  meanBytes: number;
}

/**
 * How far a graph has come: it is taken in, and nothing of it is reported; open; its client gave it
 * up, and what only it needed is released; that is done, and it is known as a foundation of others
 * only; its tasks are forgotten, and it can be a foundation no more.
 */
export type GraphStage = "opening" | "open" | "releasing" | "released" | "leaving";

/** A submission whose outputs are wanted. */
export interface GraphRecord {
  readonly id: GraphId;
  /** Its number in the tasks' `graph` column. */
  readonly number: number;
  readonly client: ClientRecord;
  /** How many tasks it counts for at its client. */
  readonly countedTasks: number;
  /**
   * The clients that receive its tasks' console output: its own client, unless that is a worker's.
   */
  readonly audience: readonly ClientRecord[];
  readonly reportOutputs: boolean;
  /** Whether failed outputs are reported one by one and leave the others alone. */
  readonly areOutputsIndependent: boolean;
  /**
   * Whether it is released when it is finished: its client requested that, and nothing has to be
   * fetched.
   */
  endsWithOutputs: boolean;
  /** Whether its client receives the usage of each worker at its end. */
  readonly reportUsage: boolean;
  /** Outputs up to this size are sent with the report that they are ready; -1 for none. */
  readonly inlineBytesMax: number;
  /** By which its client follows workers, if it has one output block. */
  readonly follower: string | undefined;
  readonly submittedMs: number;
  readonly userPriority: number;
  /** Where its tasks' tags begin and end (fairness.ts). */
  readonly firstTag: number;
  lastTag: number;
  /** How often one of its tasks may fail. */
  readonly retries: number;
  /** The same of tasks of some layers, by the layer's number; undefined for most. */
  readonly layerRetries: ReadonlyMap<LayerId, number> | undefined;
  /** How many workers one of its tasks may kill; default: as in the scheduler's options. */
  readonly allowedFailures: number | undefined;
  /** Its terms; undefined for most. */
  readonly job: JobRecord | undefined;
  /** Additional terms of tasks of some layers, by the layer's number; undefined for most. */
  readonly layerJobs: ReadonlyMap<LayerId, JobRecord> | undefined;
  /** Slots of its tasks. */
  tasks: Int32Array;
  readonly layers: readonly LayerRecord[];
  /** Graphs that made persisted blocks which it reads. */
  readonly foundations: GraphRecord[];
  /** Graphs that have it as a foundation: it stays known until they are gone, released or not. */
  dependants: number;
  readonly outputs: GraphOutputs;
  /**
   * Calls that cannot be run, by their rows among the outputs: layers that they read and that are
   * not here.
   */
  readonly lost: ReadonlyMap<number, LayerName> | undefined;
  /** Its tasks that are active. */
  active: number;
  /** Those of them that were handed to workers, where it leads them. */
  processing: number;
  /** Tasks that were to be run when it was submitted. */
  total: number;
  /** Of those, so many of each layer; none where its progress is not reported. */
  layerTotals: ReadonlyMap<LayerId, number>;
  /** Output tasks that are not in memory. */
  missing: number;
  /** By which people know it. */
  readonly name: string;
  stage: GraphStage;
  /** Whether its end is in the log. */
  isEndLogged: boolean;
  /** Whether the client learnt that all outputs are there. */
  finished: boolean;
  tasksRun: number;
  bytesMoved: number;
  /** Output tasks that came to memory in this step. */
  arrived: number[];
  reportedMs: number;
  reportedDone: number;
}

/** The terms of a graph beyond a free thread, and the resources that it has. */
export interface JobRecord {
  readonly terms: JobTerms;
  /** The terms as a text that is equal for equal terms; undefined if they include limits. */
  readonly demand: string | undefined;
  /**
   * The job of the whole graph, whose limits hold, too, for this one of some of its layers;
   * undefined for others.
   */
  readonly whole: JobRecord | undefined;
  /** Graphs that have it. */
  graphCount: number;
  /** Names and amounts of resources that each task takes from its worker. */
  readonly resources: readonly (readonly [string, number])[];
  readonly coresMax: number;
  readonly memoryPerWorkerBytes: number;
  /** Roots that wait for a worker that may run them. */
  readonly roots: RootQueue;
  /** Tasks whose inputs are there and that the job's limits hold back. */
  readonly consumers: RootQueue;
  /** Tasks that are handed out. */
  running: number;
  /** By worker: tasks that it was handed, and the bytes that these and results there take. */
  readonly shares: Map<WorkerId, { running: number; bytes: number }>;
  /** Workers that its tasks may run on; undefined after workers came or went. */
  suitable: readonly WorkerRecord[] | undefined;
  /** Since when no worker has suited it. */
  unsuitedSinceMs: number;
}

/** Which output blocks are which task's result. */
export interface GraphOutputs {
  /** Per output task: the first of its rows; further ones follow by `next`. */
  firstRow: NumberMap;
  /**
   * Per position among the graph's outputs: the row of its first block, the others follow in order.
   */
  readonly starts: Int32Array;
  /**
   * Per row: the slot of its task; that of a released one may be another task's by now. -1 if there
   * was none.
   */
  readonly slot: Int32Array;
  readonly output: Int32Array;
  readonly block: Int32Array;
  readonly next: Int32Array;
}

/** A list of tasks through their `next` and `previous` columns. */
export interface TaskList {
  first: number;
  last: number;
  count: number;
}

/** Messages for a worker that leave when the step ends. */
export interface WorkerOutbox {
  freed: TaskId[];
  dropped: LayerId[];
  added: { id: LayerId; layer: Layer; inputs: LayerId[] }[];
  joined: WorkersJoined["workers"][number][];
  acquire: { tasks: number[]; bytes: number[]; workers: number[] } | undefined;
  stolen: { readonly task: TaskId; readonly attempt: number }[];
  compute: ComputeColumns | undefined;
}

/** The columns of a `computeTasks` that is being put together. */
export interface ComputeColumns {
  readonly tasks: number[];
  readonly attempts: number[];
  readonly layers: number[];
  readonly blocks: number[];
  readonly priorities: number[];
  readonly outputBytes: number[];
  readonly operandCounts: number[];
  readonly operands: number[];
  readonly operandBytes: number[];
  readonly operandWorkers: number[];
  /** Only where a task takes any. */
  resources?: (Readonly<Record<string, number>> | null)[];
  follower?: Follower;
}

/** The memory figures of a heartbeat. */
export interface MemorySample {
  readonly atMs: number;
  readonly managedBytes: number;
  readonly processBytes: number;
}

/** A worker that is registered. */
export interface WorkerRecord {
  readonly id: WorkerId;
  /** The least number that no other worker here has. */
  readonly seat: number;
  readonly peer: PeerId;
  readonly name: string;
  readonly address: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  readonly pid: number;
  /** The first worker in its place, when its supervisor restarted it. */
  readonly inPlaceOf: string | undefined;
  /** Words by which jobs may choose it. */
  readonly tags: readonly string[];
  /** The machine, or container, that it is on, where that is known. */
  readonly host: string | undefined;
  /** Whether it took all cores or memory there. */
  readonly takesWholeHost: boolean;
  readonly joinedMs: number;
  /** Abstract resources that it has and no actor took, by name. */
  resources: Readonly<Record<string, number>>;
  seenMs: number;
  /** From its last heartbeat. */
  vitals: {
    managedBytes: number;
    peakManagedBytes: number;
    processBytes: number;
    peakProcessBytes: number;
    spilledBytes: number;
    spilledBytesTotal: number;
    executing: number;
  };
  /** Totals of its runs and transfers. */
  readonly totals: WorkerTotals;
  /** The memory figures of its last heartbeats, oldest first. */
  readonly memoryCurve: MemorySample[];
  /** Whether it is retiring: it gets no new work and copies data that only it holds. */
  isRetiring: boolean;
  /** Whether it has not spoken for so long that others have got its tasks (open-to-work.ts). */
  isSilent: boolean;
  /** Set while it gets no new work, since `by`, which goes on, cannot fetch from it (reach.ts). */
  cutOff: { readonly by: WorkerId; readonly untilMs: number } | undefined;
  /** Tasks handed to it that have not finished, oldest first. */
  readonly processing: TaskList;
  /** Results with this worker in their `worker` column. */
  readonly results: TaskList;
  /** Slots of further copies that it holds. */
  readonly replicas: Set<number>;
  /** Those of its processing tasks that are pipelined behind others of them (pipelining.ts). */
  pipelinedCount: number;
  /** Tasks that would be pipelined here if there was room: the next room goes to one of these. */
  readonly waitingAhead: number[];
  /**
   * Slots of suspended tasks, which wait for results of others and occupy no thread
   * (suspended-tasks.ts).
   */
  readonly suspended: Set<number>;
  /**
   * Estimated time that its processing tasks take one thread, those that are pipelined or wait left
   * out.
   */
  aheadMs: number;
  /** Tasks, and their time, that come by moves under way, less those that go. */
  movingCount: number;
  movingMs: number;
  /** The bandwidth of its fetches; undefined before the first. */
  transferBytesPerMs: number | undefined;
  /** When it last finished a task, or was given one while it had none. */
  quietSinceMs: number;
  /** When work was last looked for elsewhere because it was idle. */
  lookedAtMs: number;
  /** Predicted bytes of its processing tasks' results. */
  reservedBytes: number;
  /** Bytes of results and copies on it. */
  heldBytes: number;
  peakHeldBytes: number;
  /** Workers that it learnt of. */
  readonly knownWorkers: Set<WorkerId>;
  /** Whether something about it changed in this step; then it is in `SchedulerState.touched`. */
  isTouched: boolean;
  outbox: WorkerOutbox;
  /** Scratch of placement: the bytes of the task's inputs that it holds, valid in one round. */
  scratchBytes: number;
  scratchRound: number;
}

/** How often in a row a client was advised to have fewer workers, and the most of these advices. */
export interface ScaleAdvice {
  readonly shrinks: number;
  readonly workers: number;
}

/** A client that is registered. */
export interface ClientRecord {
  readonly peer: PeerId;
  readonly name: string;
  seenMs: number;
  readonly graphs: Map<GraphId, GraphRecord>;
  /** Layers that a name means to it, where that is another one than for all. */
  readonly ownLayers: Map<LayerName, LayerRecord>;
  /** Tasks of all its graphs together. */
  tasks: number;
  /** Tasks that workers have for it. */
  processing: number;
  scaleAdvice: ScaleAdvice;
  readonly knownWorkers: Set<WorkerId>;
  /** How often workers had joined or left when it learnt the size of the cluster. */
  knownSize: number;
}

/** Records as policies see them. */
export type LayerView = ReadOnly<LayerRecord>;
export type GraphView = ReadOnly<GraphRecord>;
export type JobView = ReadOnly<JobRecord>;
export type WorkerView = ReadOnly<WorkerRecord>;
export type ClientView = ReadOnly<ClientRecord>;
