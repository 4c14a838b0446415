// A client's or worker's line to the scheduler over ZeroMQ: one DEALER. A link that was lost stays lost: ZeroMQ would connect again, but the
// scheduler would see a stranger.
import type { Dealer } from "zeromq";
import { ProtocolError } from "../base/errors.js";
import { decodeMessages, packMessages } from "../protocol/frames.js";
import { FROM_SCHEDULER } from "../protocol/message-shapes.js";
import { ConnectionWatch } from "./connection-watch.js";
import type { ForeignFrameCounter } from "./foreign-frames.js";
import { Outbox } from "./outbox.js";
import type { FromScheduler, SchedulerLink, ToScheduler } from "./transport.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { closeAbandoned, receiveAll, sendNow } from "./zeromq-socket.js";

/** A {@link SchedulerLink} over a DEALER that does not connect yet. */
export class ZeroMqSchedulerLink implements SchedulerLink {
  readonly #dealer: Dealer;
  readonly #foreign: ForeignFrameCounter;
  readonly #outbox: Outbox;
  readonly #watch: ConnectionWatch;
  readonly #address: string;
  #hasHeard = false;
  #onLost: ((reason: string) => void) | undefined;
  #lostReason: string | undefined;

  constructor(dealer: Dealer, address: string, foreign: ForeignFrameCounter) {
    this.#dealer = dealer;
    this.#foreign = foreign;
    this.#address = address;
    this.#watch = new ConnectionWatch(dealer, address);
    this.#outbox = new Outbox((messages) =>
      sendNow(dealer, packMessages(messages), (reason) => this.#lose(reason)),
    );
  }

  get connectError(): string | undefined {
    return this.#watch.connectError;
  }

  send(message: ToScheduler): void {
    if (!this.#dealer.closed) this.#outbox.push(message);
  }

  flush(): void {
    this.#outbox.flush();
  }

  onMessage(handler: (message: FromScheduler) => void): void {
    receiveAll(this.#dealer, (frames) => {
      if (isDisconnection(frames)) return this.#lose(this.#endReason());
      const messages = decodeMessages<FromScheduler>(frames, FROM_SCHEDULER);
      if (messages instanceof ProtocolError) return this.#foreign.drop(messages);
      this.#hasHeard = true;
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

  #endReason(): string {
    return this.#hasHeard
      ? "connection closed"
      : `connection closed before the scheduler said anything; is ${this.#address} its address?`;
  }

  #lose(reason: string): void {
    if (this.#dealer.closed) return;
    this.#outbox.clear();
    closeAbandoned(this.#dealer);
    this.#lostReason = reason;
    this.#onLost?.(reason);
  }
}
