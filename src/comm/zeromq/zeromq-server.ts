// A server of frames over ZeroMQ: a bound ROUTER from zeromq-transport.ts. ZeroMQ's identities of
// connections distinguish its peers.
import { rm } from "node:fs/promises";
import type { Router } from "zeromq";
import type { PeerId } from "../../protocol/values/ids.js";
import type { FrameServer, FrameServerListener } from "../framed/frame-lines.js";
import { type Address, formatAddress } from "../interface/address.js";
import { FAREWELL, isDisconnection, isFarewell } from "./zeromq-disconnection.js";
import { closeListener, receiveAll, sendNow } from "./zeromq-socket.js";

/** A {@link FrameServer} over a ROUTER that is bound to an address. */
export class ZeroMqServer implements FrameServer {
  readonly address: string;
  readonly #router: Router;
  readonly #bound: Address;
  /** Connected peers that have sent something, with their identities. */
  readonly #peers = new Map<PeerId, Buffer>();
  #listener: FrameServerListener | undefined;
  #closing: Promise<void> | undefined;
  /** Called whenever a peer is gone. */
  #onGone = () => {};

  constructor(router: Router, bound: Address) {
    this.#router = router;
    this.#bound = bound;
    const asked = formatAddress(bound);
    this.address = bound.transport === "tcp" ? (router.lastEndpoint ?? asked) : asked;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  listen(listener: FrameServerListener): void {
    this.#listener = listener;
    receiveAll(this.#router, ([identity, ...frames]) => {
      if (identity !== undefined) this.#receive(identity, frames);
    });
  }

  send(to: PeerId, frames: readonly Uint8Array[]): void {
    if (!this.isClosed) this.#send(to, frames);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #receive(identity: Buffer, frames: Buffer[]): void {
    const peer = identity.toString("hex");
    const takesLeave = isFarewell(frames);
    if (takesLeave) this.#send(peer, [FAREWELL]);
    if (takesLeave || isDisconnection(frames)) this.#lose(peer);
    else if (!this.isClosed) {
      if (!this.#peers.has(peer)) this.#peers.set(peer, identity);
      this.#listener?.received(peer, frames);
    }
  }

  #send(to: PeerId, frames: readonly Uint8Array[]): void {
    const identity = this.#peers.get(to);
    if (identity === undefined) return;
    sendNow(this.#router, [identity, ...frames], (reason) => this.#lose(to, reason));
  }

  #lose(peer: PeerId, reason = "connection closed"): void {
    if (!this.#peers.delete(peer)) return;
    this.#onGone();
    if (!this.isClosed) this.#listener?.lost(peer, reason);
  }

  async #end(): Promise<void> {
    await this.#takeLeave();
    await closeListener(this.#router);
    // ZeroMQ leaves the file of an ipc socket behind.
    if (this.#bound.transport === "ipc") await rm(this.#bound.path, { force: true });
  }

  /** Waits until all peers have got everything, or have been silent for too long. */
  #takeLeave(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#router.linger);
      this.#onGone = () => {
        if (this.#peers.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
      for (const peer of this.#peers.keys()) this.#send(peer, [FAREWELL]);
      this.#onGone();
    });
  }
}
