// The executor when no cluster is open: the same scheduler and worker as in a cluster, in this
// process, on executor threads. The first computation starts it. It stays warm, but does not keep
// an idle process alive.
import { isTileworkError } from "../base/errors.js";
import { withSettings } from "../base/settings.js";
import type { Observed, WantedSpans } from "../client/admin/observed-run.js";
import { type Client, connectClient } from "../client/client.js";
import type { SpanTaker } from "../client/tasks/span.js";
import type { LayerGraph } from "../graph/model/layer-graph.js";
import type {
  BlockConsumer,
  Executor,
  ExecutorSize,
  OwnThreads,
  PersistHandle,
  PersistRunOptions,
  RunOptions,
} from "../graph/ports/executor.js";
import type { Observation } from "../protocol/values/observation.js";
import {
  type InProcessEngine,
  type InProcessEngineOptions,
  ownThreads,
  startInProcessEngine,
} from "../runtime/nodes/in-process-engine.js";

const SETTINGS_OF = { threads: "threads" } as const;

interface Running {
  readonly engine: InProcessEngine;
  readonly client: Client;
}

/** Computes on the threads of this process. */
export class InProcessExecutor implements Executor, Observed, SpanTaker {
  readonly #options: InProcessEngineOptions;
  #running: Promise<Running> | undefined;
  /** That of the threads once they have started. */
  #client: Client | undefined;
  #jobs = 0;

  constructor(options: InProcessEngineOptions = {}) {
    this.#options = options;
  }

  /** Those that it has, or will start. */
  get ownThreads(): OwnThreads {
    return ownThreads(withSettings(this.#options, SETTINGS_OF));
  }

  /** One worker with these threads. */
  sizeNow(): ExecutorSize {
    return { workers: 1, ...this.ownThreads, areAlike: true };
  }

  compute(graph: LayerGraph, consume: BlockConsumer, options: RunOptions): Promise<void> {
    return this.#run((client) => client.compute(graph, consume, options));
  }

  persist(graph: LayerGraph, options: PersistRunOptions): Promise<PersistHandle> {
    return this.#run((client) => client.persist(graph, options));
  }

  /** The work of the threads; undefined before they have started. */
  async askObservation(wanted: WantedSpans): Promise<Observation | undefined> {
    if (this.#running === undefined) return undefined;
    return await this.#run((client) => client.askObservation(wanted));
  }

  /** A span of the program has ended; one that ended before the threads started is not shown. */
  noteSpan(name: string, startMs: number, durationMs: number): void {
    this.#client?.noteSpan(name, startMs, durationMs);
  }

  /** Ends scheduler, worker and threads; the next computation starts them again. */
  async close(): Promise<void> {
    const running = await this.#running;
    this.#running = undefined;
    this.#client = undefined;
    await running?.client.close();
    await running?.engine.close();
  }

  async #run<T>(job: (client: Client) => Promise<T>): Promise<T> {
    this.#running ??= start(this.#options);
    const started = this.#running;
    try {
      const { client, engine } = await started;
      this.#client = client;
      engine.keepAlive(++this.#jobs > 0);
      try {
        return await job(client);
      } finally {
        engine.keepAlive(--this.#jobs > 0);
      }
    } catch (error) {
      // An engine that could not start, or has ended, is no reason for the next one to fail, too.
      const isGone = isTileworkError(error, "cluster.schedulerLost", "cluster.start");
      if (isGone && this.#running === started) this.#running = undefined;
      throw error;
    }
  }
}

async function start(options: InProcessEngineOptions): Promise<Running> {
  const engine = await startInProcessEngine(withSettings(options, SETTINGS_OF));
  const { transport, address } = engine;
  const settings = { name: "in-process", current: false };
  const client = await connectClient(address, settings, { transport, workersMayJoin: false });
  return { engine, client };
}
