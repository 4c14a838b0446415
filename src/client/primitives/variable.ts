// Variables: named values that a whole cluster shares.
import type { Client } from "../client.js";
import type { CoordinationOptions } from "../coordination/coordination.js";
import { checkedName, coordinationOf, type NamedOptions } from "./semaphore.js";

/**
 * A named value that the whole cluster shares. It may contain futures and collections; their
 * results stay as long as the variable has that value.
 *
 * @throws ClusterError `cluster.closed` when no client is open any more, `cluster.schedulerLost`
 * when the scheduler goes away: all methods
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Variable
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const best = new Variable<number>("best");
 * await best.set(3);
 * await best.get(); // → 3
 * await cluster.close();
 */
export class Variable<T = unknown> {
  readonly name: string;
  /** @internal Without private fields it travels with functions that captured it. */
  readonly client: Client | undefined;

  /** @throws ArgumentError `argument.value` when the name is empty */
  constructor(name: string, { client }: NamedOptions = {}) {
    this.name = checkedName(name);
    this.client = client;
  }

  /**
   * Sets the value, for all who read it from now on.
   *
   * @param value of any kind that can travel, or a future
   * @throws ArgumentError `argument.function` when the value cannot be sent
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const rate = new Variable<number>("set", { client: cluster.client });
   * await rate.set(0.5);
   * await rate.get(); // → 0.5
   * await cluster.close();
   */
  async set(value: T | PromiseLike<T>): Promise<void> {
    await coordinationOf(this).give("variable.set", this.name, value);
  }

  /**
   * A copy of the value; waits until there is one. A future is awaited; one in a list or an object
   * is not.
   *
   * @throws ClusterError `cluster.timeout` after `timeoutMs`
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const rate = new Variable<number>("get", { client: cluster.client });
   * await rate.set(0.5);
   * await rate.get(); // → 0.5
   * await cluster.close();
   */
  get(options: CoordinationOptions = {}): Promise<Awaited<T>> {
    return coordinationOf(this).take<Awaited<T>>("variable.get", this.name, {}, options);
  }

  /**
   * Deletes the value.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const rate = new Variable<number>("rate", { client: cluster.client });
   * await rate.set(0.5);
   * await rate.delete();
   * await cluster.close();
   */
  async delete(): Promise<void> {
    await coordinationOf(this).ask("variable.delete", this.name);
  }
}
