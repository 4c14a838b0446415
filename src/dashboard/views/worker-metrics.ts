// A worker's own metrics for Prometheus. Their names begin with `tilework_node_`: those that the
// scheduler has of its workers begin with `tilework_worker_`, and both may be scraped.
import type { OwnFigures } from "../../protocol/values/listed-rows.js";
import { collectedMetrics, type Metrics, type Setters } from "./collected-metrics.js";
import { ownFigures } from "./own-figures.js";
import type { WatchedWorker } from "./watched-worker.js";

/** The metrics of a worker. */
export function workerMetrics(worker: WatchedWorker): Metrics {
  return collectedMetrics((set, lagSeconds) => {
    const figures = ownFigures(worker);
    readNode(figures, lagSeconds, set);
    readMemory(figures, set);
    readDiskAndTransfers(worker, figures, set);
  });
}

function readNode(figures: OwnFigures, lagSeconds: number, { gauge, counter }: Setters): void {
  const { name, scheduler, state, threads, executing, ready, waiting } = figures;
  gauge("tilework_node_info", "The worker.", 1, { worker: name, scheduler });
  gauge(
    "tilework_node_running",
    "Whether its scheduler knows it.",
    Number(state !== "registering"),
  );
  gauge("tilework_node_paused", "Whether memory is too short.", Number(state === "paused"));
  gauge("tilework_node_threads", "Executor threads.", threads);
  for (const [kind, count] of Object.entries({ executing, ready, waiting })) {
    gauge("tilework_node_tasks", "Tasks by state.", count, { state: kind });
  }
  counter("tilework_node_tasks_done_total", "Runs that gave a result.", figures.done);
  counter("tilework_node_tasks_failed_total", "Runs that failed.", figures.failed);
  gauge(
    "tilework_node_event_loop_lag_seconds",
    "Delay of the worker's event loop, 99th percentile since the first request.",
    lagSeconds,
  );
}

function readMemory({ memory }: OwnFigures, { gauge }: Setters): void {
  const kinds = {
    managed: memory.managedBytes,
    reserved: memory.reservedBytes,
    process: memory.processBytes,
    spilled: memory.spilledBytes,
    limit: memory.limitBytes,
  };
  for (const [kind, bytes] of Object.entries(kinds)) {
    gauge("tilework_node_memory_bytes", "Memory, in bytes, by kind.", bytes, { kind });
  }
  const peaks = { managed: memory.peakManagedBytes, process: memory.peakProcessBytes };
  for (const [kind, bytes] of Object.entries(peaks)) {
    gauge("tilework_node_memory_peak_bytes", "The most so far, by kind.", bytes, { kind });
  }
}

function readDiskAndTransfers(
  { state }: WatchedWorker,
  { memory, transferWaitMs, diskWaitMs, incomingBytes }: OwnFigures,
  { gauge, counter }: Setters,
): void {
  const spilled = "Bytes written to disk.";
  counter("tilework_node_spilled_bytes_total", spilled, memory.spilledBytesTotal);
  for (const kind of ["spill", "restore"] as const) {
    const { count, totalMs } = state.spans.sumsOf(kind);
    const labels = { kind };
    counter("tilework_node_disk_values_total", "Values that went to or from disk.", count, labels);
    counter("tilework_node_disk_seconds_total", "Time of these.", totalMs / 1_000, labels);
  }
  const { count, totalMs, bytes } = state.spans.sumsOf("transfer");
  counter("tilework_node_transfers_total", "Transfers to the worker.", count);
  counter("tilework_node_transfer_bytes_total", "Bytes of these.", bytes);
  counter("tilework_node_transfer_seconds_total", "Time of these.", totalMs / 1_000);
  gauge("tilework_node_incoming_bytes", "Bytes that are on their way.", incomingBytes);
  for (const [reason, ms] of Object.entries({ transfer: transferWaitMs, disk: diskWaitMs })) {
    const help = "Time of idle threads while something was under way.";
    counter("tilework_node_wait_seconds_total", help, ms / 1_000, { for: reason });
  }
}
