// A worker's whole state, its initial value and its end. Only step.ts and the code that it calls
// change it. The shell has the values; the core knows which are here and their bytes.
import { LineBudget } from "../../base/line-budget.js";
import type { ActorId, LayerId, TaskId, WorkerId } from "../../protocol/values/ids.js";
import { SpanLog } from "../../protocol/values/span-log.js";
import type { EndCause } from "./actions.js";
import { WORKER_DEFAULTS, type WorkerOptions } from "./options.js";
import { PriorityQueue } from "./priority-queue.js";
import type { StepOutbox } from "./step-outbox.js";
import type {
  ActorEntry,
  FetchRequest,
  KnownLayer,
  Peer,
  TaskRecord,
  Tombstone,
  Transfer,
} from "./task-records.js";

export type { WorkerOptions } from "./options.js";

/** How far the worker is in its life. */
export type WorkerPhase = "registering" | "running" | "stopped";

/** Everything the worker knows. */
export interface WorkerState {
  readonly options: WorkerOptions;
  phase: WorkerPhase;
  /** This worker's number; -1 until it was accepted. */
  self: WorkerId;
  heartbeatIntervalMs: number;
  heartbeatAtMs: number;
  /** Time of the step under way. */
  nowMs: number;
  tickedAtMs: number;
  /** How many lines about tasks that failed the log may have yet. */
  readonly failureLines: LineBudget;
  /** How long the scheduler has been silent. */
  silentMs: number;
  /** Time spans here since the last report. */
  readonly spans: SpanLog;
  /** When values began to be written or read back that still are. */
  readonly diskSinceMs: Map<TaskId, number>;
  /** Time of idle threads so far while transfers, or else the disk, were under way. */
  transferWaitMs: number;
  diskWaitMs: number;
  /** Time of the processor that the process has used. */
  cpuMs: number;
  processBytes: number;
  peakProcessBytes: number;

  /** Layers that tasks here belong to, with the numbers of their inputs' layers. */
  readonly layers: Map<LayerId, KnownLayer>;
  /** Tasks that are not released. */
  readonly tasks: Map<TaskId, TaskRecord>;
  /** Transfers that are wanted or being fetched; never of a number that is in `tasks`. */
  readonly transfers: Map<TaskId, Transfer>;
  readonly tombstones: Map<TaskId, Tombstone>;
  readonly peers: Map<WorkerId, Peer>;
  /** Peers with something in `wanted`. */
  readonly hungryPeers: Set<Peer>;
  readonly requests: Map<number, FetchRequest>;
  /** Bytes of these requests. */
  incomingBytes: number;
  requestCount: number;
  sequenceCount: number;

  /** Tasks that are held back; released ones fall out when their turn comes. */
  readonly heldBack: PriorityQueue<TaskRecord>;
  /** Pieces so far: the next one's number follows from it. */
  pieceCount: number;
  /** Bytes of pieces that are wanted, on their way or here. */
  pieceBytes: number;

  /** Ready tasks with operands: running them frees memory sooner or later. */
  readonly ready: PriorityQueue<TaskRecord>;
  /** Ready tasks without operands: each adds to memory, so they are held back when it is scarce. */
  readonly readyRoots: PriorityQueue<TaskRecord>;
  /**
   * Executions that the shell was asked to run, abandoned ones included, those that wait left out.
   */
  executing: number;
  /** The expected work of these. */
  executingMs: number;
  /** Threads that these take beyond one each. */
  extraThreads: number;
  /** How many of these are queries of tables. */
  queries: number;
  /** Bytes that these, and staging tasks, take and their results will take. */
  reservedBytes: number;
  /** Amounts of resources that no task has, by name. */
  readonly freeResources: Map<string, number>;
  /** Actors that live here or are to, and those of them that wait for resources. */
  readonly actors: Map<ActorId, ActorEntry>;
  readonly waitingActors: Set<ActorId>;
  /** Tasks that are ready and wait for resources, by the resources that they take. */
  readonly starved: Map<string, PriorityQueue<TaskRecord>>;
  /** Whether resources for some of these may have become free, or are left for no task any more. */
  mayWakeStarved: boolean;
  /** Tasks whose operands are being read back, and those of `staged`. */
  staging: number;
  /** Tasks whose operands were read back and that wait for threads. */
  readonly staged: PriorityQueue<TaskRecord>;
  /** Results that were not reported to the scheduler yet, since their reports wait for others. */
  unreported: number;

  /** Bytes of values in memory, those about to be dropped included. */
  managedBytes: number;
  peakManagedBytes: number;
  /** Bytes of those that are being written to disk. */
  writingBytes: number;
  /** Bytes of values that are on disk only. */
  spilledBytes: number;
  /** Bytes of those that are being read back. */
  restoringBytes: number;
  /** Bytes ever written to disk. */
  spilledBytesTotal: number;
  /** From the last heartbeat. */
  reportedSpilledBytes: number;
  /** Values that may be spilled and that no task here needs, the least recently used first. */
  readonly idleValues: Set<TaskRecord>;
  /** Values that may be spilled although tasks here need them. */
  readonly neededValues: Set<TaskRecord>;
  /** Values that are being written. */
  writes: number;
  /** Values that are being read back. */
  restores: number;
  /** The largest memory request that was not met in this step. */
  blockedBytes: number;
  /** Since when something has been blocked while nothing was under way; infinity when it is not. */
  stuckSinceMs: number;
  /** Bytes by which the process exceeds its target, less those already being spilled. */
  pressureBytes: number;
  /** Whether the process takes too much for new work. */
  isPaused: boolean;
  /** For how many ticks the process has been above the spill and the terminate threshold. */
  crampedTicks: number;
  deadlyTicks: number;
  /** Whether a user's function ran since then. */
  hasCalled: boolean;
  /** Users' functions that were ended since it was last below that. */
  callsEnded: number;
  /**
   * Until when the memory of ended tasks is not held against others, as long as the process takes
   * no more than …
   */
  settlingUntilMs: number;
  settlingBytes: number;
  /** When a disk that failed is tried again. */
  diskRetryAtMs: number;
  /** Why it fails and in which directory; empty while it does not. */
  diskFault: string;
}

/** The bytes of values in their places, before there are any. */
const NO_VALUES = {
  managedBytes: 0,
  peakManagedBytes: 0,
  writingBytes: 0,
  spilledBytes: 0,
  restoringBytes: 0,
  spilledBytesTotal: 0,
  reportedSpilledBytes: 0,
} as const;

/** The state of a worker that has not registered yet. */
export function createWorkerState(
  options: Pick<WorkerOptions, "name" | "dataAddress" | "threads" | "memoryLimitBytes" | "pid"> &
    Partial<WorkerOptions>,
): WorkerState {
  return {
    options: { ...WORKER_DEFAULTS, ...options },
    phase: "registering",
    self: -1,
    heartbeatIntervalMs: Number.POSITIVE_INFINITY,
    heartbeatAtMs: 0,
    nowMs: 0,
    tickedAtMs: 0,
    failureLines: new LineBudget(),
    silentMs: 0,
    spans: new SpanLog(),
    diskSinceMs: new Map(),
    transferWaitMs: 0,
    diskWaitMs: 0,
    cpuMs: 0,
    processBytes: 0,
    peakProcessBytes: 0,
    layers: new Map(),
    tasks: new Map(),
    transfers: new Map(),
    tombstones: new Map(),
    peers: new Map(),
    hungryPeers: new Set(),
    requests: new Map(),
    incomingBytes: 0,
    requestCount: 0,
    sequenceCount: 0,
    heldBack: new PriorityQueue(),
    pieceCount: 0,
    pieceBytes: 0,
    ready: new PriorityQueue(),
    readyRoots: new PriorityQueue(),
    executing: 0,
    executingMs: 0,
    extraThreads: 0,
    queries: 0,
    reservedBytes: 0,
    freeResources: new Map(Object.entries(options.resources ?? {})),
    actors: new Map(),
    waitingActors: new Set(),
    starved: new Map(),
    mayWakeStarved: false,
    staging: 0,
    staged: new PriorityQueue(),
    unreported: 0,
    ...NO_VALUES,
    idleValues: new Set(),
    neededValues: new Set(),
    writes: 0,
    restores: 0,
    blockedBytes: 0,
    stuckSinceMs: Number.POSITIVE_INFINITY,
    pressureBytes: 0,
    isPaused: false,
    crampedTicks: 0,
    deadlyTicks: 0,
    callsEnded: 0,
    settlingUntilMs: 0,
    settlingBytes: 0,
    hasCalled: false,
    diskRetryAtMs: 0,
    diskFault: "",
  };
}

/** Nothing is done any more after this. */
export function stop(state: WorkerState, cause: EndCause, reason: string, out: StepOutbox): void {
  state.phase = "stopped";
  out.stop(cause, reason);
}
