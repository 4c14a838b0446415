// The scheduler's observations of its own work: totals by layer and worker, jobs, events, errors,
// spans and samples. All of it is bounded. Totals are never lost: those that are listed no more are
// added to those of the others. The cores only count here; inspect/observe-run.ts reads.
import type { LayerName } from "../../../graph/model/layer.js";
import type { PeerId, WorkerId } from "../../../protocol/values/ids.js";
import type { ActorRow } from "../../../protocol/values/listed-rows.js";
import {
  type ObservedError,
  type ObservedEvent,
  OF_SCHEDULER,
  SPAN_KINDS,
} from "../../../protocol/values/observation.js";
import { SpanLog } from "../../../protocol/values/span-log.js";
import type { ActorRecord } from "../actor-state.js";
import type { ClientRecord, GraphRecord, LayerRecord, WorkerRecord } from "../records.js";
import { type ActorEnd, rowOfGone } from "./gone-actors.js";
import { SampleLog } from "./sample-log.js";
import { SpanStore } from "./span-store.js";
import { SpanTotals } from "./span-totals.js";
import {
  foldLayer,
  foldWorker,
  type LayerTotals,
  noLayerTotals,
  noWorkerTotals,
  type WorkerTotals,
} from "./totals.js";

const LAYERS_MAX = 5_000;
const JOBS_MAX = 500;
const GONE_WORKERS_MAX = 500;
const GONE_ACTORS_MAX = 500;
const EVENTS_MAX = 1_000;
const ERRORS_MAX = 200;
/** Layers that are listed for a job. */
const JOB_LAYERS_MAX = 1_000;
/** Layers that are examined to find one that has ended. */
const LOOKS_MAX = 4;
/** Clients whose spans are known as theirs. */
const CLIENTS_MAX = 500;
const [STEAL, STEP] = [SPAN_KINDS.indexOf("steal"), SPAN_KINDS.indexOf("step")];
/** Spans of steps become a report after so long, as a worker's do. */
const REPORT_MS = 500;
/** Layers whose numbers on the wire are known: spans name them so. */
const NUMBERS_MAX = 100_000;

/** A layer that is listed. */
export interface LayerRow {
  readonly row: number;
  readonly name: LayerName;
  readonly kind: string;
  readonly numBlocks: readonly number[];
  readonly inputs: readonly LayerName[];
  readonly firstMs: number;
  readonly totals: LayerTotals;
  /** Live layers that are counted here. */
  live: number;
}

/** A job that is listed. */
export interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly client: string;
  readonly submittedMs: number;
  readonly layers: readonly number[];
  /** While the scheduler has it. */
  graph: GraphRecord | undefined;
  state: "running" | "finished" | "failed" | "cancelled";
  endedMs: number;
  total: number;
  done: number;
  tasksRun: number;
  movedBytes: number;
  missing: number;
  peakWorkerBytes: number;
  /** The client's prediction, and its cluster. */
  readonly predicted: PredictedPeak | undefined;
}

/** The most bytes of values on one worker, as `explain()` had them. */
export interface PredictedPeak {
  readonly peakBytes: number;
  readonly cluster: string;
}

/** A client that has reported spans, and the least difference between its clock and ours. */
export interface HeardClient {
  readonly id: number;
  readonly name: string;
  clockOffsetMs: number;
}

/** A worker that has left. */
export interface GoneWorker {
  readonly worker: WorkerRecord;
  readonly goneMs: number;
  readonly reason: string;
}

/** All that is observed. */
export class Observer {
  /** When the first peer was heard. */
  startedMs = -1;
  /** The time of day at 0 of the scheduler's clock, where the shell knows it. */
  epochMs: number | undefined;
  readonly spans = new SpanStore();
  readonly samples = new SampleLog();
  readonly layers = new Map<number, LayerRow>();
  readonly jobs = new Map<number, JobRow>();
  readonly goneWorkers: GoneWorker[] = [];
  readonly goneActors: ActorRow[] = [];
  readonly events: ObservedEvent[] = [];
  readonly errors: ObservedError[] = [];
  /** Runs that gave a result, on all workers. */
  done = 0;
  /** Totals of those layers of which workers hold bytes. */
  readonly holding = new Set<LayerTotals>();
  /** Totals of layers and workers that are not listed any more. */
  readonly otherLayers = noLayerTotals();
  readonly otherWorkers: WorkerTotals = noWorkerTotals();
  /** Rows by the numbers of layers on the wire. */
  readonly rowOfLayer = new Map<number, number>();
  /** The most that one worker has held since a job began or ended last. */
  mostHeldBytes = 0;
  /** Clients that have reported spans. */
  readonly clients = new Map<PeerId, HeardClient>();
  readonly spanTotals = new SpanTotals();
  /** Steps of the scheduler and their time, where the shell measures it. */
  steps = 0;
  stepMs = 0;
  /** What this scheduler notes itself. */
  readonly #own = new SpanLog();
  readonly #ownSteps = new SpanLog();
  #reportedMs = Number.NEGATIVE_INFINITY;
  readonly #running = new Set<JobRow>();
  #nextRow = 0;
  #nextClient = OF_SCHEDULER - 1;

  /** A layer is known from now on; calls of one function share their totals and so their row. */
  addLayer(
    { id, layer: { name, kind, inputs }, totals }: LayerRecord,
    numBlocks: readonly number[],
    nowMs: number,
  ): void {
    const known = this.layers.get(totals.row);
    if (known === undefined) {
      if (this.layers.size >= LAYERS_MAX) this.#dropLayer();
      totals.row = this.#nextRow++;
      const { row } = totals;
      const listed = { row, name, kind, numBlocks, inputs, firstMs: nowMs, totals, live: 1 };
      this.layers.set(row, listed);
    } else known.live++;
    this.rowOfLayer.set(id, totals.row);
    if (this.rowOfLayer.size > NUMBERS_MAX) dropFirst(this.rowOfLayer);
  }

  /** No graph contains the layer any more. */
  endLayer({ totals }: LayerRecord): void {
    const row = this.layers.get(totals.row);
    if (row !== undefined) row.live--;
  }

  addJob(
    graph: GraphRecord,
    predicted: PredictedPeak | undefined,
    workers: Iterable<WorkerRecord>,
  ): void {
    this.#sharePeak(workers);
    const { id, name, number, client, submittedMs, layers } = graph;
    if (this.jobs.size >= JOBS_MAX) this.#dropJob();
    const rows = layers.slice(0, JOB_LAYERS_MAX).map(({ totals }) => totals.row);
    const job: JobRow = {
      id,
      name,
      client: client.name,
      submittedMs,
      layers: [...new Set(rows)],
      graph,
      state: "running",
      endedMs: -1,
      total: 0,
      done: 0,
      tasksRun: 0,
      movedBytes: 0,
      missing: 0,
      peakWorkerBytes: 0,
      predicted,
    };
    this.jobs.set(number, job);
    this.#running.add(job);
  }

  #dropJob(): void {
    for (const [number, job] of this.jobs) {
      this.#running.delete(job);
      this.jobs.delete(number);
      return;
    }
  }

  /** Jobs that run take over the most that one worker has held since the last time. */
  #sharePeak(workers: Iterable<WorkerRecord>): void {
    for (const job of this.#running) {
      job.peakWorkerBytes = Math.max(job.peakWorkerBytes, this.mostHeldBytes);
    }
    this.mostHeldBytes = 0;
    for (const { heldBytes } of workers) {
      if (heldBytes > this.mostHeldBytes) this.mostHeldBytes = heldBytes;
    }
  }

  /** A job has ended; later ends of it add nothing. */
  endJob(
    graph: GraphRecord,
    state: JobRow["state"],
    nowMs: number,
    workers: Iterable<WorkerRecord>,
  ): void {
    const job = this.jobs.get(graph.number);
    if (job === undefined || job.graph === undefined) return;
    if (job.state === "running") {
      this.#sharePeak(workers);
      this.#running.delete(job);
      job.state = state;
      job.endedMs = nowMs;
      readJob(job, graph);
    }
  }

  /** The scheduler forgets a graph. */
  forgetJob(graph: GraphRecord): void {
    const job = this.jobs.get(graph.number);
    if (job !== undefined) job.graph = undefined;
  }

  /** A client has reported spans; messages take time, so the least difference is closest. */
  heardClient({ peer, name }: ClientRecord, offsetMs: number): HeardClient {
    const known = this.clients.get(peer);
    if (known !== undefined) {
      known.clockOffsetMs = Math.min(known.clockOffsetMs, offsetMs);
      return known;
    }
    const heard = { id: this.#nextClient--, name, clockOffsetMs: offsetMs };
    this.clients.set(peer, heard);
    if (this.clients.size > CLIENTS_MAX) dropFirst(this.clients);
    return heard;
  }

  /** A worker took over a task that another had until `sinceMs`. */
  noteSteal(
    thief: WorkerId,
    victim: WorkerId,
    layer: number,
    block: number,
    sinceMs: number,
    nowMs: number,
  ): void {
    // Readers find the worker where other spans have bytes: the origin is the scheduler.
    this.#own.add(STEAL, -1, sinceMs, nowMs - sinceMs, layer, block, thief, victim);
  }

  /** The shell measured steps that followed each other at once. */
  noteSteps(count: number, startMs: number, durationMs: number): void {
    this.steps += count;
    this.stepMs += durationMs;
    this.#ownSteps.add(STEP, -1, startMs, durationMs, -1, count, 0);
  }

  /** Adds what the scheduler noted itself to the spans. */
  reportOwnSpans(nowMs: number): void {
    if (!this.#own.isEmpty) this.#report(this.#own);
    if (this.#ownSteps.isEmpty || nowMs - this.#reportedMs < REPORT_MS) return;
    this.#reportedMs = nowMs;
    this.#report(this.#ownSteps);
  }

  #report(log: SpanLog): void {
    const { rows, weight } = log.take();
    this.spans.add(OF_SCHEDULER, rows, weight);
  }

  addGone(worker: WorkerRecord, goneMs: number, reason: string): void {
    this.goneWorkers.push({ worker, goneMs, reason });
    if (this.goneWorkers.length <= GONE_WORKERS_MAX) return;
    const oldest = this.goneWorkers.shift();
    if (oldest !== undefined) foldWorker(this.otherWorkers, oldest.worker.totals);
  }

  /** An actor is over. */
  addGoneActor(actor: ActorRecord, end: ActorEnd): void {
    addBounded(this.goneActors, rowOfGone(actor, end), GONE_ACTORS_MAX);
  }

  addEvent(event: ObservedEvent): void {
    addBounded(this.events, event, EVENTS_MAX);
  }

  addError(error: ObservedError): void {
    addBounded(this.errors, error, ERRORS_MAX);
  }

  /** A layer that was listed early and has ended leaves the list; its totals stay. */
  #dropLayer(): void {
    let looks = 0;
    for (const [row, layer] of this.layers) {
      this.layers.delete(row);
      const { live, totals } = layer;
      if (live > 0) {
        // Those that will be examined next time then come first.
        this.layers.set(row, layer);
        if (++looks === LOOKS_MAX) return;
        continue;
      }
      foldLayer(this.otherLayers, totals);
      this.holding.delete(totals);
      // Calls of the same function that come later are listed as others.
      Object.assign(totals, noLayerTotals());
      return;
    }
  }
}

/** Brings a job's figures up to date with its graph. */
export function readJob(job: JobRow, graph: GraphRecord): void {
  job.total = graph.total;
  job.done = Math.max(0, graph.total - graph.active);
  job.tasksRun = graph.tasksRun;
  job.movedBytes = graph.bytesMoved;
  job.missing = graph.missing;
}

/** Rings would do with less copying; these are written to now and then only. */
function addBounded<T>(list: T[], item: T, max: number): void {
  list.push(item);
  if (list.length > max * 1.25) list.splice(0, list.length - max);
}

function dropFirst<K>(map: Map<K, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
