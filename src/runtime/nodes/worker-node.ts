// A worker: the pure core with its driver, the store of values, the threads that compute, and
// connections to the scheduler and peers. It can run in any process.
import type {
  DataFetcher,
  DataHandler,
  DataServer,
  LendableMemory,
  SchedulerLink,
  Transport,
} from "../../comm/interface/transport.js";
import type { SchedulerToWorker } from "../../protocol/messages/messages.js";
import type { TaskId } from "../../protocol/values/ids.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import { collectGarbage } from "../../system/garbage-collection.js";
import type {
  Answer,
  EndCause,
  Performed,
  Plug,
  WorkerAction,
} from "../../worker/state/actions.js";
import type { WorkerEvent } from "../../worker/state/events.js";
import { WORKER_DEFAULTS } from "../../worker/state/options.js";
import { createWorkerState, type WorkerState } from "../../worker/state/worker-state.js";
import { startWorker, step } from "../../worker/step.js";
import { ActorThreads } from "../actors/actor-threads.js";
import { type NodeLog, printWarnings } from "../host/node-log.js";
import {
  engineKeepsMs,
  processorMs,
  residentBytes,
  systemMemoryBytes,
} from "../host/process-usage.js";
import { RecentLog } from "../host/recent-log.js";
import { ConsoleBuffer } from "../tasks/console-buffer.js";
import { checkPreload } from "../threads/check-preload.js";
import { Executions } from "../threads/executions.js";
import { Arenas } from "../values/arenas.js";
import { type MemoryThresholds, thresholdOptions } from "../values/memory-thresholds.js";
import { copyForPeers } from "../values/pool-copies.js";
import { SpillDirectory } from "../values/spill-directory.js";
import { FETCH_TIMEOUT_MS, ValueFetches } from "../values/value-fetches.js";
import { withValues } from "../values/value-inlining.js";
import { serveValues } from "../values/value-serving.js";
import { ValueSpills } from "../values/value-spills.js";
import { WorkerMemory } from "../values/worker-memory.js";
import { Driver } from "./driver.js";
import { HeldReports } from "./held-reports.js";
import { SharedSchedulerLink } from "./shared-scheduler-link.js";
import { answerOf, type Question } from "./worker-answers.js";
import { WorkerCallers } from "./worker-callers.js";

/** Options of {@link startWorkerNode}. */
export interface WorkerNodeOptions {
  readonly transport: Transport;
  readonly schedulerAddress: string;
  /** Where to serve data, as in `tcp://127.0.0.1:0`. */
  readonly dataAddress: string;
  readonly name: string;
  readonly threads: number;
  /** Modules that its threads import before their first task: paths and names of packages. */
  readonly preload?: readonly string[];
  /** Bytes that this worker's values may take; 0 for all that the machine has. */
  readonly memoryLimitBytes: number;
  /** Another name that jobs may know it by: that of the worker which it was started in place of. */
  readonly inPlaceOf?: string;
  /** Words by which jobs may choose it. */
  readonly tags?: readonly string[];
  /**
   * The address that others are given, where its own means nothing to them; its port may be 0 for
   * the real one.
   */
  readonly contactAddress?: string;
  /**
   * The machine, or container, that it is on, by which the scheduler sees which workers share one.
   */
  readonly host?: string;
  /** Whether it takes all cores or memory there. */
  readonly takesWholeHost?: boolean;
  /** Abstract resources that it offers to tasks, by name. */
  readonly resources?: Readonly<Record<string, number>>;
  /** How long the scheduler may be silent before the worker gives up. */
  readonly schedulerTimeoutMs?: number;
  /** How long a peer may be silent about results that were asked of it. */
  readonly fetchTimeoutMs?: number;
  /** Requests for results under way at once. */
  readonly fetchesMax?: number;
  /** The most bytes of values that it keeps on disk; default: as many as the disk has room for. */
  readonly spillBytesMax?: number;
  /** When it does something about its memory. */
  readonly thresholds?: MemoryThresholds;
  /**
   * Where values go that do not fit its memory; the system's directory for temporary files by
   * default.
   */
  readonly localDirectory?: string;
  /**
   * Whether peers in other processes of this machine may read values in place, if the system
   * supports it.
   */
  readonly sharedMemory?: boolean;
  readonly log?: NodeLog;
}

/** Memory of a busy process besides values: messages, heaps and compiled code. */
const RUNTIME_BYTES = 96 * 2 ** 20;
const RUNTIME_BYTES_PER_THREAD = 32 * 2 ** 20;

/** How a worker ended. */
export interface WorkerEnd {
  /** Whether it ended otherwise than asked to. */
  readonly failed: boolean;
  readonly cause: EndCause | "crashed";
  readonly reason: string;
}

/**
 * Starts a worker: it registers with the scheduler as soon as that answers.
 *
 * @throws ClusterError `cluster.address` when the data address cannot be bound, `cluster.start`
 * when threads cannot be started or modules cannot be preloaded.
 * @throws ArgumentError `argument.value` when a threshold makes no sense.
 */
export async function startWorkerNode(options: WorkerNodeOptions): Promise<WorkerNode> {
  const { transport } = options;
  await checkPreload(options.preload ?? []);
  const directory = new SpillDirectory(options.localDirectory);
  await directory.removeStale();
  const limitBytes = options.memoryLimitBytes || systemMemoryBytes();
  const isShared = options.sharedMemory === true;
  const memory = new WorkerMemory(limitBytes, directory, new Arenas(limitBytes, { isShared }));
  let serveArrays: DataHandler = () => [undefined];
  const values = serveLogged(memory, options.log ?? printWarnings);
  const { name: workerName, schedulerAddress, preload = [] } = options;
  const actors = new ActorThreads({ workerName, schedulerAddress, preload });
  const callers = new WorkerCallers(actors);
  const server = await transport.serveData(
    options.dataAddress,
    (request) => (request.type === "getServed" ? serveArrays(request) : values(request)),
    callers,
    lendable(memory),
  );
  let link: SchedulerLink | undefined;
  try {
    link = await transport.connect(options.schedulerAddress);
    const fetcher = transport.fetcher();
    const shared = new SharedSchedulerLink({
      transport,
      schedulerAddress: options.schedulerAddress,
      worker: options.name,
      fetcher,
      // Within one process layers share their data's memory and nothing has to be served.
      serveArrays: options.dataAddress.startsWith("inproc:")
        ? undefined
        : async (handler) => {
            serveArrays = handler;
            const address = contactAddress(server.address, options.contactAddress);
            return { address, close: async () => {} };
          },
    });
    return new WorkerNode(options, memory, actors, { server, callers, link, fetcher, shared });
  } catch (error) {
    await Promise.all([server.close(), link?.close()]);
    throw error;
  }
}

/** The address that others are given: with the real port in place of 0. */
function contactAddress(own: string, contact = own): string {
  return contact.replace(/:0$/, own.slice(own.lastIndexOf(":")));
}

/** Serves a worker's values; the log names those that cannot be read from its disk. */
function serveLogged(memory: WorkerMemory, log: NodeLog): DataHandler {
  return serveValues(memory, (task, reason) =>
    log("error", "a value could not be read from disk to serve it", { task, reason }),
  );
}

/** The memory that peers may read in place. */
function lendable(memory: WorkerMemory): LendableMemory | undefined {
  const { files } = memory.arenas;
  return (
    files && {
      offer: files.offer,
      isProof: (repeated) => files.isProof(repeated),
      placeOf: (bytes) => files.placeOf(bytes),
      copyIn: (item) => copyForPeers(memory, item),
    }
  );
}

/** The lines to others that a worker was given, and closes. */
interface Lines {
  readonly server: DataServer;
  /** Those that speak to it at its data address. */
  readonly callers: WorkerCallers;
  readonly link: SchedulerLink;
  readonly fetcher: DataFetcher;
  /** The link that tasks here use to reach the scheduler. */
  readonly shared: SharedSchedulerLink;
}

/** An interval that only keeps the process. */
const HOLD_MS = 60_000;

/** A running worker. */
export class WorkerNode {
  readonly name: string;
  readonly schedulerAddress: string;
  /** Where it serves data, with the real port. */
  readonly address: string;
  /** Resolves when the worker has stopped, with the reason. */
  readonly closed: Promise<WorkerEnd>;
  /** The core's state, read-only, for tests and diagnostics. */
  readonly state: WorkerState;
  /** Its values, read-only, for tests and diagnostics. */
  readonly memory: WorkerMemory;
  /** Opens its own page, and gives the address; set by the program that it runs in. */
  openPage: (() => Promise<string | undefined>) | undefined;
  readonly #lines: Lines;
  readonly #reports: HeldReports;
  readonly #log: NodeLog;
  readonly #recentLog = new RecentLog();
  readonly #executions: Executions;
  readonly #printed: ConsoleBuffer<TaskId>;
  readonly #actors: ActorThreads;
  readonly #fetches: ValueFetches;
  readonly #spills: ValueSpills;
  readonly #driver: Driver<WorkerEvent, WorkerAction>;
  #resolveClosed!: (end: WorkerEnd) => void;
  /** The task that a follower was sent the result of, until that is reported. */
  #answered: TaskId | undefined;
  #ended = false;

  constructor(
    options: WorkerNodeOptions,
    memory: WorkerMemory,
    actors: ActorThreads,
    lines: Lines,
  ) {
    const { name, threads } = options;
    const log = (this.#log = this.#recentLog.keeping(options.log ?? printWarnings));
    const memoryLimitBytes = memory.limitBytes;
    this.name = name;
    this.schedulerAddress = options.schedulerAddress;
    this.address = contactAddress(lines.server.address, options.contactAddress);
    this.memory = memory;
    this.#lines = lines;
    this.#reports = new HeldReports(lines.link);
    const { address: dataAddress } = this;
    const { schedulerTimeoutMs = WORKER_DEFAULTS.schedulerTimeoutMs, resources = {} } = options;
    const { inPlaceOf, host, takesWholeHost, tags, fetchTimeoutMs = FETCH_TIMEOUT_MS } = options;
    const { fetchesMax = WORKER_DEFAULTS.fetchesMax } = options;
    const core = {
      ...{ name, inPlaceOf, host, takesWholeHost, tags },
      ...{ dataAddress, threads, memoryLimitBytes, resources, schedulerTimeoutMs, fetchesMax },
      pid: process.pid,
    };
    const processBaseBytes = residentBytes() + RUNTIME_BYTES + threads * RUNTIME_BYTES_PER_THREAD;
    const thresholds = thresholdOptions(options.thresholds ?? {});
    const freedMemoryMs = engineKeepsMs(process.versions.v8);
    this.state = createWorkerState({ ...core, ...thresholds, processBaseBytes, freedMemoryMs });
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    const own = { address: dataAddress, serve: serveLogged(memory, log) };
    this.#fetches = new ValueFetches(lines.fetcher, own, memory, fetchTimeoutMs);
    this.#spills = new ValueSpills(memory, options.spillBytesMax);
    this.#printed = new ConsoleBuffer(({ writers: tasks, ...columns }) => {
      lines.link.send({ type: "linesPrinted", tasks, ...columns });
      lines.link.flush();
    });
    this.#executions = new Executions({
      workerName: name,
      threads,
      preload: options.preload ?? [],
      schedulerAddress: options.schedulerAddress,
      lineOpened: (port, taskAt) => lines.shared.accept(port, { taskAt }),
      memory,
      fetcher: lines.fetcher,
      fetchTimeoutMs,
      report: (event) => {
        this.#printed.send();
        this.#driver.push(event);
      },
      printed: (task, printed) => this.#printed.add(task, printed),
      refers: (task, actor) =>
        lines.link.send({ type: "actorsKept", tasks: [task], actors: [actor] }),
      threadDied: (reason) => log("error", `an executor thread ended and was replaced: ${reason}`),
      crashed: (error) => this.#crash(error),
    });
    this.#actors = actors;
    actors.lineOpened = (port, actor) => lines.shared.accept(port, { actor });
    actors.report = (event) => this.#driver.push(event);
    actors.printed = (message) => {
      lines.link.send(message);
      lines.link.flush();
    };
    this.#driver = new Driver<WorkerEvent, WorkerAction>({
      step: (event, nowMs) => step(this.state, event, nowMs),
      perform: (action) => this.#perform(action),
      tick: () => this.#tick(),
      endTurn: () => this.#endTurn(),
      crashed: (error) => this.#crash(error),
    });
    this.#follow(lines.link);
    this.#driver.perform(startWorker(this.state, this.#driver.nowMs));
  }

  /** Why there is no connection to the scheduler, once an attempt has failed. */
  get connectError(): string | undefined {
    return this.#lines.link.connectError;
  }

  #follow(link: SchedulerLink): void {
    // Messages to a worker: the link carries no others to one that registered as a worker.
    link.onMessage((message) => this.#driver.push(message as SchedulerToWorker));
    link.onInterrupted?.((text) => this.#log("warn", text));
    link.onLost((reason) => this.#driver.push({ type: "schedulerLost", reason }));
  }

  /** Whether the worker alone keeps its process from exiting, apart from its sockets. */
  keepAlive(on: boolean): void {
    this.#driver.keepAlive(on);
  }

  /** Takes leave of the scheduler and ends the worker. */
  async close(reason = "closed"): Promise<WorkerEnd> {
    this.#driver.push({ type: "closeRequested", reason });
    return this.closed;
  }

  /** The implementation of each action. */
  readonly #performed: Performed = {
    send: (action) => {
      const message = withValues(action.message, this.memory.store, this.#answered);
      this.#answered = undefined;
      this.#reports.send(message, action.canWait === true);
    },
    answerFollower: (action) => {
      const isSent = this.#lines.callers.answer(action, this.state.self, this.memory.store);
      if (isSent) this.#answered = action.follower.task;
    },
    execute: (action) => this.#executions.execute(action),
    cancel: (action) => this.#executions.cancel(action),
    withdraw: (action) => this.#executions.withdraw(action),
    fetch: (action) => this.#report(this.#fetches.fetch(action)),
    forgetPeer: (action) => this.#lines.fetcher.forget(action.address),
    drop: (action) => {
      for (const task of action.tasks) this.memory.drop(task);
    },
    spill: (action) => this.#report(this.#spills.spill(action.task)),
    evict: (action) => {
      for (const task of action.tasks) this.memory.store.drop(task);
    },
    restore: (action) => this.#report(this.#spills.restore(action.task)),
    releaseMemory: () => this.memory.release(),
    endCall: () => this.#executions.endHungriest(),
    keepLayers: (action) => this.#executions.keepLayers(action, this.state.layers),
    startActor: (action) => this.#actors.start(action),
    stopActor: (action) => this.#actors.stop(action),
    answer: (action) => this.#answer(action),
    plugWorker: (action) => void this.#plug(action),
    log: (action) => this.#log(action.level, action.text, action.data),
    stop: (action) => this.#end(action),
  };

  /** What its process knows about a topic. */
  ask(question: Question): Promise<unknown> {
    const [state, log, openPage] = [this.state, this.#recentLog, this.openPage];
    const parts = { executions: this.#executions, actors: this.#actors };
    return answerOf({ state, log, openPage, ...parts }, question);
  }

  /** Answers a question about this process. */
  #answer(asked: Answer): void {
    const answered = this.ask(asked).catch((error: unknown) => {
      this.#log("warn", `${asked.topic} could not be answered: ${toWireError(error).message}`);
      return [];
    });
    void answered.then((answer) => {
      this.#tell(asked.ask, answer);
    });
  }

  /** Sets a plugin up on all threads, or takes it away. */
  async #plug({ ask, name, plugin }: Plug): Promise<void> {
    const error = await this.#executions.plug(name, plugin);
    if (error !== undefined) {
      this.#log("error", `the plugin ${name} failed: ${error.message}`, { error });
    }
    this.#tell(ask, error === undefined ? null : { name: error.name, message: error.message });
  }

  #tell(ask: number, answer: unknown): void {
    if (this.#ended) return;
    this.#reports.send({ type: "workerAnswered", ask, json: JSON.stringify(answer) });
    this.#lines.link.flush();
  }

  #perform(action: WorkerAction): void {
    (this.#performed[action.type] as (action: WorkerAction) => void)(action);
  }

  /** Lets an event happen when it is there. */
  #report(coming: Promise<WorkerEvent>): void {
    coming.then(
      (event) => this.#driver.push(event),
      (error) => this.#crash(error),
    );
  }

  #tick(): WorkerEvent {
    this.memory.pool.trim();
    const processBytes = this.memory.processBytes();
    this.#executions.noteMemory(processBytes);
    return { type: "ticked", processBytes, cpuMs: processorMs() };
  }

  #endTurn(): void {
    const dropped = this.memory.takeDropped();
    if (dropped !== undefined) {
      this.#executions.forgetBuffers(dropped.buffers, dropped.collect);
      if (dropped.collect) collectGarbage();
    }
    this.#executions.flush();
    this.#lines.link.flush();
  }

  /** Ends the worker because of a bug; the scheduler notices and runs its tasks elsewhere. */
  #crash(error: unknown): void {
    if (this.#ended) return;
    const wire = toWireError(error);
    this.#log("error", `worker ${this.name} crashed: ${wire.message}`, { error: wire });
    const reason = `it crashed: ${wire.message}`;
    this.#reports.send({ type: "closeWorker", reason });
    this.#end({ failed: true, cause: "crashed", reason });
  }

  #end({ failed, cause, reason }: WorkerEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#driver.stop();
    this.#reports.stop();
    this.#printed.send();
    // Nothing else keeps the process until all of this is closed.
    const hold = setInterval(() => {}, HOLD_MS);
    const { server, link, fetcher, shared } = this.#lines;
    // Return borrowed memory only when no thread, disk or peer still reads it.
    const threads = [this.#executions.close(), this.#actors.close()];
    const readers = [...threads, this.memory.disk.close(), server.close()];
    const borrowed = Promise.allSettled(readers).then(() => fetcher.close());
    const parts = [borrowed, shared.close(), link.close()];
    void Promise.allSettled(parts).then(() => {
      clearInterval(hold);
      this.memory.arenas.files?.close();
      this.#resolveClosed({ failed, cause, reason });
    });
  }
}
