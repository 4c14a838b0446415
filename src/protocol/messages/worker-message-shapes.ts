// What each message between a worker and its scheduler looks like, as tables that incoming ones are checked
// against. The compiler holds them against messages.ts.
import { ACTOR_FROM_WORKER, ACTOR_TO_WORKER } from "./actor-message-shapes.js";
import { SCHEDULER_TO_CLIENT } from "./client-message-shapes.js";
import {
  counts,
  integers,
  isCount,
  isError,
  isInteger,
  isLayer,
  isNumber,
  isOptionalBytes,
  isOptionalCount,
  isOptionalResources,
  isOptionalResourcesColumn,
  isOptionalShapes,
  isPrintLevel,
  isStealOutcome,
  isString,
  listOf,
  type MessageShapes,
  numbers,
  optional,
  record,
  strings,
} from "./field-checks.js";
import type { SchedulerToWorker, WorkerToScheduler } from "./messages.js";

/** What may come from a worker. */
export const WORKER_TO_SCHEDULER: MessageShapes<WorkerToScheduler> = {
  registerWorker: {
    fields: {
      version: isInteger,
      name: isString,
      address: isString,
      threads: isCount,
      memoryLimitBytes: isNumber,
      pid: isInteger,
      resources: isOptionalResources,
      inPlaceOf: optional(isString),
    },
  },
  workerHeartbeat: {
    fields: {
      managedBytes: isNumber,
      peakManagedBytes: isNumber,
      processBytes: isNumber,
      peakProcessBytes: isNumber,
      spilledBytes: isNumber,
      spilledBytesTotal: isNumber,
      executing: isCount,
    },
  },
  tasksFinished: {
    fields: {
      tasks: counts,
      attempts: counts,
      bytes: numbers,
      durationsMs: numbers,
      inlined: optional(counts),
      values: isOptionalBytes,
      shapes: isOptionalShapes,
    },
    columns: [["tasks", "attempts", "bytes", "durationsMs"]],
  },
  taskErred: { fields: { task: isCount, attempt: isCount, error: isError } },
  tasksSuspended: {
    fields: { tasks: counts, attempts: counts },
    columns: [["tasks", "attempts"]],
  },
  tasksResumed: {
    fields: { tasks: counts, attempts: counts },
    columns: [["tasks", "attempts"]],
  },
  replicasAdded: {
    fields: { tasks: counts, bytes: numbers, transferMs: isNumber },
    columns: [["tasks", "bytes"]],
  },
  copiesFailed: { fields: { tasks: counts } },
  piecesFetched: {
    fields: { tasks: counts, bytes: numbers, transferMs: isNumber },
    columns: [["tasks", "bytes"]],
  },
  inputsMissing: {
    fields: { tasks: counts, attempts: counts, inputs: counts, workers: integers },
    columns: [
      ["tasks", "attempts"],
      ["inputs", "workers"],
    ],
  },
  stealAnswered: {
    fields: { tasks: counts, attempts: counts, outcomes: listOf(isStealOutcome) },
    columns: [["tasks", "attempts", "outcomes"]],
  },
  linesPrinted: {
    fields: { tasks: counts, levels: listOf(isPrintLevel), texts: strings },
    columns: [["tasks", "levels", "texts"]],
  },
  actorLinesPrinted: {
    fields: { actors: strings, levels: listOf(isPrintLevel), texts: strings },
    columns: [["actors", "levels", "texts"]],
  },
  ...ACTOR_FROM_WORKER,
  closeWorker: { fields: { reason: isString } },
};

/** What may come to a worker. */
export const SCHEDULER_TO_WORKER: MessageShapes<SchedulerToWorker> = {
  workerAccepted: {
    fields: { worker: isInteger, heartbeatIntervalMs: isNumber, scheduler: isString },
  },
  peerRefused: SCHEDULER_TO_CLIENT.peerRefused,
  workersJoined: SCHEDULER_TO_CLIENT.workersJoined,
  workerLost: SCHEDULER_TO_CLIENT.workerLost,
  addLayers: {
    fields: {
      layers: listOf(
        record({ id: isCount, layer: isLayer, inputs: counts, inlineBytesMax: isOptionalCount }),
      ),
    },
  },
  dropLayers: { fields: { layers: counts } },
  computeTasks: {
    fields: {
      tasks: counts,
      attempts: counts,
      layers: counts,
      blocks: counts,
      priorities: numbers,
      outputBytes: numbers,
      operandCounts: counts,
      operands: counts,
      operandBytes: numbers,
      operandWorkers: integers,
      resources: isOptionalResourcesColumn,
    },
    columns: [
      ["tasks", "attempts", "layers", "blocks", "priorities", "outputBytes", "operandCounts"],
      ["operands", "operandBytes", "operandWorkers"],
    ],
  },
  freeTasks: { fields: { tasks: counts } },
  acquireReplicas: {
    fields: { tasks: counts, bytes: numbers, workers: integers },
    columns: [["tasks", "bytes", "workers"]],
  },
  registerAgain: { fields: { reason: isString } },
  stealTasks: { fields: { tasks: counts, attempts: counts }, columns: [["tasks", "attempts"]] },
  heartbeatAnswered: { fields: {} },
  ...ACTOR_TO_WORKER,
  shutdownWorker: { fields: { reason: isString } },
};
