// A worker as its own page sees it: its state, read-only, and what its process knows.
// runtime/nodes/worker-node.ts has all of it.
import type { WorkerState } from "../../worker/state/worker-state.js";

/** A worker that is watched. */
export interface WatchedWorker {
  readonly name: string;
  readonly schedulerAddress: string;
  /** Where it serves its results. */
  readonly address: string;
  readonly state: WorkerState;
  ask(question: {
    readonly topic: "logs" | "stacks" | "profile" | "values";
    readonly durationMs?: number;
  }): Promise<unknown>;
}
