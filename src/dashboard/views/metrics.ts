// A scheduler's metrics for Prometheus: its own, and those of its tasks and workers. Nothing is
// counted for them alone.
import type { ObservedCounts } from "../../protocol/values/observation.js";
import {
  observedLayers,
  observedWorkers,
  overviewOf,
} from "../../scheduler/inspect/observe-run.js";
import { decideWorkerCount } from "../../scheduler/policy/scaling.js";
import { collectedMetrics, type Metrics, type Setters } from "./collected-metrics.js";
import type { WatchedScheduler } from "./watched-scheduler.js";

/** As adaptive scaling has it by default. */
const DESIRED_MS = 5_000;

/** States that tasks are counted by. */
const STATES = [
  "waiting",
  "ready",
  "running",
  "inMemory",
] as const satisfies (keyof ObservedCounts)[];

/** The metrics of a scheduler. */
export function schedulerMetrics(scheduler: WatchedScheduler, pages: () => number): Metrics {
  return collectedMetrics((set, lagSeconds) => {
    readScheduler(scheduler, pages(), lagSeconds, set);
    readTasks(scheduler, set);
    readWorkers(scheduler, set);
  });
}

function readScheduler(
  { state, usage }: WatchedScheduler,
  pages: number,
  lagSeconds: number,
  { gauge, counter }: Setters,
): void {
  const { observer } = state;
  gauge("tilework_workers", "Workers that are registered.", state.workers.size);
  gauge(
    "tilework_desired_workers",
    "Workers that would finish the work at hand in five seconds.",
    decideWorkerCount(state, DESIRED_MS),
  );
  gauge("tilework_clients", "Clients that are connected.", state.clients.size);
  gauge("tilework_dashboard_pages", "Pages of the dashboard that are open.", pages);
  gauge(
    "tilework_event_loop_lag_seconds",
    "Delay of the scheduler's event loop, 99th percentile since the start.",
    lagSeconds,
  );
  counter("tilework_steps_total", "Steps of the scheduler.", usage.steps);
  counter("tilework_step_seconds_total", "Time of the scheduler's steps.", usage.busyMs / 1_000);
  for (const direction of ["received", "sent"] as const) {
    const help = "Messages of the scheduler.";
    counter("tilework_messages_total", help, usage[direction], { direction });
    const bytes = usage[`${direction}Bytes`];
    counter("tilework_message_bytes_total", "Bytes of these messages.", bytes, { direction });
  }
  const jobs = { running: 0, finished: 0, failed: 0, cancelled: 0 };
  for (const { state: outcome } of observer.jobs.values()) jobs[outcome]++;
  for (const [outcome, count] of Object.entries(jobs)) {
    gauge("tilework_jobs", "Jobs, of the latest 500, by state.", count, { state: outcome });
  }
}

function readTasks({ state }: WatchedScheduler, { gauge, counter }: Setters): void {
  const { layers, tasks } = observedLayers(state);
  for (const name of STATES) {
    gauge("tilework_tasks", "Tasks by state.", tasks[name], { state: name });
  }
  counter("tilework_tasks_done_total", "Runs of tasks that gave a result.", tasks.done);
  counter("tilework_tasks_failed_total", "Runs of tasks that failed.", tasks.failed);
  const { movedBytes, stolen } = overviewOf(state, tasks);
  counter("tilework_moved_bytes_total", "Bytes that went from worker to worker.", movedBytes);
  counter("tilework_steals_total", "Tasks that were moved to another worker.", stolen);
  const byKind = new Map<string, ReturnType<typeof noneOfKind>>();
  for (const { kind, busyMs, done, heldBytes, ...counts } of layers) {
    const sum = byKind.get(kind) ?? noneOfKind();
    byKind.set(kind, sum);
    sum.seconds += busyMs / 1_000;
    sum.done += done;
    sum.heldBytes += heldBytes;
    for (const name of STATES) sum.tasks[name] += counts[name];
  }
  for (const [kind, { seconds, done, heldBytes, tasks: byState }] of byKind) {
    const labels = { kind };
    for (const [state, count] of Object.entries(byState)) {
      gauge("tilework_layer_tasks", "Tasks by kind of layer and state.", count, { kind, state });
    }
    counter(
      "tilework_layer_task_seconds_total",
      "Time on threads by kind of layer.",
      seconds,
      labels,
    );
    counter("tilework_layer_tasks_done_total", "Runs by kind of layer.", done, labels);
    gauge("tilework_layer_held_bytes", "Bytes on workers by kind of layer.", heldBytes, labels);
  }
}

/** The sums of a kind of layers. */
function noneOfKind() {
  const tasks = { waiting: 0, ready: 0, running: 0, inMemory: 0 };
  return { seconds: 0, done: 0, heldBytes: 0, tasks };
}

function readWorkers({ state }: WatchedScheduler, { gauge, counter }: Setters): void {
  for (const row of observedWorkers(state)) {
    if (row.goneMs !== undefined) continue;
    const labels = { worker: row.name };
    const memory = {
      managed: row.managedBytes,
      process: row.processBytes,
      spilled: row.spilledBytes,
      limit: row.memoryLimitBytes,
    };
    for (const [kind, bytes] of Object.entries(memory)) {
      const help = "Memory of workers, in bytes, by kind.";
      gauge("tilework_worker_memory_bytes", help, bytes, { ...labels, kind });
    }
    gauge("tilework_worker_threads", "Executor threads.", row.threads, labels);
    gauge("tilework_worker_executing", "Tasks on threads.", row.executing, labels);
    gauge("tilework_worker_processing", "Tasks that were handed out.", row.processing, labels);
    gauge(
      "tilework_worker_heartbeat_age_seconds",
      "Time since the worker was last heard of.",
      Math.max(0, state.nowMs - row.seenMs) / 1_000,
      labels,
    );
    counter("tilework_worker_tasks_done_total", "Runs that gave a result.", row.done, labels);
    counter("tilework_worker_tasks_failed_total", "Runs that failed.", row.failed, labels);
    counter("tilework_worker_busy_seconds_total", "Time on threads.", row.busyMs / 1_000, labels);
    counter(
      "tilework_worker_cpu_seconds_total",
      "Time of the processor.",
      row.cpuMs / 1_000,
      labels,
    );
    counter("tilework_worker_transfers_total", "Transfers to the worker.", row.fetches, labels);
    counter("tilework_worker_transfer_bytes_total", "Bytes of these.", row.fetchedBytes, labels);
    counter(
      "tilework_worker_transfer_seconds_total",
      "Time of these, which overlap.",
      row.fetchMs / 1_000,
      labels,
    );
    counter(
      "tilework_worker_spilled_bytes_total",
      "Bytes written to disk.",
      row.spilledBytesTotal,
      labels,
    );
    counter(
      "tilework_worker_stolen_tasks_total",
      "Tasks taken over from others.",
      row.stolen,
      labels,
    );
  }
}
