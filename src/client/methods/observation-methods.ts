// Observations of a run, as methods of a client: totals, the time of each thread, pages, traces.
import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { logRows } from "../../protocol/values/log-rows.js";
import type { LoggedLine } from "../../protocol/values/logged-line.js";
import { type NamedSpan, namedSpans } from "../../protocol/values/named-spans.js";
import type { Observation } from "../../protocol/values/observation.js";
import { answersByName } from "../admin/node-answers.js";
import { type ObserveOptions, readObserveOptions, SPANS_MAX } from "../admin/observe-options.js";
import { observeWhile, type WantedSpans, wholeRun } from "../admin/observed-run.js";
import {
  type RunFileOptions,
  type TraceOptions,
  writeRun,
  writeWholeRun,
} from "../admin/run-files.js";
import { ask, partsOf } from "./client-parts.js";

/** The part of {@link Client} that observes what the cluster computes. */
export interface ObservationMethods {
  /** @internal A span of the program has ended; `startMs` is of `performance.now()`. */
  noteSpan(name: string, startMs: number, durationMs: number): void;

  /**
   * The scheduler's observations since it started: jobs, layers, workers, errors and events, with
   * totals of the whole run, and a fair sample of spans on each thread. Workers report twice a
   * second. With a file, the last reports of what is done are waited for, mostly half a second.
   *
   * @param options.spansMax the most rows of what took time; default: 100,000
   * @param options.file where to write it as JSON, too, for `tilework observe`; an existing file is
   * overwritten
   * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await ones([1_000, 1_000], { chunks: 500 }).sum().compute();
   * const { overview } = await cluster.client.observe();
   * overview.tasks.failed; // → 0
   * await cluster.close();
   */
  observe(options?: ObserveOptions): Promise<Observation>;

  /** @internal */
  askObservation(wanted: WantedSpans): Promise<Observation>;

  /**
   * The time of each thread, as data: tasks, transfers and the disk, oldest first. Without a
   * function, of all that the cluster did since it started. {@link Client.trace} writes the same to
   * a file.
   *
   * @param run what is called meanwhile; its result is not returned
   * @throws what the function throws
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.get_task_stream
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const stream = await cluster.client.taskStream(async () => {
   *   await ones([1_000, 1_000], { chunks: 500 }).sum().compute();
   * });
   * stream.some(({ kind }) => kind === "task"); // → true
   * await cluster.close();
   */
  taskStream(run?: () => unknown): Promise<readonly NamedSpan[]>;

  /**
   * Calls a function and writes a page that shows what the cluster computed meanwhile, as one HTML
   * file; see {@link report}. Without a function, the page shows all that the cluster computed
   * since it started.
   *
   * @returns the function's result
   * @throws ArgumentError `argument.value` when no file is named, its folder is missing, or an
   * option is unknown or has a wrong value
   * @throws what the function throws, when the file is written
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.report({ file: "report.html" }, async () => {
   *   await ones([1_000, 1_000], { chunks: 500 }).sum().compute();
   * });
   * await cluster.close();
   */
  report(options: RunFileOptions): Promise<void>;

  /**
   * The same of what a function computes.
   *
   * @param run a function that computes
   */
  report<T>(options: RunFileOptions, run: () => T): Promise<Awaited<T>>;

  /**
   * Calls a function and writes a trace of what the cluster computed meanwhile; see
   * {@link traceRun}. Without a function, the trace has all that the cluster computed since it
   * started. `openTelemetry` needs a function.
   *
   * @returns the function's result
   * @throws ArgumentError `argument.value` when no file is named, its folder is missing, or an
   * option is unknown or has a wrong value
   * @throws what the function throws, when the file is written
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await ones([1_000, 1_000], { chunks: 500 }).sum().compute();
   * await cluster.client.trace({ file: "run.json" });
   * await cluster.close();
   */
  trace(options: RunFileOptions): Promise<void>;

  /**
   * The same of what a function computes.
   *
   * @param run a function that computes
   */
  trace<T>(options: TraceOptions, run: () => T): Promise<Awaited<T>>;
}

export const OBSERVATION_METHODS: ObservationMethods & ThisType<ObservationMethods> = {
  noteSpan(name, startMs, durationMs) {
    partsOf(this).connection.spans.noteSpan(name, startMs, durationMs);
  },

  async observe(options = {}) {
    const { spansMax, file } = readObserveOptions(options);
    if (file === undefined) return JSON.parse(await askJson(this, { spansMax })) as Observation;
    const run = await wholeRun(this, { spansMax, withNotes: true });
    await writeFile(file, JSON.stringify(run));
    return run;
  },

  async askObservation(wanted) {
    const asked = askJson(this, wanted);
    const lines = wanted.withNotes ? await linesOf(this) : undefined;
    const run = JSON.parse(await asked) as Observation;
    return lines === undefined ? run : { ...run, logs: logRows(run, lines) };
  },

  async taskStream(run) {
    const observed =
      run === undefined
        ? await wholeRun(this, { spansMax: SPANS_MAX })
        : await observeWhile(run, { spansMax: SPANS_MAX }, this).then(({ run: during, result }) => {
            result();
            return during;
          });
    return namedSpans(observed).sort((a, b) => a.startMs - b.startMs);
  },

  async report<T>(options: RunFileOptions, run?: () => T) {
    if (run !== undefined) return await writeRun("report", options, run, this);
    await writeWholeRun("report", options, this);
    return undefined;
  },

  async trace<T>(options: TraceOptions, run?: () => T) {
    if (run !== undefined) return await writeRun("trace", options, run, this);
    await writeWholeRun("trace", options, this);
    return undefined;
  },
};

/** Workers that are busy or gone may not answer: their lines are left out. */
const LOGS_MS = 1_000;

/** The last lines of workers' logs, by name. */
async function linesOf(client: object): Promise<Readonly<Record<string, readonly LoggedLine[]>>> {
  const answered = ask(client, "askNodes", { topic: "logs", workers: null }).then(
    (asked) => answersByName<readonly LoggedLine[]>(asked),
    () => ({}),
  );
  return await Promise.race([answered, delay(LOGS_MS, {}, { ref: false })]);
}

async function askJson(client: object, wanted: WantedSpans): Promise<string> {
  const { json } = await ask(client, "observeRun", wanted);
  return json;
}
