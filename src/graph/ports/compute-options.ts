// Checks the options of a computation before anything is submitted. The scheduler's part is
// job-options.ts.
import {
  A_BOOLEAN,
  A_FUNCTION,
  checkOption,
  checkOptions,
  type Expectations,
} from "../../base/option-schema.js";
import type { PersistRunOptions, RunOptions } from "./executor.js";

/**
 * The expected value of each option. Options of the job are read by job-options.ts, the limit of a
 * block by block-limit.ts, the passes by optimize.ts.
 */
const EXPECTED: Expectations<RunOptions> = {
  progress: A_BOOLEAN,
  onProgress: A_FUNCTION,
  onStatistics: A_FUNCTION,
  signal: ["an AbortSignal", isSignal],
  optimizeGraph: A_BOOLEAN,
  passes: undefined,
  blockBytesMax: undefined,
  priority: undefined,
  retries: undefined,
  allowedFailures: undefined,
  resources: undefined,
  threadsPerTask: undefined,
  memoryPerTask: undefined,
  workers: undefined,
  allowOtherWorkers: undefined,
  limits: undefined,
};

/** Whether computations have an option of that name. */
export function isComputeOption(name: string): boolean {
  return Object.hasOwn(EXPECTED, name);
}

/**
 * Checks the options of a computation that concern its caller, and that there are no unknown ones.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or has an illegal value
 */
export function checkComputeOptions(options: RunOptions): void {
  checkOptions("a computation", options, EXPECTED);
}

/**
 * Separates the options that only persisting has.
 *
 * @throws ArgumentError `argument.value` when `wait` is not a boolean
 */
export function splitPersistOptions({ wait = true, ...options }: PersistRunOptions): {
  readonly wait: boolean;
  readonly options: RunOptions;
} {
  checkOption("wait", wait, A_BOOLEAN);
  return { wait, options };
}

/** Whether it is a signal, recognised by its members: other realms have signals of their own. */
export function isSignal(value: unknown): boolean {
  const signal = value as Partial<AbortSignal> | null;
  return typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function";
}
