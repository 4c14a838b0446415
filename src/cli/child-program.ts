// A user's program as a child of a command: with variables that say where its cluster is, the
// command's own streams, and its signals passed on.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { EXIT_FAILURE } from "./exit-codes.js";

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
  const child = spawn(process.execPath, [path, ...args], {
    stdio: "inherit",
    env: { ...process.env, ...variables },
  });
  // Ctrl-C reaches the child by the terminal; who sends a signal to this process alone means both.
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
  const ignore = () => {};
  process.on("SIGTERM", passOn);
  process.on("SIGINT", ignore);
  return new Promise((resolve) => {
    child.once("error", (error) => {
      process.stderr.write(`tilework: ${path} could not be started: ${error.message}\n`);
      resolve(EXIT_FAILURE);
    });
    child.once("exit", (code, signal) => {
      process.off("SIGTERM", passOn);
      process.off("SIGINT", ignore);
      resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]);
    });
  });
}
