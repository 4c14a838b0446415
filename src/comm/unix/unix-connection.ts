// One connection over a socket of the system that stands: frames in and out, and its end. Both ends of a
// connection are alike; who listens and who connects is unix-server.ts and unix-line.ts.
import type { Socket } from "node:net";
import type { ProtocolError } from "../../base/errors.js";
import { FrameReader, piecesOf } from "./frame-stream.js";

/**
 * Milliseconds of handling after which a connection lets the event loop turn: a flood from one peer must not keep
 * the words of others, and timers, waiting.
 */
const TURN_MS = 4;

/** Hears what comes over a connection. */
export interface UnixConnectionListener {
  received(frames: Buffer[]): void;
  lost(reason: string): void;
  foreign(error: ProtocolError): void;
}

/** A socket that frames go through. What was written to it before it stands goes out then. */
export class UnixConnection {
  readonly #socket: Socket;
  readonly #lingerMs: number;
  /**
   * What the system has not taken yet. A socket keeps the memory, but not the views of it that it was given:
   * whoever lent the memory (in-flight-buffers.ts) takes it back when those are collected.
   */
  readonly #unsent = new Set<readonly Uint8Array[]>();
  #isClosed = false;
  #isLost = false;

  constructor(socket: Socket, lingerMs: number) {
    this.#socket = socket;
    this.#lingerMs = lingerMs;
    // What is wrong with it matters to nobody: it is lost.
    socket.on("error", () => {});
    socket.once("close", () => (this.#isLost = true));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Says who hears; what came before waits until then. */
  listen(listener: UnixConnectionListener): void {
    const socket = this.#socket;
    const lose = () => {
      if (this.#isClosed) return;
      this.abandon();
      listener.lost("connection closed");
    };
    const reader = new FrameReader((frames) => {
      // Whoever closed hears no more, be it in the middle of what came.
      if (!this.#isClosed) listener.received(frames);
    });
    let busyMs = 0;
    socket.on("data", (chunk: Buffer) => {
      if (this.#isClosed) return;
      const startMs = performance.now();
      const error = reader.read(chunk);
      if (error !== undefined) {
        listener.foreign(error);
        lose();
      }
      busyMs += performance.now() - startMs;
      if (busyMs < TURN_MS) return;
      busyMs = 0;
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.on("end", lose);
    socket.on("close", lose);
    if (this.#isLost) setImmediate(lose);
  }

  /** Sends at once; a peer that reads slowly holds up nobody else, so nothing waits for it. */
  send(frames: readonly Uint8Array[]): void {
    if (this.#isClosed || this.#isLost) return;
    const pieces = piecesOf(frames);
    const last = pieces.pop() as Uint8Array;
    if (pieces.length === 0) {
      this.#socket.write(last);
      return;
    }
    this.#unsent.add(frames);
    this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    this.#socket.write(last, () => this.#unsent.delete(frames));
    this.#socket.uncork();
  }

  /**
   * Sends what is queued, and waits until the peer has closed its end as well, so that what it says
   * meanwhile fails nothing.
   */
  close(): Promise<void> {
    const socket = this.#socket;
    this.#isClosed = true;
    if (this.#isLost) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), this.#lingerMs);
      socket.on("close", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.resume();
      socket.end();
    });
  }

  /** Closes at once. */
  abandon(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }
}
