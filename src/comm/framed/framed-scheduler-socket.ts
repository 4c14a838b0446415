// The scheduler's end over lines of frames: one server for all its peers.
import { ProtocolError } from "../../base/errors.js";
import { decodeMessages, packMessages } from "../../protocol/frames/frames.js";
import { TO_SCHEDULER } from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";
import type { FromScheduler, SchedulerSocket, ToScheduler } from "../interface/transport.js";
import type { FrameServer } from "./frame-lines.js";
import type { MalformedFrameCounter } from "./malformed-frames.js";
import { MessageBatcher } from "./message-batches.js";

/** A {@link SchedulerSocket} over a server of frames. */
export class FramedSchedulerSocket implements SchedulerSocket {
  readonly address: string;
  readonly #server: FrameServer;
  readonly #foreign: MalformedFrameCounter;
  readonly #outboxes = new Map<PeerId, MessageBatcher>();
  /** Those that something was put into since the last {@link FramedSchedulerSocket.flush}. */
  #filled: MessageBatcher[] = [];
  #onPeerLost: (peer: PeerId, reason: string) => void = () => {};

  constructor(server: FrameServer, foreign: MalformedFrameCounter) {
    this.#server = server;
    this.address = server.address;
    this.#foreign = foreign;
  }

  get foreignFrameCount(): number {
    return this.#foreign.count;
  }

  roleOf(peer: PeerId): Role | undefined {
    return this.#server.roleOf(peer);
  }

  send(to: PeerId, message: FromScheduler): void {
    const outbox = this.#outboxes.get(to);
    if (outbox === undefined) return;
    if (outbox.isEmpty) this.#filled.push(outbox);
    outbox.push(message);
  }

  flush(): void {
    const filled = this.#filled;
    this.#filled = [];
    for (const outbox of filled) outbox.flush();
  }

  onMessage(handler: (from: PeerId, message: ToScheduler) => void): void {
    this.#server.listen({
      received: (peer, frames) => {
        const messages = decodeMessages<ToScheduler>(frames, TO_SCHEDULER);
        if (messages instanceof ProtocolError) return this.#foreign.drop(messages, peer);
        if (!this.#outboxes.has(peer)) this.#meet(peer);
        for (const message of messages) handler(peer, message);
      },
      lost: (peer, reason) => this.#lose(peer, reason),
    });
  }

  onPeerLost(handler: (peer: PeerId, reason: string) => void): void {
    this.#onPeerLost = handler;
  }

  async close(): Promise<void> {
    for (const outbox of this.#outboxes.values()) outbox.flush();
    this.#outboxes.clear();
    await this.#server.close();
  }

  #meet(peer: PeerId): void {
    const outbox = new MessageBatcher((messages) =>
      this.#server.send(peer, packMessages(messages)),
    );
    this.#outboxes.set(peer, outbox);
  }

  #lose(peer: PeerId, reason: string): void {
    const outbox = this.#outboxes.get(peer);
    if (outbox === undefined) return;
    outbox.clear();
    this.#outboxes.delete(peer);
    this.#onPeerLost(peer, reason);
  }
}
