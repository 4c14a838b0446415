// Answers of `tilework observe`: one function for each command, from an observation to plain data.
// The type of each is the schema of the command's `--json`.
import { jobTitles } from "../../protocol/values/job-titles.js";
import { type NamedSpan, namedSpans } from "../../protocol/values/named-spans.js";
import type {
  Observation,
  ObservedLayer,
  ObservedNamedSpan,
  ObservedWorker,
} from "../../protocol/values/observation.js";

/** Where the time of threads went, in milliseconds of one thread. */
export interface TimeShares {
  readonly computingMs: number;
  readonly transferWaitMs: number;
  readonly diskWaitMs: number;
  readonly idleMs: number;
}

/** `overview` */
export interface OverviewAnswer extends TimeShares {
  readonly runMs: number;
  readonly workers: number;
  readonly threads: number;
  readonly tasksDone: number;
  readonly tasksTotal: number;
  readonly tasksFailed: number;
  readonly movedBytes: number;
  readonly spilledBytes: number;
  readonly peakProcessBytes: number;
  /** What clients did themselves: optimising, sending, gathering. */
  readonly clientMs: number;
  /** What the scheduler did itself: its steps, and their time. */
  readonly steps: number;
  readonly schedulerMs: number;
  /** In words: what would make the run faster first. */
  readonly bottleneck: string;
  readonly waitsFor: readonly string[];
}

/** The headline figures, and the bottleneck by name. */
export function overviewAnswer(run: Observation): OverviewAnswer {
  const { overview, workers } = run;
  const sum = (field: NumberOf<ObservedWorker>) =>
    workers.reduce((total, worker) => total + worker[field], 0);
  const shares = {
    computingMs: sum("busyMs"),
    transferWaitMs: sum("transferWaitMs"),
    diskWaitMs: sum("diskWaitMs"),
    idleMs: sum("idleMs"),
  };
  return {
    runMs: overview.nowMs - overview.startedMs,
    workers: workers.filter(({ goneMs }) => goneMs === undefined).length,
    threads: sum("threads"),
    tasksDone: overview.tasks.done,
    tasksTotal: overview.tasks.total,
    tasksFailed: overview.tasks.failed,
    ...shares,
    movedBytes: overview.movedBytes,
    spilledBytes: overview.spilledBytesTotal,
    peakProcessBytes: Math.max(0, ...workers.map(({ peakProcessBytes }) => peakProcessBytes)),
    clientMs: spansAnswer(run).reduce(
      (ms, row) => (row.kind === "client" ? ms + row.totalMs : ms),
      0,
    ),
    steps: overview.steps ?? 0,
    schedulerMs: overview.stepMs ?? 0,
    bottleneck: bottleneckOf(run, shares),
    waitsFor: overview.waitsFor,
  };
}

/**
 * `spans`: by name, those that took most time first. They are `span()` in users' code, and clients'
 * own part.
 */
export function spansAnswer({ spanTotals = [] }: Observation): readonly ObservedNamedSpan[] {
  return [...spanTotals].sort((a, b) => b.totalMs - a.totalMs);
}

/** The fields of a row that are numbers. */
type NumberOf<T> = { [K in keyof T]-?: T[K] extends number ? K : never }[keyof T];

/** Above this part of the run, workers wait for the scheduler. */
const BUSY_SCHEDULER = 0.7;

function bottleneckOf({ layers, overview }: Observation, shares: TimeShares): string {
  const { stepMs = 0, nowMs, startedMs } = overview;
  if (stepMs > BUSY_SCHEDULER * (nowMs - startedMs)) {
    return "the scheduler: it was busy most of the time; fewer, larger tasks take less of it";
  }
  const entries = Object.entries(shares) as [keyof TimeShares, number][];
  const [most = "idleMs"] = entries.sort((a, b) => b[1] - a[1])[0] ?? [];
  const [slowest] = [...layers].sort((a, b) => b.busyMs - a.busyMs);
  if (most === "transferWaitMs") return "transfers: threads waited for results of other workers";
  if (most === "diskWaitMs") return "the disk: threads waited for results that did not fit memory";
  if (most === "idleMs") return "too little work at once: most threads had nothing to run";
  return `computing: the layer ${slowest?.title ?? ""} took most of it`;
}

/** `layers`: those that took most time come first. */
export function layersAnswer(run: Observation): readonly ObservedLayer[] {
  return [...run.layers].sort((a, b) => b.busyMs - a.busyMs);
}

/** `workers` */
export function workersAnswer(run: Observation): readonly ObservedWorker[] {
  return run.workers;
}

/** `timeline`: spans that touch a stretch of time, by their start. */
export function timelineAnswer(
  run: Observation,
  { startMs = 0, durationMs = Number.POSITIVE_INFINITY }: { startMs?: number; durationMs?: number },
): readonly NamedSpan[] {
  const endMs = startMs + durationMs;
  const spans = namedSpans(run).filter(
    (span) => span.startMs < endMs && span.startMs + span.durationMs >= startMs,
  );
  return spans.sort((a, b) => a.startMs - b.startMs);
}

/** Transfers from one worker to another. */
export interface TransferRow {
  readonly from: string;
  readonly to: string;
  /** Spans that were seen, each with its weight. */
  readonly transfers: number;
  readonly bytes: number;
  /** From the request until it was answered. */
  readonly totalMs: number;
  /** Before that, until the request was sent: others had their turn first, or memory was short. */
  readonly queuedMs: number;
  /**
   * Of `totalMs`, until the sender had the answer ready: others had their turn first, or the values
   * were on its disk. Waits below 0.1 ms are not counted.
   */
  readonly senderQueuedMs: number;
  /** The rest of `totalMs`. */
  readonly wireMs: number;
  /** By the time on the wire. */
  readonly bytesPerSecond: number;
}

function noTransfers(from: string, to: string) {
  return { from, to, transfers: 0, bytes: 0, totalMs: 0, queuedMs: 0, senderQueuedMs: 0 };
}

/** `transfers`: by pairs of workers, those that moved most first. */
export function transfersAnswer(run: Observation): readonly TransferRow[] {
  const pairs = new Map<string, ReturnType<typeof noTransfers>>();
  for (const { kind, from, worker, bytes, durationMs, weight } of namedSpans(run)) {
    if (kind !== "transfer" && kind !== "queue" && kind !== "held") continue;
    const key = `${from} ${worker}`;
    const pair = pairs.get(key) ?? noTransfers(from, worker);
    pairs.set(key, pair);
    if (kind !== "transfer") {
      pair[kind === "queue" ? "queuedMs" : "senderQueuedMs"] += weight * durationMs;
      continue;
    }
    pair.transfers += weight;
    pair.bytes += weight * bytes;
    pair.totalMs += weight * durationMs;
  }
  const rows = [...pairs.values()].map((pair) => {
    // Spans that were left out may have been of either kind.
    const wireMs = Math.max(0, pair.totalMs - pair.senderQueuedMs);
    return { ...pair, wireMs, bytesPerSecond: wireMs > 0 ? (1_000 * pair.bytes) / wireMs : 0 };
  });
  return rows.sort((a, b) => b.bytes - a.bytes);
}

/** `memory` */
export interface MemoryAnswer {
  readonly workers: readonly {
    readonly name: string;
    readonly limitBytes: number;
    readonly peakProcessBytes: number;
    readonly peakManagedBytes: number;
    readonly spilledBytes: number;
  }[];
  readonly layers: readonly {
    readonly title: string;
    readonly peakBytes: number;
    readonly heldBytes: number;
  }[];
  /** The jobs that held most, with what `explain()` had predicted. */
  readonly jobs: readonly PeakOfJob[];
}

/** The most bytes of values that one worker held during a job. */
export interface PeakOfJob {
  readonly id: string;
  readonly title: string;
  readonly peakBytes: number;
  /** Absent without a prediction. */
  readonly predictedBytes?: number;
  readonly predictedFor?: string;
}

/** The most memory of each worker, and of the layers that held most. */
export function memoryAnswer(run: Observation): MemoryAnswer {
  const layers = [...run.layers].sort((a, b) => b.peakHeldBytes - a.peakHeldBytes).slice(0, 20);
  return {
    workers: run.workers.map((worker) => ({
      name: worker.name,
      limitBytes: worker.memoryLimitBytes,
      peakProcessBytes: worker.peakProcessBytes,
      peakManagedBytes: worker.peakManagedBytes,
      spilledBytes: worker.spilledBytesTotal,
    })),
    layers: layers.map(({ title, peakHeldBytes, heldBytes }) => ({
      title,
      peakBytes: peakHeldBytes,
      heldBytes,
    })),
    jobs: peaksOfJobs(run),
  };
}

function peaksOfJobs({ jobs, layers }: Observation): PeakOfJob[] {
  const titleOf = jobTitles({ layers });
  const rows = jobs.map((job) => {
    const { id, peakWorkerBytes = 0, predictedPeakBytes, predictedFor } = job;
    return {
      id,
      title: titleOf(job),
      peakBytes: peakWorkerBytes,
      ...(predictedPeakBytes === undefined ? {} : { predictedBytes: predictedPeakBytes }),
      ...(predictedFor === undefined ? {} : { predictedFor }),
    };
  });
  return rows.sort((a, b) => b.peakBytes - a.peakBytes).slice(0, 20);
}

/** A layer whose longest task took far longer than the others. */
export interface StragglerRow {
  readonly title: string;
  readonly longestKey: string;
  readonly longestMs: number;
  readonly meanMs: number;
  readonly ratio: number;
}

const STRAGGLER_RATIO = 3;

/** `stragglers`: layers whose longest task took three times the mean and more. */
export function stragglersAnswer(run: Observation): readonly StragglerRow[] {
  const rows = run.layers.flatMap(({ title, longestKey, longestMs, busyMs, done }) => {
    if (done < 2) return [];
    const meanMs = busyMs / done;
    const ratio = longestMs / Math.max(meanMs, Number.EPSILON);
    return ratio < STRAGGLER_RATIO ? [] : [{ title, longestKey, longestMs, meanMs, ratio }];
  });
  return rows.sort((a, b) => b.longestMs - a.longestMs);
}

/** A layer of the chain that decided how long the run took. */
export interface PathRow {
  readonly title: string;
  /** Since the start of the run. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly busyMs: number;
  readonly tasks: number;
}

/**
 * `critical-path`: from the layer that ended last, back along the input that ended last, by layer.
 */
export function criticalPathAnswer({ layers, overview }: Observation): readonly PathRow[] {
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const path: ObservedLayer[] = [];
  const read = new Set(layers.flatMap(({ inputs }) => inputs));
  let next = latest(layers.filter(({ id }) => !read.has(id)));
  while (next !== undefined && !path.includes(next)) {
    path.unshift(next);
    next = latest(next.inputs.flatMap((id) => byId.get(id) ?? []));
  }
  const zero = overview.startedMs;
  return path.map(({ title, firstMs, lastMs, busyMs, done }) => ({
    title,
    ...{ firstMs: firstMs - zero, lastMs: lastMs - zero, busyMs, tasks: done },
  }));
}

function latest(layers: readonly ObservedLayer[]): ObservedLayer | undefined {
  const run = layers.filter(({ done }) => done > 0);
  return run.reduce<ObservedLayer | undefined>(
    (last, layer) => (last === undefined || layer.lastMs > last.lastMs ? layer : last),
    undefined,
  );
}

/** `task KEY` */
export interface TaskAnswer {
  readonly key: string;
  /** Its events, oldest first, from the start of the run; none in runs of older versions. */
  readonly story: readonly string[];
  /** The layers that it reads. */
  readonly inputs: readonly string[];
  /** What each phase of its life took, the longest first. */
  readonly phases: readonly TaskPhase[];
  /** Spans of it that were kept; a transfer is one of the task that it was first for. */
  readonly spans: readonly NamedSpan[];
}

/** A state of a task at the scheduler, such as `waiting`, or a kind of span, such as `transfer`. */
export interface TaskPhase {
  readonly phase: string;
  readonly totalMs: number;
}

/** Facts about one task. */
export function taskAnswer(run: Observation, key: string, story: readonly string[]): TaskAnswer {
  const spans = namedSpans(run).filter((span) => span.key === key);
  const titles = new Map(run.layers.map(({ id, title }) => [id, title]));
  const name = key.replace(/\(.*$/s, "");
  const layer = run.layers.find((each) => each.name.startsWith(name));
  const inputs = layer?.inputs.flatMap((id) => titles.get(id) ?? []) ?? [];
  const { startedMs } = run.overview;
  return {
    ...{ key, inputs, spans },
    story: story.map((line) => sinceStart(line, startedMs)),
    phases: phasesOf(spans, story),
  };
}

/** A line of a story, whose time is the scheduler's, with the time since the run began. */
function sinceStart(line: string, startedMs: number): string {
  return line.replace(/^[\d.]+/, (clock) => (Number(clock) - startedMs / 1_000).toFixed(4));
}

/** A change of state in a story: its time, and the states before and after. */
const CHANGE = /^([\d.]+) s {2}(\w+) → (\w+)/;
/** States in which nothing of the task is under way. */
const RESTING = new Set(["released", "memory", "erred", "forgotten"]);

function phasesOf(spans: readonly NamedSpan[], story: readonly string[]): TaskPhase[] {
  const phases = new Map<string, number>();
  const add = (phase: string, ms: number) => phases.set(phase, (phases.get(phase) ?? 0) + ms);
  const changes = story.flatMap((line) => {
    const [, atS, , to = ""] = CHANGE.exec(line) ?? [];
    return atS === undefined ? [] : [{ atMs: 1_000 * Number(atS), to }];
  });
  changes.forEach(({ atMs, to }, k) => {
    const next = changes[k + 1];
    if (next !== undefined && !RESTING.has(to)) add(to, next.atMs - atMs);
  });
  for (const { kind, durationMs } of spans) add(kind, durationMs);
  const rows = [...phases].map(([phase, totalMs]) => ({ phase, totalMs }));
  return rows.sort((a, b) => b.totalMs - a.totalMs);
}
