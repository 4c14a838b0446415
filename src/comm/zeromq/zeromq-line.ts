// A line of frames over ZeroMQ: a DEALER from zeromq-transport.ts.
import type { Dealer } from "zeromq";
import type { Role } from "../../protocol/values/roles.js";
import type { FrameLine, FrameLineListener } from "../framed/frame-lines.js";
import { ConnectionWatch } from "./zeromq-connection-watch.js";
import { FAREWELL, isDisconnection, isFarewell } from "./zeromq-disconnection.js";
import { receiveAll, sendNow } from "./zeromq-socket.js";

/** How much later the monitor may report why a connection ended than the socket reports its end. */
const MONITOR_DELAY_MS = 100;

/**
 * A {@link FrameLine} over a DEALER that does not connect yet: so that its monitor misses nothing.
 */
export class ZeroMqLine implements FrameLine {
  readonly #dealer: Dealer;
  readonly #watch: ConnectionWatch;
  #listener: FrameLineListener | undefined;
  #isReceiving = false;
  /** Why it was lost, if it was before anyone listened. */
  #lost: { readonly reason: string; readonly tookLeave: boolean } | undefined;
  #isRefused = false;
  #hasHeard = false;
  #closing: Promise<void> | undefined;
  /** Ends the waiting of {@link close}. */
  #endClosing = () => {};

  /** @param own the role of the keys that the DEALER has, if any */
  constructor(dealer: Dealer, address: string, own?: Role) {
    this.#dealer = dealer;
    this.#watch = new ConnectionWatch(dealer, address, own, {
      failed: (attempts) => {
        if (this.#closing !== undefined) this.abandon();
        else this.#listener?.connectFailed?.(attempts);
      },
      refused: (reason) => {
        this.#isRefused = true;
        if (this.#closing !== undefined) this.abandon();
        else this.#lose(reason);
      },
    });
  }

  get isClosed(): boolean {
    return this.#closing !== undefined || this.#dealer.closed;
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  get connectError(): string | undefined {
    return this.#watch.connectError;
  }

  listen(listener: FrameLineListener): void {
    this.#listener = listener;
    const lost = this.#lost;
    if (lost !== undefined) setImmediate(() => listener.lost(lost.reason, lost.tookLeave));
    this.#receive();
  }

  send(frames: readonly Uint8Array[]): void {
    if (this.isClosed) return;
    sendNow(this.#dealer, frames, (reason) => this.#end(reason, false));
  }

  close(): Promise<void> {
    if (this.#closing !== undefined || this.#dealer.closed) {
      return this.#closing ?? Promise.resolve();
    }
    if (this.connectError !== undefined) {
      this.abandon();
      return Promise.resolve();
    }
    this.#closing = new Promise((resolve) => {
      const timer = setTimeout(() => this.#endClosing(), this.#dealer.linger);
      this.#endClosing = () => {
        clearTimeout(timer);
        this.#dealer.close();
        resolve();
      };
    });
    this.#receive();
    sendNow(this.#dealer, [FAREWELL], () => this.abandon());
    return this.#closing;
  }

  abandon(): void {
    if (this.#dealer.closed) return;
    this.#dealer.linger = 0;
    this.#dealer.close();
    this.#endClosing();
  }

  #receive(): void {
    if (this.#isReceiving || this.#dealer.closed) return;
    this.#isReceiving = true;
    receiveAll(this.#dealer, (frames) => {
      const tookLeave = isFarewell(frames);
      const isOver = tookLeave || isDisconnection(frames);
      if (this.#closing !== undefined) {
        if (isOver) this.#endClosing();
      } else if (isOver) this.#end("connection closed", tookLeave);
      else {
        this.#hasHeard = true;
        this.#listener?.received(frames);
      }
    });
  }

  /** The connection ended; one over which nothing came may have been refused. */
  #end(reason: string, tookLeave: boolean): void {
    if (this.#hasHeard) this.#lose(reason, tookLeave);
    else setTimeout(() => this.#lose(reason, tookLeave), MONITOR_DELAY_MS);
  }

  #lose(reason: string, tookLeave = false): void {
    if (this.isClosed) return;
    this.abandon();
    this.#lost = { reason, tookLeave };
    this.#listener?.lost(reason, tookLeave);
  }
}
