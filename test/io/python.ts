// NumPy and zarr-python, for tests that what one side writes the other reads; absent on many
// machines.
import { execFileSync } from "node:child_process";

const PYTHON = "/usr/bin/python3";

/** Runs a script and gives what it printed. */
export function python(script: string): string {
  return execFileSync(PYTHON, ["-c", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Whether the modules can be imported; tests that need them are skipped where not. */
export function hasPython(...modules: string[]): boolean {
  try {
    python(`import ${modules.join(", ")}`);
    return true;
  } catch {
    return false;
  }
}
