// A cluster on this machine: a scheduler process, worker processes, and a client that is current
// while the cluster is open. child-process.ts starts and ends one child.
import { rm } from "node:fs/promises";
import { ArgumentError, ClusterError } from "../base/errors.js";
import { formatCount, parseMemoryLimit } from "../base/units.js";
import { noticeClosing } from "../client/admin/observed-run.js";
import { type Client, connectClient } from "../client/client.js";
import { partsOf } from "../client/methods/client-parts.js";
import type { ClusterDescribed } from "../client/session/client-options.js";
import { noticeOpen } from "../client/session/open-notice.js";
import { defaultMemoryLimitBytes, systemMemoryBytes } from "../runtime/host/process-usage.js";
import { thresholdParameters } from "../runtime/values/memory-thresholds.js";
import { warmUpShipping } from "../shipping/warm-up.js";
import { type AdaptOptions, Scaling } from "./adaptive.js";
import { Child, type ChildExit, exitReason, nameParameters } from "./child-process.js";
import type { Cluster } from "./cluster.js";
import {
  checkClusterOptions,
  type LocalClusterOptions,
  withClusterSettings,
} from "./cluster-options.js";
import { makePlaces } from "./cluster-places.js";
import { schedulerTuning, tuningParameters, workerTuning } from "./process-settings.js";
import { planWorkers } from "./worker-plan.js";
import { WorkerSupervisor } from "./worker-supervisor.js";

/** How long a process may take to end after the scheduler was asked to. */
const END_GRACE_MS = 3_000;

/**
 * A scheduler and workers in separate processes on this machine. While it is open, `compute()` of
 * every collection runs there. It keeps the program alive until you close it, and ends with the
 * program.
 *
 * @throws ClusterError `cluster.closed` after {@link LocalCluster.close}: all methods but that
 * @see https://docs.dask.org/en/stable/deploying-python.html
 * @example
 * const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, memoryLimit: "1GB" });
 * await ones([1_000, 1_000], { chunks: 500 }).sum().compute(); // → 1_000_000
 * await cluster.close();
 */
export class LocalCluster implements Cluster {
  /** The scheduler's address. Other programs may connect to it, too. */
  readonly address: string;
  /** The client that is current while the cluster is open. */
  readonly client: Client;
  readonly #processes: Processes;
  readonly #scaling: Scaling;
  readonly #unnotice: () => void;
  #closing: Promise<void> | undefined;

  private constructor(address: string, client: Client, processes: Processes) {
    if (!(processes instanceof Processes)) {
      throw new ArgumentError(
        "value",
        "a LocalCluster is started: write await LocalCluster.start({ workers: 2 })",
      );
    }
    this.address = address;
    this.client = client;
    this.#processes = processes;
    this.#unnotice = noticeOpen({
      text: `a LocalCluster at ${address}: end with await cluster.close(), or write \`await using cluster = …\``,
      children: () => processes.count,
    });
    this.#scaling = new Scaling({
      client,
      get names() {
        return processes.workers.map(({ child }) => child.name);
      },
      add: (count) => processes.addWorkers(address, count),
      end: (names) => processes.endWorkers(names),
    });
  }

  /**
   * Starts the processes and waits until all workers have joined.
   *
   * @param given how many workers, their threads and memory, and more; see {@link
   * LocalClusterOptions}
   * @throws ClusterError `cluster.security` when there are no keys in the folder given
   * @throws ClusterError `cluster.start` when a process ends before, with its last log lines;
   * `cluster.timeout` when they take longer than `timeoutMs`; `cluster.closed` when the signal
   * fires
   * @throws ArgumentError `argument.value` when an option has a wrong value
   * @example
   * const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
   * cluster.workers.length; // → 2
   * await cluster.close(); // or `await using cluster = …`
   */
  static async start(given: LocalClusterOptions = {}): Promise<LocalCluster> {
    const options = withClusterSettings(given);
    const processes = new Processes(options);
    const timeoutMs = options.timeoutMs ?? 30_000;
    const giveUp = interruption(timeoutMs, options.signal);
    try {
      const starting = processes.startScheduler();
      // This process has nothing else to do until the scheduler is up.
      warmUpShipping();
      const address = await Promise.race([starting, giveUp.happens]);
      const settings = {
        name: "local-cluster",
        taskOutput: options.taskOutput ?? true,
        ...(processes.security === undefined ? {} : { security: processes.security }),
      };
      const client = await connectClient(address, settings, { isOwn: true, roles: ["admin"] });
      processes.client = client;
      await Promise.race([processes.startWorkers(address), giveUp.happens]);
      return new LocalCluster(address, client, processes);
    } catch (error) {
      await processes.end();
      throw error;
    } finally {
      giveUp.cancel();
    }
  }

  /** The page of the dashboard; undefined with `dashboardAddress: false`. Open it in a browser. */
  get dashboardLink(): string | undefined {
    return this.client.dashboardLink;
  }

  /** The worker processes that run now. */
  get workers(): readonly { readonly name: string; readonly pid: number }[] {
    return this.#processes.workers.map(({ child: { name, pid } }) => ({ name, pid }));
  }

  /** The scheduler's process. */
  get schedulerPid(): number {
    return this.#processes.schedulerPid;
  }

  /** Whether it was closed. */
  get status(): "open" | "closed" {
    return this.#closing === undefined ? "open" : "closed";
  }

  /**
   * The last 1,000 lines of the logs of its processes, by name; `logLevel` says what is in them.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * Object.keys(await cluster.logs()); // → ["scheduler", "worker-0"]
   * await cluster.close();
   */
  async logs(): Promise<Readonly<Record<string, readonly string[]>>> {
    return this.#processes.logs();
  }

  /**
   * The state of the cluster: its workers, and its numbers of tasks and graphs.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * (await cluster.describe()).workers.length; // → 1
   * await cluster.close();
   */
  describe(): Promise<ClusterDescribed> {
    return this.client.describe();
  }

  /**
   * Starts or retires workers. It retires those with the least work and memory. They hand over the
   * blocks that only they hold; a worker stays if no other has room for them.
   *
   * @param count the number of workers
   * @returns the number of workers afterwards
   * @throws ArgumentError `argument.value` when the number is not a whole number from 0
   * @throws ClusterError `cluster.closed` when the cluster was closed
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.scale(2); // → 2
   * await cluster.close();
   */
  async scale(count: number): Promise<number> {
    this.#checkOpen();
    return this.#scaling.scale(count);
  }

  /**
   * Adds and retires workers by pending work and memory in use, until you call
   * {@link LocalCluster.scale} or {@link LocalCluster.close}. Workers start at once when there is
   * work for them, and leave after being idle for some time.
   *
   * @throws ArgumentError `argument.value` when a number is wrong
   * @throws ClusterError `cluster.closed` when the cluster was closed
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * cluster.adapt({ minimum: 1, maximum: 3 });
   * await random([4_000, 4_000], { chunks: 200 }).mean().compute();
   * await cluster.close();
   */
  adapt(options: AdaptOptions): void {
    this.#checkOpen();
    this.#scaling.adapt(options);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new ClusterError("closed", "this cluster was closed");
  }

  /**
   * Ends all processes. Running computations fail with `cluster.closed`.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.close();
   * cluster.status; // → "closed"
   */
  close(): Promise<void> {
    this.#unnotice();
    this.#scaling.stop();
    this.#closing ??= this.#processes.end();
    return this.#closing;
  }

  /**
   * The cluster in one line: its address, and its number of workers.
   *
   * @throws nothing
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * cluster.toString().endsWith(": 1 worker"); // → true
   * await cluster.close();
   */
  toString(): string {
    const workers = formatCount(this.workers.length, "worker");
    return `LocalCluster at ${this.address}: ${this.#closing === undefined ? workers : "closed"}`;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** The same as {@link LocalCluster.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The processes of one cluster, from the first to the last. */
class Processes {
  readonly workers: WorkerSupervisor[] = [];
  client: Client | undefined;
  /** The folder of its keys, if it has any. */
  security: string | undefined;
  readonly #options: LocalClusterOptions;
  readonly #schedulerTuning: readonly string[];
  readonly #workerParameters: readonly string[];
  readonly #workerCount: number;
  #started = 0;
  #scheduler: Child | undefined;
  /** Made for this cluster, and removed at its end. */
  readonly #directories: string[] = [];
  #localDirectory: string | undefined;
  #isEnding = false;

  constructor(options: LocalClusterOptions) {
    checkClusterOptions(options);
    const { workers, threadsPerWorker } = planWorkers(options);
    const memoryBytes =
      options.memoryLimit === undefined
        ? defaultMemoryLimitBytes(workers)
        : parseMemoryLimit(options.memoryLimit, systemMemoryBytes());
    this.#options = options;
    this.#workerCount = workers;
    this.#schedulerTuning = tuningParameters(schedulerTuning());
    this.#workerParameters = [
      ...["--nthreads", `${threadsPerWorker}`],
      ...["--memory-limit", `${memoryBytes}B`],
      ...resourceParameters(options),
      ...(options.preload ?? []).flatMap((module) => ["--preload", module]),
      ...thresholdParameters(options),
      ...(options.sharedMemory === false ? ["--no-shared-memory"] : []),
      ...(options.dashboardAddress === false ? ["--no-dashboard"] : []),
      ...tuningParameters(workerTuning()),
    ];
  }

  /** How many processes there are. */
  get count(): number {
    return this.workers.length + 1;
  }

  get schedulerPid(): number {
    return this.#scheduler?.pid ?? -1;
  }

  /** The last lines of each process that runs. */
  logs(): Record<string, readonly string[]> {
    const children = [this.#scheduler, ...this.workers.map(({ child }) => child)];
    return Object.fromEntries(
      children.flatMap((child) => (child ? [[child.name, child.lines]] : [])),
    );
  }

  /** Starts the scheduler and returns where it listens. */
  async startScheduler(): Promise<string> {
    const { workerTimeoutMs, jobTasksMax, record, dashboardAddress } = this.#options;
    const { address, localDirectory, security } = makePlaces(this.#options, this.#directories);
    this.#localDirectory = localDirectory;
    this.security = security;
    this.#scheduler = this.#spawn("scheduler", [
      ...["scheduler", "--address", address],
      // It removes the directories when this program is killed and cannot.
      ...this.#directories.flatMap((directory) => ["--remove-directory", directory]),
      ...(workerTimeoutMs === undefined ? [] : ["--worker-timeout", `${workerTimeoutMs / 1000}`]),
      ...(jobTasksMax === undefined ? [] : ["--job-tasks-max", `${jobTasksMax}`]),
      ...(record === undefined ? [] : ["--record", record]),
      ...dashboardParameters(dashboardAddress),
      ...this.#schedulerTuning,
    ]);
    void this.#scheduler.exited.then((exit) => this.#schedulerEnded(exit));
    return (await this.#scheduler.ready).address;
  }

  /** Starts the first workers and waits until all have joined. */
  startWorkers(address: string): Promise<void> {
    return this.addWorkers(address, this.#workerCount);
  }

  /** Starts more workers and waits until all have joined. */
  async addWorkers(address: string, count: number): Promise<void> {
    const added: WorkerSupervisor[] = [];
    for (let k = 0; k < count && !this.#isEnding; k++) {
      added.push(
        new WorkerSupervisor(`worker-${this.#started++}`, {
          spawn: (name, inPlaceOf) => this.#spawnWorker(address, name, inPlaceOf),
          reportExit: (name, exit) =>
            this.client?.reportWorkerExit(name, {
              reason: exitReason(exit),
              exitCode: exit.code,
              signal: exit.signal,
            }),
          left: (supervisor) => this.#forget(supervisor),
          warn: (text) => this.#log(`tilework: ${text}`),
        }),
      );
    }
    this.workers.push(...added);
    await Promise.all(added.map(({ child }) => child.ready));
  }

  /** Sees workers that were sent away to their end. */
  async endWorkers(names: readonly string[]): Promise<void> {
    const leaving = this.workers.filter(({ child }) => names.includes(child.name));
    for (const supervisor of leaving) this.#forget(supervisor);
    await Promise.all(leaving.map((supervisor) => supervisor.end(END_GRACE_MS)));
  }

  /** Without a scheduler workers have nothing to come back to. */
  #schedulerEnded(exit: ChildExit): void {
    if (this.#isEnding || this.workers.length === 0) return;
    const reason = exitReason(exit);
    const advice = "close this cluster and start another";
    this.#log(
      `tilework: the scheduler ended unexpectedly (${reason}); its workers end, too: ${advice}`,
    );
    if (this.client !== undefined) {
      const text = `the scheduler of this cluster has ended (${reason}): ${advice}`;
      partsOf(this.client).connection.giveUp(new ClusterError("schedulerLost", text, { reason }));
    }
    void this.endWorkers(this.workers.map(({ child }) => child.name));
  }

  #forget(supervisor: WorkerSupervisor): void {
    const at = this.workers.indexOf(supervisor);
    if (at >= 0) this.workers.splice(at, 1);
  }

  /**
   * Ends everything that was started: by a message to the scheduler, or by signals if that fails.
   */
  async end(): Promise<void> {
    this.#isEnding = true;
    const ends = this.workers.map((worker) => worker.end(END_GRACE_MS));
    const observing = this.client && noticeClosing(this.client);
    if (observing !== undefined) await observing;
    this.client?.shutdownCluster();
    await this.client?.close();
    await Promise.all([
      ...ends,
      this.#scheduler?.end(this.client === undefined ? 0 : END_GRACE_MS),
    ]);
    for (const directory of this.#directories)
      await rm(directory, { recursive: true, force: true });
  }

  #spawnWorker(address: string, name: string, inPlaceOf: string | undefined): Child {
    const directory = this.#localDirectory;
    return this.#spawn(name, [
      "worker",
      address,
      ...nameParameters(name, inPlaceOf),
      ...(directory === undefined ? [] : ["--local-directory", directory]),
      ...this.#workerParameters,
    ]);
  }

  #spawn(name: string, parameters: readonly string[]): Child {
    const { logLevel = "warn" } = this.#options;
    const { security } = this;
    const parts = [
      ...parameters,
      ...["--no-settings", "--log-level", logLevel],
      ...(security === undefined ? [] : ["--security", security]),
      ...(this.#options.insecure === true ? ["--insecure"] : []),
    ];
    return new Child(name, parts, (line) => this.#log(`[${name}] ${line}`));
  }

  /** Logs a line of a process, but not while the cluster shuts down. */
  #log(line: string): void {
    if (this.#isEnding) return;
    if (this.#options.log !== undefined) this.#options.log(line);
    else process.stderr.write(`${line}\n`);
  }
}

function dashboardParameters(address: string | false | undefined): string[] {
  if (address === false) return ["--no-dashboard"];
  return address === undefined ? [] : ["--dashboard-address", address];
}

function resourceParameters({ resources = {} }: LocalClusterOptions): string[] {
  const amounts = Object.entries(resources);
  if (amounts.length === 0) return [];
  return ["--resources", amounts.map(([name, amount]) => `${name}=${amount}`).join(" ")];
}

/** A promise that rejects when the time is over or the signal fires; keeps the process alive. */
function interruption(timeoutMs: number, signal?: AbortSignal) {
  let onAbort = () => {};
  let timer: NodeJS.Timeout | undefined;
  const happens = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new ClusterError("closed", "the start of the cluster was cancelled"));
    timer = setTimeout(() => {
      const text = `the cluster did not start within ${timeoutMs / 1000} s`;
      reject(new ClusterError("timeout", text, { timeoutMs }));
    }, timeoutMs);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort);
  });
  happens.catch(() => {});
  const cancel = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
  return { happens, cancel };
}
