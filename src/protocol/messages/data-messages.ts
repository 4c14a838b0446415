// Messages between fetchers and data servers. Workers serve their results to any peer; clients
// serve the arrays that they hold to workers.

import type { DType } from "../../base/dtype.js";
import { counts, cuts, isCount, isLayerName, isString, optional } from "./fields.js";
import type { MemoryPlace } from "./memory-messages.js";
import { type MessageOf, message } from "./schema.js";

/** Asks a worker for results by task. */
export const getTasks = message("getTasks", {
  request: isCount,
  tasks: counts,
  /** For each, the requested part; null for the whole, which is the default without this column. */
  regions: optional(cuts),
});
export type GetTasks = MessageOf<typeof getTasks>;

/** Asks a client for a block of an array that it holds. */
export const getServed = message("getServed", {
  request: isCount,
  layer: isLayerName,
  block: isCount,
});
export type GetServed = MessageOf<typeof getServed>;

/** Says that a data reply came whole: the sender may use its bytes' memory again. */
export const dataReceived = message("dataReceived", { request: isCount });
export type DataReceived = MessageOf<typeof dataReceived>;

/**
 * A client follows a worker: the results of its jobs that have one output block come from there at
 * once, as `outputsReady`, before the scheduler reports them.
 */
export const followResults = message("followResults", {
  /** As in `follower` of its submissions. */
  follower: isString,
});
export type FollowResults = MessageOf<typeof followResults>;

export type DataRequest = GetTasks | GetServed;

/** The place of a lent value, and the number of its lease. */
export interface LentPlace extends MemoryPlace {
  readonly lease: number;
}

/** Head of the answer; the values' bytes follow as raw frames, small ones packed in one. */
export interface DataReply {
  readonly type: "data";
  readonly request: number;
  /** For each value found, in order: its position in the request, and how its bytes are read. */
  readonly found: readonly {
    /** Position in the request's `tasks`; 0 for `getServed`. */
    readonly position: number;
    readonly dtype: DType;
    readonly shape: readonly number[];
    /** The start of each part along the first axis, if it has parts. */
    readonly partStarts?: readonly number[];
    /** Which frame after the head, and where in it. */
    readonly frame: number;
    readonly byteOffset: number;
    /** Its place in the sender's memory, if it is lent and not sent: then it has no frame. */
    readonly lent?: LentPlace;
  }[];
  /** Positions that are not here. */
  readonly missing: readonly number[];
  /**
   * How long the request was here before this answer was ready: others came first, or its values
   * were on disk.
   */
  readonly heldMs?: number;
}
