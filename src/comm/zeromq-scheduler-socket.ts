// The scheduler's end over ZeroMQ: one ROUTER for all peers, which it tells apart by the identities
// that ZeroMQ gives their connections.
import type { Router } from "zeromq";
import { ProtocolError } from "../base/errors.js";
import { decodeMessages, packMessages } from "../protocol/frames.js";
import type { PeerId } from "../protocol/ids.js";
import { TO_SCHEDULER } from "../protocol/message-shapes.js";
import type { ForeignFrameCounter } from "./foreign-frames.js";
import { Outbox } from "./outbox.js";
import type { FromScheduler, SchedulerSocket, ToScheduler } from "./transport.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { receiveAll, sendNow } from "./zeromq-socket.js";

/** A {@link SchedulerSocket} over a bound ROUTER. */
export class ZeroMqSchedulerSocket implements SchedulerSocket {
  readonly address: string;
  readonly #router: Router;
  readonly #foreign: ForeignFrameCounter;
  readonly #release: () => Promise<void>;
  readonly #outboxes = new Map<PeerId, Outbox>();
  /** Those that something was put into since the last {@link ZeroMqSchedulerSocket.flush}. */
  #filled: Outbox[] = [];
  #onPeerLost: (peer: PeerId, reason: string) => void = () => {};

  /** @param release closes the router and frees its address */
  constructor(
    router: Router,
    address: string,
    foreign: ForeignFrameCounter,
    release: () => Promise<void>,
  ) {
    this.#router = router;
    this.address = address;
    this.#foreign = foreign;
    this.#release = release;
  }

  get foreignFrameCount(): number {
    return this.#foreign.count;
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
    receiveAll(this.#router, ([identity, ...frames]) => {
      if (identity === undefined) return;
      const peer = identity.toString("hex");
      if (isDisconnection(frames)) return this.#lose(peer, "connection closed");
      const messages = decodeMessages<ToScheduler>(frames, TO_SCHEDULER);
      if (messages instanceof ProtocolError) return this.#foreign.drop(messages);
      if (!this.#outboxes.has(peer)) this.#meet(peer, identity);
      for (const message of messages) handler(peer, message);
    });
  }

  onPeerLost(handler: (peer: PeerId, reason: string) => void): void {
    this.#onPeerLost = handler;
  }

  async close(): Promise<void> {
    for (const outbox of this.#outboxes.values()) outbox.flush();
    this.#outboxes.clear();
    await this.#release();
  }

  #meet(peer: PeerId, identity: Uint8Array): void {
    const outbox = new Outbox((messages) =>
      sendNow(this.#router, [identity, ...packMessages(messages)], (reason) =>
        this.#lose(peer, reason),
      ),
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
