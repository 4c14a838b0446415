// A user's program as a child of a command: with variables that say where its cluster is, the
// command's own streams, and its signals passed on.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { resolve } from "node:path";
import { ArgumentError } from "../../base/errors.js";
import { EXIT_FAILURE } from "../process/exit-codes.js";

/**
 * Refuses a program that Node would not find, before anything is started for it.
 *
 * @throws ArgumentError `argument.value` that says where it would be
 */
export function checkProgram(path: string): void {
  const full = resolve(path);
  try {
    createRequire(full).resolve(full);
  } catch {
    const text = `there is no program ${full}: give the path of a JavaScript file`;
    throw new ArgumentError("value", text, { path });
  }
}

/**
 * Runs `node path args…` to its end.
 *
 * @returns its exit code; for a signal what shells say
 */
export function runChild(
  path: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  // Without the dashes, Node would take an `--env-file` of the program's for one of its own.
  const child = spawn(process.execPath, ["--", path, ...args], {
    stdio: "inherit",
    env: { ...process.env, ...variables },
  });
  // Ctrl-C reaches the child by the terminal; who sends a signal to this process alone means both.
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
  const ignore = () => {};
  process.on("SIGTERM", passOn);
  process.on("SIGINT", ignore);
  return new Promise((settle) => {
    child.once("error", (error) => {
      process.stderr.write(`tilework: ${path} could not be started: ${error.message}\n`);
      settle(EXIT_FAILURE);
    });
    child.once("exit", (code, signal) => {
      process.off("SIGTERM", passOn);
      process.off("SIGINT", ignore);
      settle(code ?? 128 + constants.signals[signal as NodeJS.Signals]);
    });
  });
}
