// How a job comes along, in words: rate, time left, memory, and which of its layers are shown.
import { formatBytes, formatDuration } from "../../base/units.js";
import type { LayerProgress, ProgressReport } from "../../graph/ports/executor.js";

/**
 * Rates are those of the last so many milliseconds: what was fast or slow before does not count.
 */
const RATE_WINDOW_MS = 10_000;

/** The reports on one job. */
export class JobProgress {
  readonly name: string;
  readonly #startedMs: number;
  readonly #samples: { readonly atMs: number; readonly done: number }[] = [];
  #report: ProgressReport = { done: 0, total: 0, waitingForWorkersMs: 0 };
  #layers: readonly LayerProgress[] = [];
  #end: "done" | "failed" | undefined;

  constructor(name: string, nowMs: number) {
    this.name = name;
    this.#startedMs = nowMs;
  }

  get report(): ProgressReport {
    return this.#report;
  }

  /** How full its bar is: a job without tasks is done when it has ended. */
  get shares(): { readonly done: number; readonly total: number } {
    const { done, total } = this.#report;
    return total > 0 ? { done, total } : { done: this.#end === "done" ? 1 : 0, total: 1 };
  }

  /** As far as they are known. */
  get layers(): readonly LayerProgress[] {
    return this.#layers;
  }

  take(report: ProgressReport, nowMs: number): void {
    // The last report may leave out what the ones before said.
    const { memory } = this.#report;
    this.#report = memory === undefined ? report : { memory, ...report };
    if (report.layers !== undefined) this.#layers = report.layers;
    this.#samples.push({ atMs: nowMs, done: report.done });
    while ((this.#samples[1]?.atMs ?? nowMs) <= nowMs - RATE_WINDOW_MS) this.#samples.shift();
  }

  end(error: unknown): void {
    this.#end = error === undefined ? "done" : "failed";
    if (error !== undefined) return;
    this.#layers = this.#layers.map((layer) => ({ ...layer, done: layer.total, running: 0 }));
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  elapsedMs(nowMs: number): number {
    return nowMs - this.#startedMs;
  }

  /** Names of the layers that workers are at. */
  get currentLayers(): string[] {
    const open = this.#layers.filter(({ done, total }) => done < total);
    const running = open.filter(({ running, done }) => running > 0 || done > 0);
    return [...new Set(running.map(({ name }) => wordOf(name)))];
  }

  /** The text beside the bar of the whole job. */
  words(nowMs: number): string {
    const { done, total, memory } = this.#report;
    const counted = `${done} of ${total} tasks`;
    const elapsed = formatDuration(this.elapsedMs(nowMs));
    if (this.#end !== undefined) {
      return this.#end === "done" ? `${counted} in ${elapsed}` : `failed after ${elapsed}`;
    }
    const rate = this.#tasksPerSec();
    const left = rate > 0 ? formatDuration(((total - done) / rate) * 1000) : undefined;
    return [
      counted,
      ...(rate > 0 ? [`${rateText(rate)}/s`] : []),
      ...(left === undefined || done === total ? [] : [`${left} left`]),
      ...(memory === undefined ? [] : [memoryText(memory)]),
      ...waitingText(this.#report),
    ].join(", ");
  }

  #tasksPerSec(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.done - first.done) / (last.atMs - first.atMs)) * 1000;
  }
}

/** A layer's name for people: without the digits that tell it from others. */
export function wordOf(name: string): string {
  return name.replace(/-[0-9a-f]{7,}$/, "");
}

function rateText(rate: number): string {
  return rate >= 10 ? String(Math.round(rate)) : String(Number(rate.toPrecision(2)));
}

function memoryText({
  managedBytes,
  spilledBytes,
  limitBytes,
}: NonNullable<ProgressReport["memory"]>): string {
  const hasLimit = limitBytes > 0 && Number.isFinite(limitBytes);
  const of = hasLimit ? ` of ${formatBytes(limitBytes)}` : "";
  const onDisk = spilledBytes > 0 ? ` and ${formatBytes(spilledBytes)} on disk` : "";
  return `memory ${formatBytes(managedBytes)}${of}${onDisk}`;
}

function waitingText(report: ProgressReport): string[] {
  const { waitingForWorkersMs, waitingFor = "worker", lostWorkers = [] } = report;
  if (waitingForWorkersMs === 0) return [];
  const waits = `waiting for ${formatDuration(waitingForWorkersMs)}`;
  const last = lostWorkers.at(-1);
  if (last === undefined) return [`no ${waitingFor.replace(/^a /, "")} yet, ${waits}`];
  const lost = `lost ${formatDuration(last.lostMsAgo)} ago: ${last.reason}`;
  return [`all workers are gone, the last was ${last.name} (${lost}), ${waits}`];
}
