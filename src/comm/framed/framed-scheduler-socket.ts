// The scheduler's end over lines of frames: one server for all its peers.
import { ProtocolError } from "../../base/errors.js";
import { decodeMessages } from "../../protocol/frames/frames.js";
import { TO_SCHEDULER } from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";
import type {
  FromScheduler,
  SchedulerSocket,
  ToScheduler,
  Traffic,
} from "../interface/transport.js";
import { CountedServer } from "./counted-server.js";
import type { FrameServer } from "./frame-lines.js";
import { INTERRUPTIONS, type Interruptions } from "./interruptions.js";
import type { MalformedFrameCounter } from "./malformed-frames.js";
import type { MessageBatcher } from "./message-batches.js";
import { PeerSessions } from "./peer-sessions.js";
import { readWord } from "./session-words.js";

/** A {@link SchedulerSocket} over a server of frames. */
export class FramedSchedulerSocket implements SchedulerSocket {
  readonly address: string;
  readonly #server: CountedServer;
  readonly #foreign: MalformedFrameCounter;
  readonly #sessions: PeerSessions;
  /** Those that something was put into since the last {@link FramedSchedulerSocket.flush}. */
  #filled: MessageBatcher[] = [];
  #onMessage: (from: PeerId, message: ToScheduler) => void = () => {};
  #onPeerLost: (peer: PeerId, reason: string) => void = () => {};
  #onInterrupted: (peer: PeerId, text: string) => void = () => {};

  constructor(
    server: FrameServer,
    foreign: MalformedFrameCounter,
    interruptions: Interruptions = INTERRUPTIONS,
  ) {
    this.#server = new CountedServer(server);
    this.address = server.address;
    this.#foreign = foreign;
    this.#sessions = new PeerSessions(this.#server, interruptions, {
      lost: (peer, reason) => this.#onPeerLost(peer, reason),
      interrupted: (peer, text) => this.#onInterrupted(peer, text),
    });
  }

  get traffic(): Traffic {
    return this.#server.traffic;
  }

  get foreignFrameCount(): number {
    return this.#foreign.count;
  }

  roleOf(peer: PeerId): Role | undefined {
    return this.#sessions.get(peer)?.role;
  }

  send(to: PeerId, message: FromScheduler): void {
    const session = this.#sessions.get(to);
    if (session === undefined) return;
    if (message.type === "peerRefused") session.isRefused = true;
    const { outbox } = session;
    if (outbox.isEmpty) this.#filled.push(outbox);
    outbox.push(message);
  }

  flush(): void {
    const filled = this.#filled;
    this.#filled = [];
    for (const outbox of filled) outbox.flush();
  }

  onMessage(handler: (from: PeerId, message: ToScheduler) => void): void {
    this.#onMessage = handler;
    this.#server.listen({
      received: (connection, frames) => this.#receive(connection, frames),
      lost: (connection, reason, tookLeave) => this.#sessions.lose(connection, reason, tookLeave),
    });
  }

  onPeerLost(handler: (peer: PeerId, reason: string) => void): void {
    this.#onPeerLost = handler;
  }

  onInterrupted(handler: (peer: PeerId, text: string) => void): void {
    this.#onInterrupted = handler;
  }

  async close(): Promise<void> {
    for (const { outbox } of this.#sessions.all()) outbox.flush();
    this.#sessions.clear();
    await this.#server.close();
  }

  #receive(connection: PeerId, frames: Buffer[]): void {
    const word = readWord(frames);
    if (word !== undefined) {
      const fault = word instanceof ProtocolError ? word : this.#sessions.hear(connection, word);
      if (fault !== undefined) this.#foreign.drop(fault, connection);
      return;
    }
    const known = this.#sessions.at(connection);
    if (known !== undefined) {
      known.heardMs = performance.now();
      if (known.token !== undefined) known.received.add();
    }
    const messages = decodeMessages<ToScheduler>(frames, TO_SCHEDULER);
    if (messages instanceof ProtocolError) {
      this.#foreign.drop(messages, connection);
      return;
    }
    const { peer } = known ?? this.#sessions.meet(connection);
    for (const message of messages) this.#onMessage(peer, message);
  }
}
