// Programs of test/fixtures/programs: each runs in a process of its own, and prints what came of
// it.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * Ends a program that hangs, before the test that waits for it is over: a test's own limit would
 * leave it.
 */
const LIMIT_MS = 400_000;

/** Runs Node with these arguments to its end; gives what it printed. */
export async function printedBy(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LIMIT_MS });
  return stdout;
}

/** What a program printed, as JSON. */
export async function resultOf(name: string, ...options: readonly string[]): Promise<unknown> {
  const program = fileURLToPath(new URL(`../fixtures/programs/${name}.mjs`, import.meta.url));
  return JSON.parse(await printedBy(...options, program));
}
