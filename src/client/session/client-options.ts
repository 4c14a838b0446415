// Options of clients, and the types of their answers.
import {
  A_BOOLEAN,
  A_TEXT,
  checkOptions,
  type Expectations,
  MILLISECONDS,
} from "../../base/option-schema.js";
import { withSettings } from "../../base/settings.js";
import type { Transport } from "../../comm/interface/transport.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { Executor, PersistRunOptions, RunOptions } from "../../graph/ports/executor.js";
import type { WorkerDescription } from "../../protocol/messages/client-messages.js";
import type { Role } from "../../protocol/values/roles.js";
import { outputListener, TASK_OUTPUT, type TaskOutputOption } from "./task-output.js";

/** Options of {@link Client.connect}. */
export interface ClientOptions {
  /** The client's name in the scheduler's log. */
  readonly name?: string;
  /** How long to wait for the scheduler; default: 5000. */
  readonly timeoutMs?: number;
  /** Silence after which the scheduler counts as lost; default: 30,000. */
  readonly schedulerTimeoutMs?: number;
  /** The interface on which this process serves large arrays to workers; default: guessed. */
  readonly dataHost?: string;
  /**
   * Whether the client connects again after losing its scheduler, to the same or another one at the
   * address. Running computations still fail, and persisted blocks are lost. By default it does,
   * and later calls wait for `timeoutMs` at most; with `true` they wait for ever, with `false` they
   * fail.
   */
  readonly reconnect?: boolean;
  /**
   * The destination of console output of functions on workers. By default it is written to this
   * process's console, with worker and task in front. A function receives it instead; `false` turns
   * it off.
   */
  readonly taskOutput?: TaskOutputOption;
  /**
   * The file or folder with this process's keys, if the cluster has keys (`tilework keys new`);
   * default: the environment's `TILEWORK_SECURITY`, if it is set.
   */
  readonly security?: string;
  /** Whether `compute()` of every collection uses this client until it is closed; default: true. */
  readonly current?: boolean;
}

/** @internal What else is known of a scheduler in this process. */
export interface ConnectionInside {
  /** How to connect; default: sockets. */
  readonly transport?: Transport;
  /** Whether workers may join the scheduler, for which jobs then wait; default: true. */
  readonly workersMayJoin?: boolean;
  /** Keys of one of these roles do; default: those of clients and administrators. */
  readonly roles?: readonly Role[];
  /** Whether it belongs to something that its user closes, and not to the user. */
  readonly isOwn?: boolean;
}

const EXPECTED: Expectations<ClientOptions> = {
  name: A_TEXT,
  timeoutMs: MILLISECONDS,
  schedulerTimeoutMs: MILLISECONDS,
  dataHost: A_TEXT,
  reconnect: A_BOOLEAN,
  taskOutput: TASK_OUTPUT,
  security: A_TEXT,
  current: A_BOOLEAN,
};

/**
 * The options given, with defaults for the others.
 *
 * @param mayReturn whether a scheduler that was lost may come back
 * @throws ArgumentError `argument.value` when an option is unknown or has an illegal value
 */
export function readClientOptions(given: ClientOptions, id: string, mayReturn: boolean) {
  checkOptions("a client", given, EXPECTED);
  const options = withSettings(given, {
    name: "client.name",
    timeoutMs: "client.timeout",
    schedulerTimeoutMs: "client.schedulerTimeout",
    dataHost: "client.dataHost",
    ...(mayReturn ? { reconnect: "client.reconnect" } : {}),
  });
  const { timeoutMs = 5_000, reconnect } = options;
  return {
    name: options.name ?? id,
    timeoutMs,
    schedulerTimeoutMs: options.schedulerTimeoutMs ?? 30_000,
    reconnect: reconnect ?? mayReturn,
    ...(reconnect === true ? {} : { reconnectTimeoutMs: timeoutMs }),
    ...(options.dataHost === undefined ? {} : { dataHost: options.dataHost }),
    onPrinted: outputListener(options.taskOutput ?? true),
  };
}

/** How a worker's process ended. */
export interface WorkerExit {
  /** In words: `killed by SIGKILL`. */
  readonly reason: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A chunked array, a bag or another collection that can be computed. */
export interface Computable<V> {
  compute(options: RunOptions & { readonly executor: Executor }): Promise<V>;
}

/** The same for collections that can be persisted. */
export interface Persistable<C> {
  persist(options: PersistRunOptions & { readonly executor: Executor }): Promise<C>;
}

/** A collection whose blocks are on workers. */
export interface PersistedArray {
  readonly node: LayerNode;
}

/** The state of a cluster: its workers and clients, and its numbers of tasks, graphs and actors. */
export interface ClusterDescribed {
  readonly workers: readonly WorkerDescription[];
  /** Known tasks, finished or not. */
  readonly tasks: number;
  readonly graphs: number;
  readonly actors: number;
  readonly clients: readonly {
    readonly name: string;
    readonly graphs: number;
    readonly seenMsAgo: number;
  }[];
  /** How long the scheduler has run. */
  readonly ageMs: number;
}

/** One actor of a cluster. */
export interface ActorDescription {
  /** Its number, as in `Counter-3f2a1b0c`. */
  readonly actor: string;
  /** Undefined where it has none. */
  readonly name: string | undefined;
  /** Whether it outlives its client. */
  readonly isDetached: boolean;
  readonly status: "waiting" | "starting" | "running" | "dying";
  /** The name of its worker, once it has one. */
  readonly worker: string | undefined;
}

/** The outcome of {@link Client.replicate} and {@link Client.rebalance}. */
export interface Arranged {
  /** Copies that were made. */
  readonly blocks: number;
  readonly bytes: number;
  /** Copies that no worker has room for. */
  readonly blocksShort: number;
}

/** The outcome of {@link Client.retireWorkers}. */
export interface Retired {
  readonly retired: readonly string[];
  readonly stayed: readonly { readonly name: string; readonly reason: string }[];
}

/** Options of {@link Client.scatter}. */
export interface ScatterOptions {
  /** Names of the workers that may hold the value; default: any. */
  readonly workers?: readonly string[];
  /** Whether every worker gets a copy, or how many do; default: false. */
  readonly broadcast?: boolean | number;
}
