// A cluster whose workers an adapter starts, for a scheduler that runs already: on other machines,
// in containers, by a batch system.

import { ArgumentError, ClusterError } from "../base/errors.js";
import {
  A_TEXT,
  checkOptions,
  type Expectations,
  MILLISECONDS,
  wholeNumber,
} from "../base/option-schema.js";
import { type Client, connectClient } from "../client/client.js";
import type { ClusterDescribed } from "../client/session/client-options.js";
import { schedulerAddress } from "../client/session/scheduler-address.js";
import { within } from "../system/time-limit.js";
import { type AdaptOptions, Scaling } from "./adaptive.js";
import type { Cluster, WorkerAdapter } from "./cluster.js";

/** Options of {@link AdaptedCluster.start}. */
export interface AdaptedClusterOptions {
  /** Starts and ends the workers. */
  readonly adapter: WorkerAdapter;
  /** The scheduler's address; default: the configured one. */
  readonly scheduler?: string;
  /** The number of workers at first; default: 0. */
  readonly workers?: number;
  /** Options of `tilework worker`, such as `["--nthreads", "2"]`. */
  readonly parameters?: readonly string[];
  /** The prefix of the workers' names; default: a name of this cluster alone. */
  readonly name?: string;
  /** How long workers may take to join; default: 120,000. */
  readonly timeoutMs?: number;
  /**
   * The file or folder with this process's keys, if the cluster has keys; they need the role of an
   * administrator.
   */
  readonly security?: string;
}

const EXPECTED: Expectations<AdaptedClusterOptions> = {
  adapter: ["an object with start() and stop()", isAdapter],
  scheduler: A_TEXT,
  workers: wholeNumber(0),
  parameters: ["a list of texts", isListOfText],
  name: A_TEXT,
  timeoutMs: MILLISECONDS,
  security: A_TEXT,
};

const JOIN_LOOK_MS = 100;
/** How long workers may take to finish and hand over before the adapter ends them. */
const RETIRE_MS = 30_000;

/**
 * Workers that an adapter starts for a scheduler that runs already. It scales and adapts as any
 * cluster does. Closing it ends its workers, and leaves the scheduler alone.
 *
 * @throws ClusterError `cluster.closed` after {@link AdaptedCluster.close}: all methods but that
 * @see https://distributed.dask.org/en/stable/api.html#distributed.SpecCluster
 * @example
 * import { AdaptedCluster, LocalCluster, type WorkerAdapter } from "tilework";
 *
 * const local = await LocalCluster.start({ workers: 1, transport: "tcp" });
 * const started = new Set<string>();
 * const adapter: WorkerAdapter = {
 *   start: ({ name, parameters }) => void started.add(name), // npx tilework worker …parameters
 *   stop: (name) => void started.delete(name),
 * };
 * const cluster = await AdaptedCluster.start({ adapter, scheduler: local.address });
 * cluster.workers.length; // → 0
 * await cluster.close();
 * await local.close();
 */
export class AdaptedCluster implements Cluster {
  /** The scheduler's address. */
  readonly address: string;
  /** The client that is current while the cluster is open. */
  readonly client: Client;
  readonly #options: AdaptedClusterOptions;
  readonly #prefix: string;
  readonly #names: string[] = [];
  /** Those of them that were seen at the scheduler. */
  readonly #joined = new Set<string>();
  readonly #scaling: Scaling;
  #started = 0;
  #closing: Promise<void> | undefined;

  private constructor(client: Client, options: AdaptedClusterOptions, prefix: string) {
    if (!isAdapter(options?.adapter)) {
      const text = "an AdaptedCluster is started: write await AdaptedCluster.start({ adapter })";
      throw new ArgumentError("value", text);
    }
    this.address = client.address;
    this.client = client;
    this.#options = options;
    this.#prefix = prefix;
    this.#scaling = new Scaling({
      client,
      names: this.#names,
      add: (count) => this.#add(count),
      end: (leaving) => this.#end(leaving),
      refresh: () => this.#forgetLost(),
    });
  }

  /**
   * Connects to the scheduler, starts the first workers and waits until they have joined.
   *
   * @param options the adapter, the scheduler, how many workers; see {@link AdaptedClusterOptions}
   * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value
   * @throws ClusterError `cluster.connection` when no scheduler answers, `cluster.timeout` when a
   * worker does not join in time
   * @example
   * import { AdaptedCluster, LocalCluster, type WorkerAdapter } from "tilework";
   *
   * const local = await LocalCluster.start({ workers: 1, transport: "tcp" });
   * const adapter: WorkerAdapter = { start: () => {}, stop: () => {} }; // starts and ends workers
   * const cluster = await AdaptedCluster.start({ adapter, scheduler: local.address });
   * cluster.status; // → "open"
   * await cluster.close();
   * await local.close();
   */
  static async start(options: AdaptedClusterOptions): Promise<AdaptedCluster> {
    checkOptions("a cluster", options, EXPECTED);
    if (options.adapter === undefined) {
      const text = "AdaptedCluster.start() needs an adapter that starts workers: { adapter }";
      throw new ArgumentError("value", text);
    }
    const { security } = options;
    const settings = { name: "cluster", ...(security === undefined ? {} : { security }) };
    const address = schedulerAddress(options.scheduler);
    const client = await connectClient(address, settings, { isOwn: true, roles: ["admin"] });
    const prefix = options.name ?? `adapted-${Date.now().toString(36)}`;
    const cluster = new AdaptedCluster(client, options, prefix);
    try {
      await cluster.scale(options.workers ?? 0);
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** The workers that run or are starting. */
  get workers(): readonly { readonly name: string }[] {
    return this.#names.map((name) => ({ name }));
  }

  /** Whether it was closed. */
  get status(): "open" | "closed" {
    return this.#closing === undefined ? "open" : "closed";
  }

  /**
   * The state of the cluster: its workers and clients, and its numbers of tasks, graphs and actors.
   *
   * @example
   * import { AdaptedCluster, LocalCluster, type WorkerAdapter } from "tilework";
   *
   * const local = await LocalCluster.start({ workers: 1, transport: "tcp" });
   * const adapter: WorkerAdapter = { start: () => {}, stop: () => {} }; // starts and ends workers
   * const cluster = await AdaptedCluster.start({ adapter, scheduler: local.address });
   * (await cluster.describe()).workers.length; // → 1
   * await cluster.close();
   * await local.close();
   */
  describe(): Promise<ClusterDescribed> {
    return this.client.describe();
  }

  /**
   * Starts or retires workers, as {@link LocalCluster.scale} does.
   *
   * @param count how many workers, besides those that others started
   * @throws ArgumentError `argument.value` when the number is not a whole number from 0
   * @throws ClusterError `cluster.timeout` when a worker does not join in time
   * @example
   * import { AdaptedCluster, LocalCluster, type WorkerAdapter } from "tilework";
   *
   * const local = await LocalCluster.start({ workers: 1, transport: "tcp" });
   * const adapter: WorkerAdapter = { start: () => {}, stop: () => {} }; // starts and ends workers
   * const cluster = await AdaptedCluster.start({ adapter, scheduler: local.address });
   * await cluster.scale(0); // → 0
   * await cluster.close();
   * await local.close();
   */
  async scale(count: number): Promise<number> {
    this.#checkOpen();
    return this.#scaling.scale(count);
  }

  /**
   * Adds and retires workers by pending work and memory in use, as {@link LocalCluster.adapt} does.
   *
   * @param options the bounds, and how fast it follows; see {@link AdaptOptions}
   * @throws ArgumentError `argument.value` when a number is wrong
   * @example
   * import { AdaptedCluster, LocalCluster, type WorkerAdapter } from "tilework";
   *
   * const local = await LocalCluster.start({ workers: 1, transport: "tcp" });
   * const adapter: WorkerAdapter = { start: () => {}, stop: () => {} }; // starts and ends workers
   * const cluster = await AdaptedCluster.start({ adapter, scheduler: local.address });
   * cluster.adapt({ minimum: 0, maximum: 10 });
   * await cluster.close();
   * await local.close();
   */
  adapt(options: AdaptOptions): void {
    this.#checkOpen();
    this.#scaling.adapt(options);
  }

  /**
   * The last lines of the logs of its workers, as far as the adapter has them.
   *
   * @example
   * import { AdaptedCluster, LocalCluster, type WorkerAdapter } from "tilework";
   *
   * const local = await LocalCluster.start({ workers: 1, transport: "tcp" });
   * const adapter: WorkerAdapter = { start: () => {}, stop: () => {} }; // starts and ends workers
   * const cluster = await AdaptedCluster.start({ adapter, scheduler: local.address });
   * await cluster.logs(); // → {}
   * await cluster.close();
   * await local.close();
   */
  async logs(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { adapter } = this.#options;
    const lines = this.#names.map(async (name) => [name, (await adapter.logs?.(name)) ?? []]);
    return Object.fromEntries(await Promise.all(lines));
  }

  /**
   * Retires and ends the workers that it started, and closes its client.
   *
   * @example
   * import { AdaptedCluster, LocalCluster, type WorkerAdapter } from "tilework";
   *
   * const local = await LocalCluster.start({ workers: 1, transport: "tcp" });
   * const adapter: WorkerAdapter = { start: () => {}, stop: () => {} }; // starts and ends workers
   * const cluster = await AdaptedCluster.start({ adapter, scheduler: local.address });
   * cluster.status; // → "open"
   * await cluster.close();
   * await local.close();
   */
  close(): Promise<void> {
    this.#scaling.stop();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The same as {@link AdaptedCluster.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new ClusterError("closed", "this cluster was closed");
  }

  async #close(): Promise<void> {
    const names = [...this.#names];
    await within(RETIRE_MS, this.client.retireWorkers(names)).catch(() => undefined);
    await this.#end(names);
    await this.client.close();
  }

  async #add(count: number): Promise<void> {
    const { adapter, parameters = [], timeoutMs = 120_000 } = this.#options;
    const scheduler = this.address;
    const added = Array.from({ length: count }, () => `${this.#prefix}-${this.#started++}`);
    this.#names.push(...added);
    try {
      await Promise.all(
        added.map((name) => {
          const own = [scheduler, "--name", name, ...parameters];
          return adapter.start({ name, scheduler, parameters: own });
        }),
      );
      await this.#allJoined(added, timeoutMs);
    } catch (error) {
      await this.#end(added);
      throw error;
    }
  }

  async #allJoined(added: readonly string[], timeoutMs: number): Promise<void> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      await this.#look();
      const missing = added.filter((name) => this.#names.includes(name) && !this.#joined.has(name));
      if (missing.length === 0) return;
      if (performance.now() > untilMs) {
        const text = `workers did not join ${this.address} within ${timeoutMs} ms: ${missing.join(", ")}`;
        throw new ClusterError("timeout", text, { missing, timeoutMs });
      }
      await new Promise((resolve) => setTimeout(resolve, JOIN_LOOK_MS));
    }
  }

  /** Notes who has joined; returns all that are there. */
  async #look(): Promise<ReadonlySet<string>> {
    const present = new Set((await this.client.describe()).workers.map(({ name }) => name));
    for (const name of this.#names) if (present.has(name)) this.#joined.add(name);
    return present;
  }

  /** Workers that have joined and are not there any more have died: they do not count. */
  async #forgetLost(): Promise<void> {
    const present = await this.#look();
    await this.#end(this.#names.filter((name) => this.#joined.has(name) && !present.has(name)));
  }

  async #end(leaving: readonly string[]): Promise<void> {
    for (const name of leaving) {
      const at = this.#names.indexOf(name);
      if (at >= 0) this.#names.splice(at, 1);
      this.#joined.delete(name);
    }
    const { adapter } = this.#options;
    await Promise.all(leaving.map((name) => adapter.stop(name)));
  }
}

function isAdapter(value: unknown): boolean {
  const adapter = value as Partial<WorkerAdapter> | null | undefined;
  return typeof adapter?.start === "function" && typeof adapter.stop === "function";
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
