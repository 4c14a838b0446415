// What becomes of output that cannot be written: its reader left, or its disk is full.

/** Commands that go on without their output: others depend on them. */
const SERVING = ["scheduler", "worker"];

/**
 * Keeps failed output from ending the process.
 *
 * @param command the name of the command
 * @param failed called when a result could not be written, except to a reader such as `head`, which
 * may leave before the last line
 */
export function guardStreams(command: string | undefined, failed: () => void): void {
  // There is no place left to say it.
  process.stderr.on("error", () => {});
  let isKnown = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || isKnown || SERVING.includes(command ?? "")) return;
    isKnown = true;
    process.stderr.write(`tilework: standard output cannot be written: ${error.message}\n`);
    failed();
  });
}
