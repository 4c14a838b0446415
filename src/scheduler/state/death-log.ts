// Deaths of workers, kept for the error of a task that is given up. worker-deaths.ts makes the
// report.
import type { OutputsErred } from "../../protocol/messages/messages.js";
import type { GraphId, PeerId, TaskId } from "../../protocol/values/ids.js";
import type { MemorySample } from "./records.js";

/** How a worker died. */
export interface WorkerDeath {
  readonly worker: string;
  readonly reason: string;
  readonly diedMs: number;
  readonly memoryLimitBytes: number;
  readonly memoryCurve: readonly MemorySample[];
  /** The exit of its process, once its supervisor has reported it. */
  exit: ProcessExit | undefined;
}

/** How a process ended. */
export interface ProcessExit {
  readonly reason: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A task that was given up because of its workers' deaths. */
export interface FatalTask {
  readonly key: string;
  readonly deaths: readonly WorkerDeath[];
  /** How many would have been forgiven. */
  readonly allowedFailures: number;
  readonly inputs: readonly { readonly key: string; readonly bytes: number }[];
  readonly outputBytes: number;
}

/** Outputs that are reported together: each with its block. */
export type OutputColumns = Pick<OutputsErred, "outputs" | "blocks">;

/**
 * An error of a graph, or of some of its outputs, that is sent once it is known how the last
 * worker's process ended.
 */
export interface DelayedError {
  readonly graph: GraphId;
  /** Its outputs that failed, if the others continue. */
  readonly columns: OutputColumns | undefined;
  readonly to: PeerId;
  readonly task: FatalTask;
  readonly dueMs: number;
}

/** A worker that is gone, however it went. */
export interface Departure {
  readonly worker: string;
  readonly joinedMs: number;
  readonly goneMs: number;
  readonly reason: string;
  /** The death of its worker. */
  readonly death: WorkerDeath | undefined;
}

/** All deaths that are remembered. */
export interface DeathLog {
  /**
   * The latest deaths by the worker's name; one that its supervisor explains later is found here.
   */
  readonly byWorker: Map<string, WorkerDeath>;
  /** The deaths that each task is blamed for. */
  readonly byTask: Map<TaskId, WorkerDeath[]>;
  held: DelayedError[];
  /** The workers that went last, oldest first. */
  readonly departures: Departure[];
}

/** No worker has died. */
export function createDeathLog(): DeathLog {
  return { byWorker: new Map(), byTask: new Map(), held: [], departures: [] };
}
