// Whether the options of a computation are what they may be, beside what it asks of the scheduler
// (job-options.ts). A mistake is told before anything is submitted.
import { ArgumentError } from "../base/errors.js";
import type { ComputeOptions, PersistOptions } from "./executor.js";

/** What each option must be; those of the job itself are read by job-options.ts, the limit of a
 * block by block-limit.ts, the passes by optimize.ts. */
const EXPECTED: Readonly<Record<keyof ComputeOptions, (value: unknown) => string | undefined>> = {
  onProgress: aFunction,
  onStatistics: aFunction,
  signal: (value) => (isSignal(value) ? undefined : "an AbortSignal"),
  optimizeGraph: (value) => (typeof value === "boolean" ? undefined : "a boolean"),
  passes: anything,
  blockBytesMax: anything,
  priority: anything,
  retries: anything,
  allowedFailures: anything,
  resources: anything,
  workers: anything,
  allowOtherWorkers: anything,
  limits: anything,
};

/** Whether computations have an option of that name. */
export function isComputeOption(name: string): boolean {
  return Object.hasOwn(EXPECTED, name);
}

/**
 * Checks the options of a computation that say how its caller follows it, and that there are no others.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or not what it may be
 */
export function checkComputeOptions(options: ComputeOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!isComputeOption(name)) {
      const known = Object.keys(EXPECTED).join(", ");
      const text = `there is no option ${name} of a computation: expected ${known}`;
      throw new ArgumentError("value", text, { [name]: value });
    }
    if (value === undefined) continue;
    const expected = EXPECTED[name as keyof ComputeOptions](value);
    if (expected === undefined) continue;
    const text = `${name} is a value of type ${typeof value}: expected ${expected}`;
    throw new ArgumentError("value", text, { [name]: value });
  }
}

/**
 * Takes what only persisting knows out of its options.
 *
 * @throws ArgumentError `argument.value` when `wait` is not a boolean
 */
export function splitPersistOptions({ wait = true, ...options }: PersistOptions): {
  readonly wait: boolean;
  readonly options: ComputeOptions;
} {
  if (typeof wait === "boolean") return { wait, options };
  const text = `wait is a value of type ${typeof wait}: expected a boolean`;
  throw new ArgumentError("value", text, { wait });
}

function aFunction(value: unknown): string | undefined {
  return typeof value === "function" ? undefined : "a function";
}

function anything(): undefined {
  return undefined;
}

/** Whether it is a signal, by what is used of it: other realms have signals of their own. */
export function isSignal(value: unknown): boolean {
  const signal = value as Partial<AbortSignal> | null;
  return typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function";
}
