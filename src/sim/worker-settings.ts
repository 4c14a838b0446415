// Settings of simulated workers: the parts of the memory limit at which they act.

/** Settings of the workers that a simulation may choose. */
export interface SimulatedWorkerSettings {
  /**
   * Part of the memory limit past which values that were not used for long go to disk; 0 for never.
   */
  readonly memoryTarget?: number;
  /** Part of the limit that the process may take before values go to disk; 0 for any part. */
  readonly memorySpill?: number;
  /** Part of the limit past which nothing begins that only adds to memory; 0 for never. */
  readonly memoryPause?: number;
  /** Values below this stay in memory. */
  readonly spillBytesMin?: number;
  /** What the process keeps besides values, whatever it does. */
  readonly otherBytes?: number;
}
