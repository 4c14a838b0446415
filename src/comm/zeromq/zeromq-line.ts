// A line of frames over ZeroMQ: a DEALER, which is made in zeromq-transport.ts.
import type { Dealer } from "zeromq";
import type { FrameLine, FrameLineListener } from "../framed/frame-lines.js";
import { ConnectionWatch } from "./zeromq-connection-watch.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { receiveAll, sendNow } from "./zeromq-socket.js";

/** A {@link FrameLine} over a DEALER that does not connect yet: so that its monitor misses nothing. */
export class ZeroMqLine implements FrameLine {
  readonly #dealer: Dealer;
  readonly #watch: ConnectionWatch;
  #listener: FrameLineListener | undefined;
  /** It was lost before anyone listened. */
  #isLost = false;

  constructor(dealer: Dealer, address: string) {
    this.#dealer = dealer;
    this.#watch = new ConnectionWatch(dealer, address, (attempts) =>
      this.#listener?.connectFailed?.(attempts),
    );
  }

  get isClosed(): boolean {
    return this.#dealer.closed;
  }

  get connectError(): string | undefined {
    return this.#watch.connectError;
  }

  listen(listener: FrameLineListener): void {
    this.#listener = listener;
    if (this.#isLost) setImmediate(() => listener.lost("connection closed"));
    if (this.#dealer.closed) return;
    receiveAll(this.#dealer, (frames) => {
      if (isDisconnection(frames)) this.#lose("connection closed");
      else listener.received(frames);
    });
  }

  send(frames: readonly Uint8Array[]): void {
    sendNow(this.#dealer, frames, (reason) => this.#lose(reason));
  }

  /** ZeroMQ sends what is queued after it has closed. */
  async close(): Promise<void> {
    this.#dealer.close();
  }

  abandon(): void {
    if (this.#dealer.closed) return;
    this.#dealer.linger = 0;
    this.#dealer.close();
  }

  #lose(reason: string): void {
    if (this.#dealer.closed) return;
    this.abandon();
    this.#isLost = true;
    this.#listener?.lost(reason);
  }
}
