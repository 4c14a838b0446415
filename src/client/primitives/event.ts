// Events: flags that programs and tasks of a cluster can set, clear and wait for.
import { ClusterError } from "../../base/errors.js";
import type { Client } from "../client.js";
import type { CoordinationOptions } from "../coordination/coordination.js";
import { checkedName, coordinationOf, type NamedOptions } from "./semaphore.js";

/**
 * A flag shared by the whole cluster. It starts unset.
 *
 * @throws ClusterError `cluster.closed` when no client is open any more, `cluster.schedulerLost`
 * when the scheduler goes away: all methods
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Event
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const ready = new Event("ready");
 * const waiting = ready.wait();
 * await ready.set();
 * await waiting; // → true
 * await cluster.close();
 */
export class Event {
  readonly name: string;
  /** @internal Without private fields it travels with functions that captured it. */
  readonly client: Client | undefined;

  /** @throws ArgumentError `argument.value` when the name is empty */
  constructor(name: string, { client }: NamedOptions = {}) {
    this.name = checkedName(name);
    this.client = client;
  }

  /**
   * Sets the event: all waiters continue, and later waits return at once.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const ready = new Event("set", { client: cluster.client });
   * await ready.set();
   * await ready.isSet(); // → true
   * await cluster.close();
   */
  async set(): Promise<void> {
    await coordinationOf(this).ask("event.set", this.name);
  }

  /**
   * Clears the event.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const ready = new Event("clear", { client: cluster.client });
   * await ready.set();
   * await ready.clear();
   * await ready.isSet(); // → false
   * await cluster.close();
   */
  async clear(): Promise<void> {
    await coordinationOf(this).ask("event.clear", this.name);
  }

  /**
   * Whether the event is set.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const ready = new Event("is-set", { client: cluster.client });
   * await ready.isSet(); // → false
   * await cluster.close();
   */
  async isSet(): Promise<boolean> {
    return (await coordinationOf(this).ask("event.isSet", this.name)).count === 1;
  }

  /**
   * Waits until it is set.
   *
   * @returns true if it is set, false after `timeoutMs`
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const ready = new Event("wait", { client: cluster.client });
   * await ready.set();
   * await ready.wait(); // → true
   * await cluster.close();
   */
  async wait(options: CoordinationOptions = {}): Promise<boolean> {
    try {
      await coordinationOf(this).ask("event.wait", this.name, {}, options);
      return true;
    } catch (error) {
      if (error instanceof ClusterError && error.code === "cluster.timeout") return false;
      throw error;
    }
  }
}
