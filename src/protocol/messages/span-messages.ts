// Reports of what took time: a worker's, and a client's. Part of messages.ts.
import {
  counts,
  isBytes,
  isCount,
  isFiniteNumber,
  numbers,
  optional,
  record,
  strings,
} from "./fields.js";
import { type MessageOf, message } from "./schema.js";

/** Totals of named spans: see values/span-log.ts. Columns. */
const isNamedTotals = record({
  kinds: counts,
  names: strings,
  counts,
  totalMs: numbers,
  longestMs: numbers,
});

const SPANS = {
  /** By the sender's clock, which the times in `rows` are of. */
  sentMs: isFiniteNumber,
  /** Spans: rows of six numbers (span-rows.ts), as the bytes of a Float64Array. */
  rows: isBytes,
  /** How many spans each row stands for. */
  weight: isCount,
  named: optional(isNamedTotals),
};

/** How the worker spent its time since its last such message. */
export const workerObserved = message("workerObserved", {
  ...SPANS,
  /** Time of idle threads so far while transfers, or else the disk, were under way. */
  transferWaitMs: isFiniteNumber,
  diskWaitMs: isFiniteNumber,
  /** Time of the processor that its process has used. */
  cpuMs: isFiniteNumber,
});
export type WorkerObserved = MessageOf<typeof workerObserved>;

/** The client's own part since its last such message, and spans of its user's code. */
export const clientObserved = message("clientObserved", SPANS);
export type ClientObserved = MessageOf<typeof clientObserved>;
