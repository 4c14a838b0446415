// Limits and usage of this process, as the operating system reports them.
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";

/** The files with a control group's memory limit: version 2, then version 1. */
const LIMIT_FILES = [
  "/sys/fs/cgroup/memory.max",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes",
] as const;

/** Bytes of this process in memory now. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}

/** Time of the processor that this process has used, on all cores. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Those of them that no other process shares. */
export function privateResidentBytes(): number {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    const shared = /^RssShmem:\s+(\d+) kB/m.exec(status)?.[1] ?? 0;
    return residentBytes() - Number(shared) * 1024;
  } catch {
    return residentBytes();
  }
}

/**
 * For how long the engine keeps the pages of a thread that has ended: V8 has a pool of them since
 * Node 24.
 */
export function engineKeepsMs(v8Version: string): number {
  return Number.parseInt(v8Version, 10) < 13 ? 0 : 10_000;
}

/** How many threads can run at once. */
export function availableCores(): number {
  return availableParallelism();
}

/** The memory that this machine, or the container around this process, has. */
export function systemMemoryBytes(): number {
  return Math.min(totalmem(), ...LIMIT_FILES.map(limitOf));
}

/** Infinity where there is no limit, or no such file. */
function limitOf(file: string): number {
  try {
    const bytes = Number(readFileSync(file, "utf8"));
    return bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The default memory limit of each of `workers` workers on this machine. */
export function defaultMemoryLimitBytes(workers = 1): number {
  return Math.floor((0.9 * systemMemoryBytes()) / workers);
}
