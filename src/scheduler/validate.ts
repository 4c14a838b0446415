// The shape of what peers say, checked at the door: types, ranges, and columns of one length. Frames
// were well formed when they got here, but what is in them may be anything. What a message says about
// tasks, graphs and workers that exist or not is checked where it is handled.
import { isDType } from "../base/dtype.js";

type Fields = Readonly<Record<string, unknown>>;
/** Tells what is wrong with a value; undefined when nothing is. */
type Check = (value: unknown) => string | undefined;

const TEXT: Check = (value) => (typeof value === "string" ? undefined : "must be a string");
const NAME: Check = (value) =>
  typeof value === "string" && value !== "" ? undefined : "must be a string that is not empty";
const FLAG: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");
const NUMBER: Check = (value) => (typeof value === "number" ? undefined : "must be a number");
const COUNT: Check = (value) => (isCount(value) ? undefined : "must be a count");
const POSITIVE: Check = (value) =>
  isCount(value) && value > 0 ? undefined : "must be a whole number above zero";
const BYTES_LIMIT: Check = (value) =>
  typeof value === "number" && value > 0 ? undefined : "must be above zero";
const AMOUNT: Check = (value) => (isAmount(value) ? undefined : "must be a number, not negative");
const COUNTS = columnOf(isCount, "counts");
const NUMBERS = columnOf((entry) => Number.isSafeInteger(entry), "whole numbers");
const AMOUNTS = columnOf(isAmount, "numbers, not negative");

/** Per type of event: its fields. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  ticked: {},
  peerLost: { from: TEXT, reason: TEXT },
  registerClient: { from: TEXT, version: NUMBER, name: TEXT },
  submitGraph: {
    from: TEXT,
    graph: NAME,
    layers: checkLayers,
    outputs: columnOf((entry) => typeof entry === "string", "strings"),
    reportOutputs: FLAG,
  },
  releaseGraph: { from: TEXT, graph: TEXT },
  clientHeartbeat: { from: TEXT },
  describeCluster: { from: TEXT, request: NUMBER },
  reportWorkerExit: { from: TEXT, name: TEXT, reason: TEXT },
  closeClient: { from: TEXT },
  shutdownCluster: { from: TEXT },
  registerWorker: {
    from: TEXT,
    version: NUMBER,
    name: NAME,
    address: NAME,
    threads: POSITIVE,
    memoryLimitBytes: BYTES_LIMIT,
    pid: COUNT,
  },
  workerHeartbeat: {
    from: TEXT,
    managedBytes: AMOUNT,
    peakManagedBytes: AMOUNT,
    processBytes: AMOUNT,
    peakProcessBytes: AMOUNT,
    executing: COUNT,
  },
  tasksFinished: {
    from: TEXT,
    tasks: COUNTS,
    attempts: COUNTS,
    bytes: COUNTS,
    durationsMs: AMOUNTS,
  },
  taskErred: { from: TEXT, task: COUNT, attempt: COUNT, error: checkError },
  replicasAdded: { from: TEXT, tasks: COUNTS, bytes: COUNTS, transferMs: AMOUNT },
  inputsMissing: { from: TEXT, tasks: COUNTS, attempts: COUNTS, inputs: COUNTS, workers: NUMBERS },
  closeWorker: { from: TEXT, reason: TEXT },
};

/** Columns that must have one length. */
const SAME_LENGTH: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  tasksFinished: [
    ["tasks", "attempts"],
    ["tasks", "bytes"],
    ["tasks", "durationsMs"],
  ],
  replicasAdded: [["tasks", "bytes"]],
  inputsMissing: [
    ["tasks", "attempts"],
    ["inputs", "workers"],
  ],
};

/** What is wrong with the shape of an event; undefined when nothing is. */
export function findFault(event: unknown): string | undefined {
  if (!isFields(event)) return "it is not an object";
  const { type } = event;
  const fields = typeof type === "string" && Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (typeof type !== "string" || fields === undefined) return `there is no ${String(type)}`;
  for (const name in fields) {
    const fault = fields[name]?.(event[name]);
    if (fault !== undefined) return `${type}.${name} ${fault}`;
  }
  for (const [one, other] of SAME_LENGTH[type] ?? []) {
    if (lengthOf(event[one]) !== lengthOf(event[other])) {
      return `${type}: ${one} and ${other} must have one length`;
    }
  }
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY;
}

function isColumn(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function lengthOf(value: unknown): number {
  return isColumn(value) ? value.length : -1;
}

function columnOf(isEntry: (entry: unknown) => boolean, what: string): Check {
  return (value) => {
    if (!isColumn(value)) return `must be a list of ${what}`;
    for (let i = 0; i < value.length; i++) {
      if (!isEntry(value[i])) return `must be a list of ${what}`;
    }
    return undefined;
  };
}

function checkError(value: unknown): string | undefined {
  if (!isFields(value)) return "must be an error";
  if (typeof value.name !== "string" || typeof value.message !== "string") {
    return "must have a name and a message";
  }
  for (const name of ["code", "stack"]) {
    const text = value[name];
    if (text !== undefined && typeof text !== "string") return `must have a string as its ${name}`;
  }
  return undefined;
}

/** What every layer has; the rest is its expansion's to understand. */
function checkLayers(value: unknown): string | undefined {
  if (!Array.isArray(value)) return "must be a list of layers";
  for (const layer of value as unknown[]) {
    if (!isFields(layer)) return "must be a list of layers";
    const { name, kind, inputs, chunks, dtype } = layer;
    if (NAME(name) !== undefined || typeof kind !== "string") return "must have names and kinds";
    if (!Array.isArray(inputs) || !inputs.every((input) => typeof input === "string")) {
      return "must list their inputs";
    }
    if (!isDType(dtype)) return "must have known dtypes";
    if (!Array.isArray(chunks) || !chunks.every((axis) => COUNTS(axis) === undefined)) {
      return "must have chunks of counts";
    }
  }
  return undefined;
}
