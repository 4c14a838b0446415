// The client: connects to a scheduler and computes graphs there. client-session.ts holds the
// conversation, graph-submissions.ts follows graphs; collections find the client through
// graph/ports/executor.ts.
import { randomUUID } from "node:crypto";
import { atCallSite, callSite } from "../base/error-text.js";
import { ArgumentError } from "../base/errors.js";
import type { CallResult } from "../base/iterators.js";
import type { DataFetcher } from "../comm/interface/transport.js";
import type { ServedArrays } from "../context/served-arrays.js";
import { whileWaiting } from "../context/task-context.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import { isLayerGraph, type LayerGraph } from "../graph/model/layer-graph.js";
import { splitPersistOptions } from "../graph/ports/compute-options.js";
import {
  type BlockConsumer,
  closeExecutor,
  type Executor,
  openExecutor,
  type PersistHandle,
  type PersistRunOptions,
  type RunOptions,
} from "../graph/ports/executor.js";
import { TRAVEL_HINT } from "../shipping/values/revivable.js";
import { Actors } from "./actors/client-actors.js";
import { broadcastFuture, scatterEach } from "./admin/admin-arguments.js";
import { noticeClosing } from "./admin/observed-run.js";
import { type RestartOptions, restartCluster } from "./admin/restart-cluster.js";
import { CallSubmissions } from "./calls/call-submissions.js";
import { runOnWorkers } from "./calls/run-on-workers.js";
import { type CallOptions, Calls, checkCallOptions } from "./calls/submit-calls.js";
import { Coordination } from "./coordination/coordination.js";
import type { ComputedFutures, Future } from "./futures/future.js";
import {
  futuresIn,
  type Gathered,
  type GatherOptions,
  gatherFutures,
} from "./futures/gather-futures.js";
import type {
  CallArgumentLists,
  CallArguments,
  ReceivedArguments,
  ReceivedElements,
} from "./futures/given-arguments.js";
import { asComputable, asComputables, asPersistable } from "./graphs/check-collections.js";
import { GraphSubmissions } from "./graphs/graph-submissions.js";
import { ClientMethods } from "./methods/client-methods.js";
import { partsOf, setParts } from "./methods/client-parts.js";
import { closePlugins, sendConfiguredVariables } from "./methods/plugin-methods.js";
import type {
  ClientOptions,
  Computable,
  ConnectionInside,
  Persistable,
  ScatterOptions,
} from "./session/client-options.js";
import { ClientPlugins } from "./session/client-plugins.js";
import { Connection } from "./session/connection.js";
import { openConnection } from "./session/open-connection.js";
import { noticeOpen } from "./session/open-notice.js";
import { schedulerAddress } from "./session/scheduler-address.js";
import { WaitingWarnings } from "./session/waiting-warnings.js";

export type * from "./client-types.js";

/**
 * A connection to a scheduler. While it is open, `compute()` of every collection runs there.
 *
 * @throws ClusterError `cluster.closed` once it is closed, `cluster.schedulerLost` without a
 * scheduler: all methods that need it
 * @see https://distributed.dask.org/en/stable/api.html#client
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 }); // or a scheduler started by hand
 * const client = await Client.connect(cluster.address);
 * await ones([1_000, 1_000]).sum().compute(); // → 1_000_000
 * await client.close();
 * await cluster.close();
 */
export class Client extends ClientMethods implements Executor, AsyncDisposable {
  /** @internal The hint in the error for sending one to a function that runs on a worker. */
  static readonly [TRAVEL_HINT]: string = "call getClient() inside the function";
  /** The scheduler's address. */
  readonly address: string;
  /** @internal What locks, events, variables and queues go through. */
  readonly coordination: Coordination;
  readonly #connection: Connection;
  readonly #fetcher: DataFetcher;
  readonly #held: ServedArrays | undefined;
  readonly #submissions: CallSubmissions;
  readonly #graphs: GraphSubmissions;
  readonly #calls: Calls;
  #closing: Promise<void> | undefined;
  #unnotice: (() => void) | undefined;

  /** @internal */
  constructor(
    address: string,
    id: string,
    connection: Connection,
    fetcher: DataFetcher,
    held?: ServedArrays,
    workersMayJoin = true,
  ) {
    if (!(connection instanceof Connection)) {
      const given = typeof address === "string" ? JSON.stringify(address) : '"tcp://host:8786"';
      throw new ArgumentError(
        "value",
        `a Client is connected: write await Client.connect(${given}), or take the client of a LocalCluster`,
      );
    }
    super();
    this.address = address;
    this.#connection = connection;
    this.#fetcher = fetcher;
    this.#held = held;
    let graphCount = 0;
    const nextId = () => `${id}-${++graphCount}`;
    const warnings = new WaitingWarnings(address);
    const plugins = new ClientPlugins<unknown>();
    const setup = { connection, fetcher, held, warnings, workersMayJoin, nextId, plugins };
    this.#submissions = new CallSubmissions(setup);
    this.#graphs = new GraphSubmissions(setup, () => this.#submissions.underWay);
    this.#calls = new Calls(this.#submissions);
    this.coordination = new Coordination(setup, id, this, (future) => {
      const copy = this.#calls.submitApart((value: unknown) => value, future);
      return { future: copy, submitted: this.#submissions.underWay };
    });
    const actors = new Actors(connection);
    setParts(this, { address, connection, actors, plugins, coordination: this.coordination });
  }

  /**
   * Connects to the scheduler at `address` and makes the client current.
   *
   * @param options its name, and how long it waits; see {@link ClientOptions}
   * @param address where the scheduler listens: `tcp://host:port`, or `ipc://path` on this machine;
   * default: the configured one, `client.scheduler` or `client.schedulerFile`
   * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value, or no
   * address is given or configured
   * @throws ClusterError `cluster.address` when the address cannot be read, `cluster.connection`
   * when nothing answers there, `cluster.version` when the scheduler speaks another version,
   * `cluster.security` when it wants keys that this process does not have
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 }); // or a scheduler started by hand
   * await using client = await Client.connect(cluster.address);
   * await client.submit((x: number) => x + 1, 1); // → 2
   * await cluster.close();
   */
  static async connect(address?: string, options: ClientOptions = {}): Promise<Client> {
    const site = callSite();
    try {
      return await connectClient(schedulerAddress(address), options);
    } catch (error) {
      throw atCallSite(error, site.stack);
    }
  }

  /**
   * Computes a collection on this cluster, as its own `compute()` does on the current one.
   *
   * @param collection an array, bag, table or delayed call
   * @param options of the run; see {@link ComputeOptions}
   * @throws ArgumentError `argument.value` when an option has a wrong value
   * @throws TaskError `task.failed` when a task throws, `task.cancelled` when the signal fires
   * @throws ClusterError `cluster.schedulerLost` when the scheduler goes away
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.compute(ones([4]).sum()); // → 4
   * const [sum, mean] = cluster.client.compute([arange(4).sum(), arange(4).mean()]);
   * await mean; // → 1.5
   * await cluster.close();
   */
  compute<V>(collection: Computable<V>, options?: RunOptions): Promise<V>;
  /** Futures of the values of several collections: awaited here, or given to calls. */
  compute<const C extends readonly Computable<unknown>[]>(
    collections: C,
    options?: CallOptions,
  ): ComputedFutures<C>;
  /** The same of all blocks of a graph's outputs, each of which is passed to `consume`, once. */
  compute(graph: LayerGraph, consume: BlockConsumer, options: RunOptions): Promise<void>;
  compute(
    what: Computable<unknown> | readonly Computable<unknown>[] | LayerGraph,
    how: BlockConsumer | RunOptions | CallOptions = {},
    options: RunOptions = {},
  ): unknown {
    if (typeof how === "function") return this.#consume(what as LayerGraph, how, options);
    if (!Array.isArray(what)) return this.#compute(what, how);
    const calls = this.with(how as CallOptions);
    return asComputables(what).map((each) => calls.submitApart((value: unknown) => value, each));
  }

  async #compute(what: unknown, how: RunOptions): Promise<unknown> {
    return asComputable(what).compute({ ...how, executor: this });
  }

  async #consume(graph: LayerGraph, how: BlockConsumer, options: RunOptions): Promise<void> {
    const { release } = await whileWaiting(this.#graphs.run(graph, options, how));
    release();
  }

  /**
   * Computes a collection and leaves its blocks on the workers here, as its own `persist()` does.
   * With `wait: false` it is only submitted; if that fails, the next computation that uses its
   * blocks rejects with the error.
   *
   * @param collection an array, bag, table or delayed call
   * @param options of the run; see {@link PersistOptions}
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const x = await cluster.client.persist(ones([4]));
   * await x.sum().compute(); // → 4
   * await cluster.close();
   */
  persist<C>(collection: Persistable<C>, options?: PersistRunOptions): Promise<C>;
  /** The same of several `collections`, at the same time. */
  persist<const C extends readonly Persistable<unknown>[]>(
    collections: C,
    options?: PersistRunOptions,
  ): Promise<C>;
  /** The same of all blocks of a `graph`'s outputs. */
  persist(graph: LayerGraph, options: PersistRunOptions): Promise<PersistHandle>;
  async persist(
    what: Persistable<unknown> | readonly Persistable<unknown>[] | LayerGraph,
    how: PersistRunOptions = {},
  ): Promise<unknown> {
    if (Array.isArray(what)) {
      const persistable = what.map(asPersistable);
      return Promise.all(persistable.map((each) => each.persist({ ...how, executor: this })));
    }
    if (!isLayerGraph(what)) return asPersistable(what).persist({ ...how, executor: this });
    const { wait, options } = splitPersistOptions(how);
    const running = this.#graphs.run(what, options, undefined, wait);
    const { release, outputs } = await whileWaiting(running);
    return { layers: outputs, release };
  }

  /**
   * Calls `f(...args)` on a worker, where futures are their values; see {@link Calls.submit}.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const square = cluster.client.submit((x: number) => x * x, 12);
   * await square; // → 144
   * await cluster.close();
   */
  submit<A extends readonly unknown[], R>(
    f: (...args: ReceivedArguments<A>) => R,
    ...args: A
  ): Future<CallResult<R>>;
  /** The same of a function that says what it takes. */
  submit<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...args: CallArguments<A>
  ): Future<CallResult<R>>;
  submit(f: AnyFunction, ...args: readonly never[]): Future {
    return this.#calls.submit(f, ...args);
  }

  /**
   * Calls `f` for each element of a list, or of several `lists`; see {@link Calls.map}.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const squares = cluster.client.map((x: number) => x * x, [1, 2, 3]);
   * await cluster.client.gather(squares); // → [1, 4, 9]
   * await cluster.close();
   */
  map<L extends readonly Iterable<unknown>[], R>(
    f: (...args: ReceivedElements<L>) => R,
    ...lists: L
  ): Future<CallResult<R>>[];
  /** The same of a function that says what it takes. */
  map<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...lists: CallArgumentLists<A>
  ): Future<CallResult<R>>[];
  map(f: AnyFunction, ...lists: readonly Iterable<never>[]): Future[] {
    return this.#calls.map(f, ...lists);
  }

  /**
   * Puts `value` on the cluster, for calls to read: it is sent once. Requested copies are made as
   * soon as the value is there.
   *
   * @returns its future
   * @throws ArgumentError `argument.function` when the value cannot be sent
   * @example
   * const cluster = await LocalCluster.start({ workers: 2 });
   * const table = cluster.client.scatter(new Map([["one", 1]]), { broadcast: true });
   * await cluster.client.submit((words) => words.get("one"), table); // → 1
   * await cluster.close();
   */
  scatter<T>(value: T, { workers, broadcast = false }: ScatterOptions = {}): Future<T> {
    const calls = workers === undefined ? this.#calls : this.with({ workers });
    const future = calls.scatter(value);
    if (broadcast !== false) broadcastFuture(future, broadcast, this.#connection);
    return future;
  }

  /**
   * Puts each of `values`, a list or a plain object, on the cluster.
   *
   * @returns their futures, in the same structure
   * @throws ArgumentError `argument.value` for anything else, `argument.function` when a value
   * cannot be sent
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const [one, two] = cluster.client.scatterEach([1, 2]);
   * await cluster.client.submit((a, b) => a + b, one, two); // → 3
   * const { rate } = cluster.client.scatterEach({ rate: 0.5 });
   * await rate; // → 0.5
   * await cluster.close();
   */
  scatterEach<const V extends readonly unknown[] | Readonly<Record<string, unknown>>>(
    values: V,
    options: ScatterOptions = {},
  ): { -readonly [K in keyof V]: Future<V[K]> } {
    return scatterEach(values, (value) => this.scatter(value, options)) as never;
  }

  /**
   * Calls with options: `client.with({ priority: 5, retries: 2 }).submit(f, x)`.
   *
   * @param options priority, retries, workers, resources, limits; see {@link CallOptions}
   * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const careful = cluster.client.with({ retries: 2, timeLimitMs: 60_000 });
   * await careful.submit((x: number) => x + 1, 1); // → 2
   * await cluster.close();
   */
  with(options: CallOptions): Calls {
    checkCallOptions(options);
    return new Calls(this.#submissions, options);
  }

  /**
   * The values of futures. Rejects with the first error, unless `errors` is `"skip"`.
   *
   * @param options `errors: "skip"` leaves out calls that failed
   * @param futures lists and plain objects, nested to any depth, with futures anywhere in them
   * @returns the same structure with values in place of the futures
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { client } = cluster;
   * const sums = { a: client.submit(() => 1), b: [client.submit(() => 2)] };
   * await client.gather(sums); // → { a: 1, b: [2] }
   * await cluster.close();
   */
  gather<const F>(futures: F, options: GatherOptions = {}): Promise<Gathered<F>> {
    return whileWaiting(gatherFutures(futures, options));
  }

  /**
   * Runs failed calls again; `futures` may be in lists and plain objects.
   * See {@link Future.retry}. Other calls are not affected.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { client } = cluster;
   * const bad = client.submit(() => JSON.parse("{"));
   * await bad.settled();
   * client.retry([bad]);
   * (await bad.exception())?.name; // → "TaskError"
   * await cluster.close();
   */
  retry(futures: unknown): void {
    for (const future of futuresIn(futures)) if (future.status === "error") future.retry();
  }

  /**
   * Restarts the cluster. Workers drop their results and end their tasks, and all computations, of
   * every client, fail with `cluster.restarted`. Resolves when as many workers are back.
   *
   * @param options how long to wait for the workers
   * @throws ClusterError `cluster.timeout` when they are not back in time
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.restart();
   * await cluster.client.submit(() => "again"); // → "again"
   * await cluster.close();
   */
  async restart(options: RestartOptions = {}): Promise<void> {
    await restartCluster(this.#submissions.underWay, this.#connection, options);
  }

  /**
   * Cancels calls; `futures` may be in lists and plain objects. See {@link Future.cancel}.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const slow = cluster.client.submit(() => new Promise<void>(() => {}));
   * cluster.client.cancel([slow]);
   * slow.status; // → "cancelled"
   * await cluster.close();
   */
  cancel(futures: unknown): void {
    for (const future of futuresIn(futures)) future.cancel();
  }

  /**
   * Calls `f(...args)` once on every current worker, ahead of all waiting tasks.
   *
   * @returns the results by worker name; rejects with the first error
   * @throws TaskError `task.workerDied` when a worker is lost before its call has ended
   * @example
   * const cluster = await LocalCluster.start({ workers: 2 });
   * await cluster.client.run(() => "here"); // → { "worker-0": "here", "worker-1": "here" }
   * await cluster.close();
   */
  async run<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...args: CallArguments<A>
  ): Promise<Record<string, CallResult<R>>> {
    const present = async () => (await this.describe()).workers;
    return runOnWorkers<A, R>(present, (options) => new Calls(this.#submissions, options), f, args);
  }

  /**
   * Disconnects from the scheduler. Running computations fail with `cluster.closed`.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const client = await Client.connect(cluster.address);
   * await client.close(); // or `await using client = …`
   * await cluster.close();
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** @internal Prints a notice if nothing else keeps the program open. */
  noticeOpen(): void {
    const text = `a Client of ${this.address}: end with await client.close(), or write \`await using client = …\``;
    this.#unnotice = noticeOpen({ text });
  }

  async #close(): Promise<void> {
    this.#unnotice?.();
    const observing = noticeClosing(this);
    if (observing !== undefined) await observing;
    closeExecutor(this);
    const { actors } = partsOf(this);
    await closePlugins(this);
    await actors.heard();
    await this.#connection.close();
    actors.close();
    await this.#fetcher.close();
    await this.#held?.close();
  }

  /** The page of the scheduler's dashboard; undefined if it serves none. Open it in a browser. */
  get dashboardLink(): string | undefined {
    return this.#connection.latest?.dashboardLink;
  }

  /**
   * The client in one line: where its scheduler is, and whether it is connected.
   *
   * @throws nothing
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * cluster.client.toString().endsWith(": connected"); // → true
   * await cluster.close();
   */
  override toString(): string {
    return `Client of ${this.#connection.address}: ${this.#connection.status}`;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** The same as {@link Client.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * @internal Connects in another way than by sockets, to a scheduler that only this process knows.
 */
export async function connectClient(
  address: string,
  options: ClientOptions,
  inside: ConnectionInside = {},
): Promise<Client> {
  const id = `client-${randomUUID().slice(0, 8)}`;
  const { connection, fetcher, held } = await openConnection(address, id, options, inside);
  const client = new Client(address, id, connection, fetcher, held, inside.workersMayJoin);
  if (options.current !== false) openExecutor(client);
  // Threads of this process have its environment.
  if (options.current !== false && inside.transport === undefined) sendConfiguredVariables(client);
  // One inside a process, as one whose cluster does it, is nothing that its user closes.
  if (inside.isOwn !== true && inside.transport === undefined) client.noticeOpen();
  return client;
}
