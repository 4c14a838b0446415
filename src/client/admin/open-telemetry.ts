// A run as spans of OpenTelemetry, by the tracer of the program's own SDK: the run with its jobs,
// their tasks, and users' spans within these; transfers, the disk, the client's own part, and steps
// of the scheduler.
import type { Attributes, Context, HrTime, Span, SpanOptions } from "@opentelemetry/api";
import { reasonOf } from "../../base/reason.js";
import { type Api, loadOpenTelemetry } from "../../context/open-telemetry-api.js";
import { jobTitles } from "../../protocol/values/job-titles.js";
import { type NamedSpan, namedSpans } from "../../protocol/values/named-spans.js";
import type { Observation, ObservedError, ObservedJob } from "../../protocol/values/observation.js";
import { packageVersion } from "../../system/package-version.js";

/** A run that is being traced. */
export interface TracedRun {
  /** Calls a function within the span of the run: spans that it starts are its children. */
  within<T>(run: () => T): T;
  /** Ends the span of the run; what was observed comes to be spans within it. */
  end(observed: Observation, error: unknown): void;
}

/**
 * Begins the span of a run, within the span that is active.
 *
 * @throws ArgumentError `argument.value` when the API package is not installed
 */
export async function beginTracedRun(): Promise<TracedRun> {
  const api = await loadOpenTelemetry();
  const tracer = api.trace.getTracer("tilework", packageVersion());
  const root = tracer.startSpan("tilework");
  const within = api.trace.setSpan(api.context.active(), root);
  return {
    within: (run) => api.context.with(within, run),
    end: (observed, error) => {
      new SpanEmitter(api, observed, within).emit();
      const { scheduler, tasks, movedBytes, spilledBytesTotal } = observed.overview;
      root.setAttributes({
        "tilework.scheduler": scheduler,
        "tilework.tasks.done": tasks.done,
        "tilework.tasks.failed": tasks.failed,
        "tilework.moved_bytes": movedBytes,
        "tilework.spilled_bytes": spilledBytesTotal,
      });
      if (error !== undefined) fail(api, root, error);
      root.end();
    },
  };
}

function fail({ SpanStatusCode }: Api, span: Span, error: unknown): void {
  const message = reasonOf(error);
  span.recordException(error instanceof Error ? error : message);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Makes spans of one observation. */
class SpanEmitter {
  readonly #api: Api;
  readonly #run: Observation;
  readonly #root: Context;
  /** Milliseconds since 1970 when the scheduler's clock was 0. */
  readonly #epochMs: number;
  /** Contexts of jobs by layer, and of tasks by worker and key. */
  readonly #jobs = new Map<number, Context>();
  readonly #tasks = new Map<string, Context>();
  readonly #errors: ReadonlyMap<string, ObservedError>;

  constructor(api: Api, run: Observation, root: Context) {
    this.#api = api;
    this.#run = run;
    this.#root = root;
    this.#epochMs = run.epochMs ?? Date.now() - run.overview.nowMs;
    this.#errors = new Map(run.errors.map((error) => [`${error.worker} ${error.key}`, error]));
  }

  emit(): void {
    const titleOf = jobTitles(this.#run);
    for (const job of this.#run.jobs) this.#emitJob(job, titleOf(job));
    const titles = new Map(this.#run.layers.map(({ id, title }) => [id, title]));
    const { layers } = this.#run.spans;
    const all = namedSpans(this.#run).map((span, k) => ({ span, layer: layers[k] as number }));
    // Tasks come first, since other spans are within them.
    const isRun = ({ span: { kind } }: (typeof all)[number]) => kind === "task" || kind === "error";
    for (const { span, layer } of all.filter(isRun)) {
      const context = this.#emitSpan(span, titles.get(layer) ?? "task", this.#jobOf(layer));
      if (span.key !== "") this.#tasks.set(`${span.worker} ${span.key}`, context);
    }
    for (const each of all.filter((one) => !isRun(one))) {
      const { span, layer } = each;
      const task = span.kind === "span" && this.#tasks.get(`${span.worker} ${span.key}`);
      this.#emitSpan(span, nameOf(span, titles.get(layer)), task || this.#jobOf(layer));
    }
  }

  #jobOf(layer: number): Context {
    return this.#jobs.get(layer) ?? this.#root;
  }

  #emitJob(job: ObservedJob, title: string): void {
    const { id, client, state, submittedMs, endedMs, total, done, movedBytes } = job;
    const attributes = {
      ...{ "tilework.job": id, "tilework.client": client, "tilework.state": state },
      ...{ "tilework.tasks.total": total, "tilework.tasks.done": done },
      "tilework.moved_bytes": movedBytes,
    };
    const span = this.#start(`job ${title}`, submittedMs, attributes, this.#root);
    if (state === "failed") span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
    span.end(this.#timeOf(endedMs ?? this.#run.overview.nowMs));
    const context = this.#api.trace.setSpan(this.#root, span);
    for (const layer of job.layers) this.#jobs.set(layer, context);
  }

  #emitSpan(span: NamedSpan, name: string, parent: Context): Context {
    const { kind, key, worker, thread, bytes, from, weight, durationMs } = span;
    // Times of named spans are since the start of the run.
    const startMs = span.startMs + this.#run.overview.startedMs;
    const attributes: Attributes = { "tilework.kind": kind, "tilework.worker": worker };
    if (key !== "") attributes["tilework.key"] = key;
    if (thread >= 0) attributes["tilework.thread"] = thread;
    if (bytes > 0) attributes["tilework.bytes"] = bytes;
    if (from !== "") attributes["tilework.from"] = from;
    if (weight > 1) attributes["tilework.stands_for"] = weight;
    const emitted = this.#start(name, startMs, attributes, parent);
    if (kind === "error") this.#failTask(emitted, `${worker} ${key}`);
    emitted.end(this.#timeOf(startMs + durationMs));
    return this.#api.trace.setSpan(parent, emitted);
  }

  #failTask(span: Span, task: string): void {
    const { message = "failed", stack = "", atMs } = this.#errors.get(task) ?? {};
    const time = atMs === undefined ? undefined : this.#timeOf(atMs);
    span.recordException({ name: "Error", message, stack }, time);
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message });
  }

  #start(name: string, startMs: number, attributes: Attributes, parent: Context): Span {
    const options: SpanOptions = { startTime: this.#timeOf(startMs), attributes };
    return this.#api.trace.getTracer("tilework", packageVersion()).startSpan(name, options, parent);
  }

  /** Seconds and nanoseconds since 1970. */
  #timeOf(atMs: number): HrTime {
    const ms = this.#epochMs + atMs;
    const seconds = Math.floor(ms / 1_000);
    return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
  }
}

function nameOf({ kind, name }: NamedSpan, title = "other"): string {
  if (kind === "span") return name;
  if (kind === "client") return `client ${name}`;
  if (kind === "step") return "scheduler steps";
  return `${kind} ${title}`;
}
