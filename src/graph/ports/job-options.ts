// Options of a job: its priority, where it may run and how much it may take. Here is the users'
// form and the form for the scheduler; scheduler/accounts/jobs.ts and the policies apply it.
import { ArgumentError } from "../../base/errors.js";
import { setting, withSettings } from "../../base/settings.js";
import { parseBytes } from "../../base/units.js";
import { type Resources, type Shares, withShares } from "../model/resources.js";

/** How much of a cluster a job may take at once. */
export interface JobLimits {
  /** Tasks of the job that run at the same time, on all workers together. */
  readonly cores?: number;
  /**
   * Bytes (or `"1GB"`) of the job's blocks on any one worker above which no further task of it
   * starts there.
   */
  readonly memoryPerWorker?: number | string;
}

/** Options of how a job runs; a job without any runs anywhere, in the order of submission. */
export interface JobOptions extends Shares {
  /** A whole number from −256 to 256; higher runs first, default: 0. */
  readonly priority?: number;
  /** How often a task of the job that failed is tried again before the job fails; default: 0. */
  readonly retries?: number;
  /**
   * How many workers may die while they execute one and the same task of the job; default: the
   * scheduler's own number.
   */
  readonly allowedFailures?: number;
  /**
   * Resources that each task takes from its worker while it runs, such as `{ GPU: 1 }`. Resources
   * are counters that you give to workers when you start them; their meaning is up to you.
   */
  readonly resources?: Resources;
  /** Names of the workers that the job's tasks may run on. */
  readonly workers?: readonly string[];
  /** Whether other workers may run them if none of `workers` is there; default: false. */
  readonly allowOtherWorkers?: boolean;
  /** How much of the cluster the job may take at once; default: all. */
  readonly limits?: JobLimits;
}

/** {@link JobOptions} in messages: checked, without the undefined ones. */
export interface JobTerms {
  readonly priority?: number;
  readonly retries?: number;
  readonly allowedFailures?: number;
  readonly resources?: Resources;
  readonly workers?: readonly string[];
  readonly allowOtherWorkers?: boolean;
  readonly coresMax?: number;
  readonly memoryPerWorkerBytes?: number;
}

/** Priorities go from −256 to 256: they share one number with the order within a job. */
export const PRIORITY_MAX = 256;
/** Retries fit a byte. */
export const RETRIES_MAX = 255;
/** Deaths are counted in a byte, too, and the largest number stands for all beyond. */
export const ALLOWED_FAILURES_MAX = 254;

/**
 * The terms of a job; undefined if no options are set.
 *
 * @throws ArgumentError `argument.value` when an option has an illegal value
 */
export function readJobOptions(options: JobOptions): JobTerms | undefined {
  const { priority, retries, allowedFailures, resources, workers, allowOtherWorkers, limits } =
    options;
  const terms: { -readonly [Term in keyof JobTerms]: JobTerms[Term] } = {};
  if (priority !== undefined) {
    terms.priority = wholeNumber("priority", priority, -PRIORITY_MAX, PRIORITY_MAX);
  }
  if (retries !== undefined) terms.retries = wholeNumber("retries", retries, 0, RETRIES_MAX);
  if (allowedFailures !== undefined) {
    terms.allowedFailures = wholeNumber(
      "allowedFailures",
      allowedFailures,
      0,
      ALLOWED_FAILURES_MAX,
    );
  }
  const amounts = withShares(resources, options);
  if (amounts !== undefined) terms.resources = amounts;
  if (workers !== undefined) terms.workers = readWorkers(workers);
  if (allowOtherWorkers !== undefined) {
    check(
      typeof allowOtherWorkers === "boolean",
      "allowOtherWorkers",
      allowOtherWorkers,
      "a boolean",
    );
    terms.allowOtherWorkers = allowOtherWorkers;
  }
  readLimits(limits, terms);
  return Object.keys(terms).length === 0 ? undefined : terms;
}

/** The options of a job, with settings in place of those that were not given. */
export function withJobSettings<Options extends JobOptions>(options: Options): Options {
  const filled: Options = withSettings<JobOptions>(options, {
    priority: "job.priority",
    retries: "job.retries",
    allowedFailures: "job.allowedFailures",
  }) as Options;
  const cores = setting<number>("job.cores");
  const memoryPerWorker = setting<number>("job.memoryPerWorker");
  if (cores === undefined && memoryPerWorker === undefined) return filled;
  const limits = {
    ...(cores === undefined ? {} : { cores }),
    ...(memoryPerWorker === undefined ? {} : { memoryPerWorker }),
    ...filled.limits,
  };
  return { ...filled, limits };
}

function readWorkers(workers: readonly string[]): readonly string[] {
  const isList = Array.isArray(workers) && workers.length > 0;
  const areNames = isList && workers.every((name) => typeof name === "string" && name !== "");
  check(areNames, "workers", workers, "a list of workers' names, at least one");
  return [...workers];
}

function readLimits(
  limits: JobLimits | undefined,
  terms: { coresMax?: number; memoryPerWorkerBytes?: number },
): void {
  if (limits === undefined) return;
  check(isRecord(limits), "limits", limits, "{ cores, memoryPerWorker }");
  const { cores, memoryPerWorker, ...unknown } = limits;
  check(Object.keys(unknown).length === 0, "limits", limits, "{ cores, memoryPerWorker }");
  if (cores !== undefined) {
    terms.coresMax = wholeNumber("limits.cores", cores, 1, Number.MAX_SAFE_INTEGER);
  }
  if (memoryPerWorker === undefined) return;
  const bytes = typeof memoryPerWorker === "string" ? parseBytes(memoryPerWorker) : memoryPerWorker;
  check(isAmount(bytes), "limits.memoryPerWorker", memoryPerWorker, 'bytes, or text like "1GB"');
  terms.memoryPerWorkerBytes = bytes;
}

function wholeNumber(name: string, value: number, low: number, high: number): number {
  const range = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
  const isInside = Number.isInteger(value) && value >= low && value <= high;
  check(isInside, name, value, `a whole number ${range}`);
  return value;
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function check(isGood: boolean, name: string, value: unknown, expected: string): void {
  if (isGood) return;
  const given = JSON.stringify(value) ?? String(value);
  throw new ArgumentError("value", `${name} is ${given}: expected ${expected}`, { [name]: value });
}
