// Policy: which workers and clients count as lost after too long a silence.
import type { ClientView, WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";

/**
 * Whether the scheduler itself was suspended (a laptop's sleep, a debugger) and could receive
 * nothing: that proves nothing about others, so their timeouts start again.
 *
 * @param awayMs time since the tick before
 */
export function wasHeldUp({ options }: SchedulerView, awayMs: number): boolean {
  return awayMs > Math.min(options.workerTimeoutMs, options.clientTimeoutMs) / 2;
}

/** Workers that are taken for dead. */
export function decideLostWorkers({ workers, options, nowMs }: SchedulerView): WorkerView[] {
  return [...workers.values()].filter(({ seenMs }) => nowMs - seenMs > options.workerTimeoutMs);
}

/** Clients that are taken for gone. */
export function decideLostClients({ clients, options, nowMs }: SchedulerView): ClientView[] {
  return [...clients.values()].filter(({ seenMs }) => nowMs - seenMs > options.clientTimeoutMs);
}
