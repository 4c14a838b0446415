// What goes between those who fetch values and those who serve them: anyone asks a worker, workers ask a
// client for the arrays that it holds.
import type { DType } from "../../base/dtype.js";
import type { Cut } from "../../graph/dependencies/regions.js";
import type { LayerName } from "../../graph/model/layer.js";
import type { TaskId } from "../values/ids.js";
import type { MemoryPlace } from "./memory-messages.js";

/** Asks a worker for results by task. */
export interface GetTasks {
  readonly type: "getTasks";
  readonly request: number;
  readonly tasks: readonly TaskId[];
  /** For each, the part that is wanted; null for the whole, which all are without this column. */
  readonly regions?: readonly (Cut | null)[];
}

/** Asks a client for a block of an array that it holds. */
export interface GetHeld {
  readonly type: "getHeld";
  readonly request: number;
  readonly layer: LayerName;
  readonly block: number;
}

export type DataRequest = GetTasks | GetHeld;

/** Where a value lies that is lent, and the number by which it is given back. */
export interface LentPlace extends MemoryPlace {
  readonly lease: number;
}

/** Head of the answer; the values' bytes follow as raw frames, small ones packed in one. */
export interface DataReply {
  readonly type: "data";
  readonly request: number;
  /** For each value found, in order: which one asked for, and how its bytes read. */
  readonly found: readonly {
    /** Position in the request's `tasks`; 0 for `getHeld`. */
    readonly position: number;
    readonly dtype: DType;
    readonly shape: readonly number[];
    /** Where its parts begin along the first axis, when it is made of some. */
    readonly partStarts?: readonly number[];
    /** Which frame after the head, and where in it. */
    readonly frame: number;
    readonly byteOffset: number;
    /** Where it lies in the memory of who answers, if it is lent and not sent: then it has no frame. */
    readonly lent?: LentPlace;
  }[];
  /** Positions that are not here. */
  readonly missing: readonly number[];
}
