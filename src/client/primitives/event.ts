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

  /** Sets the event: all waiters continue, and later waits return at once. */
  async set(): Promise<void> {
    await coordinationOf(this).ask("event.set", this.name);
  }

  /** Clears the event. */
  async clear(): Promise<void> {
    await coordinationOf(this).ask("event.clear", this.name);
  }

  async isSet(): Promise<boolean> {
    return (await coordinationOf(this).ask("event.isSet", this.name)).count === 1;
  }

  /**
   * Waits until it is set.
   *
   * @returns true if it is set, false after `timeoutMs`
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
