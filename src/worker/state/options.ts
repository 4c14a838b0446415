// Options of a worker, with their defaults.

/** Settings of the worker core. */
export interface WorkerOptions {
  readonly name: string;
  /** The first worker in the place that it has, where that was another one. */
  readonly inPlaceOf?: string | undefined;
  /** Words by which jobs may choose it. */
  readonly tags?: readonly string[] | undefined;
  /** The machine, or container, that it is on. */
  readonly host?: string | undefined;
  /** Whether it takes all cores or memory there. */
  readonly takesWholeHost?: boolean | undefined;
  /** Where the shell serves this worker's data. */
  readonly dataAddress: string;
  readonly threads: number;
  /** Bytes that values may take. */
  readonly memoryLimitBytes: number;
  readonly pid: number;
  /** Abstract resources that tasks may take, by name. */
  readonly resources: Readonly<Record<string, number>>;
  /** How long the scheduler may be silent before the worker gives up. */
  readonly schedulerTimeoutMs: number;
  /** Transfers under way at once, in requests. */
  readonly fetchesMax: number;
  /** Part of the limit past which values that were not used for long go to disk; 0 for never. */
  readonly memoryTarget: number;
  /**
   * The part of the limit that the process may take before memory is released and values spill; 0
   * for any.
   */
  readonly memorySpill: number;
  /** Part of the limit past which no root task and no fetch begins; 0 for never. */
  readonly memoryPause: number;
  /** Part of the limit past which the process ends itself, to be restarted; 0 for never. */
  readonly memoryTerminate: number;
  /** How long a task waits for memory while nothing is under way, before it fails. */
  readonly memoryWaitMs: number;
  /**
   * The same while the disk fails: then nothing here can bring relief, and an early error is
   * better.
   */
  readonly brokenDiskWaitMs: number;
  /** The baseline of the process: its memory besides values, which pressure checks subtract. */
  readonly processBaseBytes: number;
  /** For how long the engine may keep the memory of a call that was ended. */
  readonly freedMemoryMs: number;
  /** Values below this stay in memory: even a small file takes a page. */
  readonly spillBytesMin: number;
}

/** Defaults of those {@link WorkerOptions} that have one. */
export const WORKER_DEFAULTS = {
  resources: {},
  schedulerTimeoutMs: 30_000,
  fetchesMax: 16,
  memoryTarget: 0.6,
  memorySpill: 0.7,
  memoryPause: 0.8,
  memoryTerminate: 0.95,
  memoryWaitMs: 30_000,
  brokenDiskWaitMs: 4_000,
  processBaseBytes: 0,
  freedMemoryMs: 0,
  spillBytesMin: 4_096,
} as const;
