// The cluster that a cost is predicted for: what the caller names of it, and for the rest the one
// that would compute now.
import { parseMemoryLimit } from "../../base/units.js";
import { type ExecutorSize, presentExecutor } from "../../graph/ports/executor.js";
import type { PredictedCluster } from "./predicted-cost.js";

/** Where nothing computes, or is known of what does. */
const WORKERS = 4;
const THREADS = 2;

/** What a caller names of a cluster. */
export interface NamedCluster {
  readonly workers?: number;
  readonly threads?: number;
  readonly memoryLimit?: string | number;
}

/** A cluster, and a line that says where what was not named comes from. */
export interface AssumedCluster {
  readonly cluster: PredictedCluster;
  /** Empty where all was named. */
  readonly origin: string;
}

/**
 * The cluster that is meant.
 *
 * @throws ArgumentError `argument.value` when the memory limit cannot be read
 */
export function assumedCluster(named: NamedCluster): AssumedCluster {
  const executor = presentExecutor();
  const size = executor?.sizeNow?.();
  const { workers, threads, memoryLimit } = named;
  const cluster = {
    workers: workers ?? size?.workers ?? WORKERS,
    threads: threads ?? Math.max(1, size?.threads ?? THREADS),
    // A fraction would be one of a machine's memory, and there is no machine.
    memoryLimitBytes:
      memoryLimit === undefined
        ? size?.memoryLimitBytes
        : parseMemoryLimit(memoryLimit, Number.NaN),
  };
  return { cluster, origin: originOf(named, size, executor?.ownThreads !== undefined) };
}

/** As many workers as the cluster in use has; without one, enough to show who would do what. */
export function assumedWorkers(): number {
  const executor = presentExecutor();
  const isHere = executor?.ownThreads !== undefined;
  return (isHere ? undefined : executor?.sizeNow?.()?.workers) || WORKERS;
}

function originOf(named: NamedCluster, size: ExecutorSize | undefined, isHere: boolean): string {
  const parts = ["workers", "threads", "memoryLimit"] as const;
  const assumed = parts.filter((part) => named[part] === undefined);
  if (size === undefined) {
    const counts = assumed.filter((part) => part !== "memoryLimit");
    return counts.length === 0 ? "" : `${counts.join(" and ")} assumed: no worker is known yet`;
  }
  if (assumed.length === 0) return "";
  const what = isHere ? "this process" : "the cluster in use";
  const about = size.areAlike ? "" : ", whose workers differ: mean threads, least memory";
  return assumed.length === parts.length
    ? `as ${what}${about}; explain({ workers: 8, threads: 2 }) predicts for another`
    : `${assumed.join(" and ")} as of ${what}${about}`;
}
