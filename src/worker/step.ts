// The worker's one door: an event goes in, actions come out, nothing else changes its state.
import type { WorkerAction } from "./actions.js";
import type { WorkerEvent } from "./events.js";
import type { WorkerState } from "./state.js";

/** What the worker does when it starts: registers. */
export declare function startWorker(state: WorkerState, nowMs: number): WorkerAction[];

/** Lets `event` happen at `nowMs` and returns what is to be done, in order. */
export declare function step(state: WorkerState, event: WorkerEvent, nowMs: number): WorkerAction[];
