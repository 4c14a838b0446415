// Which messages are news: words that no one waits for. Each sent on its own costs both sides as much as a hundred
// tasks, and those before work that someone waits for; most can go along with another. So do small blocks of a
// collection while others are still to come (client-reports.ts).
import type { Send } from "./actions.js";

const NEWS: ReadonlySet<Send["message"]["type"]> = new Set(["freeTasks", "dropLayers"] as const);

/** How long news wait for company, that of a worker whose turn comes next as well: no one misses the memory. */
export const NEWS_DELAY_MS = 10;

/** Whether a message may wait {@link NEWS_DELAY_MS} for another to the same peer. */
export function isNews({ message, canWait }: Send): boolean {
  return canWait === true || NEWS.has(message.type);
}
