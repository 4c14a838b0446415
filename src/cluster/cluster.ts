// The interface of every cluster, wherever its workers run, and of adapters that start and end
// workers. local-cluster.ts has the cluster on this machine, adapted-cluster.ts that of an adapter.
import type { Client } from "../client/client.js";
import type { ClusterDescribed } from "../client/session/client-options.js";
import type { AdaptOptions } from "./adaptive.js";

/**
 * A scheduler and workers, as programs use them: {@link LocalCluster} and {@link AdaptedCluster}.
 */
export interface Cluster extends AsyncDisposable {
  /** The scheduler's address. */
  readonly address: string;
  /** The client that is current while the cluster is open. */
  readonly client: Client;
  /** The workers that run or are starting. */
  readonly workers: readonly { readonly name: string }[];
  readonly status: "open" | "closed";
  /**
   * The state of the cluster: its workers and clients, and its numbers of tasks, graphs and actors.
   */
  describe(): Promise<ClusterDescribed>;
  /** Starts or retires workers; resolves with how many there are then. */
  scale(count: number): Promise<number>;
  /** Follows the scheduler's advice from now on. */
  adapt(options: AdaptOptions): void;
  /** The last lines of the logs of its processes, by name. */
  logs(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Ends what it has started. */
  close(): Promise<void>;
}

/** A worker that an adapter should start. */
export interface WorkerSpecification {
  /** Its name among all workers of the scheduler. */
  readonly name: string;
  /** The scheduler's address. */
  readonly scheduler: string;
  /** The arguments after `tilework worker`: the address, the name, and the cluster's parameters. */
  readonly parameters: readonly string[];
}

/** Starts and ends workers somewhere: on other machines, in containers, by a batch system. */
export interface WorkerAdapter {
  /**
   * Starts a worker. It need not wait until the worker has joined; it rejects if it cannot start
   * it.
   */
  start(worker: WorkerSpecification): Promise<void> | void;
  /** Ends a worker, if it has not ended: one that was retired ends by itself. */
  stop(name: string): Promise<void> | void;
  /** The last lines of a worker's log. */
  logs?(name: string): Promise<readonly string[]> | readonly string[];
}
