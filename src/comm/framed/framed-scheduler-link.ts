// A client's or worker's link to the scheduler over a line of frames. A lost link stays lost: to
// the scheduler, a new connection is a new peer.
import { ProtocolError } from "../../base/errors.js";
import { decodeMessages, packMessages } from "../../protocol/frames/frames.js";
import { FROM_SCHEDULER } from "../../protocol/messages/messages.js";
import type { FromScheduler, SchedulerLink, ToScheduler } from "../interface/transport.js";
import type { FrameLine } from "./frame-lines.js";
import type { MalformedFrameCounter } from "./malformed-frames.js";
import { MessageBatcher } from "./message-batches.js";

/** A {@link SchedulerLink} over a line of frames. */
export class FramedSchedulerLink implements SchedulerLink {
  readonly #line: FrameLine;
  readonly #foreign: MalformedFrameCounter;
  readonly #outbox: MessageBatcher;
  readonly #address: string;
  #hasHeard = false;
  #onLost: ((reason: string) => void) | undefined;
  #lostReason: string | undefined;

  constructor(line: FrameLine, address: string, foreign: MalformedFrameCounter) {
    this.#line = line;
    this.#foreign = foreign;
    this.#address = address;
    this.#outbox = new MessageBatcher((messages) => line.send(packMessages(messages)));
  }

  get connectError(): string | undefined {
    return this.#line.connectError;
  }

  get isRefused(): boolean {
    return this.#line.isRefused;
  }

  send(message: ToScheduler): void {
    if (!this.#line.isClosed) this.#outbox.push(message);
  }

  flush(): void {
    this.#outbox.flush();
  }

  onMessage(handler: (message: FromScheduler) => void): void {
    this.#line.listen({
      received: (frames) => {
        const messages = decodeMessages<FromScheduler>(frames, FROM_SCHEDULER);
        if (messages instanceof ProtocolError) return this.#foreign.drop(messages);
        this.#hasHeard = true;
        for (const message of messages) handler(message);
      },
      lost: (reason) => this.#lose(reason),
    });
  }

  onLost(handler: (reason: string) => void): void {
    this.#onLost = handler;
    const reason = this.#lostReason;
    if (reason !== undefined) setImmediate(() => handler(reason));
  }

  async close(): Promise<void> {
    this.#outbox.flush();
    await this.#line.close();
  }

  #lose(reason: string): void {
    this.#outbox.clear();
    this.#lostReason =
      this.#hasHeard || this.isRefused
        ? reason
        : `${reason} before the scheduler answered; is ${this.#address} its address?`;
    this.#onLost?.(this.#lostReason);
  }
}
