// `tilework info`: a table of a scheduler's workers, or what this machine has for a worker.
import { availableParallelism, totalmem } from "node:os";
import { formatBytes, formatCount } from "../base/units.js";
import { Client, type ClusterDescribed } from "../client/client.js";
import { describeKernels } from "../runtime/host/describe-kernels.js";
import { findSystemBlas } from "../runtime/host/system-blas.js";
import { findMemoryCalls } from "../system/memory-calls.js";
import { EXIT_CLEAN } from "./exit-codes.js";
import { textTable } from "./text-table.js";

/** Prints the workers of the scheduler at `address`. */
export async function runInfo(
  address: string,
  { timeout: timeoutMs, security }: { readonly timeout: number; readonly security?: string },
): Promise<number> {
  const client = await Client.connect(address, {
    ...{ current: false, name: "info", timeoutMs },
    ...(security === undefined ? {} : { security }),
  });
  try {
    process.stdout.write(describeCluster(address, await client.describe()));
  } finally {
    await client.close();
  }
  return EXIT_CLEAN;
}

/** Prints the properties of this machine as a worker would detect them. */
export function runMachineInfo(): number {
  const warnings: string[] = [];
  const blas = findSystemBlas((text) => warnings.push(text));
  const memory = findMemoryCalls();
  const lines = [
    `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`,
    `${formatCount(availableParallelism(), "processor")}, ${formatBytes(totalmem())} of memory`,
    blas === undefined
      ? "linear algebra: tilework's own kernels (JavaScript and WebAssembly)"
      : `linear algebra: ${blas.name} (${blas.path})`,
    ...warnings,
    `kernels: ${describeKernels()}`,
    "missing" in memory
      ? `results between processes of this machine: through sockets (${memory.missing})`
      : "results between processes of this machine: read where they are in memory",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT_CLEAN;
}

/** The cluster as lines of text. */
export function describeCluster(address: string, cluster: ClusterDescribed): string {
  const { workers, graphs, tasks } = cluster;
  const rows = workers.map((worker) => [
    worker.name,
    `${worker.threads}`,
    `${worker.executing}`,
    `${formatBytes(worker.managedBytes)} of ${formatBytes(worker.memoryLimitBytes)}`,
    formatBytes(worker.spilledBytes),
    formatBytes(worker.processBytes),
    `${worker.pid}`,
    worker.address,
  ]);
  const counts = [
    formatCount(workers.length, "worker"),
    formatCount(graphs, "graph"),
    formatCount(tasks, "task"),
  ];
  const heading = `scheduler at ${address}: ${counts.join(", ")}`;
  if (rows.length === 0) return `${heading}\n`;
  const titles = ["name", "threads", "running", "results", "on disk", "process", "pid", "address"];
  return `${heading}\n${textTable([titles, ...rows])}`;
}
