// Everything the scheduler knows, and how it begins. Only step.ts and what it calls change it. Tasks
// and edges are columns (task-store.ts, edge-store.ts); of layers, graphs, workers and clients there
// are few, so they are records.
import type { JobTerms } from "../graph/job-options.js";
import type { Layer, LayerName } from "../graph/layer.js";
import type { GraphId, LayerId, PeerId, TaskId, WorkerId } from "../protocol/ids.js";
import type { WorkersJoined } from "../protocol/messages.js";
import type { SchedulerAction } from "./actions.js";
import { type ActorBooks, emptyActorBooks } from "./actor-books.js";
import { type CoordinationBooks, emptyBooks } from "./coordination/books.js";
import { type CopyBooks, emptyCopyBooks } from "./copy-books.js";
import { type DeathBooks, emptyDeathBooks, type MemorySample } from "./death-books.js";
import { EdgeStore } from "./edge-store.js";
import type { FreeSizes } from "./free-sizes.js";
import { History } from "./history.js";
import type { InlinedValue } from "./inlined.js";
import { SCHEDULER_DEFAULTS, type SchedulerOptions } from "./options.js";
import { RootQueue } from "./queue.js";
import { STATUS_NAMES } from "./status.js";
import type { StealNote } from "./steal-book.js";
import { TaskStore } from "./task-store.js";

/** A layer that some live graph contains. */
export interface LayerRecord {
  readonly id: LayerId;
  readonly layer: Layer;
  readonly inputs: readonly LayerRecord[];
  /** By block, the slots of its known tasks; where its blocks are another layer's, of those. */
  readonly slots: Map<number, number>;
  /** Live graphs that contain it. */
  graphCount: number;
  /** Smoothed time of one of its tasks on a thread, in ms; negative until one was measured. */
  durationMs: number;
  /** What is known of the sizes of its results, where they are free. */
  readonly freeSizes: FreeSizes | undefined;
  /** Results up to this size come with the report that they are there; -1 when none are wanted so. */
  inlineBytesMax: number;
  /** Workers that have it. */
  readonly workers: Set<WorkerId>;
  /** Workers that have its inputs, too, and so may be given its tasks. */
  readonly readyWorkers: Set<WorkerId>;
}

/** A submission whose outputs somebody wants. */
export interface GraphRecord {
  readonly id: GraphId;
  /** What the tasks' `graph` column says. */
  readonly number: number;
  readonly client: ClientRecord;
  /** Who is told what its tasks write to the console: the client, unless that is a worker's. */
  readonly audience: readonly ClientRecord[];
  readonly reportOutputs: boolean;
  /** Whether outputs that cannot be had are told one by one and leave the others alone. */
  readonly areOutputsIndependent: boolean;
  /** Whether it is released when it is finished: its client asked for that, and nothing has to be fetched. */
  endsWithOutputs: boolean;
  /** Whether its client is told at its end what each worker has used. */
  readonly reportUsage: boolean;
  /** Outputs up to this size are sent along with the word that they are there; -1 for none. */
  readonly inlineBytesMax: number;
  readonly submittedMs: number;
  readonly userPriority: number;
  /** Where its tasks' tags begin and end (fairness.ts). */
  readonly firstTag: number;
  readonly lastTag: number;
  /** How often one of its tasks may fail. */
  readonly retries: number;
  /** How many workers one of its tasks may take along; as the scheduler's options say unless given. */
  readonly allowedFailures: number | undefined;
  /** What it asks for; undefined for most. */
  readonly job: JobRecord | undefined;
  /** Slots of its tasks. */
  readonly tasks: Int32Array;
  readonly layers: readonly LayerRecord[];
  /** Graphs that made persisted blocks which it reads. */
  readonly foundations: readonly GraphRecord[];
  /** Graphs that have it as a foundation: it stays known until they are gone, released or not. */
  dependants: number;
  readonly outputs: GraphOutputs;
  /** Its tasks that are active. */
  active: number;
  /** Of those, the ones that were handed to workers, where it leads them. */
  processing: number;
  /** Tasks that were to be run when it was submitted. */
  total: number;
  /** Output tasks that are not in memory. */
  missing: number;
  /** Whether the client was told that all outputs are there. */
  finished: boolean;
  tasksRun: number;
  bytesMoved: number;
  /** Output tasks that came to memory in this step. */
  arrived: number[];
  reportedMs: number;
  reportedDone: number;
}

/** What a graph asks for beyond a free thread, and what it has. */
export interface JobRecord {
  readonly terms: JobTerms;
  /** Names and amounts that each task takes of its worker's resources. */
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
  readonly firstRow: Map<number, number>;
  /** Per position among the graph's outputs: the row of its first block, the others follow in order. */
  readonly starts: Int32Array;
  /** Per row: the task that it was; one that is given up may have become another's. */
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
export interface WorkerMail {
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
}

/** A worker that is registered. */
export interface WorkerRecord {
  readonly id: WorkerId;
  readonly peer: PeerId;
  readonly name: string;
  readonly address: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  readonly pid: number;
  /** The first worker in its place, when its supervisor started it anew. */
  readonly inPlaceOf: string | undefined;
  /** Abstract resources that it has and no actor took, by name. */
  resources: Readonly<Record<string, number>>;
  seenMs: number;
  /** As its last heartbeat said. */
  vitals: {
    managedBytes: number;
    peakManagedBytes: number;
    processBytes: number;
    peakProcessBytes: number;
    spilledBytes: number;
    spilledBytesTotal: number;
    executing: number;
  };
  /** What its last heartbeats said of its memory, oldest first. */
  readonly memoryCurve: MemorySample[];
  /** Whether it is to leave: it gets no new work and hands over what only it holds. */
  isRetiring: boolean;
  /** Tasks handed to it that have not finished, oldest first. */
  readonly processing: TaskList;
  /** Results whose `worker` column says this one. */
  readonly results: TaskList;
  /** Slots of further copies that it holds. */
  readonly replicas: Set<number>;
  /** Of its processing tasks, those that ride on others of them (riding.ts). */
  ridingCount: number;
  /** Slots of those that wait for what others compute, and take no thread (suspension.ts). */
  readonly suspended: Set<number>;
  /** Estimated time that its processing tasks take one thread, those that ride or wait left out. */
  aheadMs: number;
  /** Tasks, and their time, that come by moves under way, less those that go. */
  movingCount: number;
  movingMs: number;
  /** When it last finished a task, or was given one while it had none. */
  quietSinceMs: number;
  /** When work was last looked for elsewhere because it was idle. */
  lookedAtMs: number;
  /** Predicted bytes of its processing tasks' results. */
  reservedBytes: number;
  /** Bytes of results and copies on it. */
  heldBytes: number;
  peakHeldBytes: number;
  /** Workers that it was told of. */
  readonly knownWorkers: Set<WorkerId>;
  /** Whether something about it changed in this step; then it is in `SchedulerState.touched`. */
  isTouched: boolean;
  mail: WorkerMail;
  /** Scratch of placement: bytes of the inputs at hand that it holds, valid in round `localRound`. */
  localBytes: number;
  localRound: number;
}

/** A client that is registered. */
export interface ClientRecord {
  readonly peer: PeerId;
  readonly name: string;
  seenMs: number;
  readonly graphs: Set<GraphRecord>;
  /** Tasks that workers have for it. */
  processing: number;
  /** How often in a row it was advised to have fewer workers, and the most of these advices. */
  readonly scaleAdvice: { shrinks: number; workers: number };
  readonly knownWorkers: Set<WorkerId>;
}

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
  readonly layersByName: Map<LayerName, LayerRecord>;
  readonly graphs: Map<GraphId, GraphRecord>;
  /** The same, and those that are released and the foundations of others. */
  readonly graphsByNumber: Map<number, GraphRecord>;
  /** Graphs that are not finished, or not any more. */
  readonly openGraphs: Set<GraphRecord>;
  /** Jobs of live graphs. */
  readonly jobs: Set<JobRecord>;
  /** Numbers of the further graphs of tasks that several graphs contain. */
  readonly sharedGraphs: Map<number, number[]>;
  /** Blocks of other layers that are a task's result, too; by slot. */
  readonly aliases: Map<number, { readonly layer: LayerRecord; readonly block: number }[]>;
  /** Workers that hold further copies of a result, by slot. */
  readonly replicas: Map<number, WorkerRecord[]>;
  /** Copies asked for and copies to spare. */
  /** Locks, events, variables, queues and datasets. */
  readonly coordination: CoordinationBooks;
  /** Whose graphs keep what lies in these. */
  readonly keeper: ClientRecord;
  readonly copyBooks: CopyBooks;
  /** Workers that died, and of whom tasks are told. */
  readonly deathBooks: DeathBooks;
  readonly actorBooks: ActorBooks;
  readonly queue: RootQueue;

  readonly workers: Map<WorkerId, WorkerRecord>;
  readonly workersByPeer: Map<PeerId, WorkerRecord>;
  readonly workersByName: Map<string, WorkerRecord>;
  /** Workers with room for root tasks; those that were given none for longest come first. */
  readonly openWorkers: Set<WorkerRecord>;
  /** The worker that the last root task was handed to. */
  lastGiven: WorkerRecord | undefined;
  /** Workers with more tasks than threads. */
  readonly loadedWorkers: Set<WorkerRecord>;
  /** What happened lately, for people who ask. */
  readonly history: History;
  /** What is known about moving a task from the worker that has it, by slot. */
  readonly steals: Map<number, StealNote>;
  readonly clients: Map<PeerId, ClientRecord>;
  /** Peers of workers that were declared lost: their words are answered by a shutdown. */
  readonly lostPeers: Set<PeerId>;
  /** How often each kind of complaint was made about each peer. */
  readonly complaints: Map<string, number>;

  /** Since when there is no worker. */
  workerlessSinceMs: number;
  workerlessReportedMs: number;
  /** Smoothed bandwidth between workers. */
  transferBytesPerMs: number;

  nextLayer: number;
  nextGraph: number;
  nextWorker: number;
  /** Scratch of placement: the workers under comparison, and which comparison it is. */
  readonly candidates: WorkerRecord[];
  placementRound: number;

  /** Tasks with inputs that became ready in this step; empty between steps. */
  ready: number[];
  /** Waiting tasks whose missing inputs may all be under way on one worker; empty between steps. */
  mayRide: number[];
  /** What this step wants done; empty between steps. */
  actions: SchedulerAction[];
  /** Workers and graphs that something happened to in this step; empty between steps. */
  touched: WorkerRecord[];
  readonly touchedGraphs: Set<GraphRecord>;
  /** Results that came with this step's report, by task (inlined.ts). */
  readonly inlined: Map<TaskId, InlinedValue>;
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
    graphs: new Map(),
    graphsByNumber: new Map(),
    openGraphs: new Set(),
    jobs: new Set(),
    sharedGraphs: new Map(),
    aliases: new Map(),
    replicas: new Map(),
    coordination: emptyBooks(),
    keeper: keeper(),
    copyBooks: emptyCopyBooks(),
    deathBooks: emptyDeathBooks(),
    actorBooks: emptyActorBooks(),
    queue: new RootQueue(tasks),
    workers: new Map(),
    workersByPeer: new Map(),
    workersByName: new Map(),
    openWorkers: new Set(),
    lastGiven: undefined,
    loadedWorkers: new Set(),
    history: new History(),
    steals: new Map(),
    clients: new Map(),
    lostPeers: new Set(),
    complaints: new Map(),
    workerlessSinceMs: 0,
    workerlessReportedMs: 0,
    transferBytesPerMs: settings.transferBytesPerSecond / 1000,
    nextLayer: 0,
    nextGraph: 0,
    nextWorker: 0,
    candidates: [],
    placementRound: 0,
    ready: [],
    mayRide: [],
    actions: [],
    touched: [],
    touchedGraphs: new Set(),
    inlined: new Map(),
  };
}

/** To the scheduler's own graphs it is as good as a client, but there is nobody to be told. */
function keeper(): ClientRecord {
  return {
    peer: "keeper",
    name: "kept values",
    seenMs: 0,
    graphs: new Set(),
    processing: 0,
    scaleAdvice: { shrinks: 0, workers: 0 },
    knownWorkers: new Set(),
  };
}
