// An observed run in the Trace Event Format, which Perfetto and Chrome's about:tracing
// show: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. A worker
// is a process there, and its threads, transfers and disk are rows of it, as are a client's spans,
// and the scheduler's jobs and steps.
// Arrows lead from the sender of a transfer to its receiver, and on to the run that waited for it;
// and from the worker that had a task to the one that took it over. Times are microseconds.

import { blockIndexOf } from "../../graph/model/chunks.js";
import type { LayerName } from "../../graph/model/layer.js";
import { taskKey } from "../../graph/model/naming.js";
import { jobTitles } from "../../protocol/values/job-titles.js";
import {
  type Observation,
  type ObservedLayer,
  type ObservedWorker,
  OF_SCHEDULER,
  SPAN_KINDS,
  type SpanKind,
} from "../../protocol/values/observation.js";

/** One event: `ph` says of which kind it is. */
export interface TraceEvent {
  readonly ph: "X" | "M" | "C" | "i" | "s" | "t" | "f";
  readonly name: string;
  readonly cat?: string;
  /** In µs, as `dur`. */
  readonly ts?: number;
  readonly dur?: number;
  /** The worker, from 1; 0 for the scheduler; clients come after all workers. */
  readonly pid: number;
  readonly tid?: number;
  /** An instant event is of the whole run. */
  readonly s?: "g";
  /** Events of one arrow share it; the last is bound to what is under way then. */
  readonly id?: number;
  readonly bp?: "e";
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
const FIRST_ROW = {
  ...{ transfer: 10_000, out: 15_000, disk: 20_000, steal: 25_000, spans: 30_000 },
  ...{ steps: 35_000, queue: 40_000 },
};
type RowGroup = keyof typeof FIRST_ROW;
/** The group of spans that have no thread; those of a thread are nested in its row. */
const GROUP_OF: Readonly<Partial<Record<SpanKind, RowGroup>>> = {
  ...{ transfer: "transfer", spill: "disk", restore: "disk" },
  ...{ steal: "steal", span: "spans", client: "spans", step: "steps" },
  ...{ queue: "queue", held: "queue" },
};
/** Processes from here on are clients. */
const CLIENTS = 1_000_000;

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
  readonly label: string;
}

/** The run as a trace. */
export function chromeTrace(observation: Observation): ChromeTrace {
  const { overview, epochMs, workers, clients = [] } = observation;
  const names = new Map([...workers, ...clients].map(({ id, name }) => [id, name]));
  const rows = new Rows();
  const all = spansOf(observation);
  const placed = all.map((span) => ({ span, event: spanEvent(span, rows, names) }));
  return {
    displayTimeUnit: "ms",
    traceEvents: [
      { ph: "M", name: "process_name", pid: SCHEDULER, args: { name: "scheduler" } },
      ...workers.flatMap(workerEvents),
      ...clients.map(({ id, name }) => {
        const args = { name: `client ${name}` };
        return { ph: "M", name: "process_name", pid: processOf(id), args } as const;
      }),
      ...arrowEvents(placed, rows, names),
      ...rows.names(),
      ...placed.map(({ event }) => event),
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
      label: spans.labels?.[row] ?? "",
    };
  });
  return all.sort((a, b) => a.startMs - b.startMs);
}

function spanEvent(span: Span, rows: Rows, names: ReadonlyMap<number, string>): TraceEvent {
  const { kind, layer, block, worker, startMs, durationMs, bytes, peer, weight } = span;
  const from = peer < 0 ? {} : { from: names.get(peer) ?? `worker ${peer}` };
  const sampled = weight > 1 ? { standsFor: weight } : {};
  return {
    ph: "X",
    name: nameOf(span),
    cat: kind,
    ts: us(startMs),
    dur: us(durationMs),
    pid: processOf(worker),
    tid: rows.rowOf(span),
    args: { key: layer === undefined ? "" : keyOf(layer, block), bytes, ...from, ...sampled },
  };
}

function nameOf({ kind, layer, block, label }: Span): string {
  if (label !== "") return label;
  if (kind === "step") return block === 1 ? "1 step" : `${block} steps`;
  const title = layer?.title ?? "other";
  if (kind === "task" || kind === "error") return title;
  return kind === "transfer" ? `for ${title}` : `${kind} ${title}`;
}

/** Workers from 1, clients, whose numbers are below -1, after all that there can be. */
function processOf(id: number): number {
  if (id === OF_SCHEDULER) return SCHEDULER;
  return id < 0 ? CLIENTS - id : id + 1;
}

interface Placed {
  readonly span: Span;
  readonly event: TraceEvent;
}

/** A row for what a worker sent, and arrows to the receiver and to the run that waited. */
function arrowEvents(
  placed: readonly Placed[],
  rows: Rows,
  names: ReadonlyMap<number, string>,
): TraceEvent[] {
  const runs = runsByTask(placed);
  let id = 0;
  return placed.flatMap(({ span, event }) => {
    const { kind, peer, worker, layer, block } = span;
    if (peer < 0 || (kind !== "transfer" && kind !== "steal")) return [];
    id++;
    const arrow = { name: kind, cat: "arrow", id, ts: event.ts ?? 0 } as const;
    const to = names.get(worker) ?? `worker ${worker}`;
    const left = {
      ...event,
      pid: processOf(peer),
      tid: rows.rowOf({ ...span, worker: peer }, "out"),
    };
    const sent = { ...left, name: `${kind} to ${to}`, cat: "out" };
    const events: TraceEvent[] = [sent, { ...arrow, ph: "s", pid: sent.pid, tid: sent.tid }];
    const run = layer === undefined ? undefined : runs.get(`${worker} ${layer.id} ${block}`);
    const isLater = run !== undefined && (run.ts as number) >= (event.ts as number);
    const here = { pid: event.pid, tid: event.tid as number };
    if (!isLater) return [...events, { ...arrow, ph: "f", bp: "e", ...here }];
    const end = { pid: run.pid, tid: run.tid as number, ts: run.ts as number };
    events.push({ ...arrow, ph: "t", ...here }, { ...arrow, ph: "f", bp: "e", ...end });
    return events;
  });
}

/** The runs of tasks, by worker, layer and block. */
function runsByTask(placed: readonly Placed[]): Map<string, TraceEvent> {
  const runs = new Map<string, TraceEvent>();
  for (const { span, event } of placed) {
    if (span.kind !== "task" || span.layer === undefined) continue;
    runs.set(`${span.worker} ${span.layer.id} ${span.block}`, event);
  }
  return runs;
}

function keyOf({ name, numBlocks }: ObservedLayer, block: number): string {
  const chunks = numBlocks.map((count) => new Array<number>(count).fill(1));
  return taskKey(name as LayerName, blockIndexOf(chunks, block));
}

/** Rows for what overlaps: of transfers, several are under way at once. */
class Rows {
  readonly #endMs = new Map<string, number[]>();

  rowOf({ kind, thread, worker, startMs, durationMs }: Span, asked?: RowGroup): number {
    const group = asked ?? GROUP_OF[kind];
    if (group === undefined || (group === "spans" && thread >= 0)) return Math.max(0, thread);
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
      const [worker, group] = key.split(" ") as [string, RowGroup];
      return ends.map((_, row) =>
        rowName(processOf(Number(worker)), FIRST_ROW[group] + row, group),
      );
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
