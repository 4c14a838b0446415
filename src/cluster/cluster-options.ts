// The options of a local cluster, and their check before any process starts. Defaults are set by
// the code that uses the options.
import { statSync } from "node:fs";
import { ArgumentError } from "../base/errors.js";
import {
  A_BOOLEAN,
  A_FUNCTION,
  checkOptions,
  type Expectations,
  MILLISECONDS,
  oneOf,
  wholeNumber,
} from "../base/option-schema.js";
import { withSettings } from "../base/settings.js";
import { TASK_OUTPUT, type TaskOutputOption } from "../client/session/task-output.js";
import { readResources } from "../graph/model/resources.js";
import { isSignal } from "../graph/ports/compute-options.js";
import { LOG_LEVELS, type LogLevel } from "../runtime/host/node-log.js";
import { type MemoryThresholds, thresholdOptions } from "../runtime/values/memory-thresholds.js";

/** Options of `LocalCluster.start`. */
export interface LocalClusterOptions extends MemoryThresholds {
  /** Worker processes; default: from the cores. */
  readonly workers?: number;
  /** Executor threads of each worker; default: from the cores. */
  readonly threadsPerWorker?: number;
  /** Memory of each worker: `"1GB"`, bytes, or a fraction of the machine's memory. */
  readonly memoryLimit?: string | number;
  /** Abstract resources of each worker, as in `{ GPU: 1 }`, which jobs may require. */
  readonly resources?: Readonly<Record<string, number>>;
  /**
   * Modules that the workers' threads import before their first task: paths and names of packages.
   */
  readonly preload?: readonly string[];
  /**
   * Whether the processes read each other's results in place, on Linux; default: true. Otherwise
   * results are sent through sockets.
   */
  readonly sharedMemory?: boolean;
  /**
   * The transport of ZeroMQ: sockets in a private directory (`ipc`, the default on Linux and
   * macOS), or TCP, so that other machines can join.
   */
  readonly transport?: "ipc" | "tcp";
  /** The interface for TCP; default: `127.0.0.1`. With a host or a port, TCP is the default. */
  readonly host?: string;
  /** The scheduler's TCP port; default: chosen by the system. */
  readonly port?: number;
  /**
   * The directory for results that do not fit in the workers' memory; default: the system's
   * directory for temporary files.
   */
  readonly localDirectory?: string;
  /**
   * Admits only processes that have the cluster's keys: `true` makes keys for this cluster alone, a
   * folder is one of `tilework keys new`, so that others can join. Keys need TCP, which is then the
   * default; default: the environment's `TILEWORK_SECURITY`, if it is set.
   */
  readonly security?: true | string;
  /** Whether other machines may reach the cluster without keys; default: false. */
  readonly insecure?: boolean;
  /** Silence after which a worker counts as lost; default: 60,000. */
  readonly workerTimeoutMs?: number;
  /** The most tasks of one job; default: 5,000,000. */
  readonly jobTasksMax?: number;
  /** A file that records every event of the scheduler, for `tilework replay`. */
  readonly record?: string;
  /**
   * Where the dashboard is served: `host:port`, or a port of this machine; default: port 8787, or
   * another if that is taken. `false` serves none, and workers have no pages of their own.
   */
  readonly dashboardAddress?: string | false;
  /** The minimum level of lines that the processes log; default: `warn`. */
  readonly logLevel?: LogLevel | "silent";
  /** Called for each log line of a process; default: written to standard error. */
  readonly log?: (line: string) => void;
  /** The destination of console output of functions on workers: see `ClientOptions.taskOutput`. */
  readonly taskOutput?: TaskOutputOption;
  /** Cancels the start; processes that have started are ended. */
  readonly signal?: AbortSignal;
  /** How long the start may take; default: 30,000. */
  readonly timeoutMs?: number;
}

/** The expected value of each option; undefined if its user checks it. */
const EXPECTED: Expectations<LocalClusterOptions> = {
  workers: wholeNumber(1),
  threadsPerWorker: wholeNumber(1),
  memoryLimit: undefined,
  resources: undefined,
  preload: ["a list of modules", isListOfText],
  memoryTarget: undefined,
  memorySpill: undefined,
  memoryPause: undefined,
  memoryTerminate: undefined,
  sharedMemory: A_BOOLEAN,
  transport: oneOf(["ipc", "tcp"]),
  host: ["the name or address of an interface", (value) => typeof value === "string"],
  port: wholeNumber(0, 65_535),
  localDirectory: ["a directory that exists", isDirectory],
  security: ["true, or a folder of keys", isSecurity],
  insecure: A_BOOLEAN,
  workerTimeoutMs: MILLISECONDS,
  jobTasksMax: wholeNumber(1),
  record: ["the path of a file", (value) => typeof value === "string" && value !== ""],
  dashboardAddress: ["host:port, a port as text, or false", isDashboardAddress],
  logLevel: oneOf(LOG_LEVELS),
  log: A_FUNCTION,
  taskOutput: TASK_OUTPUT,
  signal: ["an AbortSignal", isSignal],
  timeoutMs: MILLISECONDS,
};

/** The options given, with settings in place of the others. */
export function withClusterSettings(options: LocalClusterOptions): LocalClusterOptions {
  return withSettings(options, {
    workers: "cluster.workers",
    threadsPerWorker: "cluster.threadsPerWorker",
    memoryLimit: "cluster.memoryLimit",
    resources: "cluster.resources",
    preload: "cluster.preload",
    transport: "cluster.transport",
    localDirectory: "cluster.localDirectory",
    logLevel: "cluster.logLevel",
    timeoutMs: "cluster.timeout",
    workerTimeoutMs: "scheduler.workerTimeout",
    jobTasksMax: "scheduler.jobTasksMax",
    memoryTarget: "worker.memoryTarget",
    memorySpill: "worker.memorySpill",
    memoryPause: "worker.memoryPause",
    memoryTerminate: "worker.memoryTerminate",
  });
}

/**
 * Checks the options.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or has an illegal value
 */
export function checkClusterOptions(options: LocalClusterOptions): void {
  checkOptions("a cluster", options, EXPECTED);
  thresholdOptions(options);
  if (options.transport === "ipc" && options.security !== undefined) {
    throw new ArgumentError(
      "value",
      'keys are for TCP: sockets of the transport "ipc" are their user\'s alone; leave out transport or security',
    );
  }
  if (options.resources !== undefined) readResources(options.resources);
}

function isSecurity(value: unknown): boolean {
  return value === true || (typeof value === "string" && value !== "");
}

function isDashboardAddress(value: unknown): boolean {
  return value === false || (typeof value === "string" && /^(.*:)?\d{1,5}$/.test(value));
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}

function isDirectory(path: unknown): boolean {
  if (typeof path !== "string") return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
