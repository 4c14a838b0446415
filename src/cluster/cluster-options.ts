// Checks the options of a local cluster before any process starts. Defaults are set where they are
// used.
import { statSync } from "node:fs";
import {
  A_BOOLEAN,
  A_FUNCTION,
  checkOptions,
  type Expectations,
  MILLISECONDS,
  oneOf,
  wholeNumber,
} from "../base/option-schema.js";
import { TASK_OUTPUT } from "../client/session/task-output.js";
import { readResources } from "../graph/model/resources.js";
import { isSignal } from "../graph/ports/compute-options.js";
import { LOG_LEVELS } from "../runtime/host/node-log.js";
import { thresholdOptions } from "../runtime/values/memory-thresholds.js";
import type { LocalClusterOptions } from "./local-cluster.js";

/** What each option must be; undefined where the one who uses it says so. */
const EXPECTED: Expectations<LocalClusterOptions> = {
  workers: wholeNumber(1),
  threadsPerWorker: wholeNumber(1),
  memoryLimit: undefined,
  resources: undefined,
  preload: ["a list of modules", isListOfText],
  memoryTarget: undefined,
  memorySpill: undefined,
  memoryPause: undefined,
  memoryTerminate: undefined,
  sharedMemory: A_BOOLEAN,
  transport: oneOf(["ipc", "tcp"]),
  host: ["the name or address of an interface", (value) => typeof value === "string"],
  port: wholeNumber(0, 65_535),
  localDirectory: ["a directory that exists", isDirectory],
  workerTimeoutMs: MILLISECONDS,
  jobTasksMax: wholeNumber(1),
  record: ["the path of a file", (value) => typeof value === "string" && value !== ""],
  logLevel: oneOf(LOG_LEVELS),
  log: A_FUNCTION,
  taskOutput: TASK_OUTPUT,
  signal: ["an AbortSignal", isSignal],
  timeoutMs: MILLISECONDS,
};

/**
 * Checks what was given.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or not what it may be
 */
export function checkClusterOptions(options: LocalClusterOptions): void {
  checkOptions("a cluster", options, EXPECTED);
  thresholdOptions(options);
  if (options.resources !== undefined) readResources(options.resources);
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}

function isDirectory(path: unknown): boolean {
  if (typeof path !== "string") return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
