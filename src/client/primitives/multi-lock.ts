// Several locks at once. They are taken in the order of their names, so that two who want the same
// ones never wait for each other.
import { ArgumentError } from "../../base/errors.js";
import type { Client } from "../client.js";
import type { CoordinationOptions } from "../coordination/coordination.js";
import { checkedName, type Lease, Lock, type NamedOptions, whileHeld } from "./semaphore.js";

/**
 * The leases of several locks, in the order of their names. Made by {@link MultiLock.acquire}.
 *
 * @see https://distributed.dask.org/en/stable/api.html#distributed.MultiLock
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * await using held = await new MultiLock(["a", "b"]).acquire();
 * held.isHeld; // → true
 * await cluster.close();
 */
export class MultiLease implements AsyncDisposable {
  readonly leases: readonly Lease[];
  /** Fires when one of the leases ends without a release. */
  readonly signal: AbortSignal;

  /** @internal */
  constructor(leases: readonly Lease[]) {
    this.leases = leases;
    this.signal = AbortSignal.any(leases.map(({ signal }) => signal));
  }

  /** Whether all are held, as far as is known here. */
  get isHeld(): boolean {
    return this.leases.every(({ isHeld }) => isHeld);
  }

  /**
   * Ends all leases.
   *
   * @returns whether all were still held
   * @throws nothing
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const held = await new MultiLock(["a", "b"], { client: cluster.client }).acquire();
   * await held.release(); // → true
   * await cluster.close();
   */
  async release(): Promise<boolean> {
    const ended = await Promise.all(this.leases.map((lease) => lease.release()));
    return ended.every((wasHeld) => wasHeld);
  }

  /** The same as {@link MultiLease.release}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

/**
 * Several locks of the whole cluster, taken together. Each is a {@link Lock} of its name, which
 * others may take alone. Two programs that take some of the same ones this way never wait for each
 * other.
 *
 * @throws ClusterError `cluster.closed` when no client is open any more, `cluster.schedulerLost`
 * when the scheduler goes away: all methods
 * @see https://distributed.dask.org/en/stable/api.html#distributed.MultiLock
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const files = new MultiLock(["input.csv", "output.csv"]);
 * await files.with(() => "no one else has either"); // → "no one else has either"
 * await cluster.close();
 */
export class MultiLock {
  /** The names of the locks, each once, in order. */
  readonly names: readonly string[];
  /** @internal Without private fields it travels with functions that captured it. */
  readonly client: Client | undefined;

  /**
   * @throws ArgumentError `argument.value` when there is no name, or an empty one
   */
  constructor(names: readonly string[], { client }: NamedOptions = {}) {
    if (!Array.isArray(names) || names.length === 0) {
      const text = "a MultiLock was given no names: expected a list of names of locks";
      throw new ArgumentError("value", text, { names });
    }
    this.names = [...new Set(names.map(checkedName))].sort();
    this.client = client;
  }

  /**
   * Waits until all locks are held.
   *
   * @throws ClusterError `cluster.timeout` after `timeoutMs`; then none is held
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const both = new MultiLock(["a", "b"], { client: cluster.client });
   * const held = await both.acquire({ timeoutMs: 10_000 });
   * held.leases.length; // → 2
   * await held.release();
   * await cluster.close();
   */
  async acquire({ timeoutMs, signal }: CoordinationOptions = {}): Promise<MultiLease> {
    const { client, names } = this;
    const startMs = performance.now();
    const leases: Lease[] = [];
    try {
      for (const name of names) {
        const spentMs = performance.now() - startMs;
        const left = timeoutMs === undefined ? {} : { timeoutMs: Math.max(0, timeoutMs - spentMs) };
        const lock = new Lock(name, client === undefined ? {} : { client });
        leases.push(await lock.acquire({ ...left, ...(signal === undefined ? {} : { signal }) }));
      }
    } catch (error) {
      await Promise.all(leases.map((lease) => lease.release()));
      throw error;
    }
    return new MultiLease(leases);
  }

  /**
   * Calls `f` while all locks are held, and releases them afterwards, also after an error.
   *
   * @param f is passed the leases
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const both = new MultiLock(["a", "b"], { client: cluster.client });
   * await both.with(({ isHeld }) => isHeld); // → true
   * await cluster.close();
   */
  async with<T>(
    f: (held: MultiLease) => T,
    options: CoordinationOptions = {},
  ): Promise<Awaited<T>> {
    return whileHeld(await this.acquire(options), f);
  }
}
