// The scheduler as the dashboard sees it: its state, read-only, its own figures, and a few
// requests. runtime/nodes/scheduler-node.ts has all of it.
import type { SchedulerUsage } from "../../runtime/nodes/scheduler-node.js";
import type { SchedulerState } from "../../scheduler/state/scheduler-state.js";

/** The outcome of a retirement. */
export interface RetiredWorkers {
  readonly retired: readonly string[];
  readonly stayed: readonly { readonly name: string; readonly reason: string }[];
}

/** A scheduler that is watched. */
export interface WatchedScheduler {
  readonly address: string;
  readonly state: SchedulerState;
  readonly usage: SchedulerUsage;
  retireWorkers(names: readonly string[]): Promise<RetiredWorkers>;
  /** Asks workers for something that their processes know: JSON text of each. */
  askWorkers(
    topic: "logs" | "about" | "stacks" | "profile" | "values" | "page",
    workers: readonly string[] | null,
    durationMs?: number,
  ): Promise<{ readonly names: readonly string[]; readonly answers: readonly string[] }>;
  close(): Promise<void>;
}
