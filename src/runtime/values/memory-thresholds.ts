// The fractions of a worker's memory limit at which it acts, as users set them. The actions are in
// worker/memory/spill.ts, worker/values/memory-accounts.ts and worker/memory/process-pressure.ts.
import { ArgumentError } from "../../base/errors.js";
import type { WorkerOptions } from "../../worker/state/options.js";

/** Parts of the memory limit, between 0 and 1; `false` turns one off. */
export interface MemoryThresholds {
  /** Results take more than this: those that were not used for long go to disk. 0.6 by default. */
  readonly memoryTarget?: number | false;
  /**
   * The process takes more than this: memory is released, then more results go to disk. 0.7 by
   * default.
   */
  readonly memorySpill?: number | false;
  /**
   * Results or the process take more than this: nothing begins that only adds to memory. 0.8 by
   * default.
   */
  readonly memoryPause?: number | false;
  /**
   * The process takes more than this: it ends itself, and its supervisor restarts it. 0.95 by
   * default.
   */
  readonly memoryTerminate?: number | false;
}

const NAMES = ["memoryTarget", "memorySpill", "memoryPause", "memoryTerminate"] as const;

/** The thresholds that were given, as the worker's core takes them: 0 for those that are off. */
export function thresholdOptions(given: MemoryThresholds): Partial<WorkerOptions> {
  const options: { -readonly [Name in (typeof NAMES)[number]]?: number } = {};
  for (const name of NAMES) {
    const value = given[name];
    if (value === undefined) continue;
    options[name] = value === false ? 0 : checked(name, value);
  }
  return options;
}

/** The thresholds that were given, as options of `tilework worker`. */
export function thresholdParameters(given: MemoryThresholds): string[] {
  thresholdOptions(given);
  return NAMES.flatMap((name) => {
    const value = given[name];
    const option = `--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === undefined ? [] : [option, `${value}`];
  });
}

function checked(name: string, value: number): number {
  if (typeof value === "number" && value > 0 && value <= 1) return value;
  throw new ArgumentError(
    "value",
    `${name} is ${value}: expected a part of the memory limit above 0 and up to 1, such as 0.6, or false for none`,
    { [name]: value },
  );
}
