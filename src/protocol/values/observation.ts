// A scheduler's observations of its work, as plain data, for pages, metrics, reports, saved runs
// and `tilework observe`. Times are milliseconds of the scheduler's clock, bytes are bytes.

import type { ActorRow, FutureRow, LogRow, SettingRow } from "./listed-rows.js";

/** Tells an observation from other data. */
export const OBSERVATION_FORMAT = "tilework-run";

/** Raised when a field changes its meaning. */
export const OBSERVATION_VERSION = 1;

/** Counts of tasks by outcome. */
export interface ObservedCounts {
  /** All that graphs brought. */
  readonly total: number;
  /** Inputs are missing. */
  readonly waiting: number;
  /** Inputs are there; no worker has the task. */
  readonly ready: number;
  /** Handed to a worker. */
  readonly running: number;
  /** Results that are in memory or on a worker's disk. */
  readonly inMemory: number;
  /** Runs that gave a result. A task whose result was lost may run twice. */
  readonly done: number;
  /** Runs that ended with an error. */
  readonly failed: number;
  /** No graph contains the task any more. */
  readonly forgotten: number;
}

/** A layer, or all calls of one function. */
export interface ObservedLayer extends ObservedCounts {
  /** Its number here, by which other rows name it. */
  readonly id: number;
  /** As graphs name it: `add-3f2a1b0`. */
  readonly name: string;
  /** The readable part: `add`. */
  readonly title: string;
  readonly kind: string;
  /** Blocks along each axis. */
  readonly numBlocks: readonly number[];
  /** Numbers of the layers that it reads. */
  readonly inputs: readonly number[];
  /** Whether a graph contains it now. */
  readonly isLive: boolean;
  /** Time on threads, of all runs. */
  readonly busyMs: number;
  readonly longestMs: number;
  /** The key of the run that took longest; empty before one has ended. */
  readonly longestKey: string;
  /**
   * Runs by duration: position k counts those of less than 2^k µs and no less than half of that.
   */
  readonly durations: readonly number[];
  /** Bytes of all results. */
  readonly madeBytes: number;
  /** Bytes on workers now, copies included, and the most at any time. */
  readonly heldBytes: number;
  readonly peakHeldBytes: number;
  /** Copies and parts of results that went from one worker to another. */
  readonly moves: number;
  readonly movedBytes: number;
  readonly firstMs: number;
  /** The end of its last run; negative before one. */
  readonly lastMs: number;
}

/** A worker, also one that is gone. */
export interface ObservedWorker {
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly host: string;
  readonly pid: number;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  readonly joinedMs: number;
  /** When it was last heard of. */
  readonly seenMs: number;
  /** When it left; absent while it is here. */
  readonly goneMs?: number;
  readonly goneReason?: string;
  readonly isRetiring: boolean;
  /**
   * Tasks that it was handed and has not finished, and those on its threads at its last heartbeat.
   */
  readonly processing: number;
  readonly executing: number;
  readonly done: number;
  readonly failed: number;
  /** Time on its threads, of all runs. */
  readonly busyMs: number;
  /** Time of idle threads, by the work under way meanwhile: transfers, the disk, neither. */
  readonly transferWaitMs: number;
  readonly diskWaitMs: number;
  readonly idleMs: number;
  /** Time of the processor that its process has used. */
  readonly cpuMs: number;
  readonly heldBytes: number;
  readonly peakHeldBytes: number;
  readonly managedBytes: number;
  readonly peakManagedBytes: number;
  readonly processBytes: number;
  readonly peakProcessBytes: number;
  readonly spilledBytes: number;
  readonly spilledBytesTotal: number;
  readonly madeBytes: number;
  readonly fetches: number;
  readonly fetchedBytes: number;
  readonly fetchMs: number;
  /** Tasks that it took over from others, and that others took over. */
  readonly stolen: number;
  readonly givenUp: number;
  /** The offset from its clock to the scheduler's; NaN is written as null in JSON. */
  readonly clockOffsetMs: number;
}

/** A submission of a client. */
export interface ObservedJob {
  readonly id: string;
  /**
   * Its name in progress bars and the log: its output before the passes. Absent in runs that older
   * versions saved.
   */
  readonly name?: string;
  readonly client: string;
  readonly state: "running" | "finished" | "failed" | "cancelled";
  readonly submittedMs: number;
  /** Absent while it runs. */
  readonly endedMs?: number;
  /** Tasks that were to be run, and those of them that are done. */
  readonly total: number;
  readonly done: number;
  readonly tasksRun: number;
  readonly movedBytes: number;
  /** Numbers of its layers, the first 1,000. */
  readonly layers: readonly number[];
  /** Output blocks that are not there yet. */
  readonly missing: number;
  /**
   * The most bytes of values that one worker held while it ran, those of other jobs included.
   * Absent in runs that older versions saved.
   */
  readonly peakWorkerBytes?: number;
  /**
   * The same as `explain()` had predicted it, and for which cluster; absent without a prediction.
   */
  readonly predictedPeakBytes?: number;
  readonly predictedFor?: string;
}

/** Something that happened. */
export interface ObservedEvent {
  readonly atMs: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}

/** A run that ended with an error. */
export interface ObservedError {
  readonly atMs: number;
  readonly key: string;
  readonly worker: string;
  readonly message: string;
  readonly stack: string;
  /** Whether the task was tried again. */
  readonly isRetried: boolean;
}

/** The cluster at one moment. Columns, one row per entry of `workers`. */
export interface ObservedSample {
  readonly atMs: number;
  /** Runs that had ended. */
  readonly done: number;
  readonly workers: readonly number[];
  readonly managedBytes: readonly number[];
  readonly processBytes: readonly number[];
  readonly spilledBytes: readonly number[];
  readonly executing: readonly number[];
  /** The layers that held most. Columns. */
  readonly layers: readonly number[];
  readonly layerBytes: readonly number[];
  /** Bytes of results on each worker. Absent in runs that older versions saved, as is the next. */
  readonly heldBytes?: readonly number[];
  /** Of the first of `layers`, a row each: its bytes on each worker. */
  readonly layerBytesOn?: readonly (readonly number[])[];
}

/**
 * The subject of a span: a task, one that failed, a transfer, writing to disk, reading from it,
 * `span()` in users' code, the client's own part, a task that another worker took over, steps of
 * the scheduler, the wait of a transfer for its turn, and its wait at the sender.
 */
export const SPAN_KINDS = [
  "task",
  "error",
  "transfer",
  "spill",
  "restore",
  "span",
  "client",
  "steal",
  "step",
  "queue",
  "held",
] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** The scheduler's number among workers in spans. Clients are numbered from -2 downwards. */
export const OF_SCHEDULER = -1;

/**
 * Spans of time on workers and clients. Columns; a row may stand for several spans like it.
 */
export interface ObservedSpans {
  /** Positions in the list of kinds, `SPAN_KINDS`. */
  readonly kinds: readonly number[];
  /** Workers by their numbers; clients by theirs, which are below -1; -1 for the scheduler. */
  readonly workers: readonly number[];
  /** Threads of the worker. Its own thread follows its executor threads; -1 where none is known. */
  readonly threads: readonly number[];
  /** Layers by their numbers; -1 where none is known. */
  readonly layers: readonly number[];
  /** Of the scheduler's steps, how many there were. */
  readonly blocks: readonly number[];
  readonly startMs: readonly number[];
  readonly durationMs: readonly number[];
  readonly bytes: readonly number[];
  /** The worker that a transfer comes from, or that had the task before; -1 for others. */
  readonly peers: readonly number[];
  /** How many spans each row stands for. */
  readonly weights: readonly number[];
  /** Names of spans, empty for those that have none. Absent in runs that older versions saved. */
  readonly labels?: readonly string[];
  /** Where the next spans begin, for those who ask again. */
  readonly cursor: number;
}

/** All spans of one name, on workers and clients. None is left out. */
export interface ObservedNamedSpan {
  readonly name: string;
  /** Whether `span()` in users' code has the name, or a part of the client. */
  readonly kind: "span" | "client";
  readonly count: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** A client that has reported spans. */
export interface ObservedClient {
  /** Negative: spans name it where they name workers. */
  readonly id: number;
  readonly name: string;
}

/**
 * What happened to tasks and workers: the latest notes, of which stories are made. Columns; names
 * and words by their positions in `texts`, -1 for none.
 */
export interface ObservedNotes {
  readonly texts: readonly string[];
  readonly atMs: readonly number[];
  /** The task's key. */
  readonly keys: readonly number[];
  /** The same with the layer's whole name. */
  readonly longKeys: readonly number[];
  readonly workers: readonly number[];
  /** The event, such as `waiting → processing`. */
  readonly whats: readonly number[];
  /** The event that the scheduler was handling. */
  readonly causes: readonly number[];
}

/** The whole cluster in a few figures. */
export interface ObservedOverview {
  readonly scheduler: string;
  /** When it started, and now. */
  readonly startedMs: number;
  readonly nowMs: number;
  readonly tasks: ObservedCounts;
  readonly graphs: number;
  readonly clients: number;
  readonly busyMs: number;
  readonly stolen: number;
  readonly movedBytes: number;
  readonly spilledBytesTotal: number;
  /** Steps of the scheduler and their time. Absent in runs that older versions saved. */
  readonly steps?: number;
  readonly stepMs?: number;
  /** The reasons why the cluster waits now; empty if it does not. */
  readonly waitsFor: readonly string[];
}

/** All that a scheduler has observed. */
export interface Observation {
  readonly format: typeof OBSERVATION_FORMAT;
  readonly version: typeof OBSERVATION_VERSION;
  /**
   * The time of day at 0 of the scheduler's clock, in milliseconds since 1970; absent if unknown.
   */
  readonly epochMs?: number;
  readonly overview: ObservedOverview;
  readonly jobs: readonly ObservedJob[];
  readonly layers: readonly ObservedLayer[];
  readonly workers: readonly ObservedWorker[];
  readonly samples: readonly ObservedSample[];
  readonly spans: ObservedSpans;
  readonly events: readonly ObservedEvent[];
  readonly errors: readonly ObservedError[];
  /** Absent in runs that older versions saved, as is `spanTotals`. */
  readonly clients?: readonly ObservedClient[];
  readonly spanTotals?: readonly ObservedNamedSpan[];
  /**
   * Of saved runs: what stories are made of, the last lines of all logs, actors, calls whose
   * results were wanted when it was saved, and the options of the scheduler.
   */
  readonly notes?: ObservedNotes;
  readonly logs?: readonly LogRow[];
  readonly actors?: readonly ActorRow[];
  readonly futures?: readonly FutureRow[];
  readonly configuration?: readonly SettingRow[];
}
