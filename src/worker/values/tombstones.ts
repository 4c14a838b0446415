// Numbers of dropped tasks that the shell still writes or reads. A new task with the same number
// waits here until that has ended, so a late result is never mistaken for a new one. (The scheduler
// may reuse a number once all workers were asked to forget it.)
import { assert } from "../../base/assert.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { Tombstone } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { enqueueTransfer } from "./fetch-queue.js";
import { countDown } from "./ready.js";

/** The number is released, but still in use. */
export function addTombstone(state: WorkerState, task: TaskId, tombstone: Tombstone): void {
  assert(!state.tombstones.has(task), `task ${task} has two tombstones`);
  state.tombstones.set(task, tombstone);
}

/** The last use has ended: tasks that waited for the number continue. */
export function removeTombstone(state: WorkerState, task: TaskId): void {
  state.tombstones.delete(task);
  const record = state.tasks.get(task);
  if (record !== undefined) {
    countDown(state, record);
    return;
  }
  const transfer = state.transfers.get(task);
  if (transfer !== undefined) enqueueTransfer(state, transfer);
}
