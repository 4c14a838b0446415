// Messages between a worker and its scheduler; part of the unions of messages.ts.

import {
  counts,
  finites,
  integers,
  isBoolean,
  isBytes,
  isCount,
  isError,
  isFiniteNumber,
  isInteger,
  isLayer,
  isNumber,
  isPositive,
  isResources,
  isString,
  listOf,
  nullable,
  numbers,
  oneOf,
  optional,
  record,
  shapes,
  strings,
} from "./fields.js";
import { type HeldBy, type MessageOf, message } from "./schema.js";

// ---------------------------------------------------------------- worker → scheduler

/** The first message of a worker. */
export const registerWorker = message("registerWorker", {
  version: isInteger,
  name: isString,
  /** Where it serves data to peers and clients. */
  address: isString,
  threads: isCount,
  memoryLimitBytes: isNumber,
  pid: isInteger,
  /** Abstract resources that it has, by name. */
  resources: optional(isResources),
  /** Words by which jobs may choose it. */
  tags: optional(strings),
  /** The first worker in its place, when its supervisor restarted it. */
  inPlaceOf: optional(isString),
  /** The machine, or container, that it is on. */
  host: optional(isString),
  /** Whether it took all cores or memory there by default. */
  takesWholeHost: optional(isBoolean),
});
export type RegisterWorker = MessageOf<typeof registerWorker>;

/** Says that the worker lives, and how it is. */
export const workerHeartbeat = message("workerHeartbeat", {
  /** Bytes of values held. */
  managedBytes: isNumber,
  peakManagedBytes: isNumber,
  /** Resident set of the process. */
  processBytes: isNumber,
  peakProcessBytes: isNumber,
  /** Bytes of values that are on disk only. */
  spilledBytes: isNumber,
  /** Bytes ever written to disk. */
  spilledBytesTotal: isNumber,
  executing: isCount,
});
export type WorkerHeartbeat = MessageOf<typeof workerHeartbeat>;

/** Results are stored and can be fetched. Columns. */
export const tasksFinished = message(
  "tasksFinished",
  {
    tasks: counts,
    attempts: counts,
    bytes: numbers,
    /** Time on an executor thread, in milliseconds. */
    durationsMs: numbers,
    /**
     * Rows, ascending, of results that clients want inline: see `inlineBytesMax` of their layer.
     */
    inlined: optional(counts),
    /** The bytes of these, one after another, C-contiguous. */
    values: optional(isBytes),
    /** The shape of each of these; omitted if they follow from the layers' chunks. */
    shapes: optional(shapes),
    /** One of the tasks, whose result was sent to the client that follows. */
    answered: optional(isCount),
  },
  { columns: [["tasks", "attempts", "bytes", "durationsMs"]] },
);
export type TasksFinished = MessageOf<typeof tasksFinished>;

/** A task's function threw, or its memory cannot be obtained. */
export const taskErred = message("taskErred", {
  task: isCount,
  attempt: isCount,
  error: isError,
});
export type TaskErred = MessageOf<typeof taskErred>;

/** Copies of other workers' results arrived here. Columns. */
export const replicasAdded = message(
  "replicasAdded",
  {
    tasks: counts,
    bytes: numbers,
    /** How long the transfer that brought them took. */
    transferMs: isNumber,
  },
  { columns: [["tasks", "bytes"]] },
);
export type ReplicasAdded = MessageOf<typeof replicasAdded>;

/**
 * Copies requested by themselves (`acquireReplicas`) have not come: they may be requested again.
 */
export const copiesFailed = message("copiesFailed", {
  tasks: counts,
});
export type CopiesFailed = MessageOf<typeof copiesFailed>;

/** Parts of other workers' results arrived here. Columns. */
export const piecesFetched = message(
  "piecesFetched",
  {
    /** The tasks that read them: they have no other readers. */
    tasks: counts,
    bytes: numbers,
    /** How long the transfer that brought them took. */
    transferMs: isNumber,
  },
  { columns: [["tasks", "bytes"]] },
);
export type PiecesFetched = MessageOf<typeof piecesFetched>;

/**
 * Inputs could not be obtained from the workers that were named: the tasks wait to be decided
 * again.
 */
export const inputsMissing = message(
  "inputsMissing",
  {
    /** Tasks that were given up here, with the attempts. */
    tasks: counts,
    attempts: counts,
    /** Columns: which input was not available from which worker. */
    inputs: counts,
    workers: integers,
    /** Workers that did not answer: what they hold is still there. */
    unreachable: optional(integers),
  },
  {
    columns: [
      ["tasks", "attempts"],
      ["inputs", "workers"],
    ],
  },
);
export type InputsMissing = MessageOf<typeof inputsMissing>;

/**
 * The outcome of a steal request: the worker released the task, has begun it, or does not have it.
 */
const isStealOutcome = oneOf("givenUp", "begun", "unknown");
export type StealOutcome = HeldBy<typeof isStealOutcome>;

/** Answers `stealTasks`. Columns. */
export const stealAnswered = message(
  "stealAnswered",
  {
    tasks: counts,
    attempts: counts,
    outcomes: listOf(isStealOutcome),
  },
  { columns: [["tasks", "attempts", "outcomes"]] },
);
export type StealAnswered = MessageOf<typeof stealAnswered>;

/** The last message of a worker. */
export const closeWorker = message("closeWorker", {
  reason: isString,
});

// ---------------------------------------------------------------- scheduler → worker

/** The handshake succeeded. */
export const workerAccepted = message("workerAccepted", {
  worker: isCount,
  heartbeatIntervalMs: isPositive,
  scheduler: isString,
  /** A hint about how it was started. */
  warning: optional(isString),
});
export type WorkerAccepted = MessageOf<typeof workerAccepted>;

/** Layers that coming tasks belong to; sent once per worker, before the first of their tasks. */
export const addLayers = message("addLayers", {
  layers: listOf(
    record({
      id: isCount,
      layer: isLayer,
      /**
       * The layers named by `layer.inputs`: kernels read their chunks and dtypes. -1 for one of
       * which calls need to know nothing, since its blocks are values.
       */
      inputs: integers,
      /** Results up to this size are sent in the report of their task; default: none. */
      inlineBytesMax: optional(isCount),
      /** The expected duration of its tasks; absent until it is known. */
      durationMs: optional(isFiniteNumber),
    }),
  ),
});
export type AddLayers = MessageOf<typeof addLayers>;

/** No task of these layers will come any more. */
export const dropLayers = message("dropLayers", {
  layers: counts,
});
export type DropLayers = MessageOf<typeof dropLayers>;

/** The job whose one output block a task makes, and the name of a client that follows workers. */
const isFollower = record({ name: isString, graph: isString, task: isCount });
export type Follower = HeldBy<typeof isFollower>;

/**
 * Run these tasks. Columns; the operands of all tasks are concatenated: task k has
 * `operandCounts[k]` of them. Each operand has one worker that holds it or will; -1 means this one.
 */
export const computeTasks = message(
  "computeTasks",
  {
    tasks: counts,
    attempts: counts,
    layers: counts,
    blocks: counts,
    /** Lower runs first. */
    priorities: finites,
    /** Predicted bytes of the result. */
    outputBytes: finites,
    operandCounts: counts,
    operands: counts,
    operandBytes: finites,
    operandWorkers: integers,
    /**
     * Per task, the resources that it takes from the worker while it runs; omitted if none takes
     * any.
     */
    resources: optional(listOf(nullable(isResources))),
    /** One of the tasks, if a client that follows this worker is to get its inline result, too. */
    follower: optional(isFollower),
  },
  {
    columns: [
      [
        "tasks",
        "attempts",
        "layers",
        "blocks",
        "priorities",
        "outputBytes",
        "operandCounts",
        "resources",
      ],
      ["operands", "operandBytes", "operandWorkers"],
    ],
    sum: ["operandCounts", "operands"],
  },
);
export type ComputeTasks = MessageOf<typeof computeTasks>;

/** Results that are no longer needed here; also cancels tasks that have not begun. */
export const freeTasks = message("freeTasks", {
  tasks: counts,
});
export type FreeTasks = MessageOf<typeof freeTasks>;

/** The scheduler had given this worker up: it forgets everything and registers as a new one. */
export const registerAgain = message("registerAgain", {
  reason: isString,
});

/**
 * Give up those of these tasks that have not begun: another worker would have them done sooner.
 * Answered by `stealAnswered`. Columns.
 */
export const stealTasks = message(
  "stealTasks",
  {
    tasks: counts,
    attempts: counts,
  },
  { columns: [["tasks", "attempts"]] },
);
export type StealTasks = MessageOf<typeof stealTasks>;

/** Answers each `workerHeartbeat`, so that an idle worker hears from its scheduler, too. */
export const heartbeatAnswered = message("heartbeatAnswered", {});

/** Finish and exit. */
export const shutdownWorker = message("shutdownWorker", {
  reason: isString,
  /** Whether another scheduler may follow at the address, for which a worker may wait. */
  schedulerMayReturn: optional(isBoolean),
});
