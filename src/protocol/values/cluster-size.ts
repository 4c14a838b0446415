// How large a cluster is, as costs are predicted for it.

/** The workers that are there. */
export interface ClusterSize {
  readonly workers: number;
  /** Of each worker; the mean where they differ. */
  readonly threads: number;
  /** Of each worker; the least where they differ. */
  readonly memoryLimitBytes: number;
  /** Whether all have the same. */
  readonly areAlike: boolean;
}

/** What counts of a worker. */
interface SizedWorker {
  readonly threads: number;
  readonly memoryLimitBytes: number;
}

/** The size of a cluster of these workers; undefined where there is none. */
export function sizeOfWorkers(workers: Iterable<SizedWorker>): ClusterSize | undefined {
  const all = [...workers];
  const [first] = all;
  if (first === undefined) return undefined;
  const threads = all.reduce((sum, worker) => sum + worker.threads, 0) / all.length;
  const areAlike = all.every(
    (worker) =>
      worker.threads === first.threads && worker.memoryLimitBytes === first.memoryLimitBytes,
  );
  return {
    workers: all.length,
    threads: Math.round(threads),
    memoryLimitBytes: all.reduce(
      (a, b) => Math.min(a, b.memoryLimitBytes),
      Number.POSITIVE_INFINITY,
    ),
    areAlike,
  };
}
