// The scheduler's peers over a server of frames. A peer has one connection at a time; where its
// link has begun a session, it outlives connections that break.
import { ProtocolError } from "../../base/errors.js";
import { formatDuration } from "../../base/units.js";
import { packMessages } from "../../protocol/frames/frames.js";
import type { PeerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";
import { ReceivedBatches, SentBatches } from "./counted-batches.js";
import type { FrameServer } from "./frame-lines.js";
import { type Interruptions, RECENT_MS } from "./interruptions.js";
import { MessageBatcher } from "./message-batches.js";
import { encodeWord, type SessionWord } from "./session-words.js";

/** One peer, from its first message to its end. */
export interface PeerSession {
  /** Its name for the scheduler: that of its first connection. */
  readonly peer: PeerId;
  readonly role: Role | undefined;
  /** The name of its session; undefined where its connection is all there is. */
  readonly token: string | undefined;
  readonly outbox: MessageBatcher;
  readonly sent: SentBatches;
  readonly received: ReceivedBatches;
  /** Undefined while it has none. */
  connection: PeerId | undefined;
  heardMs: number;
  interruptedMs: number;
  /** Ends the wait for it. */
  timer: NodeJS.Timeout | undefined;
  /** Whether the scheduler has sent it away: it is not waited for. */
  isRefused: boolean;
}

/** What {@link PeerSessions} reports. */
export interface PeerSessionsListener {
  lost(peer: PeerId, reason: string): void;
  interrupted(peer: PeerId, text: string): void;
}

/** All peers, by name, by connection and by session. */
export class PeerSessions {
  readonly #server: FrameServer;
  readonly #times: Interruptions;
  readonly #listener: PeerSessionsListener;
  readonly #peers = new Map<PeerId, PeerSession>();
  readonly #connections = new Map<PeerId, PeerSession>();
  readonly #tokens = new Map<string, PeerSession>();

  constructor(server: FrameServer, times: Interruptions, listener: PeerSessionsListener) {
    this.#server = server;
    this.#times = times;
    this.#listener = listener;
  }

  get(peer: PeerId): PeerSession | undefined {
    return this.#peers.get(peer);
  }

  all(): Iterable<PeerSession> {
    return this.#peers.values();
  }

  /** The peer that has this connection, if it was met. */
  at(connection: PeerId): PeerSession | undefined {
    return this.#connections.get(connection);
  }

  /** A new peer. */
  meet(connection: PeerId, token?: string): PeerSession {
    const sent = new SentBatches();
    const session: PeerSession = {
      ...{ peer: connection, connection, token, sent },
      role: this.#server.roleOf(connection),
      outbox: new MessageBatcher((messages) => this.#send(session, packMessages(messages))),
      received: new ReceivedBatches((received) => this.#say(session, "received", received)),
      heardMs: performance.now(),
      interruptedMs: 0,
      timer: undefined,
      isRefused: false,
    };
    this.#peers.set(connection, session);
    this.#connections.set(connection, session);
    if (token !== undefined) this.#tokens.set(token, session);
    return session;
  }

  /** A word came over a connection; the error of one that is out of place. */
  hear(connection: PeerId, { kind, token, received }: SessionWord): ProtocolError | undefined {
    const session = this.#connections.get(connection);
    const isNew = session === undefined;
    if (kind === "open" && isNew && !this.#tokens.has(token)) this.meet(connection, token);
    else if (kind === "resume" && isNew) this.#resume(connection, token, received);
    else if (kind !== "received" || isNew || !session.sent.acknowledge(received)) {
      return new ProtocolError(`a session word that is out of place: ${kind}`);
    }
    return undefined;
  }

  /** A connection ended. */
  lose(connection: PeerId, reason: string, tookLeave: boolean): void {
    const session = this.#connections.get(connection);
    if (session === undefined) return;
    this.#connections.delete(connection);
    session.connection = undefined;
    // Nothing is kept of peers that were never answered: there may be any number of these.
    const isWaitedFor = session.token !== undefined && session.sent.count > 0 && !session.isRefused;
    if (tookLeave || !isWaitedFor) {
      this.#end(session, reason);
      return;
    }
    const nowMs = performance.now();
    session.interruptedMs = nowMs;
    const { graceMs, keepMs } = this.#times;
    const waitMs = nowMs - session.heardMs < RECENT_MS ? graceMs : keepMs;
    session.timer = setTimeout(() => this.#end(session, reason), waitMs);
  }

  /** Forgets all peers, without a word. */
  clear(): void {
    for (const { timer, received } of this.#peers.values()) {
      clearTimeout(timer);
      received.stop();
    }
    for (const map of [this.#peers, this.#connections, this.#tokens]) map.clear();
  }

  #resume(connection: PeerId, token: string, received: number): void {
    const session = this.#tokens.get(token);
    const isHis =
      session !== undefined &&
      !session.isRefused &&
      session.role === this.#server.roleOf(connection) &&
      received >= session.sent.acknowledged &&
      session.sent.acknowledge(received);
    if (!isHis) {
      this.#server.send(connection, encodeWord("unknown"));
      return;
    }
    clearTimeout(session.timer);
    // It may have noticed the break before this side has.
    if (session.connection !== undefined) this.#connections.delete(session.connection);
    else this.#report(session);
    session.connection = connection;
    session.heardMs = performance.now();
    this.#connections.set(connection, session);
    this.#say(session, "resumed", session.received.count);
    session.sent.sendAgain((frames) => this.#server.send(connection, frames));
  }

  #report({ peer, interruptedMs }: PeerSession): void {
    const duration = formatDuration(performance.now() - interruptedMs);
    this.#listener.interrupted(peer, `is connected again after ${duration}; nothing was lost`);
  }

  #send(session: PeerSession, frames: readonly Uint8Array[]): void {
    if (session.token !== undefined) session.sent.keep(frames);
    if (session.connection !== undefined) this.#server.send(session.connection, frames);
  }

  #say({ connection, token }: PeerSession, kind: SessionWord["kind"], received: number): void {
    if (connection === undefined || token === undefined) return;
    this.#server.send(connection, encodeWord(kind, { received, token }));
  }

  #end(session: PeerSession, reason: string): void {
    session.outbox.clear();
    session.received.stop();
    this.#peers.delete(session.peer);
    if (session.token !== undefined) this.#tokens.delete(session.token);
    this.#listener.lost(session.peer, reason);
  }
}
