// Adapts the number of workers of a cluster: a fixed number, or the scheduler's advice, requested
// again and again. The scheduler decides how many are worth it (scheduler/policy/scaling.ts); here
// workers are started and retired.
import { ArgumentError, isTileworkError } from "../base/errors.js";
import {
  checkOption,
  checkOptions,
  type Expectations,
  MILLISECONDS,
  wholeNumber,
} from "../base/option-schema.js";
import { withSettings } from "../base/settings.js";
import type { Client } from "../client/client.js";
import { partsOf } from "../client/methods/client-parts.js";

/** Options of {@link Cluster.adapt}. */
export interface AdaptOptions {
  /** The smallest number of workers. */
  readonly minimum: number;
  /** The largest number of workers. */
  readonly maximum: number;
  /** The interval between requests to the scheduler; default: 1000. */
  readonly intervalMs?: number;
  /** The time in which the pending work should be done; default: 5000. */
  readonly targetDurationMs?: number;
}

const WORKERS = wholeNumber(0);
const EXPECTED: Expectations<AdaptOptions> = {
  minimum: WORKERS,
  maximum: WORKERS,
  intervalMs: MILLISECONDS,
  targetDurationMs: MILLISECONDS,
};

/** A cluster whose workers can be added and removed. */
export interface Scalable {
  readonly client: Client;
  /** Names of the workers that run or are starting. */
  readonly names: readonly string[];
  /** Starts workers and waits until they have joined. */
  add(count: number): Promise<void>;
  /** Sees the processes of workers that were sent away to their end. */
  end(names: readonly string[]): Promise<void>;
  /** Finds out which workers have died, where others do not. */
  refresh?(): Promise<void>;
}

/** Adds and retires workers of a cluster, one change after another. */
export class Scaling {
  readonly #cluster: Scalable;
  #change: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(cluster: Scalable) {
    this.#cluster = cluster;
  }

  /** Has `count` workers; ends adapting. Returns how many there are then. */
  async scale(count: number): Promise<number> {
    checkOption("the number of workers", count, WORKERS);
    this.stop();
    await this.#inTurn(() => this.#bringTo(count));
    return this.#cluster.names.length;
  }

  /** Follows the scheduler's advice from now on. */
  adapt(options: AdaptOptions): void {
    checkOptions("adapt()", options, EXPECTED);
    const { minimum, maximum, intervalMs, targetDurationMs } = {
      intervalMs: 1_000,
      targetDurationMs: 5_000,
      ...withSettings(options, {
        intervalMs: "adaptive.interval",
        targetDurationMs: "adaptive.targetDuration",
      }),
    };
    checkOption("minimum", minimum, WORKERS);
    checkOption("maximum", maximum, WORKERS);
    if (maximum < Math.max(1, minimum)) {
      const text = `maximum is ${maximum} and minimum ${minimum}: expected a maximum from 1, not below the minimum`;
      throw new ArgumentError("value", text, { minimum, maximum });
    }
    this.stop();
    const bounds = { minimum, maximum, targetDurationMs };
    const turn = () =>
      void this.#inTurn(() => this.#follow(bounds)).catch((error) => {
        // A scheduler that the client connects to again will give advice again.
        const { status } = partsOf(this.#cluster.client).connection;
        const mayReturn = status === "connected" || status === "reconnecting";
        if (!mayReturn || !isTileworkError(error, "cluster.schedulerLost")) this.stop();
      });
    this.#timer = setInterval(turn, intervalMs);
    turn();
  }

  /** Ends adapting; the current workers stay. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Changes wait for each other: a request during a change is served after it. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#change.then(change);
    this.#change = result.catch(() => undefined);
    return result;
  }

  async #follow(bounds: {
    readonly minimum: number;
    readonly maximum: number;
    readonly targetDurationMs: number;
  }): Promise<void> {
    if (this.#timer === undefined) return;
    await this.#cluster.refresh?.();
    const current = this.#cluster.names.length;
    const { workers, retire } = await this.#cluster.client.adviseScale({ ...bounds, current });
    if (this.#timer === undefined) return;
    if (workers > current) await this.#cluster.add(workers - current);
    else if (retire.length > 0) await this.#sendAway(await this.#ownOf(retire));
  }

  /**
   * Workers that can be spared; where others than this cluster's are named, idle ones of its own.
   */
  async #ownOf(retire: readonly string[]): Promise<readonly string[]> {
    const { names, client } = this.#cluster;
    const own = retire.filter((name) => names.includes(name));
    if (own.length === retire.length) return own;
    const { workers } = await client.describe();
    const idle = workers
      .filter((each) => each.processing === 0 && names.includes(each.name))
      .sort((a, b) => a.managedBytes - b.managedBytes)
      .map(({ name }) => name);
    return [...new Set([...own, ...idle])].slice(0, retire.length);
  }

  async #bringTo(count: number): Promise<void> {
    await this.#cluster.refresh?.();
    const { names, client } = this.#cluster;
    if (count >= names.length) {
      await this.#cluster.add(count - names.length);
      return;
    }
    const { workers } = await client.describe();
    const leastUsed = workers
      .filter(({ name }) => names.includes(name))
      .sort((a, b) => a.executing - b.executing || a.managedBytes - b.managedBytes);
    const spared = leastUsed.slice(0, names.length - count).map(({ name }) => name);
    await this.#sendAway(spared);
  }

  async #sendAway(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const { retired } = await this.#cluster.client.retireWorkers(names);
    await this.#cluster.end(retired);
  }
}
