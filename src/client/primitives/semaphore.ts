// Locks and semaphores, as users hold them. Only the scheduler decides on leases
// (scheduler/coordination/semaphores.ts).
import { ArgumentError } from "../../base/errors.js";
import { taskContext } from "../../context/task-context.js";
import type { Client } from "../client.js";
import type { Coordination, CoordinationOptions } from "../coordination/coordination.js";
import type { LeaseState } from "../session/session-listeners.js";
import { getClient } from "../tasks/get-client.js";

/** Options of all named primitives. */
export interface NamedOptions {
  /** The client of its cluster; default: {@link getClient}. */
  readonly client?: Client;
}

/** Options of {@link Semaphore}. */
export interface SemaphoreOptions extends NamedOptions {
  /** The number of leases that can be held at once; default: 1. */
  readonly leases?: number;
}

/** Options of {@link Semaphore.acquire}. */
export interface AcquireOptions extends CoordinationOptions {
  /** The longest time that it can be held; default: as long as the holder lives. */
  readonly leaseMs?: number;
}

/**
 * A lease of a semaphore. It ends when you release it, when its time is over, or when its holder is
 * gone. Made by {@link Semaphore.acquire} and {@link Lock.acquire}.
 *
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Semaphore
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const lease = await new Lock("file").acquire();
 * lease instanceof Lease; // → true
 * await lease.release(); // → true
 * await cluster.close();
 */
export class Lease implements AsyncDisposable {
  /** A number higher than that of any earlier lease. Reject writes that carry a lower one. */
  readonly token: number;
  readonly #name: string;
  readonly #state: LeaseState;
  readonly #coordination: Coordination;
  readonly #lapse = new AbortController();
  #isReleased = false;

  /** @internal */
  constructor(name: string, state: LeaseState, coordination: Coordination) {
    this.token = state.token;
    this.#name = name;
    this.#state = state;
    this.#coordination = coordination;
    const lapse = (reason: string) => this.#lapse.abort(new Error(`${name} was lost: ${reason}`));
    if (state.reason === undefined) state.onLapse = lapse;
    else lapse(state.reason);
    // A task that has ended without releasing it never will.
    taskContext()?.atEnd(() => void this.release().catch(() => undefined));
  }

  /** Whether it is held, as far as is known here. */
  get isHeld(): boolean {
    return !this.#isReleased && this.#state.reason === undefined;
  }

  /** Fires when the lease ends without a release. */
  get signal(): AbortSignal {
    return this.#lapse.signal;
  }

  /**
   * Ends the lease; the next waiter gets it. Does nothing if it has ended already.
   *
   * @returns whether it was still held
   * @throws nothing
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const lease = await new Lock("release", { client: cluster.client }).acquire();
   * await lease.release(); // → true
   * await cluster.close();
   */
  async release(): Promise<boolean> {
    if (!this.isHeld) return false;
    this.#isReleased = true;
    const { token } = this;
    const asked = this.#coordination.ask("semaphore.release", this.#name, { token });
    const { count, session } = await asked;
    session.forgetLease(token);
    return count === 1;
  }

  /** The same as {@link Lease.release}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

/**
 * A counting semaphore for the whole cluster. Leases are granted in the order of requests.
 *
 * @throws ClusterError `cluster.closed` when no client is open any more, `cluster.schedulerLost`
 * when the scheduler goes away: all methods
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Semaphore
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const connections = new Semaphore("database", { leases: 2 });
 * const first = await connections.acquire();
 * const second = await connections.acquire();
 * second.token > first.token; // → true
 * await first.release(); // → true
 * await cluster.close();
 */
export class Semaphore {
  readonly name: string;
  /** The number of leases that can be held at once. */
  readonly leases: number;
  /** @internal Without private fields it travels with functions that captured it. */
  readonly client: Client | undefined;

  /**
   * @throws ArgumentError `argument.value` when the name is empty or the number is not a whole
   * number from 1
   */
  constructor(name: string, { leases = 1, client }: SemaphoreOptions = {}) {
    if (!Number.isSafeInteger(leases) || leases < 1) {
      const text = `leases is ${leases}: expected a whole number from 1`;
      throw new ArgumentError("value", text, { leases });
    }
    this.name = checkedName(name);
    this.leases = leases;
    this.client = client;
  }

  /**
   * Waits for a lease.
   *
   * @throws ClusterError `cluster.timeout` after `timeoutMs`, `cluster.schedulerLost`
   * @throws ArgumentError `argument.value` when the semaphore is in use with another number of
   * leases
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = new Semaphore("acquire", { leases: 2, client: cluster.client });
   * const lease = await pool.acquire();
   * lease.isHeld; // → true
   * await lease.release();
   * await cluster.close();
   */
  async acquire({ leaseMs, ...options }: AcquireOptions = {}): Promise<Lease> {
    if (leaseMs !== undefined && !(leaseMs > 0)) {
      const text = `leaseMs is ${leaseMs}: expected a number of milliseconds above 0`;
      throw new ArgumentError("value", text, { leaseMs });
    }
    const coordination = coordinationOf(this);
    const fields = { limit: this.leases, ...(leaseMs === undefined ? {} : { leaseMs }) };
    const { lease } = await coordination.ask("semaphore.acquire", this.name, fields, options);
    return new Lease(this.name, lease as LeaseState, coordination);
  }

  /**
   * The number of leases that are held now, on the whole cluster.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = new Semaphore("value", { leases: 2, client: cluster.client });
   * await pool.with(() => pool.value()); // → 1
   * await cluster.close();
   */
  async value(): Promise<number> {
    return (await coordinationOf(this).ask("semaphore.value", this.name)).count ?? 0;
  }

  /**
   * Calls `f` with a lease, and releases it afterwards, also after an error.
   *
   * @param f is passed the lease
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = new Semaphore("with", { leases: 2, client: cluster.client });
   * await pool.with(() => "alone, or with one other"); // → "alone, or with one other"
   * await cluster.close();
   */
  async with<T>(f: (lease: Lease) => T, options: AcquireOptions = {}): Promise<Awaited<T>> {
    return whileHeld(await this.acquire(options), f);
  }
}

/**
 * A lock for the whole cluster: a {@link Semaphore} with one lease.
 *
 * @throws ClusterError `cluster.closed` when no client is open any more, `cluster.schedulerLost`
 * when the scheduler goes away: all methods
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Lock
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const lock = new Lock("file");
 * await lock.with(() => "no one else is here"); // → "no one else is here"
 * await cluster.close();
 */
export class Lock extends Semaphore {
  constructor(name: string, options: NamedOptions = {}) {
    super(name, { ...options, leases: 1 });
  }
}

/** @internal Calls `f` with what is held, and releases it afterwards. */
export async function whileHeld<L extends Pick<Lease, "release">, T>(
  held: L,
  f: (held: L) => T,
): Promise<Awaited<T>> {
  try {
    return await f(held);
  } finally {
    await held.release();
  }
}

/** @internal The line to the cluster that something named is on. */
export function coordinationOf({ client }: { readonly client: Client | undefined }): Coordination {
  return (client ?? getClient()).coordination;
}

/** @internal A name of something on the cluster. */
export function checkedName(name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new ArgumentError("value", "expected a name that is not empty", { name });
}
