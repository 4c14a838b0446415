// What can be set about a worker, with the values used when nothing is said.

/** Settings of the worker core. */
export interface WorkerOptions {
  readonly name: string;
  /** Where the shell serves this worker's data. */
  readonly dataAddress: string;
  readonly threads: number;
  /** Bytes that values may take. */
  readonly memoryLimitBytes: number;
  readonly pid: number;
  /** After how long without a word of the scheduler the worker gives up. */
  readonly schedulerTimeoutMs: number;
  /** Transfers under way at once, in requests. */
  readonly fetchesMax: number;
}

/** Defaults of those {@link WorkerOptions} that have one. */
export const WORKER_DEFAULTS = {
  schedulerTimeoutMs: 30_000,
  fetchesMax: 16,
} as const;
