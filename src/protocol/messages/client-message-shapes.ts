// What each message between a client and its scheduler looks like, as tables that incoming ones are checked
// against. The compiler holds them against messages.ts.
import { ACTOR_FROM_CLIENT, ACTOR_TO_CLIENT } from "./actor-message-shapes.js";
import {
  COORDINATION_TO_CLIENT,
  COORDINATION_TO_SCHEDULER,
} from "./coordination-message-shapes.js";
import {
  counts,
  integers,
  isBoolean,
  isCount,
  isError,
  isInteger,
  isLayer,
  isNumber,
  isOptionalAsker,
  isOptionalBytes,
  isOptionalCount,
  isOptionalInteger,
  isOptionalName,
  isOptionalShapes,
  isOptionalString,
  isOptionalTerms,
  isPrintLevel,
  isString,
  listOf,
  type MessageShapes,
  optional,
  record,
  strings,
} from "./field-checks.js";
import type { ClientToScheduler, SchedulerToClient } from "./messages.js";

/** What may come from a client. */
export const CLIENT_TO_SCHEDULER: MessageShapes<ClientToScheduler> = {
  registerClient: { fields: { version: isInteger, name: isString } },
  submitGraph: {
    fields: {
      graph: isString,
      layers: listOf(isLayer),
      outputs: strings,
      reportOutputs: isBoolean,
      inlineBytesMax: isOptionalCount,
      areOutputsIndependent: optional(isBoolean),
      endsWithOutputs: optional(isBoolean),
      reportUsage: optional(isBoolean),
      terms: isOptionalTerms,
      askedBy: isOptionalAsker,
    },
  },
  releaseOutputs: {
    fields: { graph: isString, outputs: counts, blocks: counts },
    columns: [["outputs", "blocks"]],
  },
  retryOutputs: { fields: { graph: isString, blocks: counts } },
  restartCluster: { fields: { request: isInteger } },
  releaseGraph: { fields: { graph: isString } },
  clientHeartbeat: { fields: {} },
  describeCluster: { fields: { request: isInteger } },
  dumpState: { fields: { request: isInteger } },
  tellStory: { fields: { request: isInteger, about: isString } },
  reportWorkerExit: {
    fields: {
      name: isString,
      reason: isString,
      exitCode: isOptionalInteger,
      signal: isOptionalName,
    },
  },
  replicateLayer: { fields: { request: isInteger, layer: isString, copies: isCount } },
  rebalanceData: { fields: { request: isInteger } },
  retireWorkers: { fields: { request: isInteger, names: strings } },
  adviseScale: {
    fields: {
      request: isInteger,
      minimum: isCount,
      maximum: isCount,
      current: isCount,
      targetDurationMs: isNumber,
    },
  },
  ...COORDINATION_TO_SCHEDULER,
  ...ACTOR_FROM_CLIENT,
  closeClient: { fields: {} },
  shutdownCluster: { fields: {} },
};

/** What may come to a client. */
export const SCHEDULER_TO_CLIENT: MessageShapes<SchedulerToClient> = {
  ...ACTOR_TO_CLIENT,
  clientAccepted: { fields: { heartbeatIntervalMs: isNumber, scheduler: isString } },
  peerRefused: { fields: { error: isError } },
  outputsErred: {
    fields: { graph: isString, outputs: counts, blocks: counts, error: isError },
    columns: [["outputs", "blocks"]],
  },
  outputsReady: {
    fields: {
      graph: isString,
      outputs: counts,
      blocks: counts,
      tasks: counts,
      workers: integers,
      values: isOptionalBytes,
      shapes: isOptionalShapes,
    },
    columns: [["outputs", "blocks", "tasks", "workers"]],
  },
  workersJoined: {
    fields: { workers: listOf(record({ worker: isInteger, name: isString, address: isString })) },
  },
  workerLost: { fields: { worker: isInteger } },
  graphProgressed: {
    fields: {
      graph: isString,
      done: isCount,
      total: isCount,
      waitingForWorkersMs: isNumber,
      waitingFor: isOptionalString,
    },
  },
  graphFinished: {
    fields: {
      graph: isString,
      taskCount: isCount,
      tasksRun: isCount,
      bytesMoved: isNumber,
      isReleased: optional(isBoolean),
      workers: optional(
        listOf(
          record({
            name: isString,
            peakManagedBytes: isNumber,
            peakProcessBytes: isNumber,
            spilledBytes: isNumber,
          }),
        ),
      ),
    },
  },
  graphErred: { fields: { graph: isString, error: isError } },
  tasksPrinted: {
    fields: { worker: isString, keys: strings, levels: listOf(isPrintLevel), texts: strings },
    columns: [["keys", "levels", "texts"]],
  },
  actorPrinted: {
    fields: { worker: isString, actor: isString, levels: listOf(isPrintLevel), texts: strings },
    columns: [["levels", "texts"]],
  },
  stateDumped: { fields: { request: isInteger, json: isString } },
  storyTold: { fields: { request: isInteger, lines: strings } },
  clusterDescribed: {
    fields: {
      request: isInteger,
      workers: listOf(
        record({
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
        }),
      ),
      tasks: isCount,
      graphs: isCount,
    },
  },
  dataArranged: {
    fields: { request: isInteger, blocks: isCount, bytes: isNumber, blocksShort: isCount },
  },
  workersRetired: {
    fields: {
      request: isInteger,
      retired: strings,
      stayed: listOf(record({ name: isString, reason: isString })),
    },
  },
  clusterRestarted: { fields: { request: isInteger, workers: isCount } },
  ...COORDINATION_TO_CLIENT,
  scaleAdvised: { fields: { request: isInteger, workers: isCount, retire: strings } },
};
