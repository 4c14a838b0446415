// The worker's three small machines as literal tables: a task (computed or copied here), a transfer
// (a copy on its way) and a value's place (memory or disk). Every change goes through `become…`, so
// any other transition throws at once. The work on the way is in assignments.ts,
// task-executions.ts, transfers.ts and memory-accounts.ts.
import { assert } from "../../base/assert.js";
import type { TaskId } from "../../protocol/values/ids.js";

/** Where a task is on this worker. */
export type WorkerTaskStatus =
  /** Given to this worker; some operands are not here yet. */
  | "waiting"
  /** All operands are here; its turn comes by priority. */
  | "ready"
  /** Its turn has come, and operands of it are being read back from disk. */
  | "staging"
  /** The shell was asked to run it. */
  | "executing"
  /** Its value is here, in memory or on disk ({@link ValuePlace}): made here, or a copy. */
  | "memory"
  /** This worker has forgotten it. */
  | "released";

/** Legal edges of a task. */
export const TASK_EDGES: { readonly [From in WorkerTaskStatus]: readonly WorkerTaskStatus[] } = {
  waiting: ["ready", "released"],
  ready: ["executing", "staging", "released"],
  staging: ["executing", "released"],
  executing: ["memory", "released"],
  memory: ["released"],
  released: [],
};

/** Where a copy of another worker's value is on its way here. */
export type TransferStatus =
  /** Some task here needs it; it is not requested yet. */
  | "wanted"
  /** A request for it is under way. */
  | "fetching"
  /** It came: there is a task in memory now. */
  | "here"
  /** No one needs it any more, or it is not available. */
  | "released";

/** Legal edges of a transfer. */
export const TRANSFER_EDGES: { readonly [From in TransferStatus]: readonly TransferStatus[] } = {
  wanted: ["fetching", "released"],
  // Wanted once more when the peer was silent and the request was given up.
  fetching: ["here", "wanted", "released"],
  here: [],
  released: [],
};

/** Where a value is that this worker holds. */
export type ValuePlace =
  /** Not computed yet, or given up. */
  | "absent"
  /** In memory. */
  | "here"
  /** In memory, and being written to disk. */
  | "writing"
  /** On disk only. */
  | "spilled"
  /** On disk only, and being read back. */
  | "reading";

/** Legal edges of a value's place. */
export const PLACE_EDGES: { readonly [From in ValuePlace]: readonly ValuePlace[] } = {
  absent: ["here"],
  // Straight to disk where a copy is left from before.
  here: ["writing", "spilled", "absent"],
  // Back if writing failed, or if the value is in use by now.
  writing: ["here", "spilled"],
  spilled: ["reading", "absent"],
  reading: ["here", "absent"],
};

/** A record with its number. */
type Known<Machine> = Machine & { readonly task: TaskId };

/** Moves a value along a legal edge; its bytes are accounted for by memory-accounts.ts. */
export function becomePlace(record: Known<{ place: ValuePlace }>, place: ValuePlace): void {
  if (!PLACE_EDGES[record.place].includes(place)) {
    assert(false, `value ${record.task}: ${record.place} → ${place} is not an edge`, record);
  }
  record.place = place;
}

/** Moves `record` along a legal edge. */
export function becomeTask(
  record: Known<{ status: WorkerTaskStatus }>,
  status: WorkerTaskStatus,
): void {
  if (!TASK_EDGES[record.status].includes(status)) {
    assert(false, `task ${record.task}: ${record.status} → ${status} is not an edge`, record);
  }
  record.status = status;
}

/** Moves `transfer` along a legal edge. */
export function becomeTransfer(
  transfer: Known<{ status: TransferStatus }>,
  status: TransferStatus,
): void {
  if (!TRANSFER_EDGES[transfer.status].includes(status)) {
    assert(false, `transfer ${transfer.task}: ${transfer.status} → ${status} is not an edge`);
  }
  transfer.status = status;
}
