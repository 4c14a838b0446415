// The exit codes of the commands.
import { constants } from "node:os";

/** Success. */
export const EXIT_CLEAN = 0;
/** It could not: a port is taken, nothing listens, a job failed. */
export const EXIT_FAILURE = 1;
/** The command line could not be understood. */
export const EXIT_USAGE = 2;

/** A job was ended by a signal, as shells count it: 130 for Ctrl-C. */
export function exitCodeOf(signal: "SIGINT" | "SIGTERM"): number {
  return 128 + constants.signals[signal];
}
