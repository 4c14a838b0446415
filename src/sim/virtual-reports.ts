// Messages of a simulated worker to the scheduler: sent at once, or together with the next one.
import type { WorkerToScheduler } from "../protocol/messages/messages.js";
import { REPORT_DELAY_MS } from "../worker/state/actions.js";
import { joinReports } from "../worker/state/joined-reports.js";
import { type Environment, MESSAGE_BYTES, SCHEDULER } from "./environment.js";

/** Messages of one worker, in order. */
export class VirtualReports {
  readonly #environment: Environment;
  readonly #identity: string;
  readonly #isAlive: () => boolean;
  #held: WorkerToScheduler[] = [];

  constructor(environment: Environment, identity: string, isAlive: () => boolean) {
    this.#environment = environment;
    this.#identity = identity;
    this.#isAlive = isAlive;
  }

  send(message: WorkerToScheduler, canWait: boolean): void {
    this.#held.push(message);
    if (!canWait) this.#release();
    else if (this.#held.length === 1) {
      this.#environment.world.after(REPORT_DELAY_MS, () => {
        if (this.#isAlive()) this.#release();
      });
    }
  }

  #release(): void {
    if (this.#held.length === 0) return;
    const { network, toScheduler } = this.#environment;
    const messages = joinReports(this.#held);
    this.#held = [];
    network.send(this.#identity, SCHEDULER, MESSAGE_BYTES, () => {
      for (const message of messages) toScheduler(this.#identity, message);
    });
  }
}
