// Which messages may be deferred, since nothing waits for them. Each sent on its own costs both
// sides as much as a hundred tasks, and delays work that a client waits for; most can go along with
// another. So do small blocks of a collection while others are still to come, and results that
// their worker has sent to the client (client-reports.ts).
import type { Send } from "./actions.js";

const DEFERRABLE: ReadonlySet<Send["message"]["type"]> = new Set([
  "freeTasks",
  "dropLayers",
] as const);

/**
 * How long deferred messages wait for another to the same peer. The memory that they free is not
 * missed so soon.
 */
export const COALESCE_MS = 10;

/** Whether a message may wait {@link COALESCE_MS} for another to the same peer. */
export function isDeferrable({ message, canWait }: Send): boolean {
  return canWait === true || DEFERRABLE.has(message.type);
}
