// Rows of the dashboard's tables that the scheduler, or a worker, is asked for when they are open.
import type { LoggedLine } from "./logged-line.js";

/** An actor. */
export interface ActorRow {
  readonly id: string;
  readonly name: string;
  /** Of one that is over, also why. */
  readonly state: string;
  /** Where it lives, or lived last; empty while it has no place. */
  readonly worker: string;
  /** Its handles on clients, in tasks and in other actors. */
  readonly handles: number;
  /** How often it was made. */
  readonly made: number;
  readonly restartsLeft: number;
  readonly methods: readonly string[];
  /** When it was over, by the scheduler's clock; absent while it is wanted. */
  readonly endedMs?: number;
}

/** A result of a call, which a future stands for. */
export interface FutureRow {
  readonly key: string;
  readonly state: string;
  readonly bytes: number;
  /** Those that hold it, or run it. */
  readonly workers: readonly string[];
}

/** A line of a process's log. */
export interface LogRow extends LoggedLine {
  /** `scheduler`, or a worker's name. */
  readonly process: string;
}

/** A setting of the scheduler or a worker. */
export interface SettingRow {
  readonly name: string;
  readonly value: string;
}

/** A layer's blocks and their states. */
export interface BlockStates {
  readonly numBlocks: readonly number[];
  /**
   * `w` waiting, `q` ready, `r` running, `m` in memory, `d` done and released, `e` failed, `.` no
   * task.
   */
  readonly states: string;
  /** Whether there are more blocks than these. */
  readonly isCut: boolean;
}

/** Where a worker's own page is. */
export interface WorkerPage {
  readonly worker: string;
  /** Null where it has none, or does not answer. */
  readonly link: string | null;
}

/** What Prometheus discovers over HTTP. */
export interface ScrapeTarget {
  readonly targets: readonly string[];
  readonly labels: { readonly worker: string };
}

/** A worker as it sees itself. */
export interface OwnFigures {
  readonly name: string;
  /** `registering`, `running`, `paused` or `stopped`. */
  readonly state: string;
  /** Where it serves its results. */
  readonly address: string;
  readonly scheduler: string;
  readonly host: string;
  readonly pid: number;
  readonly threads: number;
  /** Tasks on threads. */
  readonly executing: number;
  /** Tasks that wait for a thread, or for operands. */
  readonly ready: number;
  readonly waiting: number;
  /** Runs that gave a result, and those that failed, so far. */
  readonly done: number;
  readonly failed: number;
  readonly memory: OwnMemory;
  /** Values that are written to disk, or read back, now. */
  readonly writes: number;
  readonly restores: number;
  /** Transfers to here so far, and those under way. */
  readonly transfers: number;
  readonly transferBytes: number;
  readonly incomingBytes: number;
  /** Time of idle threads so far while transfers, or else the disk, were under way. */
  readonly transferWaitMs: number;
  readonly diskWaitMs: number;
  /** Why its disk fails; empty while it does not. */
  readonly diskFault: string;
}

/** Bytes of a worker, by kind. */
export interface OwnMemory {
  readonly limitBytes: number;
  readonly processBytes: number;
  readonly peakProcessBytes: number;
  /** Values in memory. */
  readonly managedBytes: number;
  readonly peakManagedBytes: number;
  /** Results to come of tasks that run. */
  readonly reservedBytes: number;
  /** Values on disk alone, and bytes ever written there. */
  readonly spilledBytes: number;
  readonly spilledBytesTotal: number;
}

/** A task on a worker. */
export interface WorkerTaskRow {
  readonly key: string;
  /** `waiting`, `ready`, `staging`, `executing` or `memory`. */
  readonly state: string;
  /** Of the result: expected before it is there, measured after. */
  readonly bytes: number;
  /** Values that it waits for. */
  readonly missing: number;
  readonly priority: number;
}
