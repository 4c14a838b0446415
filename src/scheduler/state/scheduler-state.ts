// The scheduler's whole state, and its initial value. Only step.ts and the code that it calls
// change it.
import { LineBudget } from "../../base/line-budget.js";
import type { LayerName } from "../../graph/model/layer.js";
import type { LayerId, PeerId, TaskId, WorkerId } from "../../protocol/values/ids.js";
import type { SchedulerAction } from "./actions.js";
import { type ActorTable, createActorTable } from "./actor-state.js";
import { type Backlog, createBacklog } from "./backlog.js";
import { type CoordinationState, createCoordinationState } from "./coordination-state.js";
import { createDeathLog, type DeathLog } from "./death-log.js";
import { EdgeStore } from "./edge-store.js";
import { History } from "./history.js";
import type { InlinedValue } from "./inlined-results.js";
import { Observer } from "./observed/observer.js";
import { OpenGraphs } from "./open-graphs.js";
import { SCHEDULER_DEFAULTS, type SchedulerOptions } from "./options.js";
import type { StealRecord } from "./pending-steals.js";
import { createReachState, type ReachState } from "./reach-state.js";
import type {
  ClientRecord,
  GraphRecord,
  JobRecord,
  LayerRecord,
  Pace,
  WorkerRecord,
  WorkerView,
} from "./records.js";
import { createReplicationState, type ReplicationState } from "./replication-state.js";
import { RootQueue } from "./root-queue.js";
import { SharedGraphs } from "./shared-graphs.js";
import { STATUS_NAMES } from "./task-status.js";
import { TaskStore } from "./task-store.js";

/** Everything the scheduler knows. */
export interface SchedulerState {
  readonly options: SchedulerOptions;
  /** Time of the step under way. */
  nowMs: number;
  /** Time of the last tick; negative before the first. */
  tickedMs: number;
  stopped: boolean;

  readonly tasks: TaskStore;
  readonly edges: EdgeStore;
  /** Tasks per state. */
  readonly statusCounts: Int32Array;
  readonly layers: Map<LayerId, LayerRecord>;
  /** How long calls took lately, by where their functions were written. */
  readonly paces: Map<string, Pace>;
  readonly layersByName: Map<LayerName, LayerRecord>;
  readonly graphs: Set<GraphRecord>;
  /** The same, and those that are released and the foundations of others. */
  readonly graphsByNumber: Map<number, GraphRecord>;
  /** Graphs that are not finished, or not any more. */
  readonly openGraphs: OpenGraphs;
  /** Jobs of live graphs. */
  readonly jobs: Set<JobRecord>;
  /** Those that several graphs may share, by their terms. */
  readonly jobsByDemand: Map<string, JobRecord>;
  /** Numbers of the further graphs of tasks that several graphs contain. */
  readonly sharedGraphs: SharedGraphs;
  /** Blocks of other layers that are a task's result, too; by slot. */
  readonly aliases: Map<number, { readonly layer: LayerRecord; readonly block: number }[]>;
  /** Workers that hold further copies of a result, by slot. */
  readonly replicas: Map<number, WorkerRecord[]>;
  /** Locks, events, variables, queues and datasets. */
  readonly coordination: CoordinationState;
  /** The client whose graphs keep the results of these. */
  readonly keeper: ClientRecord;
  /** Requested copies and spare copies. */
  readonly replication: ReplicationState;
  /** Pairs of workers of which one cannot fetch from the other. */
  readonly reach: ReachState;
  /** Workers that died, with the tasks and errors that wait for an explanation. */
  readonly deathLog: DeathLog;
  readonly actorTable: ActorTable;
  /** Work that takes more than one step. */
  readonly backlog: Backlog;
  readonly queue: RootQueue;

  readonly workers: Map<WorkerId, WorkerRecord>;
  readonly workersByPeer: Map<PeerId, WorkerRecord>;
  readonly workersByName: Map<string, WorkerRecord>;
  /** Workers with room for root tasks; those that were given none for longest come first. */
  readonly openWorkers: Set<WorkerRecord>;
  /** The worker that the last root task was handed to. */
  lastAssigned: WorkerRecord | undefined;
  /** Workers with more tasks than threads. */
  readonly loadedWorkers: Set<WorkerRecord>;
  /** Recent events, for stories and dumps. */
  readonly history: History;
  /** Counts of the whole run, for pages, metrics and reports. */
  readonly observer: Observer;
  /** The page of the dashboard, if the shell serves one; clients learn it when they join. */
  dashboardLink: string | undefined;
  /** The state of moves, by the slot of the task. */
  readonly steals: Map<number, StealRecord>;
  readonly clients: Map<PeerId, ClientRecord>;
  /** Peers of workers that were declared lost: their words are answered by a shutdown. */
  readonly lostPeers: Set<PeerId>;
  /** How often each kind of warning was logged for each peer. */
  readonly warningCounts: Map<string, number>;
  /** How many lines about jobs the log may have yet. */
  readonly jobLines: LineBudget;

  /** Since when there is no worker. */
  workerlessSinceMs: number;
  workerlessReportedMs: number;
  /** Since when it has no job and no actor, and how many graphs had come by then. */
  readonly idle: { sinceMs: number; graphs: number };
  /** Smoothed bandwidth between workers. */
  transferBytesPerMs: number;

  /** Packed plugins of workers, by name. */
  readonly plugins: Map<string, Uint8Array>;
  /** Questions to workers that are not answered yet, by number. */
  readonly asks: Map<number, OpenAsk>;
  nextAsk: number;
  nextLayer: number;
  nextGraph: number;
  nextWorker: number;
  /** Scratch of placement: the workers under comparison, and the number of the comparison. */
  readonly scratch: { readonly candidates: WorkerView[]; round: number };

  /** Tasks with inputs that became ready in this step; empty between steps. */
  ready: number[];
  /** Waiting tasks whose missing inputs may all be under way on one worker; empty between steps. */
  mayPipeline: number[];
  /** The actions of this step; empty between steps. */
  actions: SchedulerAction[];
  /** Workers and graphs that something happened to in this step; empty between steps. */
  touched: WorkerRecord[];
  readonly touchedGraphs: Set<GraphRecord>;
  /** Results that came with this step's report, by task (inlined-results.ts). */
  readonly inlined: Map<TaskId, InlinedValue>;
}

/** A question of a client to workers. */
export interface OpenAsk {
  readonly client: ClientRecord;
  readonly request: number;
  /** Those that have not answered. */
  readonly waiting: Set<WorkerRecord>;
  /** Answers by the worker's name. */
  readonly answers: Map<string, string>;
}

/** The state of a scheduler that has seen nothing yet. */
export function createSchedulerState(options: Partial<SchedulerOptions> = {}): SchedulerState {
  const settings = { ...SCHEDULER_DEFAULTS, ...options };
  const tasks = new TaskStore();
  return {
    options: settings,
    nowMs: 0,
    tickedMs: -1,
    stopped: false,
    tasks,
    edges: new EdgeStore(),
    statusCounts: new Int32Array(STATUS_NAMES.length),
    layers: new Map(),
    layersByName: new Map(),
    paces: new Map(),
    graphs: new Set(),
    graphsByNumber: new Map(),
    openGraphs: new OpenGraphs(),
    jobs: new Set(),
    jobsByDemand: new Map(),
    sharedGraphs: new SharedGraphs(),
    aliases: new Map(),
    replicas: new Map(),
    coordination: createCoordinationState(),
    keeper: keeper(),
    replication: createReplicationState(),
    reach: createReachState(),
    deathLog: createDeathLog(),
    actorTable: createActorTable(),
    backlog: createBacklog(),
    queue: new RootQueue(tasks),
    workers: new Map(),
    workersByPeer: new Map(),
    workersByName: new Map(),
    openWorkers: new Set(),
    lastAssigned: undefined,
    loadedWorkers: new Set(),
    history: new History(),
    observer: new Observer(),
    dashboardLink: undefined,
    steals: new Map(),
    clients: new Map(),
    lostPeers: new Set(),
    warningCounts: new Map(),
    jobLines: new LineBudget(),
    workerlessSinceMs: 0,
    workerlessReportedMs: 0,
    idle: { sinceMs: 0, graphs: -1 },
    transferBytesPerMs: settings.transferBytesPerSecond / 1000,
    plugins: new Map(),
    asks: new Map(),
    nextAsk: 0,
    nextLayer: 0,
    nextGraph: 0,
    nextWorker: 0,
    scratch: { candidates: [], round: 0 },
    ready: [],
    mayPipeline: [],
    actions: [],
    touched: [],
    touchedGraphs: new Set(),
    inlined: new Map(),
  };
}

/** The client of the scheduler's own graphs. It receives no messages. */
function keeper(): ClientRecord {
  return {
    peer: "keeper",
    name: "kept values",
    seenMs: 0,
    graphs: new Map(),
    ownLayers: new Map(),
    tasks: 0,
    processing: 0,
    scaleAdvice: { shrinks: 0, workers: 0 },
    knownWorkers: new Set(),
    knownSize: 0,
  };
}
