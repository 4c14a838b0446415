// Policy: whether a worker has room for another root task. Roots create data and consumers remove
// it, so roots wait at the scheduler until there is room. Workers get just enough ahead that no
// thread waits for a message. So decisions can be made late, and memory is not filled in advance.
import type { SchedulerOptions } from "../state/options.js";
import type { WorkerView } from "../state/records.js";
import { takesWork } from "./open-to-work.js";

/** Tasks ahead for each thread, of any duration: one to run and one to follow at once. */
const TASKS_PER_THREAD = 2;

/**
 * The tasks of a worker that take a thread, or could: not pipelined ones, and not suspended ones.
 */
export function startableCount({ processing, pipelinedCount, suspended }: WorkerView): number {
  return processing.count - pipelinedCount - suspended.size;
}

/** Whether the worker has room for a task whose duration is known (`isMeasured`) or not. */
export function hasRoom(
  options: SchedulerOptions,
  worker: WorkerView,
  isMeasured: boolean,
): boolean {
  if (!takesWork(worker)) return false;
  const count = startableCount(worker);
  // A worker with nothing to do always gets one: otherwise a cluster full of results would stop.
  if (count === 0) return true;
  if (!fitsMemory(options, worker, 0)) return false;
  if (count < TASKS_PER_THREAD * worker.threads) return true;
  return (
    isMeasured &&
    worker.aheadMs < options.aheadMs * worker.threads &&
    count < options.aheadTasksMax * worker.threads
  );
}

/** Whether a worker without room may still get a task, to be with its companions. */
export function maySqueezeIn(worker: WorkerView, isMeasured: boolean): boolean {
  if (!takesWork(worker)) return false;
  // The costs of a measured task are known and compared; one that may take any time is not piled
  // up.
  return isMeasured || startableCount(worker) < 2 * TASKS_PER_THREAD * worker.threads;
}

/** Whether the worker stays within its target with `bytes` more than it holds and has promised. */
export function fitsMemory(options: SchedulerOptions, worker: WorkerView, bytes: number): boolean {
  // Spilled values take no memory; the last heartbeat may still count values that were freed since.
  const inMemoryBytes = Math.max(0, worker.heldBytes - worker.vitals.spilledBytes);
  const projectedBytes = inMemoryBytes + worker.reservedBytes + bytes;
  return projectedBytes <= worker.memoryLimitBytes * options.memoryTargetFraction;
}
