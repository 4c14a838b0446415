// Which workers could not fetch from which others of late. Pairs have a direction: a firewall may
// let one of two fetch and not the other. policy/reach.ts decides by it.
import type { TaskId, WorkerId } from "../../protocol/values/ids.js";

/** A worker could not reach another. */
export interface Cut {
  /** Until when that is believed, and for how long it is the last time. */
  untilMs: number;
  spanMs: number;
}

/** Workers that do not reach each other. */
export interface ReachState {
  /** By the worker that fetches, then by the holder. */
  readonly cuts: Map<WorkerId, Map<WorkerId, Cut>>;
  /** How often the inputs of a task were computed again because no worker reached all of them. */
  readonly stranded: Map<TaskId, number>;
}

/** All workers reach each other. */
export function createReachState(): ReachState {
  return { cuts: new Map(), stranded: new Map() };
}
