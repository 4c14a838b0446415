// Rows of the dashboard's tables that the scheduler is asked for when they are open.
import type { LoggedLine } from "./logged-line.js";

/** An actor. */
export interface ActorRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** Where it lives; empty while it has no place. */
  readonly worker: string;
  /** Its handles on clients, in tasks and in other actors. */
  readonly handles: number;
  /** How often it was made. */
  readonly made: number;
  readonly restartsLeft: number;
  readonly methods: readonly string[];
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

/** A setting of the scheduler. */
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
