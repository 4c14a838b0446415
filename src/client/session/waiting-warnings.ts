// Warnings on the console while work waits for a worker: why, for how long, and what to do.
import { setting } from "../../base/settings.js";
import { formatDuration } from "../../base/units.js";
import type { Waiting } from "../../protocol/messages/messages.js";

/**
 * How often people read about one thing that waits; calls that were made one by one wait in many
 * graphs.
 */
const AGAIN_MS = 15_000;
const TICK_MS = 1_000;

/** Warnings about waiting work of one client. */
export class WaitingWarnings {
  readonly #address: string;
  readonly #warnedMs = new Map<string, number>();

  /** @param address the scheduler's */
  constructor(address: string) {
    this.#address = address;
  }

  /**
   * Writes why `what` waits, unless that was written a moment ago.
   *
   * @param what as in `"the job"`
   */
  warn(what: string, waiting: Waiting): void {
    const nowMs = performance.now();
    const key = `${what} ${waiting.waitingFor ?? ""}`;
    if (nowMs - (this.#warnedMs.get(key) ?? Number.NEGATIVE_INFINITY) < againMs()) return;
    this.#warnedMs.set(key, nowMs);
    console.warn(`tilework: ${waitingText(this.#address, what, waiting)}`);
  }
}

function againMs(): number {
  // A tick of the scheduler sooner: its reports are not on the second.
  return (setting<number>("client.waitingReport") ?? AGAIN_MS) - TICK_MS;
}

function waitingText(
  address: string,
  what: string,
  { waitingForWorkersMs, waitingFor, lostWorkers = [] }: Waiting,
): string {
  const waits = `${what} waits (${formatDuration(waitingForWorkersMs)} so far)`;
  if (waitingFor !== undefined) {
    return `${what} needs ${waitingFor}, and no worker of the scheduler at ${address} is one; ${waits}`;
  }
  const start = `Start one with \`tilework worker ${address}\`; \`tilework info ${address}\` shows which have registered, with their cores and memory`;
  if (lostWorkers.length === 0) {
    return `no worker has joined the scheduler at ${address} yet; ${waits}. ${start}`;
  }
  const histories = lostWorkers.map(
    ({ name, joinedMsAgo, lostMsAgo, reason }) =>
      `${name} (joined ${formatDuration(joinedMsAgo)} ago, lost ${formatDuration(lostMsAgo)} ago: ${reason})`,
  );
  return `all workers of the scheduler at ${address} are gone: ${histories.join(", ")}; ${waits}. ${start}`;
}
