// The client: connects to a scheduler and computes graphs of layers there. The conversation itself
// is session.ts, a graph on its way graph-run.ts; how collections find the client is
// graph/executor.ts.
import { randomUUID } from "node:crypto";
import { TaskError } from "../base/errors.js";
import { formatDuration } from "../base/units.js";
import type { DataFetcher, Transport } from "../comm/transport.js";
import {
  type BlockConsumer,
  type ComputeOptions,
  closeExecutor,
  type Executor,
  openExecutor,
  type PersistHandle,
} from "../graph/executor.js";
import { readJobOptions } from "../graph/job-options.js";
import type { LayerName } from "../graph/layer.js";
import type { LayerGraph } from "../graph/layer-graph.js";
import { optimize } from "../graph/passes/optimize.js";
import type { ClusterDescribed } from "../protocol/messages.js";
import { dataAddress } from "./data-address.js";
import { GraphRun } from "./graph-run.js";
import { HeldArrays } from "./held-arrays.js";
import { Session } from "./session.js";

export type { ClusterDescribed, WorkerDescription } from "../protocol/messages.js";

/** Options of {@link Client.connect}. */
export interface ClientOptions {
  /** What the scheduler's log calls this client. */
  readonly name?: string;
  /** How long to wait for the scheduler; 5000 unless given. */
  readonly timeoutMs?: number;
  /** After how long without a word the scheduler counts as gone; 10,000 unless given. */
  readonly schedulerTimeoutMs?: number;
  /** The interface on which this process serves large arrays to workers; guessed unless given. */
  readonly dataHost?: string;
  /** @internal How to connect; sockets unless given. */
  readonly transport?: Transport;
  /** Whether `compute()` of every collection uses this client until it is closed; true unless given. */
  readonly current?: boolean;
}

/**
 * A connection to a scheduler. While it is open, `compute()` of every collection runs there.
 *
 * @example
 * ```ts
 * const cluster = await LocalCluster.start({ workers: 1 }); // or a scheduler started by hand
 * const client = await Client.connect(cluster.address);
 * await ones([1_000, 1_000]).sum().compute(); // → 1_000_000
 * await client.close();
 * await cluster.close();
 * ```
 */
export class Client implements Executor, AsyncDisposable {
  /** The scheduler's address. */
  readonly address: string;
  readonly #session: Session;
  readonly #fetcher: DataFetcher;
  readonly #held: HeldArrays | undefined;
  readonly #id: string;
  #graphCount = 0;
  #closing: Promise<void> | undefined;

  private constructor(
    address: string,
    id: string,
    session: Session,
    fetcher: DataFetcher,
    held?: HeldArrays,
  ) {
    this.address = address;
    this.#id = id;
    this.#session = session;
    this.#fetcher = fetcher;
    this.#held = held;
  }

  /**
   * Connects to the scheduler at `address` and makes the client current.
   *
   * @param address where the scheduler listens: `tcp://host:port` or `ipc://path`
   * @throws ClusterError `cluster.address` when the address cannot be read, `cluster.connection`
   * when nothing answers there, `cluster.version` when the scheduler speaks another version
   */
  static async connect(address: string, options: ClientOptions = {}): Promise<Client> {
    const transport = options.transport ?? (await transportFor());
    const id = `client-${randomUUID().slice(0, 8)}`;
    const session = await Session.open(await transport.connect(address), {
      address,
      name: options.name ?? id,
      timeoutMs: options.timeoutMs ?? 5_000,
      schedulerTimeoutMs: options.schedulerTimeoutMs ?? 10_000,
    });
    // Within one process layers share their data's memory and nothing has to be served.
    const held = address.startsWith("inproc:")
      ? undefined
      : new HeldArrays(transport, dataAddress(address, id, options.dataHost));
    const client = new Client(address, id, session, transport.fetcher(), held);
    if (options.current !== false) openExecutor(client);
    return client;
  }

  /**
   * Computes all blocks of the graph's outputs and passes each to `consume`, once.
   *
   * @throws ArgumentError `argument.value` when an option is not what it may be
   * @throws TaskError `task.failed` when a task throws, `task.cancelled` when the signal fires
   * @throws ClusterError `cluster.schedulerLost` when the scheduler goes away
   */
  async compute(graph: LayerGraph, consume: BlockConsumer, options: ComputeOptions): Promise<void> {
    const { release } = await this.#run(graph, options, consume);
    release();
  }

  /** Computes all blocks of the graph's outputs and leaves them on the workers. */
  async persist(graph: LayerGraph, options: ComputeOptions): Promise<PersistHandle> {
    const { release, outputs } = await this.#run(graph, options);
    return { layers: outputs, release };
  }

  /** A picture of the cluster: its workers, and how much is under way. */
  describe(): Promise<ClusterDescribed> {
    return this.#session.describe();
  }

  /** Tells the scheduler that the process behind a worker is gone, so that it need not wait to see. */
  reportWorkerExit(name: string, reason: string): void {
    this.#session.send({ type: "reportWorkerExit", name, reason });
  }

  /** Ends the scheduler and its workers. */
  shutdownCluster(): void {
    this.#session.send({ type: "shutdownCluster" });
  }

  /** Takes leave of the scheduler; what is under way fails with `cluster.closed`. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    closeExecutor(this);
    await this.#session.close();
    await this.#fetcher.close();
    await this.#held?.close();
  }

  /** The same as {@link Client.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Submits a graph and sees it to its end; it stays submitted until `release`. */
  async #run(
    graph: LayerGraph,
    options: ComputeOptions,
    consume?: BlockConsumer,
  ): Promise<{ outputs: readonly LayerName[]; release: () => void }> {
    const terms = readJobOptions(options);
    const optimized = options.optimizeGraph === false ? graph : optimize(graph);
    const layers = optimized.topological();
    const { names, positions } = distinct(optimized.outputs);
    const run = new GraphRun({
      outputs: consume === undefined ? [] : names.map((name) => optimized.layer(name)),
      consume: (output, block, value) => {
        for (const position of positions[output] as number[]) consume?.(position, block, value);
      },
      options,
      fetcher: this.#fetcher,
      places: this.#session.workers,
      onWaitingForWorkers: (waitedMs, waitingFor) =>
        warnNoWorkers(this.address, waitedMs, waitingFor),
    });
    const id = `${this.#id}-${++this.#graphCount}`;
    const shipped = (await this.#held?.hold(layers)) ?? layers;
    const release = once(() => {
      this.#session.release(id);
      this.#held?.release(layers);
    });
    const cancel = () => run.failed(cancelled(names));
    try {
      options.signal?.throwIfAborted();
      options.signal?.addEventListener("abort", cancel, { once: true });
      this.#session.submit(
        {
          type: "submitGraph",
          graph: id,
          layers: shipped,
          outputs: names,
          reportOutputs: consume !== undefined,
          ...(terms === undefined ? {} : { terms }),
        },
        run,
      );
      await run.finished;
    } catch (error) {
      release();
      throw options.signal?.aborted ? cancelled(names) : error;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
    }
    return { outputs: optimized.outputs, release };
  }
}

/** ZeroMQ for addresses of sockets: loaded when it is first needed, since it is a native addon. */
async function transportFor(): Promise<Transport> {
  const { zeromqTransport } = await import("../comm/zeromq.js");
  return zeromqTransport();
}

/** Each name once, and where in `names` each of them stands: one output may be asked for twice. */
function distinct(names: readonly LayerName[]): { names: LayerName[]; positions: number[][] } {
  const positions = new Map<LayerName, number[]>();
  names.forEach((name, position) => {
    const known = positions.get(name);
    if (known === undefined) positions.set(name, [position]);
    else known.push(position);
  });
  return { names: [...positions.keys()], positions: [...positions.values()] };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

function cancelled(outputs: readonly LayerName[]): TaskError {
  const key = outputs.join(", ");
  return new TaskError("cancelled", `the computation of ${key} was cancelled by its signal`, {
    key,
  });
}

function warnNoWorkers(address: string, waitedMs: number, waitingFor: string | undefined): void {
  const waited = `waiting (${formatDuration(waitedMs)} so far)`;
  console.warn(
    waitingFor === undefined
      ? `tilework: no worker has joined the scheduler at ${address} yet; ${waited}. Start one with \`tilework worker ${address}\``
      : `tilework: the job needs ${waitingFor}, and no worker of the scheduler at ${address} is one; ${waited}`,
  );
}
