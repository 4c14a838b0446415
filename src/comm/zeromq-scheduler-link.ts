// A client's or worker's line to the scheduler over ZeroMQ: one DEALER, and its monitor to learn
// that the connection ended. A link that was lost stays lost: ZeroMQ would connect again, but the
// scheduler would see a stranger.
import type { Dealer, Event } from "zeromq";
import { ProtocolError } from "../base/errors.js";
import { decodeMessages, packMessages } from "../protocol/frames.js";
import { FROM_SCHEDULER } from "../protocol/message-shapes.js";
import { ConnectionWatch } from "./connection-watch.js";
import type { ForeignFrameCounter } from "./foreign-frames.js";
import { Outbox } from "./outbox.js";
import type { FromScheduler, SchedulerLink, ToScheduler } from "./transport.js";
import { nextTurn, receiveAll, sendNow, watchEvents } from "./zeromq-socket.js";

/** A {@link SchedulerLink} over a DEALER that is connecting. */
export class ZeroMqSchedulerLink implements SchedulerLink {
  readonly #dealer: Dealer;
  readonly #foreign: ForeignFrameCounter;
  readonly #outbox: Outbox;
  readonly #watch: ConnectionWatch;
  #isReceiving = false;
  #onLost: ((reason: string) => void) | undefined;
  #lostReason: string | undefined;

  constructor(dealer: Dealer, address: string, foreign: ForeignFrameCounter) {
    this.#dealer = dealer;
    this.#foreign = foreign;
    this.#watch = new ConnectionWatch(address);
    this.#outbox = new Outbox((messages) =>
      sendNow(dealer, packMessages(messages), (reason) => this.#lose(reason)),
    );
    watchEvents(dealer, (event) => this.#observe(event));
  }

  get connectError(): string | undefined {
    return this.#watch.connectError;
  }

  send(message: ToScheduler): void {
    if (!this.#dealer.closed) this.#outbox.push(message);
  }

  onMessage(handler: (message: FromScheduler) => void): void {
    this.#isReceiving = true;
    receiveAll(this.#dealer, (frames) => {
      const messages = decodeMessages<FromScheduler>(frames, FROM_SCHEDULER);
      if (messages instanceof ProtocolError) return this.#foreign.drop(messages);
      for (const message of messages) handler(message);
    });
  }

  onLost(handler: (reason: string) => void): void {
    this.#onLost = handler;
    const reason = this.#lostReason;
    if (reason !== undefined) setImmediate(() => handler(reason));
  }

  async close(): Promise<void> {
    this.#outbox.flush();
    this.#dealer.close();
  }

  async #observe(event: Event): Promise<void> {
    if (!this.#watch.sawEnd(event)) return;
    // The last words come before the end: they may still be on their way to the receive loop.
    while (this.#isReceiving && !this.#dealer.closed && this.#dealer.readable) await nextTurn();
    this.#lose("connection closed");
  }

  #lose(reason: string): void {
    if (this.#dealer.closed) return;
    this.#outbox.clear();
    this.#dealer.close();
    this.#lostReason = reason;
    this.#onLost?.(reason);
  }
}
