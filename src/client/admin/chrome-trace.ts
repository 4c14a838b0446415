// An observed run in the Trace Event Format, which Perfetto and Chrome's about:tracing
// show: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. A worker
// is a process there, and its threads, transfers and disk are rows of it. Times are microseconds.

import { blockIndexOf } from "../../graph/model/chunks.js";
import type { LayerName } from "../../graph/model/layer.js";
import { taskKey } from "../../graph/model/naming.js";
import { jobTitles } from "../../protocol/values/job-titles.js";
import {
  type Observation,
  type ObservedLayer,
  type ObservedWorker,
  SPAN_KINDS,
  type SpanKind,
} from "../../protocol/values/observation.js";

/** One event: `ph` says of which kind it is. */
export interface TraceEvent {
  readonly ph: "X" | "M" | "C" | "i";
  readonly name: string;
  readonly cat?: string;
  /** In µs, as `dur`. */
  readonly ts?: number;
  readonly dur?: number;
  /** The worker, from 1; 0 for the scheduler. */
  readonly pid: number;
  readonly tid?: number;
  /** An instant event is of the whole run. */
  readonly s?: "g";
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A file of the Trace Event Format. */
export interface ChromeTrace {
  readonly displayTimeUnit: "ms";
  readonly traceEvents: readonly TraceEvent[];
  readonly otherData: Readonly<Record<string, unknown>>;
}

const SCHEDULER = 0;
/**
 * The rows of transfers, and of the disk: below those of threads. Each begins in the first row that
 * is free then.
 */
const FIRST_ROW: Readonly<Record<"transfer" | "disk", number>> = { transfer: 10_000, disk: 20_000 };

/** A span, by name. */
interface Span {
  readonly kind: SpanKind;
  readonly worker: number;
  readonly thread: number;
  readonly layer: ObservedLayer | undefined;
  readonly block: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly bytes: number;
  readonly peer: number;
  readonly weight: number;
}

/** The run as a trace. */
export function chromeTrace(observation: Observation): ChromeTrace {
  const { overview, epochMs, workers } = observation;
  const names = new Map(workers.map(({ id, name }) => [id, name]));
  const rows = new Rows();
  const spans = spansOf(observation).map((span) => spanEvent(span, rows, names));
  return {
    displayTimeUnit: "ms",
    traceEvents: [
      { ph: "M", name: "process_name", pid: SCHEDULER, args: { name: "scheduler" } },
      ...workers.flatMap(workerEvents),
      ...rows.names(),
      ...spans,
      ...jobEvents(observation),
      ...memoryEvents(observation),
      ...observation.events.map(({ atMs, level, text }) => {
        const args = { level };
        return {
          ph: "i",
          s: "g",
          name: text,
          cat: "log",
          ts: us(atMs),
          pid: SCHEDULER,
          args,
        } as const;
      }),
    ],
    otherData: { scheduler: overview.scheduler, epochMs, tasks: overview.tasks },
  };
}

/** In order of their start. */
function spansOf({ spans, layers }: Observation): Span[] {
  const layerOf = new Map(layers.map((layer) => [layer.id, layer]));
  const all = spans.kinds.map((kind, row) => {
    const at = (column: readonly number[]) => column[row] as number;
    return {
      kind: SPAN_KINDS[kind] as SpanKind,
      worker: at(spans.workers),
      thread: at(spans.threads),
      layer: layerOf.get(at(spans.layers)),
      block: at(spans.blocks),
      startMs: at(spans.startMs),
      durationMs: at(spans.durationMs),
      bytes: at(spans.bytes),
      peer: at(spans.peers),
      weight: at(spans.weights),
    };
  });
  return all.sort((a, b) => a.startMs - b.startMs);
}

function spanEvent(span: Span, rows: Rows, names: ReadonlyMap<number, string>): TraceEvent {
  const { kind, layer, block, worker, startMs, durationMs, bytes, peer, weight } = span;
  const title = layer?.title ?? "other";
  const from = kind === "transfer" ? { from: names.get(peer) ?? `worker ${peer}` } : {};
  const sampled = weight > 1 ? { standsFor: weight } : {};
  return {
    ph: "X",
    name: kind === "task" || kind === "error" ? title : `${kind} ${title}`,
    cat: kind,
    ts: us(startMs),
    dur: us(durationMs),
    pid: worker + 1,
    tid: rows.rowOf(span),
    args: { key: layer === undefined ? "" : keyOf(layer, block), bytes, ...from, ...sampled },
  };
}

function keyOf({ name, numBlocks }: ObservedLayer, block: number): string {
  const chunks = numBlocks.map((count) => new Array<number>(count).fill(1));
  return taskKey(name as LayerName, blockIndexOf(chunks, block));
}

/** Rows for what overlaps: of transfers, several are under way at once. */
class Rows {
  readonly #endMs = new Map<string, number[]>();

  rowOf({ kind, thread, worker, startMs, durationMs }: Span): number {
    if (kind === "task" || kind === "error") return Math.max(0, thread);
    const group = kind === "transfer" ? "transfer" : "disk";
    const key = `${worker} ${group}`;
    const ends = this.#endMs.get(key) ?? [];
    this.#endMs.set(key, ends);
    const free = ends.findIndex((endMs) => endMs <= startMs);
    const row = free < 0 ? ends.length : free;
    ends[row] = startMs + durationMs;
    return FIRST_ROW[group] + row;
  }

  /** The names of rows beside those of threads. */
  names(): TraceEvent[] {
    return [...this.#endMs].flatMap(([key, ends]) => {
      const [worker, group] = key.split(" ") as [string, "transfer" | "disk"];
      return ends.map((_, row) => rowName(Number(worker) + 1, FIRST_ROW[group] + row, group));
    });
  }
}

function rowName(pid: number, tid: number, name: string): TraceEvent {
  return { ph: "M", name: "thread_name", pid, tid, args: { name } };
}

function workerEvents({ id, name, threads, ...worker }: ObservedWorker): TraceEvent[] {
  const pid = id + 1;
  const { stolen, givenUp, fetches, fetchedBytes, spilledBytesTotal, host } = worker;
  const args = { name, host, stolen, givenUp, fetches, fetchedBytes, spilledBytesTotal };
  const rows = Array.from({ length: threads }, (_, thread) =>
    rowName(pid, thread, `thread ${thread}`),
  );
  return [
    { ph: "M", name: "process_name", pid, args },
    ...rows,
    rowName(pid, threads, "own thread"),
  ];
}

/** Jobs, below each other where several run at once. */
function jobEvents({ jobs, overview, layers }: Observation): TraceEvent[] {
  const ends: number[] = [];
  const titleOf = jobTitles({ layers });
  return jobs.map((job) => {
    const { id, client, state, submittedMs, endedMs = overview.nowMs } = job;
    const free = ends.findIndex((endMs) => endMs <= submittedMs);
    const tid = free < 0 ? ends.length : free;
    ends[tid] = endedMs;
    const name = titleOf(job);
    const { total, done, tasksRun, movedBytes } = job;
    const args = { client, state, id, total, done, tasksRun, movedBytes };
    const time = { ts: us(submittedMs), dur: us(endedMs - submittedMs) };
    return { ph: "X", name, cat: "job", ...time, pid: SCHEDULER, tid, args };
  });
}

/** Memory over time, of each worker. */
function memoryEvents({ samples }: Observation): TraceEvent[] {
  return samples.flatMap(({ atMs, workers, managedBytes, spilledBytes, processBytes }) =>
    workers.map((worker, k) => ({
      ph: "C" as const,
      name: "memory",
      ts: us(atMs),
      pid: worker + 1,
      args: { values: managedBytes[k], onDisk: spilledBytes[k], process: processBytes[k] },
    })),
  );
}

function us(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}
