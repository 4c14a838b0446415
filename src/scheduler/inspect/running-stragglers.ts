// Tasks that run far longer than others of their layer while threads are idle: the cluster waits
// for them. They are looked for on request, where few tasks are left.
import type { SchedulerState } from "../state/scheduler-state.js";
import { slotsOf } from "../state/task-list.js";
import { PROCESSING } from "../state/task-status.js";
import { keyOf } from "../tasks/failures.js";

/** With more tasks under way, none of them is what the cluster waits for. */
const TASKS_MAX = 8;
const RATIO_MIN = 3;
const RUN_MS_MIN = 1_000;
/** Runs that say how long a task of a layer takes. */
const RUNS_MIN = 2;

/** A task that others wait for. */
export interface RunningStraggler {
  readonly key: string;
  readonly worker: string;
  readonly runMs: number;
  /** The mean of its layer. */
  readonly meanMs: number;
}

/** Those that run now, the longest first. */
export function runningStragglers(state: SchedulerState): RunningStraggler[] {
  const workers = [...state.workers.values()];
  const tasks = workers.reduce((sum, { processing }) => sum + processing.count, 0);
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  if (tasks > TASKS_MAX || tasks >= threads) return [];
  const found = workers.flatMap(({ name: worker, processing }) =>
    slotsOf(state.tasks, processing).flatMap((slot) => {
      const times = timesOf(state, slot);
      return times === undefined ? [] : [{ key: keyOf(state, slot), worker, ...times }];
    }),
  );
  return found.sort((a, b) => b.runMs - a.runMs);
}

function timesOf(
  { tasks, layers, history, nowMs }: SchedulerState,
  slot: number,
): { readonly runMs: number; readonly meanMs: number } | undefined {
  const layer = layers.get(tasks.layer[slot] as number);
  if (layer === undefined || layer.totals.done < RUNS_MIN) return undefined;
  const block = tasks.block[slot] as number;
  const sinceMs = history.latestEdgeMs(layer.id, block, PROCESSING, nowMs);
  if (sinceMs === undefined) return undefined;
  const runMs = nowMs - sinceMs;
  const meanMs = layer.totals.busyMs / layer.totals.done;
  return runMs >= RUN_MS_MIN && runMs >= RATIO_MIN * meanMs ? { runMs, meanMs } : undefined;
}
