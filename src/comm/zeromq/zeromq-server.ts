// A server of frames over ZeroMQ: a bound ROUTER, which is made in zeromq-transport.ts, and tells its peers apart by the
// identities that ZeroMQ gives their connections.
import { rm } from "node:fs/promises";
import type { Router } from "zeromq";
import type { PeerId } from "../../protocol/values/ids.js";
import type { FrameServer, FrameServerListener } from "../framed/frame-lines.js";
import { type Address, formatAddress } from "../interface/address.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { closeListener, receiveAll, sendNow } from "./zeromq-socket.js";

/** A {@link FrameServer} over a ROUTER that is bound to an address. */
export class ZeroMqServer implements FrameServer {
  readonly address: string;
  readonly #router: Router;
  readonly #bound: Address;
  #listener: FrameServerListener | undefined;

  constructor(router: Router, bound: Address) {
    this.#router = router;
    this.#bound = bound;
    const asked = formatAddress(bound);
    this.address = bound.transport === "tcp" ? (router.lastEndpoint ?? asked) : asked;
  }

  get isClosed(): boolean {
    return this.#router.closed;
  }

  listen(listener: FrameServerListener): void {
    this.#listener = listener;
    receiveAll(this.#router, ([identity, ...frames]) => {
      if (identity === undefined) return;
      const peer = identity.toString("hex");
      if (isDisconnection(frames)) listener.lost(peer, "connection closed");
      else listener.received(peer, frames);
    });
  }

  send(to: PeerId, frames: readonly Uint8Array[]): void {
    sendNow(this.#router, [Buffer.from(to, "hex"), ...frames], (reason) =>
      this.#listener?.lost(to, reason),
    );
  }

  async close(): Promise<void> {
    if (this.#router.closed) return;
    await closeListener(this.#router);
    // ZeroMQ leaves the file of an ipc socket behind.
    if (this.#bound.transport === "ipc") await rm(this.#bound.path, { force: true });
  }
}
