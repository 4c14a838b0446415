// A client's views of its cluster: its state, the story of a task, and observations of the run.
import { writeFile } from "node:fs/promises";
import { ArgumentError, ClusterError } from "../base/errors.js";
import { checkOption, checkOptions, wholeNumber } from "../base/option-schema.js";
import type { TasksDescribed } from "../protocol/messages/messages.js";
import type { LoggedLine } from "../protocol/values/logged-line.js";
import { type NamedSpan, namedSpans } from "../protocol/values/named-spans.js";
import type { Observation } from "../protocol/values/observation.js";
import {
  type HeldValue,
  PROFILE_MS,
  PROFILE_MS_MAX,
  type ThreadProfile,
  type ThreadStack,
} from "../protocol/values/thread-profiles.js";
import { type AboutProcess, type AboutWorker, aboutProcess } from "../system/about-process.js";
import { ActorClient } from "./actors/actor-client.js";
import { checkFile, checkWorkerNames } from "./admin/admin-arguments.js";
import {
  bytesByKey,
  keysByWorker,
  type NamesByName,
  tasksIn,
  workersByKey,
} from "./admin/described-tasks.js";
import { answersByName, findDifferences, type Versions } from "./admin/node-answers.js";
import { type ObserveOptions, readObserveOptions, SPANS_MAX } from "./admin/observe-options.js";
import { type Observed, observeWhile, type WantedSpans, wholeRun } from "./admin/observed-run.js";
import { type RunFileOptions, writeRun, writeWholeRun } from "./admin/run-files.js";
import type { ClusterDescribed } from "./session/client-options.js";
import type { Connection } from "./session/connection.js";
import type { Answers, Question } from "./session/session-listeners.js";

/** How often it is looked how many workers there are. */
const LOOK_INTERVAL_MS = 100;

/** Options of {@link Client.profile}. */
export interface ProfileOptions {
  /** How long threads are sampled, in milliseconds; default: 1,000. */
  readonly durationMs?: number;
  /** Names of workers; default: all. */
  readonly workers?: readonly string[];
}

/** The part of {@link Client} that looks into the cluster. */
export class InspectingClient extends ActorClient implements Observed {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    super(connection);
    this.#connection = connection;
  }

  /** @internal A span of the program has ended; `startMs` is of `performance.now()`. */
  noteSpan(name: string, startMs: number, durationMs: number): void {
    this.#connection.spans.noteSpan(name, startMs, durationMs);
  }

  /** The page of the scheduler's dashboard; undefined if it serves none. Open it in a browser. */
  get dashboardLink(): string | undefined {
    return this.#connection.latest?.dashboardLink;
  }

  /**
   * The state of the cluster: its workers and clients, and its numbers of tasks, graphs and actors.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { workers } = await cluster.client.describe();
   * workers.map(({ name, threads }) => `${name}: ${threads > 0}`); // → ["worker-0: true"]
   * await cluster.close();
   */
  async describe(): Promise<ClusterDescribed> {
    const answer = await this.ask("describeCluster", {});
    const { workers, tasks, graphs, actors, clients, ageMs } = answer;
    return { workers, tasks, graphs, actors, clients, ageMs };
  }

  /**
   * The workers that have results, by key.
   *
   * @param what futures or persisted collections, in lists and plain objects; default: all results
   * @throws ArgumentError `argument.value` when there are none in what was given, or more than
   * 50,000 results
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.who_has
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const table = cluster.client.scatter([1, 2, 3]);
   * await table.settled();
   * Object.values(await cluster.client.whoHas(table)); // → [["worker-0"]]
   * await cluster.close();
   */
  async whoHas(what?: unknown): Promise<NamesByName> {
    const asked = tasksIn(what);
    return workersByKey(await this.#tasks("memory", asked.layers), asked);
  }

  /**
   * The keys of the results that each worker has, by the worker's name.
   *
   * @throws ArgumentError `argument.value` when there are more than 50,000
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const x = await ones([4], { chunks: 2 }).persist();
   * const { "worker-0": keys } = await cluster.client.hasWhat();
   * keys.length >= x.numblocks[0]; // → true
   * await cluster.close();
   */
  async hasWhat(): Promise<NamesByName> {
    return this.#keysByWorker("memory");
  }

  /**
   * The keys of the tasks that each worker was given and has not finished, by the worker's name.
   *
   * @throws ArgumentError `argument.value` when there are more than 50,000
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * Object.keys(await cluster.client.processing()); // → ["worker-0"]
   * await cluster.close();
   */
  async processing(): Promise<NamesByName> {
    return this.#keysByWorker("processing");
  }

  /**
   * The bytes of results, by key.
   *
   * @param what futures or persisted collections, in lists and plain objects; default: all results
   * @throws ArgumentError `argument.value` when there are none in what was given, or more than
   * 50,000 results
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const x = await ones([4], { chunks: 2 }).persist();
   * Object.values(await cluster.client.nbytes(x)); // → [16, 16]
   * await cluster.close();
   */
  async nbytes(what?: unknown): Promise<Readonly<Record<string, number>>> {
    const asked = tasksIn(what);
    return bytesByKey(await this.#tasks("memory", asked.layers), asked);
  }

  /**
   * What runs this process, the scheduler and each worker: versions, processor, kernels, BLAS,
   * clock; and what differs among them.
   *
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.get_versions
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { workers, differences } = await cluster.client.versions();
   * workers["worker-0"].node === process.versions.node; // → true
   * differences; // → []
   * await cluster.close();
   */
  async versions(): Promise<Versions> {
    const askedMs = Date.now();
    const [asked, scheduler] = await Promise.all([
      this.ask("askNodes", { topic: "about", workers: null }),
      this.aboutScheduler(),
    ]);
    const workers = answersByName<AboutWorker>(asked);
    const client = aboutProcess();
    const differences = findDifferences(client, workers, askedMs, scheduler);
    return { client, scheduler, workers, differences };
  }

  /** @internal What runs the scheduler's process. */
  protected async aboutScheduler(): Promise<AboutProcess> {
    const { value } = await this.ask("askScheduler", { what: "about", name: "" });
    return JSON.parse(Buffer.from(value as Uint8Array).toString()) as AboutProcess;
  }

  /**
   * The last lines of the logs: of the scheduler, under `scheduler`, and of workers, by name.
   *
   * @param workers names of workers; default: all
   * @throws ArgumentError `argument.value` for anything but a list of names
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.get_worker_logs
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const logs = await cluster.client.logs();
   * Object.keys(logs); // → ["scheduler", "worker-0"]
   * await cluster.close();
   */
  async logs(
    workers?: readonly string[],
  ): Promise<Readonly<Record<string, readonly LoggedLine[]>>> {
    if (workers !== undefined) checkWorkerNames("logs", workers);
    const [asked, { epochMs = 0, events }] = await Promise.all([
      this.ask("askNodes", { topic: "logs", workers: workers ?? null }),
      this.observe({ spansMax: 0 }),
    ]);
    const scheduler = events.map(({ atMs, level, text }) => ({
      atMs: epochMs + atMs,
      level,
      text,
    }));
    return { scheduler, ...answersByName<readonly LoggedLine[]>(asked) };
  }

  /**
   * What the threads of workers run now, by the worker's name: the key of the task, and the
   * functions that it is in. Threads that run a function for long answer, too.
   *
   * @param workers names of workers; default: all
   * @throws ArgumentError `argument.value` for anything but a list of names
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.call_stack
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const stacks = await cluster.client.callStacks();
   * stacks["worker-0"].map(({ thread }) => thread).includes("own thread"); // → true
   * await cluster.close();
   */
  async callStacks(
    workers?: readonly string[],
  ): Promise<Readonly<Record<string, readonly ThreadStack[]>>> {
    return await this.#askThreads<readonly ThreadStack[]>("callStacks", "stacks", workers);
  }

  /**
   * Where the time of workers' threads goes, by the worker's name: a tree of functions for each
   * thread, by samples of its stack. Nothing is sampled at other times. The dashboard draws the
   * same as a flame graph, on a worker's page.
   *
   * @param options.durationMs how long, in milliseconds; default: 1,000
   * @param options.workers names of workers; default: all
   * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.profile
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const profiles = await cluster.client.profile({ durationMs: 50 });
   * profiles["worker-0"].every(({ root }) => root.totalMs >= 0); // → true
   * await cluster.close();
   */
  async profile(
    options: ProfileOptions = {},
  ): Promise<Readonly<Record<string, readonly ThreadProfile[]>>> {
    checkOptions("profile()", options, {
      durationMs: wholeNumber(1, PROFILE_MS_MAX),
      workers: ["a list of names", Array.isArray],
    });
    const { durationMs = PROFILE_MS, workers } = options;
    return await this.#askThreads("profile", "profile", workers, durationMs);
  }

  /**
   * The largest values that workers hold, 100 of each, by the worker's name.
   *
   * @param workers names of workers; default: all
   * @throws ArgumentError `argument.value` for anything but a list of names
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const x = await ones([1_000, 1_000], { chunks: [1_000, 1_000] }).persist();
   * const { "worker-0": values } = await cluster.client.largestValues();
   * values[0].bytes; // → 8_000_000
   * await cluster.close();
   */
  async largestValues(
    workers?: readonly string[],
  ): Promise<Readonly<Record<string, readonly HeldValue[]>>> {
    return await this.#askThreads("largestValues", "values", workers);
  }

  async #askThreads<T>(
    name: string,
    topic: "stacks" | "profile" | "values",
    workers: readonly string[] | undefined,
    durationMs?: number,
  ): Promise<Readonly<Record<string, T>>> {
    if (workers !== undefined) checkWorkerNames(name, workers);
    const terms = durationMs === undefined ? {} : { durationMs };
    const asked = { topic, workers: workers ?? null, ...terms };
    return answersByName<T>(await this.ask("askNodes", asked));
  }

  /**
   * Waits until there are that many workers.
   *
   * @param timeoutMs the longest wait; default: no limit
   * @throws ArgumentError `argument.value` when the number is not a whole number from 1
   * @throws ClusterError `cluster.timeout` when there are fewer after that time
   * @example
   * const cluster = await LocalCluster.start({ workers: 2 });
   * await cluster.client.waitForWorkers(2, 60_000);
   * await cluster.close();
   */
  async waitForWorkers(count: number, timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    checkOption("the number of workers", count, wholeNumber(1));
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const { workers } = await this.describe();
      if (workers.length >= count) return;
      if (performance.now() >= untilMs) {
        const text = `${workers.length} of ${count} workers have joined within ${timeoutMs} ms`;
        throw new ClusterError("timeout", text, { workers: workers.length, count });
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
    }
  }

  async #keysByWorker(status: "memory" | "processing"): Promise<NamesByName> {
    const [tasks, { workers }] = await Promise.all([this.#tasks(status, null), this.describe()]);
    const names = workers.map(({ name }) => name);
    return keysByWorker(tasks, names);
  }

  #tasks(
    status: "memory" | "processing",
    layers: readonly string[] | null,
  ): Promise<TasksDescribed> {
    return this.ask("describeTasks", { status, layers });
  }

  /** @internal Asks the scheduler. */
  protected async ask<Type extends keyof Answers>(
    type: Type,
    question: Question<Type>,
  ): Promise<Answers[Type]> {
    return (await this.#connection.session()).ask(type, question);
  }

  /**
   * Writes the scheduler's state to a file, as JSON: its workers, clients, graphs and unfinished
   * tasks.
   *
   * @param options the file
   * @param options.file where to write it; an existing file is overwritten
   * @throws ArgumentError `argument.value` when no file is named
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.dump({ file: "scheduler.json" });
   * await cluster.close();
   */
  async dump(options: { readonly file: string }): Promise<void> {
    const file = checkFile(options);
    const { json } = await this.ask("dumpState", {});
    await writeFile(file, json);
  }

  /**
   * The recent history of a task or a worker, as the scheduler saw it.
   *
   * @param about a task's key as errors name it, `add-3f2a1b0(0, 3)`, or a worker's name
   * @returns readable lines, oldest first; none if nothing is known
   * @throws ArgumentError `argument.value` for anything but a string
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const sum = cluster.client.submit((a: number, b: number) => a + b, 1, 2);
   * await sum;
   * (await cluster.client.story(sum.key)).length > 0; // → true
   * await cluster.close();
   */
  async story(about: string): Promise<readonly string[]> {
    if (typeof about !== "string") {
      const text = `story() was given a value of type ${typeof about}: expected a task's key or a worker's name`;
      throw new ArgumentError("value", text, { about });
    }
    const { lines } = await this.ask("tellStory", { about });
    return lines;
  }

  /**
   * The scheduler's observations since it started: jobs, layers, workers, errors and events, with
   * totals of the whole run, and a fair sample of spans on each thread. Workers report twice a
   * second.
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
  async observe(options: ObserveOptions = {}): Promise<Observation> {
    const { spansMax, file } = readObserveOptions(options);
    const json = await this.#askObservation({ spansMax });
    if (file !== undefined) await writeFile(file, json);
    return JSON.parse(json) as Observation;
  }

  /** @internal */
  async askObservation(wanted: WantedSpans): Promise<Observation> {
    return JSON.parse(await this.#askObservation(wanted)) as Observation;
  }

  async #askObservation(wanted: WantedSpans): Promise<string> {
    const { json } = await this.ask("observeRun", wanted);
    return json;
  }

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
  async taskStream(run?: () => unknown): Promise<readonly NamedSpan[]> {
    const observed =
      run === undefined
        ? await wholeRun(this, SPANS_MAX)
        : await observeWhile(run, SPANS_MAX, this).then(({ run: during, result }) => {
            result();
            return during;
          });
    return namedSpans(observed).sort((a, b) => a.startMs - b.startMs);
  }

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
  async report(options: RunFileOptions): Promise<void>;
  async report<T>(options: RunFileOptions, run: () => T): Promise<Awaited<T>>;
  async report<T>(options: RunFileOptions, run?: () => T): Promise<Awaited<T> | undefined> {
    if (run !== undefined) return await writeRun("report", options, run, this);
    await writeWholeRun("report", options, this);
    return undefined;
  }

  /**
   * Calls a function and writes a trace of what the cluster computed meanwhile; see
   * {@link traceRun}. Without a function, the trace has all that the cluster computed since it
   * started.
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
  async trace(options: RunFileOptions): Promise<void>;
  async trace<T>(options: RunFileOptions, run: () => T): Promise<Awaited<T>>;
  async trace<T>(options: RunFileOptions, run?: () => T): Promise<Awaited<T> | undefined> {
    if (run !== undefined) return await writeRun("trace", options, run, this);
    await writeWholeRun("trace", options, this);
    return undefined;
  }
}
