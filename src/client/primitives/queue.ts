// Queues between programs and tasks of a cluster.
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import type { Client } from "../client.js";
import type { CoordinationOptions } from "../coordination/coordination.js";
import { checkedName, coordinationOf, type NamedOptions } from "./semaphore.js";

/** Options of {@link Queue}. */
export interface QueueOptions extends NamedOptions {
  /** The number of items from which {@link Queue.put} waits; default: no limit. */
  readonly maxsize?: number;
}

/**
 * A named queue on the cluster, first in, first out. Each item is taken once. Items may contain
 * futures and collections; their results stay as long as the item is in the queue.
 *
 * @throws ClusterError `cluster.closed` when no client is open any more, `cluster.schedulerLost`
 * when the scheduler goes away: all methods
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Queue
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const queue = new Queue<number>("numbers", { maxsize: 10 });
 * const sum = cluster.client.submit(async () => (await queue.get()) + (await queue.get()));
 * await queue.put(1);
 * await queue.put(2);
 * await sum; // → 3
 * await cluster.close();
 */
export class Queue<T = unknown> {
  readonly name: string;
  /** @internal */
  readonly limit: { readonly limit?: number };
  /** @internal Without private fields it travels with functions that captured it. */
  readonly client: Client | undefined;

  /**
   * @throws ArgumentError `argument.value` when the name is empty or `maxsize` is no number from 1
   */
  constructor(name: string, { maxsize, client }: QueueOptions = {}) {
    if (maxsize !== undefined && !(Number.isSafeInteger(maxsize) && maxsize > 0)) {
      const text = `maxsize is ${maxsize}: expected a whole number from 1`;
      throw new ArgumentError("value", text, { maxsize });
    }
    this.name = checkedName(name);
    this.limit = maxsize === undefined ? {} : { limit: maxsize };
    this.client = client;
  }

  /**
   * Adds an item; waits while the queue is full.
   *
   * @param item a value, or a future
   * @throws ClusterError `cluster.timeout` after `timeoutMs`; then the item was not added
   * @throws ArgumentError `argument.function` when the item cannot be sent
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const queue = new Queue<number>("put", { client: cluster.client });
   * await queue.put(7);
   * await queue.get(); // → 7
   * await cluster.close();
   */
  async put(item: T | PromiseLike<T>, options: CoordinationOptions = {}): Promise<void> {
    await coordinationOf(this).give("queue.put", this.name, item, this.limit, options);
  }

  /**
   * Takes the first item; waits while the queue is empty. A future is awaited; one in a list or an
   * object is not.
   *
   * @throws ClusterError `cluster.timeout` after `timeoutMs`; then no item was taken
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const queue = new Queue<number>("get", { client: cluster.client });
   * await queue.put(7);
   * await queue.get(); // → 7
   * await cluster.close();
   */
  get(options: CoordinationOptions = {}): Promise<Awaited<T>> {
    return coordinationOf(this).take<Awaited<T>>("queue.get", this.name, this.limit, options);
  }

  /**
   * Takes several items at once: waits for the first, and takes what else is there.
   *
   * @param max the most items; default: all
   * @throws ClusterError `cluster.timeout` after `timeoutMs`; then no item was taken
   * @throws ArgumentError `argument.value` when `max` is not a whole number from 1
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const queue = new Queue<number>("batch", { client: cluster.client });
   * for (const item of [7, 8, 9]) await queue.put(item);
   * await queue.getBatch(2); // → [7, 8]
   * await cluster.close();
   */
  async getBatch(max?: number, options: CoordinationOptions = {}): Promise<Awaited<T>[]> {
    if (max !== undefined && !(Number.isSafeInteger(max) && max > 0)) {
      const text = `max is ${max}: expected a whole number from 1`;
      throw new ArgumentError("value", text, { max });
    }
    const first = await this.get(options);
    const more = Math.min(await this.size(), (max ?? Number.POSITIVE_INFINITY) - 1);
    // Another reader may be faster: those that find nothing end at once.
    const asked = Array.from({ length: more }, () => this.get({ timeoutMs: 0 }));
    const rest = await Promise.allSettled(asked);
    const lost = rest.find((each) => each.status === "rejected" && !isEmpty(each.reason));
    if (lost?.status === "rejected") throw lost.reason;
    return [first, ...rest.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []))];
  }

  /**
   * The number of items.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const queue = new Queue<number>("size", { client: cluster.client });
   * await queue.put(7);
   * await queue.size(); // → 1
   * await cluster.close();
   */
  async size(): Promise<number> {
    return (await coordinationOf(this).ask("queue.size", this.name)).count ?? 0;
  }

  /**
   * Removes the queue with its items, whose results may be freed then. Those who wait to put or get
   * an item are refused with `argument.value`. The name may be used again.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const queue = new Queue<number>("done", { client: cluster.client });
   * await queue.put(7);
   * await queue.delete();
   * await queue.size(); // → 0
   * await cluster.close();
   */
  async delete(): Promise<void> {
    await coordinationOf(this).ask("queue.delete", this.name);
  }
}

function isEmpty(reason: unknown): boolean {
  return isTileworkError(reason, "cluster.timeout");
}
