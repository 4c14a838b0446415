// Progress for users: progress() of one thing, ProgressBar for all jobs of a while, and
// what shows it for `compute({ progress: true })`.
import { ArgumentError } from "../../base/errors.js";
import { checkOptions, type Expectations } from "../../base/option-schema.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { isCollection } from "../../graph/ports/collection.js";
import {
  jobOfPersisted,
  latestJobs,
  RunningJob,
  watchJobs,
} from "../../graph/ports/running-jobs.js";
import { wordOf } from "./job-progress.js";
import { type DisplayStream, showJob } from "./progress-display.js";

/** Options of {@link progress} and {@link ProgressBar}. */
export interface ProgressOptions {
  /** Where it is shown: bars in a terminal, lines elsewhere; default: standard error. */
  readonly stream?: DisplayStream;
  /** Jobs that end sooner are not shown; default: 0. */
  readonly minimumMs?: number;
}

const EXPECTED: Expectations<ProgressOptions> = {
  stream: [
    "a stream to write to",
    (given) => typeof (given as DisplayStream)?.write === "function",
  ],
  minimumMs: ["a number of milliseconds", (given) => typeof given === "number" && given >= 0],
};

/** A call on a cluster: a future. */
interface Call {
  readonly key: string;
  readonly status: string;
  settled(): Promise<void>;
}

function isCall(value: unknown): value is Call {
  const call = value as Partial<Call> | null;
  return (
    typeof call === "object" && typeof call?.settled === "function" && typeof call.key === "string"
  );
}

/**
 * Shows how something comes along, until it is done: a bar for each layer in a terminal, a line for
 * each tenth elsewhere, with tasks in a second, the time left, and the workers' memory.
 *
 * @param what what a call of `compute()`, `persist()` or a writer of files returned; collections
 * that `persist({ wait: false })` returned; futures, also in a list; or a function, all of whose
 * jobs are shown
 * @returns what was given, or what the promise or function gives, when it is done
 * @throws ArgumentError `argument.value` when nothing computes it
 * @throws what the promise or function rejects with
 * @see https://distributed.dask.org/en/stable/api.html#distributed.progress
 * @example
 * const x = await progress(random([2_000, 2_000], { chunks: 500, seed: 1 }).persist());
 * await progress(async () => {
 *   await x.mean().compute();
 *   await x.std().compute();
 * });
 */
export async function progress<T>(
  what: T | (() => T),
  options: ProgressOptions = {},
): Promise<Awaited<T>> {
  const { stream, minimumMs } = checked("progress", options);
  const show = (job: RunningJob) => showJob(job, stream, minimumMs);
  if (typeof what === "function") return whileWatching(show, what as () => Awaited<T>);
  if (isPromise(what)) {
    const begun = latestJobs();
    for (const job of begun) show(job);
    // Writers of files begin their job when they have made the file.
    return begun.length > 0 ? await what : whileWatching(show, () => what as Awaited<T>);
  }
  const jobs = jobsOf(what);
  for (const job of jobs) show(job);
  await Promise.all(jobs.map(ended));
  return what as Awaited<T>;
}

/**
 * Shows every job of this program from now on, until it is stopped.
 *
 * @see https://docs.dask.org/en/stable/diagnostics-local.html#progress-bar
 * @example
 * const bar = new ProgressBar({ minimumMs: 1_000 }); // or: using bar = …
 * await random([1_000, 1_000], { seed: 1 }).mean().compute();
 * bar.stop();
 */
export class ProgressBar implements Disposable {
  readonly #stop: () => void;

  /**
   * @throws ArgumentError `argument.value` for an option that is not known, or not what it may be
   */
  constructor(options: ProgressOptions = {}) {
    const { stream, minimumMs } = checked("ProgressBar", options);
    this.#stop = watchJobs((job) => showJob(job, stream, minimumMs));
  }

  /**
   * Shows no further jobs; those that run are shown until they end.
   *
   * @throws nothing
   * @example
   * const bar = new ProgressBar();
   * await random([1_000, 1_000], { seed: 1 }).mean().compute();
   * bar.stop();
   */
  stop(): void {
    this.#stop();
  }

  /**
   * The same, at the end of the block with `using`.
   *
   * @throws nothing
   */
  [Symbol.dispose](): void {
    this.stop();
  }
}

/** Shows a job on standard error. */
export function showOnStandardError(job: RunningJob): void {
  showJob(job, process.stderr);
}

function checked(what: string, options: ProgressOptions) {
  checkOptions(what, options, EXPECTED);
  const { stream = process.stderr, minimumMs = 0 } = options;
  return { stream, minimumMs };
}

async function whileWatching<T>(show: (job: RunningJob) => void, run: () => T): Promise<T> {
  const stop = watchJobs(show);
  try {
    return await run();
  } finally {
    stop();
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return !isCall(value) && typeof (value as PromiseLike<unknown> | null)?.then === "function";
}

/** The jobs behind collections and calls, in lists or not. */
function jobsOf(what: unknown): RunningJob[] {
  const all = Array.isArray(what) ? what.flat(Number.POSITIVE_INFINITY) : [what];
  const calls = all.filter(isCall);
  const others = all.filter((one) => !isCall(one));
  const jobs = others.map((one) => {
    const node = isCollection(one) ? (one as { readonly node?: LayerNode }).node : undefined;
    const job = node && jobOfPersisted(node);
    if (job === undefined) throw notComputed(one);
    return job;
  });
  if (all.length === 0) throw notComputed(what);
  return calls.length === 0 ? jobs : [...jobs, jobOfCalls(calls)];
}

function notComputed(given: unknown): ArgumentError {
  const what = isCollection(given) ? "a collection that nothing computes" : typeof given;
  return new ArgumentError(
    "value",
    `progress was given ${what}: expected what compute() or persist() returned, futures, or a function`,
    { given },
  );
}

/** Calls as a job, whose layers are the functions that are called. */
function jobOfCalls(calls: readonly Call[]): RunningJob {
  const names = calls.map(({ key }) => wordOf(key.replace(/\(\d+\)$/, "")));
  const [name = ""] = names;
  const job = new RunningJob(new Set(names).size === 1 ? name : `${name} and others`);
  const layers = new Map(
    names.map((each) => [each, { name: each, done: 0, running: 0, total: 0 }]),
  );
  let done = 0;
  const report = () =>
    job.reported({
      done,
      total: calls.length,
      waitingForWorkersMs: 0,
      layers: [...layers.values()],
    });
  for (const each of names) (layers.get(each) as { total: number }).total++;
  const settled = calls.map(async (call, k) => {
    await call.settled();
    done++;
    (layers.get(names[k] as string) as { done: number }).done++;
    report();
  });
  report();
  void Promise.all(settled).then(
    () => job.ended(),
    (error: unknown) => job.ended(error),
  );
  return job;
}

function ended(job: RunningJob): Promise<void> {
  return new Promise((resolve) => {
    job.follow({ reported: () => {}, ended: () => resolve() });
  });
}
