// Views of a cluster, as methods of its client: workers, results, logs, versions, stacks.
import { writeFile } from "node:fs/promises";
import { ArgumentError, ClusterError } from "../../base/errors.js";
import { checkOption, checkOptions, wholeNumber } from "../../base/option-schema.js";
import type { ExecutorSize } from "../../graph/ports/executor.js";
import type { TasksDescribed } from "../../protocol/messages/messages.js";
import type { LoggedLine } from "../../protocol/values/logged-line.js";
import {
  type HeldValue,
  PROFILE_MS,
  PROFILE_MS_MAX,
  type ThreadProfile,
  type ThreadStack,
} from "../../protocol/values/thread-profiles.js";
import { type AboutProcess, type AboutWorker, aboutProcess } from "../../system/about-process.js";
import { checkFile, checkWorkerNames } from "../admin/admin-arguments.js";
import {
  bytesByKey,
  keysByWorker,
  type NamesByName,
  tasksIn,
  workersByKey,
} from "../admin/described-tasks.js";
import { answersByName, findDifferences, type Versions } from "../admin/node-answers.js";
import type { ClusterDescribed } from "../session/client-options.js";
import { ask, partsOf } from "./client-parts.js";
import type { ObservationMethods } from "./observation-methods.js";

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
export interface InspectionMethods {
  /**
   * The state of the cluster: its workers and clients, and its numbers of tasks, graphs and actors.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { workers } = await cluster.client.describe();
   * workers.map(({ name, threads }) => `${name}: ${threads > 0}`); // → ["worker-0: true"]
   * await cluster.close();
   */
  describe(): Promise<ClusterDescribed>;

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
  whoHas(what?: unknown): Promise<NamesByName>;

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
  hasWhat(): Promise<NamesByName>;

  /**
   * The keys of the tasks that each worker was given and has not finished, by the worker's name.
   *
   * @throws ArgumentError `argument.value` when there are more than 50,000
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * Object.keys(await cluster.client.processing()); // → ["worker-0"]
   * await cluster.close();
   */
  processing(): Promise<NamesByName>;

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
  nbytes(what?: unknown): Promise<Readonly<Record<string, number>>>;

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
  versions(): Promise<Versions>;

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
  logs(workers?: readonly string[]): Promise<Readonly<Record<string, readonly LoggedLine[]>>>;

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
  callStacks(
    workers?: readonly string[],
  ): Promise<Readonly<Record<string, readonly ThreadStack[]>>>;

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
  profile(options?: ProfileOptions): Promise<Readonly<Record<string, readonly ThreadProfile[]>>>;

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
  largestValues(
    workers?: readonly string[],
  ): Promise<Readonly<Record<string, readonly HeldValue[]>>>;

  /** @internal The workers that are there, as far as is known. */
  sizeNow(): ExecutorSize | undefined;

  /**
   * Waits until there are that many workers.
   *
   * @param count how many workers must have joined
   * @param timeoutMs the longest wait; default: no limit
   * @throws ArgumentError `argument.value` when the number is not a whole number from 1
   * @throws ClusterError `cluster.timeout` when there are fewer after that time
   * @example
   * const cluster = await LocalCluster.start({ workers: 2 });
   * await cluster.client.waitForWorkers(2, 60_000);
   * await cluster.close();
   */
  waitForWorkers(count: number, timeoutMs?: number): Promise<void>;

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
  dump(options: { readonly file: string }): Promise<void>;

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
  story(about: string): Promise<readonly string[]>;
}

export const INSPECTION_METHODS: InspectionMethods &
  ThisType<InspectionMethods & ObservationMethods> = {
  async describe() {
    const answer = await ask(this, "describeCluster", {});
    const { workers, tasks, graphs, actors, clients, ageMs } = answer;
    return { workers, tasks, graphs, actors, clients, ageMs };
  },

  async whoHas(what) {
    const asked = tasksIn(what);
    return workersByKey(await describedTasks(this, "memory", asked.layers), asked);
  },

  async hasWhat() {
    return keysOfWorkers(this, "memory");
  },

  async processing() {
    return keysOfWorkers(this, "processing");
  },

  async nbytes(what) {
    const asked = tasksIn(what);
    return bytesByKey(await describedTasks(this, "memory", asked.layers), asked);
  },

  async versions() {
    const askedMs = Date.now();
    const [asked, scheduler] = await Promise.all([
      ask(this, "askNodes", { topic: "about", workers: null }),
      aboutScheduler(this),
    ]);
    const workers = answersByName<AboutWorker>(asked);
    const client = aboutProcess();
    const differences = findDifferences(client, workers, askedMs, scheduler);
    return { client, scheduler, workers, differences };
  },

  async logs(workers) {
    if (workers !== undefined) checkWorkerNames("logs", workers);
    const [asked, { epochMs = 0, events }] = await Promise.all([
      ask(this, "askNodes", { topic: "logs", workers: workers ?? null }),
      this.observe({ spansMax: 0 }),
    ]);
    const scheduler = events.map(({ atMs, level, text }) => ({
      atMs: epochMs + atMs,
      level,
      text,
    }));
    return { scheduler, ...answersByName<readonly LoggedLine[]>(asked) };
  },

  async callStacks(workers) {
    return await askThreads(this, "callStacks", "stacks", workers);
  },

  async profile(options = {}) {
    checkOptions("profile()", options, {
      durationMs: wholeNumber(1, PROFILE_MS_MAX),
      workers: ["a list of names", Array.isArray],
    });
    const { durationMs = PROFILE_MS, workers } = options;
    return await askThreads(this, "profile", "profile", workers, durationMs);
  },

  async largestValues(workers) {
    return await askThreads(this, "largestValues", "values", workers);
  },

  sizeNow() {
    return partsOf(this).connection.latest?.size;
  },

  async waitForWorkers(count, timeoutMs = Number.POSITIVE_INFINITY) {
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
  },

  async dump(options) {
    const file = checkFile(options);
    const { json } = await ask(this, "dumpState", {});
    await writeFile(file, json);
  },

  async story(about) {
    if (typeof about !== "string") {
      const text = `story() was given a value of type ${typeof about}: expected a task's key or a worker's name`;
      throw new ArgumentError("value", text, { about });
    }
    const { lines } = await ask(this, "tellStory", { about });
    return lines;
  },
};

/** What runs the scheduler's process. */
export async function aboutScheduler(client: object): Promise<AboutProcess> {
  const { value } = await ask(client, "askScheduler", { what: "about", name: "" });
  return JSON.parse(Buffer.from(value as Uint8Array).toString()) as AboutProcess;
}

async function askThreads<T>(
  client: object,
  name: string,
  topic: "stacks" | "profile" | "values",
  workers: readonly string[] | undefined,
  durationMs?: number,
): Promise<Readonly<Record<string, T>>> {
  if (workers !== undefined) checkWorkerNames(name, workers);
  const terms = durationMs === undefined ? {} : { durationMs };
  const asked = { topic, workers: workers ?? null, ...terms };
  return answersByName<T>(await ask(client, "askNodes", asked));
}

async function keysOfWorkers(
  client: InspectionMethods,
  status: "memory" | "processing",
): Promise<NamesByName> {
  const [tasks, { workers }] = await Promise.all([
    describedTasks(client, status, null),
    client.describe(),
  ]);
  const names = workers.map(({ name }) => name);
  return keysByWorker(tasks, names);
}

function describedTasks(
  client: object,
  status: "memory" | "processing",
  layers: readonly string[] | null,
): Promise<TasksDescribed> {
  return ask(client, "describeTasks", { status, layers });
}
