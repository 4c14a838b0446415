// `tilework info`: a table of a scheduler's workers, or what this machine has for a worker.
import { availableParallelism, totalmem } from "node:os";
import { formatBytes, formatCount, formatDuration } from "../../base/units.js";
import {
  Client,
  type ClusterDescribed,
  type Versions,
  type WorkerDescription,
} from "../../client/client.js";
import { describeKernels } from "../../runtime/host/describe-kernels.js";
import { findSystemBlas } from "../../runtime/host/system-blas.js";
import { findMemoryCalls } from "../../system/memory-calls.js";
import { packageVersion } from "../../system/package-version.js";
import { EXIT_CLEAN } from "../process/exit-codes.js";
import { onEndingSignal } from "../process/signals.js";
import { textTable } from "../process/text-table.js";

/** How `tilework info` prints. */
export interface InfoOptions {
  /** In milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** Prints the workers of the scheduler at `address`. */
export async function runInfo(
  address: string,
  { timeout: timeoutMs, json }: InfoOptions,
): Promise<number> {
  const client = await Client.connect(address, { current: false, name: "info", timeoutMs });
  try {
    const [cluster, versions] = await Promise.all([client.describe(), client.versions()]);
    const text =
      json === true
        ? `${JSON.stringify({ ...cluster, versions })}\n`
        : `${describeCluster(address, cluster)}${describeVersions(versions)}`;
    process.stdout.write(text);
  } finally {
    await client.close();
  }
  return EXIT_CLEAN;
}

const TOP_INTERVAL_MS = 1_000;
const CLEAR = "\u001b[H\u001b[J";

/** Prints the same every second, until Ctrl-C: as JSON, one line each time. */
export async function runTop(
  address: string,
  { json }: Pick<InfoOptions, "json"> = {},
): Promise<number> {
  const client = await Client.connect(address, { current: false, name: "top" });
  let isOver = false;
  const ended = new Promise<void>((resolve) =>
    onEndingSignal(() => {
      isOver = true;
      resolve();
    }),
  );
  try {
    while (!isOver) {
      const cluster = await client.describe();
      const text = json === true ? topLine(cluster) : describeCluster(address, cluster);
      process.stdout.write(`${process.stdout.isTTY && json !== true ? CLEAR : ""}${text}`);
      const pause = new Promise((resolve) => setTimeout(resolve, TOP_INTERVAL_MS));
      await Promise.race([pause, ended]);
    }
    return EXIT_CLEAN;
  } finally {
    await client.close();
  }
}

function topLine(cluster: ClusterDescribed): string {
  return `${JSON.stringify({ atMs: Date.now(), ...cluster })}\n`;
}

/** Prints the properties of this machine as a worker would detect them. */
export function runMachineInfo({ json }: Pick<InfoOptions, "json"> = {}): number {
  const warnings: string[] = [];
  const blas = findSystemBlas((text) => warnings.push(text));
  const memory = findMemoryCalls();
  const facts = {
    tilework: packageVersion(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    blas: blas && { name: blas.name, path: blas.path },
    kernels: describeKernels(),
    sharedMemory: !("missing" in memory),
  };
  const lines = [
    `tilework ${facts.tilework}, Node.js ${facts.node} on ${facts.platform}`,
    `${formatCount(facts.processors, "processor")}, ${formatBytes(facts.memoryBytes)} of memory`,
    blas === undefined
      ? "linear algebra: tilework's own kernels (JavaScript and WebAssembly)"
      : `linear algebra: ${blas.name} (${blas.path})`,
    ...warnings,
    `kernels: ${facts.kernels}`,
    "missing" in memory
      ? `results between processes of this machine: through sockets (${memory.missing})`
      : "results between processes of this machine: read where they are in memory",
  ];
  process.stdout.write(json === true ? `${JSON.stringify(facts)}\n` : `${lines.join("\n")}\n`);
  return EXIT_CLEAN;
}

/** The cluster as lines of text. */
export function describeCluster(address: string, cluster: ClusterDescribed): string {
  const { workers, graphs, tasks, actors, clients, ageMs } = cluster;
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  const memory = workers.reduce((sum, worker) => sum + worker.memoryLimitBytes, 0);
  const counts = [
    formatCount(workers.length, "worker"),
    formatCount(graphs, "job"),
    formatCount(tasks, "task"),
    formatCount(actors, "actor"),
    formatCount(clients.length, "client"),
  ];
  const heading = `scheduler at ${address}, for ${formatDuration(ageMs)}: ${counts.join(", ")}\n`;
  if (workers.length === 0) return heading;
  const sums = `${formatCount(threads, "thread")}, ${formatBytes(memory)} of memory\n`;
  return `${heading}${sums}${textTable([TITLES, ...workers.map(workerRow)])}`;
}

/** The versions of both sides and their differences, as lines of text. */
export function describeVersions({ client, workers, differences }: Versions): string {
  const all = Object.values(workers);
  const distinct = (words: readonly string[]) => [...new Set(words)].join("; ");
  const lines = [`here: tilework ${client.tilework}, Node.js ${client.node}, ${client.platform}`];
  if (all.length > 0) {
    const versions = all.map(
      ({ tilework, node, platform }) => `tilework ${tilework}, Node.js ${node}, ${platform}`,
    );
    lines.push(
      `workers: ${distinct(versions)}`,
      `processors: ${distinct(all.map(({ processor, cores }) => `${processor}, ${formatCount(cores, "core")}`))}`,
      `kernels: ${distinct(all.map(({ kernels }) => kernels))}`,
      `linear algebra: ${distinct(all.map(({ blas }) => blas ?? "tilework's own kernels"))}`,
    );
  }
  return [...lines, ...differences.map((text) => `warning: ${text}`), ""].join("\n");
}

const TITLES = [
  ...["name", "threads", "running", "waiting", "results", "on disk", "process"],
  ...["seen", "resources", "host", "pid", "address"],
];

function workerRow(worker: WorkerDescription): string[] {
  const amounts = Object.entries(worker.resources).map(([name, amount]) => `${name}=${amount}`);
  const traits = [...amounts, ...worker.tags.map((tag) => `tag:${tag}`)];
  return [
    worker.name,
    `${worker.threads}`,
    `${worker.executing}`,
    `${Math.max(0, worker.processing - worker.executing)}`,
    `${formatBytes(worker.managedBytes)} of ${formatBytes(worker.memoryLimitBytes)}`,
    formatBytes(worker.spilledBytes),
    formatBytes(worker.processBytes),
    `${formatDuration(worker.seenMsAgo)} ago`,
    traits.join(" ") || "-",
    worker.host || "-",
    `${worker.pid}`,
    worker.address,
  ];
}
