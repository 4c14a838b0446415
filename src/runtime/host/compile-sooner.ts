// Makes V8 optimise the code of schedulers and workers earlier. By itself, V8 waits until a
// function has run some hundred kilobytes of bytecode or some thousand calls. At a thousand
// messages a second, their steps would run three times as long for the first minute. Too early is
// no better: at a sixteenth of V8's thresholds, its compiler took half of the processor time of a
// new cluster's jobs on arrays.
import { setFlagsFromString } from "node:v8";

/**
 * The first V8 (that of Node 22) whose patience is counted in calls; before, it is counted in bytes
 * of bytecode.
 */
const FIRST_V8_COUNTING_CALLS = 12;

/**
 * Makes V8 compile functions earlier that are called for the first time from now on, on all threads
 * of the process.
 */
export function compileSooner(): void {
  for (const flag of impatientFlags(process.versions.v8)) setFlagsFromString(flag);
}

/**
 * The flags that a V8 of `version` ("11.3.244.8-node.38") knows for it; an unknown flag makes it
 * print a warning.
 */
export function impatientFlags(version: string): string[] {
  return Number.parseInt(version, 10) < FIRST_V8_COUNTING_CALLS
    ? [`--interrupt-budget=${32 << 10}`] // 132 KiB by itself
    : ["--invocation-count-for-maglev=50", "--invocation-count-for-turbofan=200"]; // 400 and 3,000
}
