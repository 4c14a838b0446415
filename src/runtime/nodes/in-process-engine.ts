// A scheduler and one worker inside this process: the same cores as in a cluster, joined by
// mailboxes instead of sockets. It computes when no cluster is open.
import { ClusterError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { inprocTransport } from "../../comm/inproc/inproc-transport.js";
import { localAddress } from "../../comm/interface/address.js";
import type { Transport } from "../../comm/interface/transport.js";
import type { OwnThreads } from "../../graph/ports/executor.js";
import { type NodeLog, printWarnings } from "../host/node-log.js";
import { availableCores, defaultMemoryLimitBytes } from "../host/process-usage.js";
import type { MemoryThresholds } from "../values/memory-thresholds.js";
import { type SchedulerNode, startSchedulerNode } from "./scheduler-node.js";
import { startWorkerNode, type WorkerNode } from "./worker-node.js";

/** Settings of {@link startInProcessEngine}. */
export interface InProcessEngineOptions {
  /** Executor threads; default: one per core. */
  readonly threads?: number;
  /** Bytes that values may take; default: most of the machine's memory. */
  readonly memoryLimitBytes?: number;
  /** When it does something about its memory; it never ends the process. */
  readonly thresholds?: Omit<MemoryThresholds, "memoryTerminate">;
  /** Where values go that do not fit; the system's directory for temporary files by default. */
  readonly localDirectory?: string;
  readonly log?: NodeLog;
}

/** A running engine. */
export class InProcessEngine {
  /** How clients in this process connect. */
  readonly transport: Transport;
  readonly scheduler: SchedulerNode;
  readonly #startWorker: () => Promise<WorkerNode>;
  #worker: WorkerNode;
  /** While the worker starts again. */
  #coming: Promise<void> | undefined;
  #isKeptAlive = false;
  #isClosed = false;

  constructor(
    transport: Transport,
    scheduler: SchedulerNode,
    worker: WorkerNode,
    startWorker: () => Promise<WorkerNode>,
  ) {
    this.transport = transport;
    this.scheduler = scheduler;
    this.#startWorker = startWorker;
    this.#worker = worker;
    this.#follow(worker);
    this.keepAlive(false);
  }

  /** The scheduler's address. */
  get address(): string {
    return this.scheduler.address;
  }

  /** The worker: another one after each restart. */
  get worker(): WorkerNode {
    return this.#worker;
  }

  /** Whether the engine keeps the process from exiting; to be on while a job runs. */
  keepAlive(on: boolean): void {
    this.#isKeptAlive = on;
    this.scheduler.keepAlive(on);
    this.#worker.keepAlive(on);
  }

  /** Ends scheduler, worker and threads; jobs under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.keepAlive(true);
    // A crash was reported when it happened; the rest is still closed.
    await this.scheduler.close().catch(() => undefined);
    await this.#coming;
    await this.#worker.closed;
  }

  #follow(worker: WorkerNode): void {
    void worker.closed.then(({ failed, cause, reason }) => {
      if (cause === "givenUp" && !this.#isClosed) this.#coming = this.#beginAnew();
      // No other would join in its place.
      else if (failed) this.#fail(reason);
    });
  }

  /** The cluster was restarted: the next worker has threads of its own. */
  async #beginAnew(): Promise<void> {
    try {
      const worker = await this.#startWorker();
      this.#worker = worker;
      this.#follow(worker);
      worker.keepAlive(this.#isKeptAlive);
      if (this.#isClosed) await worker.close();
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  #fail(reason: string): void {
    this.scheduler.fail(new ClusterError("closed", `the in-process worker ended: ${reason}`));
  }
}

/** The threads and memory of an engine with these settings. */
export function ownThreads({ threads, memoryLimitBytes }: InProcessEngineOptions): OwnThreads {
  return {
    threads: threads ?? availableCores(),
    memoryLimitBytes: memoryLimitBytes ?? defaultMemoryLimitBytes(),
  };
}

/**
 * Starts a scheduler and a worker in this process.
 *
 * @throws ClusterError `cluster.start` when threads cannot be started.
 */
export async function startInProcessEngine(
  options: InProcessEngineOptions = {},
): Promise<InProcessEngine> {
  const { log = printWarnings } = options;
  const transport = inprocTransport();
  const scheduler = await startSchedulerNode({
    transport,
    address: localAddress("inproc"),
    // Who shares this thread cannot be lost alone: long turns of the user's code or of a large
    // graph hold up its heartbeats as they hold up the clock that would miss them.
    options: {
      workerTimeoutMs: Number.POSITIVE_INFINITY,
      workerSilenceMs: Number.POSITIVE_INFINITY,
      clientTimeoutMs: Number.POSITIVE_INFINITY,
    },
    log,
  });
  try {
    const startWorker = () =>
      startWorkerNode({
        transport,
        schedulerAddress: scheduler.address,
        dataAddress: localAddress("inproc"),
        name: "threads",
        ...ownThreads(options),
        thresholds: { ...options.thresholds, memoryTerminate: false },
        ...(options.localDirectory === undefined ? {} : { localDirectory: options.localDirectory }),
        log,
      });
    return new InProcessEngine(transport, scheduler, await startWorker(), startWorker);
  } catch (error) {
    await scheduler.close();
    throw error;
  }
}
