// A client's views of its cluster: its state, the story of a task, and observations of the run.
import { writeFile } from "node:fs/promises";
import { ArgumentError } from "../base/errors.js";
import type { Observation } from "../protocol/values/observation.js";
import { ActorClient } from "./actors/actor-client.js";
import { checkFile } from "./admin/admin-arguments.js";
import { chromeTrace } from "./admin/chrome-trace.js";
import {
  allReported,
  type ObserveOptions,
  readObserveOptions,
  readTraceOptions,
  type TraceOptions,
} from "./admin/observe-options.js";
import type { ClusterDescribed } from "./session/client-options.js";
import type { Connection } from "./session/connection.js";

/** The part of {@link Client} that looks into the cluster. */
export class InspectingClient extends ActorClient {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    super(connection);
    this.#connection = connection;
  }

  /** The page of the scheduler's dashboard; undefined if it serves none. Open it in a browser. */
  get dashboardLink(): string | undefined {
    return this.#connection.latest?.dashboardLink;
  }

  /** The state of the cluster: its workers and clients, and its numbers of tasks, graphs and actors. */
  async describe(): Promise<ClusterDescribed> {
    const session = await this.#connection.session();
    const answer = await session.ask("describeCluster", {});
    const { workers, tasks, graphs, actors, clients, ageMs } = answer;
    return { workers, tasks, graphs, actors, clients, ageMs };
  }

  /**
   * Writes the scheduler's state to a file, as JSON: its workers, clients, graphs and unfinished tasks.
   *
   * @param options.file where to write it; an existing file is overwritten
   * @throws ArgumentError `argument.value` when no file is named
   */
  async dump(options: { readonly file: string }): Promise<void> {
    const file = checkFile(options);
    const { json } = await (await this.#connection.session()).ask("dumpState", {});
    await writeFile(file, json);
  }

  /**
   * The recent history of a task or a worker, as the scheduler saw it.
   *
   * @param about a task's key as errors name it, `add-3f2a1b0(0, 3)`, or a worker's name
   * @returns readable lines, oldest first; none if nothing is known
   * @throws ArgumentError `argument.value` for anything but a string
   */
  async story(about: string): Promise<readonly string[]> {
    if (typeof about !== "string") {
      const text = `story() was given a value of type ${typeof about}: expected a task's key or a worker's name`;
      throw new ArgumentError("value", text, { about });
    }
    const { lines } = await (await this.#connection.session()).ask("tellStory", { about });
    return lines;
  }

  /**
   * The scheduler's observations since it started: jobs, layers, workers, errors and events, with
   * totals of the whole run, and a fair sample of spans on each thread. Workers report twice a
   * second.
   *
   * @param options.spansMax the most rows of what took time; default: 100,000
   * @param options.file where to write it as JSON, too, for `tilework observe`; an existing file is overwritten
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
    const { json } = await (await this.#connection.session()).ask("observeRun", { spansMax });
    if (file !== undefined) await writeFile(file, json);
    return JSON.parse(json) as Observation;
  }

  /**
   * Writes what was observed so far as a trace of Chrome's format: open it in https://ui.perfetto.dev or about:tracing.
   * A worker is a process there; its threads, transfers and disk are rows, and its memory is a curve.
   *
   * @param options.file where to write it; an existing file is overwritten
   * @param options.spansMax the most rows of what took time; default: 100,000
   * @throws ArgumentError `argument.value` when no file is named, or an option is unknown or has a wrong value
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await ones([1_000, 1_000], { chunks: 500 }).sum().compute();
   * await cluster.client.trace({ file: "run.json" });
   * await cluster.close();
   */
  async trace(options: TraceOptions): Promise<void> {
    const { file, spansMax } = readTraceOptions(options);
    const observe = () => this.observe({ spansMax });
    await writeFile(file, JSON.stringify(chromeTrace(await allReported(observe))));
  }
}
