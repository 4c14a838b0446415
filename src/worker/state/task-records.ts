// Records of layers, tasks, transfers, peers and actors. worker-state.ts holds all of it.
import type { Cut, CutMap } from "../../graph/dependencies/regions.js";
import type { Layer } from "../../graph/model/layer.js";
import type { Follower, StartActor } from "../../protocol/messages/messages.js";
import type { LayerId, TaskId, WorkerId } from "../../protocol/values/ids.js";
import type { PriorityQueue } from "./priority-queue.js";
import type { TransferStatus, ValuePlace, WorkerTaskStatus } from "./transitions.js";

/** Amounts of abstract resources, by name. */
export type Resources = Readonly<Record<string, number>>;

/** A layer that tasks here belong to. */
export interface KnownLayer {
  readonly layer: Layer;
  /**
   * The numbers of the layers named by `layer.inputs`; -1 for one of which nothing has to be known.
   */
  readonly inputs: readonly LayerId[];
  /** Results up to this size are sent in the report that they are ready. */
  readonly inlineBytesMax: number;
  /** How its tasks read their operands, once that was asked (known-layers.ts). */
  regions: CutMap | undefined;
  /** Smoothed time of one of its tasks on a thread; negative until one was measured. */
  durationMs: number;
}

/** Something that tasks wait for: a task that runs here, or a transfer. */
export interface Awaited {
  readonly task: TaskId;
  /** Uses of it as an operand by tasks here that have not ended, repeats counted. */
  readers: number;
  /** Tasks that wait for it, once per use; those that were released meanwhile stay in the list. */
  waiters: TaskRecord[] | undefined;
}

/** A task on this worker: to be run, under way, or with its value here. */
export interface TaskRecord extends Awaited {
  status: WorkerTaskStatus;
  /**
   * The requested run; {@link COPY} for a value that was made elsewhere and never requested here.
   */
  attempt: number;
  readonly layer: LayerId;
  readonly block: number;
  readonly priority: number;
  readonly sequence: number;
  /** In kernel order, with repeats; pieces by numbers of their own. None while it is held back. */
  operands: readonly TaskId[];
  /** The future operands, while it is held back (exchange.ts). */
  heldBack: HeldBack | undefined;
  /** Bytes of the result: predicted before it is here, measured after. */
  bytes: number;
  /**
   * How many values it still waits for: operands not here, and its own number's {@link Tombstone};
   * while `staging`, operands that are being read back.
   */
  missing: number;
  /** Where the value is, once the task is in memory in the scheduler's sense. */
  place: ValuePlace;
  /**
   * Whether a copy is on disk: values never change, so that it stays good when the value is back.
   */
  isOnDisk: boolean;
  /** Uses by tasks that are staging or executing: a value with any stays in memory. */
  pins: number;
  /** The priority of the most urgent task that was tied to the value since its last reader. */
  usePriority: number;
  /** Threads that it takes while it runs; a task of several is *wide*. */
  readonly threads: number;
  /** Bytes that it takes while it runs, besides its operands and its result. */
  readonly memoryBytes: number;
  /** Whether it is a query of a table, whose engine takes memory while it runs. */
  readonly isQuery: boolean;
  /** Resources of this worker that it takes while it runs. */
  readonly resources: Resources | undefined;
  /** The client that may follow this worker, if its job wants this result and no other. */
  readonly follower: Follower | undefined;
  /** Its expected work while it is executing. */
  estimateMs: number;
  /**
   * Whether its execution waits for results of others, and occupies no thread
   * (suspended-executions.ts).
   */
  isSuspended: boolean;
  /** Whether it reads values that were not computed when it came, and whose size was unknown. */
  isUnsized: boolean;
}

/** Operands of a task whose pieces were not requested yet. */
export interface HeldBack {
  readonly operands: readonly TaskId[];
  readonly operandBytes: readonly number[];
  readonly operandWorkers: readonly WorkerId[];
}

/** A part of another worker's value, for one task here. It is stored under a number below 0. */
export interface PieceSource {
  /** The value that it is a part of. */
  readonly task: TaskId;
  readonly region: Cut;
  /** The task here that reads it. */
  readonly reader: TaskId;
}

/** The attempt of a copy, which no run here made. */
export const COPY = -1;

/** A value that is on its way here from another worker. */
export interface Transfer extends Awaited {
  status: TransferStatus;
  readonly worker: WorkerId;
  readonly bytes: number;
  readonly priority: number;
  readonly sequence: number;
  /** The value that it is a part of; undefined when the whole value is copied. */
  readonly piece: PieceSource | undefined;
  /** Since when it is wanted from that worker. */
  readonly sinceMs: number;
  /** Whether the scheduler wants it here; that counts as one reader. */
  isAcquired: boolean;
  /** The request for it, while `fetching`. */
  request: number;
}

/** A request for values that is under way. */
export interface FetchRequest {
  readonly request: number;
  readonly peer: Peer;
  readonly tasks: readonly TaskId[];
  readonly bytes: number;
  /** When it was sent, and how long the first of its values had waited for that. */
  readonly sentMs: number;
  readonly queuedMs: number;
  /** Whether it was given up for a silent peer: what is still wanted is requested once more. */
  isAskedAgain: boolean;
}

/** Another worker, as far as values come from it. */
export interface Peer {
  readonly worker: WorkerId;
  readonly address: string;
  readonly wanted: PriorityQueue<Transfer>;
  /** Requests under way. */
  requests: number;
  /** Bytes of these requests. */
  bytesUnderWay: number;
}

/**
 * A number that is no longer wanted while the shell still uses its place in the store: an execution
 * or a fetch that will write to it, or executions and the disk that use the value there. Until that
 * ends, nothing new may be stored under the number; then the stored value is dropped. It replaces
 * states such as "cancelled" and "resumed".
 */
export type Tombstone =
  | { readonly type: "execution"; readonly record: TaskRecord }
  | { readonly type: "fetch"; readonly request: number }
  | { readonly type: "uses"; readonly record: TaskRecord };

/** An actor as the core knows it. */
export interface ActorEntry {
  readonly message: StartActor;
  readonly resources: Resources | undefined;
  /**
   * `waiting` for resources, `alive` from when its thread is started, `stopping` when it is to end.
   */
  status: "waiting" | "alive" | "stopping";
}
