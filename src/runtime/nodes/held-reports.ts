// Reports of a worker that can wait for others: a message for each task of a chain would cost more
// than the task. Which can wait, the core decides.
import type { SchedulerLink } from "../../comm/interface/transport.js";
import type { WorkerToScheduler } from "../../protocol/messages/messages.js";
import { REPORT_DELAY_MS } from "../../worker/state/actions.js";
import { joinReports } from "../../worker/state/joined-reports.js";

/** Messages of a worker to its scheduler, sent in order. */
export class HeldReports {
  readonly #link: SchedulerLink;
  #held: WorkerToScheduler[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(link: SchedulerLink) {
    this.#link = link;
  }

  /**
   * Sends a message with the next flush of the link, after those that wait; or has it wait itself.
   */
  send(message: WorkerToScheduler, canWait = false): void {
    if (!canWait && this.#held.length === 0) {
      this.#link.send(message);
      return;
    }
    this.#held.push(message);
    if (!canWait) {
      this.#release();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#release();
      this.#link.flush();
    }, REPORT_DELAY_MS);
  }

  /** Nothing is sent any more by itself. */
  stop(): void {
    this.#release();
    clearTimeout(this.#timer);
  }

  /** The timer is left to run: the next chain has use for it. */
  #release(): void {
    if (this.#held.length === 0) return;
    for (const message of joinReports(this.#held)) this.#link.send(message);
    this.#held = [];
  }
}
