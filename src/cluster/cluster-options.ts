// Whether the options of a local cluster are what they may be, before any process is started. What
// the defaults are is decided where they are used.
import { statSync } from "node:fs";
import { ArgumentError } from "../base/errors.js";
import { isSignal } from "../graph/compute-options.js";
import { readResources } from "../graph/job-options.js";
import { thresholdOptions } from "../runtime/memory-thresholds.js";
import { LOG_LEVELS } from "../runtime/node-log.js";
import type { LocalClusterOptions } from "./local-cluster.js";

type Expectation = readonly [expected: string, isMet: (value: unknown) => boolean];

/** What each option must be; undefined where the one who uses it says so. */
const EXPECTED: Readonly<Record<keyof LocalClusterOptions, Expectation | undefined>> = {
  workers: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  threadsPerWorker: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  memoryLimit: undefined,
  resources: undefined,
  preload: ["a list of modules", isListOfText],
  memoryTarget: undefined,
  memorySpill: undefined,
  memoryPause: undefined,
  memoryTerminate: undefined,
  sharedMemory: ["true or false", (value) => typeof value === "boolean"],
  transport: oneOf(["unix", "ipc", "tcp"]),
  host: ["the name or address of an interface", (value) => typeof value === "string"],
  port: wholeNumber(0, 65_535),
  localDirectory: ["a directory that exists", isDirectory],
  workerTimeoutMs: milliseconds(),
  logLevel: oneOf(LOG_LEVELS),
  log: ["a function", (value) => typeof value === "function"],
  taskOutput: [
    "true, false or a function",
    (value) => typeof value === "boolean" || typeof value === "function",
  ],
  signal: ["an AbortSignal", isSignal],
  timeoutMs: milliseconds(),
};

/**
 * Checks what was given.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or not what it may be
 */
export function checkClusterOptions(options: LocalClusterOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(EXPECTED, name)) {
      const text = `there is no option ${name} of a cluster: expected ${Object.keys(EXPECTED).join(", ")}`;
      throw new ArgumentError("value", text, { [name]: value });
    }
    const expectation = EXPECTED[name as keyof LocalClusterOptions];
    if (value === undefined || expectation === undefined) continue;
    const [expected, isMet] = expectation;
    if (!isMet(value)) throw misfit(name, value, expected);
  }
  thresholdOptions(options);
  if (options.resources !== undefined) readResources(options.resources);
}

/**
 * Checks a time span.
 *
 * @throws ArgumentError `argument.value` when it is not above zero
 */
export function checkMilliseconds(name: string, value: number): void {
  const [expected, isMet] = milliseconds();
  if (!isMet(value)) throw misfit(name, value, expected);
}

function misfit(name: string, value: unknown, expected: string): ArgumentError {
  const text = `${name} is ${JSON.stringify(value) ?? String(value)}: expected ${expected}`;
  return new ArgumentError("value", text, { [name]: value });
}

function wholeNumber(low: number, high: number): Expectation {
  const range = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
  const isInside = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
  return [`a whole number ${range}`, isInside];
}

/** More than a timer takes fires at once. */
function milliseconds(): Expectation {
  const isSpan = (value: unknown) => typeof value === "number" && value > 0 && value < 2 ** 31;
  return ["milliseconds above 0 and below 2³¹", isSpan];
}

function oneOf(words: readonly string[]): Expectation {
  return [words.join(" or "), (value) => words.includes(value as string)];
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}

function isDirectory(path: unknown): boolean {
  if (typeof path !== "string") return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
