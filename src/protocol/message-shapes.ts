// What each message looks like, as a table that incoming ones are checked against: its fields and
// which of its columns are equally long. The compiler holds the table against messages.ts. Whether
// a message makes sense (a task by that number exists) is for the cores to judge.
import { isDType } from "../base/dtype.js";
import type {
  ClientToScheduler,
  DataRequest,
  SchedulerToClient,
  SchedulerToWorker,
  WorkerToScheduler,
} from "./messages.js";

type Check = (value: unknown) => boolean;

/** A check for each field, and groups of columns that are equally long. */
interface Shape<Message> {
  readonly fields: { readonly [Field in Exclude<keyof Message, "type">]: Check };
  readonly columns?: readonly (readonly Exclude<keyof Message, "type">[])[];
}

/** The shape of every message of a union. */
export type MessageShapes<Message extends { readonly type: string }> = {
  readonly [Type in Message["type"]]: Shape<Extract<Message, { readonly type: Type }>>;
};

/** Says that a data reply came whole: the sender may use its bytes' memory again. */
export interface DataReceived {
  readonly type: "dataReceived";
  readonly request: number;
}

const isString: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const isInteger: Check = (value) => Number.isSafeInteger(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isBoolean: Check = (value) => typeof value === "boolean";

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function record(fields: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(fields);
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    entries.every(([field, check]) => check((value as Record<string, unknown>)[field]));
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

const isOptionalCount = optional(isCount);
const isOptionalBytes = optional((value) => value instanceof Uint8Array);
const isOptionalString: Check = (value) => value === undefined || typeof value === "string";
const isOptionalInteger: Check = (value) =>
  value === undefined || value === null || isInteger(value);
const isOptionalName: Check = (value) => value === null || isOptionalString(value);
const isError: Check = (value) => isErrorTo(value, 32);
const isErrorBase = record({
  name: isString,
  message: isString,
  code: isOptionalString,
  stack: isOptionalString,
  type: isOptionalString,
  base: isOptionalString,
  own: (value) => value === undefined || (typeof value === "object" && value !== null),
});

function isErrorTo(value: unknown, depth: number): boolean {
  if (depth === 0 || !isErrorBase(value)) return false;
  const { cause } = value as { cause?: unknown };
  return cause === undefined || isErrorTo(cause, depth - 1);
}

const strings = listOf(isString);
const counts = listOf(isCount);
const integers = listOf(isInteger);
const numbers = listOf(isNumber);
const isOptionalShapes = optional(listOf(counts));
const isRegion = record({ start: counts, shape: counts });
const isPart = record({ part: isCount });
const regions = listOf((value) => value === null || isRegion(value) || isPart(value));
const isOptionalRegions: Check = (value) => value === undefined || regions(value);
const isResources: Check = (value) =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((amount) => typeof amount === "number" && amount > 0);
const isOptionalResources: Check = (value) => value === undefined || isResources(value);
const isOptionalResourcesColumn: Check = (value) =>
  value === undefined ||
  (Array.isArray(value) && value.every((entry) => entry === null || isResources(entry)));
const isOptionalTerms: Check = (value) => value === undefined || isTerms(value);
const isTerms = record({
  priority: optional(isInteger),
  retries: optional(isCount),
  resources: isOptionalResources,
  workers: optional(listOf(isString)),
  allowOtherWorkers: optional(isBoolean),
  coresMax: optional(isCount),
  memoryPerWorkerBytes: optional(isNumber),
});
const isStealOutcome: Check = (value) =>
  value === "givenUp" || value === "begun" || value === "unknown";
// Grids were checked when they were unpacked.
const isLayer = record({ kind: isString, name: isString, inputs: strings, dtype: isDType });

const CLIENT_TO_SCHEDULER: MessageShapes<ClientToScheduler> = {
  registerClient: { fields: { version: isInteger, name: isString } },
  submitGraph: {
    fields: {
      graph: isString,
      layers: listOf(isLayer),
      outputs: strings,
      reportOutputs: isBoolean,
      inlineBytesMax: isOptionalCount,
      areOutputsIndependent: optional(isBoolean),
      terms: isOptionalTerms,
    },
  },
  releaseOutputs: {
    fields: { graph: isString, outputs: counts, blocks: counts },
    columns: [["outputs", "blocks"]],
  },
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
  closeClient: { fields: {} },
  shutdownCluster: { fields: {} },
};

const WORKER_TO_SCHEDULER: MessageShapes<WorkerToScheduler> = {
  registerWorker: {
    fields: {
      version: isInteger,
      name: isString,
      address: isString,
      threads: isCount,
      memoryLimitBytes: isNumber,
      pid: isInteger,
      resources: isOptionalResources,
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
  replicasAdded: {
    fields: { tasks: counts, bytes: numbers, transferMs: isNumber },
    columns: [["tasks", "bytes"]],
  },
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
  closeWorker: { fields: { reason: isString } },
};

const SCHEDULER_TO_CLIENT: MessageShapes<SchedulerToClient> = {
  clientAccepted: { fields: { heartbeatIntervalMs: isNumber, scheduler: isString } },
  peerRefused: { fields: { error: isError } },
  graphAccepted: { fields: { graph: isString, taskCount: isCount } },
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
      tasksRun: isCount,
      bytesMoved: isNumber,
      workers: listOf(
        record({
          name: isString,
          peakManagedBytes: isNumber,
          peakProcessBytes: isNumber,
          spilledBytes: isNumber,
        }),
      ),
    },
  },
  graphErred: { fields: { graph: isString, error: isError } },
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
  scaleAdvised: { fields: { request: isInteger, workers: isCount, retire: strings } },
};

const SCHEDULER_TO_WORKER: MessageShapes<SchedulerToWorker> = {
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
  shutdownWorker: { fields: { reason: isString } },
};

/** What may come to a scheduler. */
export const TO_SCHEDULER = { ...CLIENT_TO_SCHEDULER, ...WORKER_TO_SCHEDULER };

/** What may come from a scheduler. */
export const FROM_SCHEDULER = { ...SCHEDULER_TO_CLIENT, ...SCHEDULER_TO_WORKER };

/** What may come to a data server. */
export const TO_DATA_SERVER: MessageShapes<DataRequest | DataReceived> = {
  getTasks: { fields: { request: isCount, tasks: counts, regions: isOptionalRegions } },
  getHeld: { fields: { request: isCount, layer: isString, block: isCount } },
  dataReceived: { fields: { request: isCount } },
};

/** What is wrong with the form of `message`; undefined when it is one of `shapes`. */
export function shapeMistake(
  message: unknown,
  shapes: MessageShapes<never> | Readonly<Record<string, unknown>>,
): string | undefined {
  if (typeof message !== "object" || message === null) return "a message that is no object";
  const values = message as Record<string, unknown>;
  const { type } = values;
  if (typeof type !== "string") return "a message without a type";
  if (!Object.hasOwn(shapes, type))
    return `a message of type ${JSON.stringify(type)} does not belong here`;
  const shape = (shapes as Record<string, Shape<Record<string, unknown>>>)[type];
  for (const [field, check] of Object.entries(shape?.fields ?? {})) {
    if (!check(values[field])) return `${type} with an unfit field ${field}`;
  }
  for (const group of shape?.columns ?? []) {
    const lengths = group.map((column) => (values[column] as readonly unknown[]).length);
    if (lengths.some((length) => length !== lengths[0])) {
      return `${type} whose columns ${group.join(", ")} differ in length`;
    }
  }
  return type === "computeTasks" ? operandMistake(values) : undefined;
}

function operandMistake(values: Record<string, unknown>): string | undefined {
  const { resources, tasks } = values as { resources?: unknown[]; tasks: unknown[] };
  if (resources !== undefined && resources.length !== tasks.length) {
    return "computeTasks whose column resources differs in length";
  }
  const expected = (values.operandCounts as readonly number[]).reduce((sum, n) => sum + n, 0);
  return expected === (values.operands as readonly number[]).length
    ? undefined
    : "computeTasks whose operandCounts do not add up to its operands";
}
