// The part of an observation that is of one run: what a scheduler observed between two moments.
// Totals are differences; rows that nothing happened to are left out.
import {
  OBSERVATION_FORMAT,
  OBSERVATION_VERSION,
  type Observation,
  type ObservedCounts,
  type ObservedLayer,
  type ObservedNamedSpan,
  type ObservedSample,
  type ObservedSpans,
  type ObservedWorker,
  SPAN_KINDS,
} from "../../protocol/values/observation.js";
import { spansWhere } from "../../protocol/values/spans-where.js";
import { notesSince } from "../../protocol/values/told-notes.js";

/** Totals of a layer or worker that only grow. */
const LAYER_TOTALS = [
  ...["total", "done", "failed", "forgotten", "busyMs", "madeBytes", "moves", "movedBytes"],
] as readonly NumberOf<ObservedLayer>[];
const WORKER_TOTALS = [
  ...["done", "failed", "busyMs", "transferWaitMs", "diskWaitMs", "cpuMs", "madeBytes"],
  ...["fetches", "fetchedBytes", "fetchMs", "spilledBytesTotal", "stolen", "givenUp"],
] as readonly NumberOf<ObservedWorker>[];

/** The fields of a row that are numbers. */
type NumberOf<T> = { [K in keyof T]-?: T[K] extends number ? K : never }[keyof T];

/** Nothing has been observed. */
export function noObservation(): Observation {
  const tasks = { total: 0, waiting: 0, ready: 0, running: 0, inMemory: 0, done: 0, failed: 0 };
  const spans = Object.fromEntries(
    ["kinds", "workers", "threads", "layers", "blocks", "startMs", "durationMs", "bytes"].map(
      (name) => [name, []],
    ),
  ) as unknown as Omit<ObservedSpans, "peers" | "weights" | "cursor" | "labels">;
  return {
    format: OBSERVATION_FORMAT,
    version: OBSERVATION_VERSION,
    overview: {
      ...{ scheduler: "none", startedMs: 0, nowMs: 0, graphs: 0, clients: 0, busyMs: 0, stolen: 0 },
      ...{ movedBytes: 0, spilledBytesTotal: 0, waitsFor: [] },
      tasks: { ...tasks, forgotten: 0 },
    },
    ...{ jobs: [], layers: [], workers: [], samples: [], events: [], errors: [] },
    spans: { ...spans, peers: [], weights: [], labels: [], cursor: 0 },
  };
}

/**
 * The part of a run from `before` on.
 *
 * @param before undefined for all of it
 * @param endMs the end of the run, by the scheduler's clock; later time is not counted as idle
 */
export function runOf(
  after: Observation,
  before: Observation | undefined,
  endMs: number,
): Observation {
  const beginMs = before?.overview.nowMs ?? after.overview.startedMs;
  const isWithin = ({ atMs }: { readonly atMs: number }) => before === undefined || atMs > beginMs;
  const samples = samplesOf(after, before, beginMs, endMs);
  const spans = spansAfter(after.spans, beginMs);
  return {
    ...after,
    overview: overviewOf(after, before, beginMs, endMs),
    jobs: after.jobs.filter(({ endedMs = endMs }) => endedMs >= beginMs),
    layers: layersOf(after, before, samples),
    workers: workersOf(after, before, samples, beginMs, endMs),
    samples,
    spans,
    events: after.events.filter(isWithin),
    errors: after.errors.filter(isWithin),
    spanTotals: totalsOf(after, before, spans),
  };
}

/** What stories of the run are made of, what was logged in it, and the tables that are saved. */
export function notesSinceBegin(
  { notes, logs, epochMs = 0, actors, futures, configuration }: Observation,
  before: Observation | undefined,
): Pick<Observation, "notes" | "logs" | "actors" | "futures" | "configuration"> {
  const beginMs = before?.overview.nowMs ?? Number.NEGATIVE_INFINITY;
  return {
    ...(notes && { notes: notesSince(notes, beginMs) }),
    ...(logs && { logs: logs.filter(({ atMs }) => atMs >= epochMs + beginMs) }),
    ...(actors && { actors: actors.filter(({ endedMs = beginMs }) => endedMs >= beginMs) }),
    ...(futures && { futures }),
    ...(configuration && { configuration }),
  };
}

/** The longest of a name is that of the spans which were kept, unless it is the longest so far. */
function totalsOf(
  { spanTotals = [] }: Observation,
  before: Observation | undefined,
  { labels = [], durationMs }: ObservedSpans,
): ObservedNamedSpan[] {
  const keyOf = ({ kind, name }: ObservedNamedSpan) => `${kind} ${name}`;
  const known = new Map(before?.spanTotals?.map((total) => [keyOf(total), total]));
  const totals = spanTotals.map((total) => {
    const earlier = known.get(keyOf(total));
    if (earlier === undefined) return total;
    const seenMs = durationMs.filter((_, row) => labels[row] === total.name);
    const isLonger = total.longestMs > earlier.longestMs;
    return {
      ...total,
      count: total.count - earlier.count,
      totalMs: total.totalMs - earlier.totalMs,
      longestMs: isLonger ? total.longestMs : seenMs.reduce((a, b) => Math.max(a, b), 0),
    };
  });
  return totals.filter(({ count }) => count > 0);
}

/** Runs of tasks that spans stand for. */
export function runsIn({ kinds, weights }: ObservedSpans): number {
  return kinds.reduce((sum, kind, row) => {
    const isRun = SPAN_KINDS[kind] === "task";
    return isRun ? sum + (weights[row] as number) : sum;
  }, 0);
}

function overviewOf(
  { overview }: Observation,
  before: Observation | undefined,
  startedMs: number,
  nowMs: number,
): Observation["overview"] {
  if (before === undefined) return { ...overview, nowMs };
  const { tasks, busyMs, stolen, movedBytes, spilledBytesTotal } = before.overview;
  const { steps = 0, stepMs = 0 } = before.overview;
  const less = (name: keyof ObservedCounts) => overview.tasks[name] - tasks[name];
  return {
    ...overview,
    ...{ startedMs, nowMs },
    tasks: {
      ...overview.tasks,
      ...{ total: less("total"), done: less("done") },
      ...{ failed: less("failed"), forgotten: less("forgotten") },
    },
    steps: (overview.steps ?? 0) - steps,
    stepMs: (overview.stepMs ?? 0) - stepMs,
    busyMs: overview.busyMs - busyMs,
    stolen: overview.stolen - stolen,
    movedBytes: overview.movedBytes - movedBytes,
    spilledBytesTotal: overview.spilledBytesTotal - spilledBytesTotal,
  };
}

/** Those that were submitted in the run, or did something in it. */
function layersOf(
  { layers, spans }: Observation,
  before: Observation | undefined,
  samples: readonly ObservedSample[],
): ObservedLayer[] {
  const known = new Map(before?.layers.map((layer) => [layer.id, layer]));
  return layers.flatMap((layer) => {
    const earlier = known.get(layer.id);
    if (earlier === undefined) return layer;
    if (LAYER_TOTALS.every((name) => layer[name] === earlier[name])) return [];
    const held = samples.map(({ layers: ids, layerBytes }) => layerBytes[ids.indexOf(layer.id)]);
    return {
      ...layer,
      ...differences(layer, earlier, LAYER_TOTALS),
      durations: layer.durations.map((count, bin) => count - (earlier.durations[bin] ?? 0)),
      longestMs:
        layer.longestMs > earlier.longestMs ? layer.longestMs : longestSpanMs(spans, layer.id),
      peakHeldBytes: peakOf(layer.peakHeldBytes, earlier.peakHeldBytes, held),
    };
  });
}

function longestSpanMs({ layers, kinds, durationMs }: ObservedSpans, layer: number): number {
  return durationMs.reduce((longest, ms, row) => {
    const isOne = layers[row] === layer && SPAN_KINDS[kinds[row] as number] === "task";
    return isOne ? Math.max(longest, ms) : longest;
  }, 0);
}

function workersOf(
  { workers }: Observation,
  before: Observation | undefined,
  samples: readonly ObservedSample[],
  beginMs: number,
  endMs: number,
): ObservedWorker[] {
  const known = new Map(before?.workers.map((worker) => [worker.id, worker]));
  return workers.flatMap((worker) => {
    const { goneMs = Number.POSITIVE_INFINITY } = worker;
    if (goneMs < beginMs) return [];
    const joinedMs = Math.max(worker.joinedMs, beginMs);
    const seenMs = Math.max(joinedMs, Math.min(worker.seenMs, endMs));
    const earlier = known.get(worker.id);
    const totals = earlier === undefined ? {} : differences(worker, earlier, WORKER_TOTALS);
    const row = { ...worker, ...totals, joinedMs, seenMs };
    const { busyMs, transferWaitMs, diskWaitMs } = row;
    const lifeMs = (Math.min(endMs, goneMs) - joinedMs) * worker.threads;
    const idleMs = Math.max(0, lifeMs - busyMs - transferWaitMs - diskWaitMs);
    const peaks = earlier === undefined ? {} : peaksOf(worker, earlier, samples);
    return { ...row, idleMs, ...peaks };
  });
}

function peaksOf(worker: ObservedWorker, earlier: ObservedWorker, all: readonly ObservedSample[]) {
  const column = (name: "managedBytes" | "processBytes") =>
    all.map((sample) => sample[name][sample.workers.indexOf(worker.id)]);
  const { peakManagedBytes, peakProcessBytes } = worker;
  const managed = column("managedBytes");
  return {
    peakManagedBytes: peakOf(peakManagedBytes, earlier.peakManagedBytes, managed),
    peakProcessBytes: peakOf(peakProcessBytes, earlier.peakProcessBytes, column("processBytes")),
  };
}

/** Exact where it is the highest of all times; otherwise that of samples. */
function peakOf(peak: number, earlierPeak: number, sampled: readonly (number | undefined)[]) {
  return peak > earlierPeak ? peak : Math.max(0, ...sampled.map((bytes) => bytes ?? 0));
}

function differences<T extends object>(row: T, earlier: T, names: readonly NumberOf<T>[]) {
  const all = names.map((name) => [name, (row[name] as number) - (earlier[name] as number)]);
  return Object.fromEntries(all) as Partial<T>;
}

/** One at the beginning and one at the end, too: a short run has no other. */
function samplesOf(
  after: Observation,
  before: Observation | undefined,
  beginMs: number,
  endMs: number,
): ObservedSample[] {
  const done = before?.overview.tasks.done ?? 0;
  const within = after.samples.filter(({ atMs }) => atMs > beginMs && atMs < endMs);
  const first = { ...sampleOf(before ?? noObservation()), atMs: beginMs };
  const last = { ...sampleOf(after), atMs: Math.max(endMs, beginMs + 1) };
  return [first, ...within, last].map((sample) => ({ ...sample, done: sample.done - done }));
}

function sampleOf({ overview, workers, layers }: Observation): ObservedSample {
  const here = workers.filter(({ goneMs }) => goneMs === undefined);
  const held = layers.filter(({ heldBytes }) => heldBytes > 0);
  return {
    atMs: overview.nowMs,
    done: overview.tasks.done,
    workers: here.map(({ id }) => id),
    managedBytes: here.map(({ managedBytes }) => managedBytes),
    processBytes: here.map(({ processBytes }) => processBytes),
    spilledBytes: here.map(({ spilledBytes }) => spilledBytes),
    executing: here.map(({ executing }) => executing),
    layers: held.map(({ id }) => id),
    layerBytes: held.map(({ heldBytes }) => heldBytes),
  };
}

/** Those that had not ended before. */
function spansAfter(spans: ObservedSpans, beginMs: number): ObservedSpans {
  const { startMs, durationMs } = spans;
  return spansWhere(
    spans,
    (row) => (startMs[row] as number) + (durationMs[row] as number) > beginMs,
  );
}
