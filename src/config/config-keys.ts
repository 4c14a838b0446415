// Every key of the configuration: its kind, its default and what it means. From this table come the
// checks, the types, the names in the environment and the page docs/reference/configuration.md.
import { CLIENT_TASKS_MAX, JOB_TASKS_MAX } from "../graph/tasks/task-limit.js";
import {
  amounts,
  bytes,
  count,
  duration,
  flag,
  fraction,
  list,
  memory,
  part,
  ports,
  text,
  type ValueKind,
  word,
} from "./value-kinds.js";

/** A key: what it may be and what it is for. */
export interface ConfigKey<T> {
  readonly kind: ValueKind<T>;
  /** The value when no one has set it; undefined where `otherwise` describes it. */
  readonly initial: T | undefined;
  /** The default in words, where it is no fixed value. */
  readonly otherwise: string | undefined;
  readonly meaning: string;
  /** Whether only the environment can set it: threads read it before any file. */
  readonly environmentOnly: boolean;
}

function key<T>(kind: ValueKind<T>, initial: T, meaning: string): ConfigKey<T> {
  return { kind, initial, otherwise: undefined, meaning, environmentOnly: false };
}

/** A key whose default is decided where it is used. */
function open<T>(kind: ValueKind<T>, otherwise: string, meaning: string): ConfigKey<T> {
  return { kind, initial: undefined, otherwise, meaning, environmentOnly: false };
}

/** A key that is read from the environment as a process starts. */
function early<T>(kind: ValueKind<T>, otherwise: string, meaning: string): ConfigKey<T> {
  return { ...open(kind, otherwise, meaning), environmentOnly: true };
}

const HOST = text("the name or address of an interface");
const ADDRESS = text("an address, such as tcp://host:8786");
const LEVELS = word("debug", "info", "warn", "error", "silent");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** All keys, in the order of the page. */
export const CONFIG_KEYS = {
  threads: open(count(1), "one per core", "Executor threads of a program without a cluster."),
  blas: early(
    text(),
    "the system's",
    "`off` for tilework's own kernels of linear algebra, or the path of a BLAS library.",
  ),
  codecs: early(
    word("on", "off"),
    "on",
    "Whether the system's libraries of Blosc, zstd and libdeflate are used where they are installed.",
  ),
  sharedMemory: early(
    word("on", "off"),
    "on",
    "Whether processes of one machine read each other's results in place.",
  ),

  security: early(
    text("the path of a file or folder"),
    "no keys",
    "The keys of the cluster, which `tilework keys new` makes.",
  ),

  "array.chunkBytes": key(
    bytes,
    128 * 2 ** 20,
    'Bytes of a block where chunks are `"auto"`, and of blocks that a rechunk makes on its way.',
  ),
  "array.splitEvery": key(
    count(2),
    16,
    "How many blocks one task of a reduction's tree joins, along all its axes together.",
  ),

  "table.oneStatement": key(
    flag,
    true,
    "Whether threads of this process answer a table by one statement of DuckDB where its files are local and fit.",
  ),

  "job.priority": key(count(-256, 256), 0, "Priority of jobs; higher goes first."),
  "job.retries": key(count(0, 255), 0, "How often a failed task is tried again."),
  "job.allowedFailures": open(
    count(0, 254),
    "`scheduler.allowedFailures`",
    "How many workers may die while they execute one and the same task.",
  ),
  "job.cores": open(count(1), "no limit", "Tasks of one job that run at the same time."),
  "job.memoryPerWorker": open(
    bytes,
    "no limit",
    "Bytes of one job's blocks on any one worker before no more of them are begun there.",
  ),
  "job.blockBytesMax": open(bytes, "no limit", "A graph with a larger block is refused."),

  "client.scheduler": open(
    ADDRESS,
    "none: threads of this process compute",
    "The scheduler that `Client.connect()` and programs without a cluster use.",
  ),
  "client.schedulerFile": open(
    text("the path of a file"),
    "none",
    "The same, by the file that `tilework scheduler --scheduler-file` writes.",
  ),
  "client.name": open(text(), "its number", "The name of clients in the scheduler's log."),
  "client.variables": open(
    list,
    "none",
    "Names of variables of the program's environment that its tasks find, too.",
  ),
  "client.timeout": key(duration, 5 * SECOND, "How long to wait for a scheduler's first answer."),
  "client.schedulerTimeout": key(
    duration,
    30 * SECOND,
    "Silence after which a scheduler counts as gone.",
  ),
  "client.reconnect": open(
    flag,
    "it does, and calls wait for `client.timeout`",
    "Whether a client connects again after a loss, and calls wait for ever.",
  ),
  "client.dataHost": open(HOST, "guessed", "The interface on which a client serves its data."),
  "client.waitingReport": key(
    duration,
    15 * SECOND,
    "How often a program says that its job waits for workers.",
  ),

  "cluster.workers": open(count(1), "by the cores", "Workers of a `LocalCluster`."),
  "cluster.threadsPerWorker": open(count(1), "by the cores", "Threads of each of them."),
  "cluster.memoryLimit": open(memory, "by the machine", "Memory of each of them."),
  "cluster.resources": open(amounts, "none", "Resources of each of them."),
  "cluster.preload": open(list, "none", "Modules that their threads import first."),
  "cluster.transport": open(word("ipc", "tcp"), "ipc", "How its processes talk."),
  "cluster.localDirectory": open(
    text("the path of a directory"),
    "the system's directory for temporary files",
    "Where results go that do not fit in memory.",
  ),
  "cluster.logLevel": key(LEVELS, "warn", "The minimum level of lines that its processes log."),
  "cluster.timeout": key(duration, 30 * SECOND, "How long its start may take."),

  "adaptive.interval": key(duration, SECOND, "Time between two requests for advice."),
  "adaptive.targetDuration": key(
    duration,
    5 * SECOND,
    "The time in which the pending work should be done.",
  ),

  "scheduler.host": key(HOST, "127.0.0.1", "The interface that `tilework scheduler` listens on."),
  "scheduler.port": key(ports, "8786", "Its port, or the ports from which it takes one."),
  "scheduler.schedulerFile": open(
    text("the path of a file"),
    "none",
    "The file for its address, which workers and clients read.",
  ),
  "scheduler.contactAddress": open(ADDRESS, "its own", "The address that others are given."),
  "scheduler.dashboard": key(flag, true, "Whether it serves a dashboard."),
  "scheduler.dashboardAddress": open(
    text("host:port, or a port"),
    "port 8787 of this machine, or another",
    "Where the dashboard is served.",
  ),
  "scheduler.preload": open(list, "none", "Modules that it imports before it listens."),
  "scheduler.idleTimeout": open(duration, "never", "Ends it after that long without any work."),
  "scheduler.noWorkersTimeout": open(
    duration,
    "never",
    "Fails jobs that have waited that long for a worker.",
  ),
  "scheduler.workerTimeout": key(duration, MINUTE, "Silence after which a worker counts as lost."),
  "scheduler.workerSilence": key(
    duration,
    15 * SECOND,
    "Silence after which others get a worker's tasks; it keeps its results.",
  ),
  "scheduler.clientTimeout": key(duration, MINUTE, "Silence after which a client counts as gone."),
  "scheduler.heartbeatInterval": key(
    duration,
    500,
    "How often workers and clients say that they live.",
  ),
  "scheduler.jobTasksMax": key(count(1), JOB_TASKS_MAX, "The most tasks of one job."),
  "scheduler.clientTasksMax": key(
    count(1),
    CLIENT_TASKS_MAX,
    "The most tasks of all jobs of one client whose results it has not released.",
  ),
  "scheduler.allowedFailures": key(
    count(0, 254),
    3,
    "How many workers may die of one task where the job does not say.",
  ),
  "scheduler.progressInterval": key(duration, 100, "How often progress is reported at most."),
  "scheduler.transferBytesPerSecond": key(
    bytes,
    1e9,
    "The network's speed until it has been measured.",
  ),
  "scheduler.transferLatency": key(duration, 1, "What a transfer costs besides its bytes."),
  "scheduler.ahead": key(duration, 3, "How much work a thread of a worker has before it."),
  "scheduler.aheadTasksMax": key(count(1), 512, "The most tasks that a thread has before it."),
  "scheduler.memoryTargetFraction": key(
    fraction,
    0.5,
    "No work goes to a worker beyond this part of its memory while another is fine.",
  ),

  "worker.nthreads": open(count(1), "one per core", "Threads of `tilework worker`."),
  "worker.nworkers": open(
    text("a number of workers, or auto"),
    "1",
    "How many workers the command starts; `auto` divides the cores.",
  ),
  "worker.memoryLimit": open(memory, "0.9 of the machine's", "Its memory."),
  "worker.memoryTarget": key(part, 0.6, "Part above which results go to disk."),
  "worker.memorySpill": key(part, 0.7, "The same of the whole process."),
  "worker.memoryPause": key(part, 0.8, "Part above which only work begins that frees memory."),
  "worker.memoryTerminate": key(part, 0.95, "Part above which the process ends itself."),
  "worker.spillMax": open(bytes, "no limit", "The most bytes of results that it keeps on disk."),
  "worker.resources": open(amounts, "none", "What tasks may require, by name."),
  "worker.tags": open(list, "none", "Words by which jobs may choose it, as in `tag:gpu`."),
  "worker.preload": open(list, "none", "Modules that its threads import first."),
  "worker.localDirectory": open(
    text("the path of a directory"),
    "the system's directory for temporary files",
    "Where results go that do not fit in memory.",
  ),
  "worker.host": open(HOST, "guessed", "The interface on which it serves results."),
  "worker.port": key(ports, "0", "The port on which it serves results, or a range of ports."),
  "worker.contactAddress": open(ADDRESS, "its own", "The address that others are given."),
  "worker.dashboard": key(flag, true, "Whether it serves a page of its own."),
  "worker.dashboardAddress": open(
    text("host:port, or a port"),
    "any port of this machine, opened on request",
    "Where that is served, with the worker's metrics.",
  ),
  "worker.deathTimeout": key(duration, MINUTE, "How long it waits for a scheduler."),
  "worker.fetchTimeout": key(
    duration,
    30 * SECOND,
    "Silence after which a worker from which results are fetched counts as out of reach.",
  ),
  "worker.fetchesMax": key(count(1), 16, "Requests for others' results under way at once."),
  "worker.reconnect": key(
    flag,
    false,
    "Whether it waits for another scheduler also when its own is stopped.",
  ),
  "worker.supervise": key(flag, true, "Whether it is started again when it dies."),
  "worker.lifetime": open(duration, "no end", "After how long it leaves in good order."),
  "worker.lifetimeStagger": open(duration, "none", "A random time more or less."),
  "worker.lifetimeRestart": key(flag, false, "Whether another takes its place then."),

  "log.level": key(LEVELS, "info", "The minimum level of lines that commands log."),
  "log.json": key(flag, false, "Whether they are JSON."),
} satisfies Readonly<Record<string, ConfigKey<unknown>>>;

/** The name of a key. */
export type ConfigName = keyof typeof CONFIG_KEYS;

/** The type of a key's value; undefined where the default is decided where it is used. */
export type ConfigValue<Name extends ConfigName> =
  (typeof CONFIG_KEYS)[Name] extends ConfigKey<infer T> ? T : never;

/** Values of some keys, as people write them: texts with units will do. */
export type ConfigValues = {
  readonly [Name in ConfigName]?: ConfigValue<Name> | string | undefined;
};

/** The environment's name of a key: `TILEWORK_WORKER_MEMORY_LIMIT` of `worker.memoryLimit`. */
export function environmentName(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll(".", "_");
  return `TILEWORK_${words.toUpperCase()}`;
}
