// Checks messages beyond their schema (messages.ts): values that the scheduler's accounts rely on
// must not be negative, infinite or empty. Whether named tasks, graphs and workers exist is checked
// where a message is handled.
import { isGrid } from "../graph/checks/fits.js";
import type { Layer } from "../graph/model/layer.js";
import {
  ALLOWED_FAILURES_MAX,
  type JobTerms,
  PRIORITY_MAX,
  RETRIES_MAX,
} from "../graph/ports/job-options.js";
import { isTerms } from "../protocol/messages/fields.js";
import {
  type ClientObserved,
  TO_SCHEDULER,
  type WorkerObserved,
} from "../protocol/messages/messages.js";
import { shapeMistake } from "../protocol/messages/schema.js";
import { NAMES_MAX } from "../protocol/values/span-log.js";
import { SPAN_FIELDS } from "../protocol/values/span-rows.js";
import { PROFILE_MS_MAX } from "../protocol/values/thread-profiles.js";
import { isOfShell, type SchedulerEvent } from "./state/events.js";
import { fitsInlined } from "./state/inlined-results.js";

/**
 * Kernels count 2³¹ elements of a block, of 16 bytes at most; values of any kind may be somewhat
 * larger.
 */
const RESULT_BYTES_MAX = 2 ** 36;
/** 256 TiB: more than any computer has, and small enough that a million of them can be added up. */
const MEMORY_BYTES_MAX = 2 ** 48;
/** Includes everything that was ever written to disk. */
const HELD_BYTES_MAX = 2 ** 52;
const THREADS_MAX = 2 ** 16;
/** A year. */
const DURATION_MS_MAX = 366 * 24 * 3_600_000;
const SPAN_BYTES = SPAN_FIELDS * Float64Array.BYTES_PER_ELEMENT;
/** Far more than a worker has room for between two reports. */
const REPORT_BYTES_MAX = 2 ** 20;
const WEIGHT_MAX = 2 ** 40;
/** Characters of W3C's header of that name. */
const TRACEPARENT_LENGTH = 55;
/** Characters of the name of a span. */
const NAME_MAX = 1_000;

/** The mistake in an event; undefined if there is none. */
export function findFault(event: SchedulerEvent): string | undefined {
  if (isOfShell(event)) return undefined;
  return shapeMistake(event, TO_SCHEDULER) ?? findUnfitValue(event);
}

function findUnfitValue(event: SchedulerEvent): string | undefined {
  switch (event.type) {
    case "registerWorker":
      if (event.name === "" || event.address === "") return "a worker without a name or an address";
      if (event.threads < 1) return "a worker without threads";
      if (event.threads > THREADS_MAX) return `a worker of ${event.threads} threads`;
      if (event.memoryLimitBytes > MEMORY_BYTES_MAX) return "a worker of more memory than there is";
      if (!Object.values(event.resources ?? {}).every(isAmount)) return "invalid resources";
      return event.memoryLimitBytes > 0 ? undefined : "a worker without memory";
    case "workerHeartbeat": {
      const { managedBytes, peakManagedBytes, processBytes, peakProcessBytes } = event;
      const { spilledBytes, spilledBytesTotal } = event;
      const amounts = [managedBytes, peakManagedBytes, processBytes, peakProcessBytes];
      amounts.push(spilledBytes, spilledBytesTotal);
      if (event.executing > THREADS_MAX) return `a heartbeat of ${event.executing} executions`;
      return amounts.every(isHeld) ? undefined : "a heartbeat with invalid bytes";
    }
    case "workerObserved":
      return areSpans(event) && areThreadTimes(event) ? undefined : "spans of an invalid form";
    case "askNodes":
      return (event.durationMs ?? 0) <= PROFILE_MS_MAX ? undefined : "a profile of too long a time";
    case "clientObserved":
      return areSpans(event) ? undefined : "spans of an invalid form";
    case "tasksFinished":
      if (!event.bytes.every(isBytes)) return "results of invalid bytes";
      if (!fitsInlined(event)) return "results whose values do not fit them";
      return event.durationsMs.every(isDuration) ? undefined : "results of invalid durations";
    case "replicasAdded":
    case "piecesFetched":
      if (!event.bytes.every(isBytes)) return "copies of invalid bytes";
      return isDuration(event.transferMs) ? undefined : "a transfer of invalid duration";
    case "submitGraph":
      if (event.graph === "") return "a graph without a name";
      if (!areTerms(event.terms ?? {})) return "a graph with invalid terms";
      if (!event.layers.every(({ chunks }) => isGrid(chunks))) return "a layer without a grid";
      if (!event.layers.every(({ resources }) => areResources(resources)))
        return "a layer of invalid resources";
      return event.layers.every(areLayerFields) ? undefined : "a layer of invalid terms";
    case "createActor":
      if (event.actor === "" || event.name === "") return "an actor without a name";
      if (!Object.values(event.resources ?? {}).every(isAmount)) return "invalid resources";
      return event.concurrency >= 1 && (event.timeLimitMs ?? 1) > 0
        ? undefined
        : "an actor of invalid concurrency or time limit";
    default:
      return undefined;
  }
}

/** Rows of a log, and as many totals as names. */
function areSpans({ rows, weight, named }: WorkerObserved | ClientObserved): boolean {
  const isFull = rows.byteLength > REPORT_BYTES_MAX || rows.byteLength % SPAN_BYTES !== 0;
  if (isFull || weight < 1 || weight > WEIGHT_MAX) return false;
  if (named === undefined) return true;
  const { names, ...columns } = named;
  const areLong = Object.values(columns).every(({ length }) => length === names.length);
  return areLong && names.length <= NAMES_MAX && names.every(({ length }) => length <= NAME_MAX);
}

/** Times of a life. */
function areThreadTimes({ transferWaitMs, diskWaitMs, cpuMs }: WorkerObserved): boolean {
  return [transferWaitMs, diskWaitMs, cpuMs].every(isThreadTime);
}

/** Whole, so that sums of many stay exact, and no more than a block or a value can have. */
function isBytes(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= RESULT_BYTES_MAX;
}

/** Whether a worker can hold so many bytes, in memory and on disk. */
function isHeld(value: number): boolean {
  return value >= 0 && value <= HELD_BYTES_MAX;
}

function isDuration(value: number): boolean {
  return value >= 0 && value <= DURATION_MS_MAX;
}

/** The time of all threads of a worker together. */
function isThreadTime(value: number): boolean {
  return value >= 0 && value <= DURATION_MS_MAX * THREADS_MAX;
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

function areResources(resources: unknown): boolean {
  if (resources === undefined) return true;
  const isRecord = typeof resources === "object" && resources !== null;
  return isRecord && Object.values(resources).every((amount) => isAmount(amount as number));
}

/** These come as they were packed: their form is checked here, too. */
function areLayerFields({ terms, traceparent = "" }: Layer): boolean {
  if (typeof traceparent !== "string" || traceparent.length > TRACEPARENT_LENGTH) return false;
  return terms === undefined || (isTerms(terms) && areTerms(terms));
}

function areTerms({
  priority = 0,
  retries = 0,
  allowedFailures = 0,
  resources = {},
  coresMax = 1,
  memoryPerWorkerBytes = 1,
}: JobTerms): boolean {
  return (
    Math.abs(priority) <= PRIORITY_MAX &&
    retries <= RETRIES_MAX &&
    allowedFailures <= ALLOWED_FAILURES_MAX &&
    Object.values(resources).every(isAmount) &&
    coresMax >= 1 &&
    memoryPerWorkerBytes > 0
  );
}
