// A client's requests to the cluster as a whole: events, copies of data, workers that leave, its
// end.
import type { ScaleAdvised } from "../../protocol/messages/messages.js";
import { arranged, checkReplication, checkWorkerNames } from "../admin/admin-arguments.js";
import {
  eventsOf,
  type FollowOptions,
  followEvents,
  type LoggedEvent,
  logEvent,
} from "../coordination/topic-events.js";
import type {
  ActorDescription,
  Arranged,
  PersistedArray,
  Retired,
  WorkerExit,
} from "../session/client-options.js";
import type { Question } from "../session/session-listeners.js";
import { ask, partsOf } from "./client-parts.js";

/**
 * The part of a {@link Client} that looks after the cluster.
 *
 * @throws ClusterError `cluster.closed` once it is closed, `cluster.schedulerLost` without a
 * scheduler: all methods
 */
export interface AdminMethods {
  /**
   * Logs an event under a topic: for programs that follow it, and for those that come later. Tasks
   * can, too: `getClient().logEvent(…)`.
   *
   * @param topic the list that it is added to
   * @param value a value of at most 64 KiB, without futures
   * @throws ArgumentError `argument.value` when the topic is empty or the value is too large
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.log_event
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.logEvent("training", { epoch: 1 });
   * const [event] = await cluster.client.events<{ epoch: number }>("training");
   * event.value; // → { epoch: 1 }
   * await cluster.close();
   */
  logEvent(topic: string, value: unknown): Promise<void>;

  /**
   * The latest events of a topic, oldest first: at most 1,000.
   *
   * @param topic as it was logged under
   * @throws ArgumentError `argument.value` when the topic is empty
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.logEvent("steps", 1);
   * (await cluster.client.events("steps")).at(-1)?.value; // → 1
   * await cluster.close();
   */
  events<T = unknown>(topic: string): Promise<readonly LoggedEvent<T>[]>;

  /**
   * Yields the events of a topic from now on, until the loop or the signal ends it. A follower that
   * is more than 1,000 events behind misses the oldest.
   *
   * @param topic the list to follow
   * @throws ArgumentError `argument.value` when the topic is empty
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const events = cluster.client.followEvents<number>("steps");
   * const next = events.next();
   * await cluster.client.submit(() => getClient().logEvent("steps", 7));
   * (await next).value?.value; // → 7
   * await cluster.close();
   */
  followEvents<T = unknown>(
    topic: string,
    options?: FollowOptions,
  ): AsyncGenerator<LoggedEvent<T>, void, undefined>;

  /**
   * All actors of the cluster, of every client.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * class Counter {}
   * const counter = await cluster.client.actor(Counter, [], { name: "hits" });
   * (await cluster.client.listActors()).map(({ name }) => name); // → ["hits"]
   * counter.release();
   * await cluster.close();
   */
  listActors(): Promise<readonly ActorDescription[]>;

  /**
   * Reports to the scheduler that the process of a worker is gone, so that it need not wait for a
   * timeout.
   *
   * @param name of the worker
   * @param exit why, and the exit code or signal, where they are known
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const [worker] = cluster.workers;
   * cluster.client.reportWorkerExit(worker.name, { reason: "off", exitCode: null, signal: null });
   * await cluster.close();
   */
  reportWorkerExit(name: string, exit: WorkerExit): void;

  /**
   * Keeps each block of a persisted array on several workers, also blocks that are lost and
   * recomputed. Then the loss of one worker costs nothing, and several have the data at hand.
   *
   * @param array a persisted array
   * @param copies the number of workers that hold each block; 1 ends replication
   * @returns the number of copies made, and of copies that no worker has room for
   * @throws ArgumentError `argument.value` when the array is not persisted or the number is not a
   * whole number from 1
   * @example
   * const cluster = await LocalCluster.start({ workers: 2 });
   * const x = await random([1_000, 1_000]).persist();
   * await cluster.client.replicate(x, 2);
   * await cluster.close();
   */
  replicate(array: PersistedArray, copies: number): Promise<Arranged>;

  /**
   * Spreads persisted blocks evenly over the workers' memories.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 2 });
   * const x = await random([1_000, 1_000], { chunks: 100 }).persist();
   * await cluster.client.rebalance();
   * await x.mean().compute();
   * await cluster.close();
   */
  rebalance(): Promise<Arranged>;

  /**
   * Retires workers: they get no new work, finish theirs, hand over the blocks that only they hold,
   * and exit. A worker stays if no other has room for its blocks.
   *
   * @param names of workers
   * @returns the names of workers that left, and of those that stayed, with the reasons
   * @throws ArgumentError `argument.value` for anything but a list of names
   * @example
   * const cluster = await LocalCluster.start({ workers: 2 });
   * const { retired } = await cluster.client.retireWorkers(["worker-1"]);
   * retired; // → ["worker-1"]
   * await cluster.close();
   */
  retireWorkers(names: readonly string[]): Promise<Retired>;

  /** @internal How many workers the work ahead is worth, and which can be spared. */
  adviseScale(bounds: Question<"adviseScale">): Promise<ScaleAdvised>;

  /**
   * Ends the scheduler and its workers.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * cluster.client.shutdownCluster();
   * await cluster.close();
   */
  shutdownCluster(): void;
}

export const ADMIN_METHODS: AdminMethods & ThisType<object> = {
  logEvent(topic, value) {
    return logEvent(partsOf(this).coordination, topic, value);
  },

  events(topic) {
    return eventsOf(partsOf(this).coordination, topic);
  },

  followEvents(topic, options = {}) {
    return followEvents(partsOf(this).coordination, topic, options);
  },

  async listActors() {
    const { actors } = await ask(this, "listActors", {});
    return actors.map(({ name, worker, status, ...actor }) => ({
      ...actor,
      name: name ?? undefined,
      worker: worker ?? undefined,
      status: status as ActorDescription["status"],
    }));
  },

  reportWorkerExit(name, exit) {
    partsOf(this).connection.latest?.send({ type: "reportWorkerExit", name, ...exit });
  },

  async replicate(array, copies) {
    return arranged(await ask(this, "replicateLayer", checkReplication(array, copies)));
  },

  async rebalance() {
    return arranged(await ask(this, "rebalanceData", {}));
  },

  async retireWorkers(names) {
    checkWorkerNames("retireWorkers", names);
    const { retired, stayed } = await ask(this, "retireWorkers", { names });
    return { retired, stayed };
  },

  adviseScale(bounds) {
    return ask(this, "adviseScale", bounds);
  },

  shutdownCluster() {
    partsOf(this).connection.latest?.send({ type: "shutdownCluster" });
  },
};
