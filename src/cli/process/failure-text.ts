// What a command prints of the error that ended it.
import { isTileworkError } from "../../base/errors.js";

/** One sentence where the error explains itself; the stack of any other. */
export function failureText(error: unknown): string {
  if (isTileworkError(error)) return error.message;
  if (!(error instanceof Error)) return String(error);
  return isRefusal(error) ? error.message : (error.stack ?? error.message);
}

/** Whether the system did not do what it was asked: its message names the file. */
function isRefusal(error: NodeJS.ErrnoException): boolean {
  return typeof error.syscall === "string" && process.env.TILEWORK_TRACE !== "1";
}
