// The scheduler's one door: an event goes in, actions come out, nothing else changes its state.
import type { SchedulerAction } from "./actions.js";
import type { SchedulerEvent } from "./events.js";
import type { SchedulerState } from "./state.js";

/** Lets `event` happen at `nowMs` and returns what is to be done, in order. */
export declare function step(
  state: SchedulerState,
  event: SchedulerEvent,
  nowMs: number,
): SchedulerAction[];
