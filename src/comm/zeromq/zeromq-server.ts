// A server of frames over ZeroMQ: a bound ROUTER from zeromq-transport.ts. ZeroMQ's identities of
// connections distinguish its peers. Where peers have keys, the first frames of each prove its
// role.
import { rm } from "node:fs/promises";
import type { Router } from "zeromq";
import type { PeerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";
import type { FrameServer, FrameServerListener } from "../framed/frame-lines.js";
import { type Address, formatAddress } from "../interface/address.js";
import type { Admitted, Gate } from "../security/gate.js";
import { type ServerOwner, withRole } from "../security/server-roles.js";
import { FAREWELL, isDisconnection, isFarewell } from "./zeromq-disconnection.js";
import { closeListener, receiveAll, sendNow } from "./zeromq-socket.js";

/** The rules of a server whose peers have keys. */
export interface Guard {
  readonly gate: Gate;
  /** Whose keys the server has. */
  readonly owner: ServerOwner;
  /** Called when nothing connects to it any more. */
  leave(): Promise<void>;
}

/** A {@link FrameServer} over a ROUTER that is bound to an address. */
export class ZeroMqServer implements FrameServer {
  readonly address: string;
  readonly #router: Router;
  readonly #bound: Address;
  readonly #guard: Guard | undefined;
  /** Connected peers that have sent something, with their identities. */
  readonly #peers = new Map<PeerId, Buffer>();
  /** The roles of peers that have keys. */
  readonly #admitted = new Map<PeerId, Admitted>();
  #listener: FrameServerListener | undefined;
  #closing: Promise<void> | undefined;
  /** Called whenever a peer is gone. */
  #onGone = () => {};

  constructor(router: Router, bound: Address, guard?: Guard) {
    this.#router = router;
    this.#bound = bound;
    this.#guard = guard;
    const asked = formatAddress(bound);
    const address = bound.transport === "tcp" ? (router.lastEndpoint ?? asked) : asked;
    this.address = guard === undefined ? address : withRole(address, guard.owner);
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

  roleOf(peer: PeerId): Role | undefined {
    return this.#admitted.get(peer)?.role;
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
    if (takesLeave || isDisconnection(frames)) {
      this.#lose(peer, "connection closed", takesLeave);
    } else if (!this.isClosed) {
      if (!this.#peers.has(peer) && !this.#letIn(peer, identity, frames)) return;
      if (!this.#isStillLetIn(peer)) return;
      this.#listener?.received(peer, frames);
    }
  }

  /** Adds a new peer that is let in; true if these frames are a message, and no proof of a role. */
  #letIn(peer: PeerId, identity: Buffer, frames: readonly Buffer[]): boolean {
    if (this.#guard === undefined) {
      this.#peers.set(peer, identity);
      return true;
    }
    const admitted = this.#guard.gate.admit(frames);
    if (admitted !== undefined) {
      this.#peers.set(peer, identity);
      this.#admitted.set(peer, admitted);
    }
    return false;
  }

  /** Whether its keys are those of its role; one whose keys were taken back is cut off. */
  #isStillLetIn(peer: PeerId): boolean {
    const admitted = this.#admitted.get(peer);
    if (admitted === undefined || this.#guard?.gate.isCurrent(admitted) !== false) return true;
    this.#lose(peer, "its keys were taken back", true);
    return false;
  }

  #send(to: PeerId, frames: readonly Uint8Array[]): void {
    const identity = this.#peers.get(to);
    if (identity === undefined) return;
    sendNow(this.#router, [identity, ...frames], (reason) => this.#lose(to, reason, false));
  }

  #lose(peer: PeerId, reason: string, tookLeave: boolean): void {
    if (!this.#peers.delete(peer)) return;
    this.#admitted.delete(peer);
    this.#onGone();
    if (!this.isClosed) this.#listener?.lost(peer, reason, tookLeave);
  }

  async #end(): Promise<void> {
    await this.#takeLeave();
    await closeListener(this.#router);
    await this.#guard?.leave();
    // ZeroMQ leaves the file of an ipc socket behind.
    if (this.#bound.transport === "ipc") await rm(this.#bound.path, { force: true });
  }

  /** Waits until all peers have received everything, or have been silent for too long. */
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
