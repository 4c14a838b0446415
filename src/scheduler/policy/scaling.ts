// Policy: how many workers the pending work needs: enough to finish in the target time, at most one
// per runnable task, and at least enough to hold the current results with room to spare. More are
// advised at once, since every client waits. Fewer are advised only if several advices in a row
// agree, and then the largest of them counts, so a short lull ends no worker that is needed soon.
// Idle workers with the least memory leave first.
import type { ScaleAdvice, WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { NO_WORKER, QUEUED } from "../state/task-status.js";
import { startableCount } from "./admission.js";
import { estimateMs } from "./durations.js";

/** Advices in a row that must agree before workers go. */
const SHRINKS_MIN = 4;
/** The part of the workers' memory that results may take before another worker is worth it. */
const MEMORY_PART_MAX = 0.6;

/** How many workers are worth it, before anything that was there is considered. */
export function decideWorkerCount(state: SchedulerView, targetDurationMs: number): number {
  const workers = [...state.workers.values()].filter(({ isRetiring }) => !isRetiring);
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0) / (workers.length || 1);
  const byWork = Math.ceil(workAheadMs(state) / targetDurationMs / Math.max(1, threads));
  const byTasks = Math.ceil(runnableTasks(state) / Math.max(1, threads));
  return Math.max(Math.min(byWork, byTasks), decideCountForMemory(state, workers));
}

/** The time that one thread would take for all needed work. */
function workAheadMs({ openGraphs, tasks }: SchedulerView): number {
  let sumMs = 0;
  for (const { active, layers } of openGraphs) {
    let count = 0;
    let layersMs = 0;
    for (const layer of layers) {
      const [slot] = layer.slots.values();
      if (slot === undefined) continue;
      count += layer.slots.size;
      layersMs += layer.slots.size * estimateMs(layer, tasks.bytes[slot] as number);
    }
    if (count > 0) sumMs += (active * layersMs) / count;
  }
  return sumMs;
}

/** Tasks that could run at this moment if there were threads enough. */
function runnableTasks({ statusCounts, workers }: SchedulerView): number {
  let count = (statusCounts[QUEUED] as number) + (statusCounts[NO_WORKER] as number);
  for (const worker of workers.values()) count += startableCount(worker);
  return count;
}

function decideCountForMemory(state: SchedulerView, workers: readonly WorkerView[]): number {
  let heldBytes = 0;
  for (const worker of state.workers.values()) heldBytes += worker.heldBytes;
  if (heldBytes === 0 || workers.length === 0) return heldBytes > 0 ? 1 : 0;
  const limitBytes =
    workers.reduce((sum, worker) => sum + worker.memoryLimitBytes, 0) / workers.length;
  return Math.max(1, Math.ceil(heldBytes / (limitBytes * MEMORY_PART_MAX)));
}

/**
 * Grows at once; shrinks when several advices in a row agree, to the most of them.
 *
 * @returns the advised number of workers, and the state for the next advice
 */
export function steady(
  { shrinks, workers }: ScaleAdvice,
  wanted: number,
  current: number,
): { readonly workers: number; readonly advice: ScaleAdvice } {
  const none = { shrinks: 0, workers: 0 };
  if (wanted >= current) return { workers: wanted, advice: none };
  const most = Math.max(workers, wanted);
  if (shrinks + 1 >= SHRINKS_MIN) return { workers: most, advice: none };
  return { workers: current, advice: { shrinks: shrinks + 1, workers: most } };
}

/**
 * Names of `count` workers that can go: those with nothing to do, and of them those that hold
 * least.
 */
export function decideSpared(state: SchedulerView, count: number): string[] {
  return [...state.workers.values()]
    .filter((worker) => !worker.isRetiring && !state.actorTable.byWorker.has(worker))
    .sort(
      (a, b) => a.processing.count - b.processing.count || a.heldBytes - b.heldBytes || b.id - a.id,
    )
    .slice(0, count)
    .map(({ name }) => name);
}
