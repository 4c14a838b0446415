// Connections that carry messages of frames, whole and in order. ZeroMQ implements them
// (zeromq-transport.ts); framed-transport.ts and the files that it names use them.
import type { PeerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";

/** Receives events of a {@link FrameLine}. */
export interface FrameLineListener {
  received(frames: Buffer[]): void;
  /**
   * The connection ended: nothing more arrives, and nothing more is sent.
   *
   * @param tookLeave whether the peer has closed it, and not a fault
   */
  lost(reason: string, tookLeave: boolean): void;
  /** An attempt to connect failed, this many in a row; another follows. */
  connectFailed?(attempts: number): void;
}

/** The end that connected. It connects once: when that connection is lost, so is the line. */
export interface FrameLine {
  readonly isClosed: boolean;
  /** Why there is no connection, as far as is known; undefined while there is one. */
  readonly connectError: string | undefined;
  /** Whether the peer does not let this process in, which `connectError` explains. */
  readonly isRefused: boolean;
  /** Sets the listener; earlier frames wait until then. */
  listen(listener: FrameLineListener): void;
  /**
   * Sends at once, from where the frames are: they may not change until the peer has them, and none
   * of these views is garbage before the system has taken it.
   */
  send(frames: readonly Uint8Array[]): void;
  /**
   * Closes when the peer has received the queued frames, is gone, or has not answered for a while.
   */
  close(): Promise<void>;
  /** Closes without sending: the peer is gone, or of no interest. */
  abandon(): void;
}

/** Receives events of a {@link FrameServer}. */
export interface FrameServerListener {
  received(from: PeerId, frames: Buffer[]): void;
  /**
   * The connection of a peer that has sent something ended.
   *
   * @param tookLeave whether the peer has closed it, and not a fault
   */
  lost(peer: PeerId, reason: string, tookLeave: boolean): void;
}

/** The end that is connected to, by any number of peers. */
export interface FrameServer {
  /** Where peers connect, with the real port. */
  readonly address: string;
  readonly isClosed: boolean;
  /** Sets the listener; earlier frames wait until then. */
  listen(listener: FrameServerListener): void;
  /** The role that the peer has proved; undefined where peers have no keys. */
  roleOf(peer: PeerId): Role | undefined;
  /** As {@link FrameLine.send}; nothing for a peer that is gone. */
  send(to: PeerId, frames: readonly Uint8Array[]): void;
  /**
   * Closes when all peers have received the queued frames, are gone, or have not answered for a
   * while; after that, the address can be bound again.
   */
  close(): Promise<void>;
}

/** A kind of sockets. */
export interface FrameNetwork {
  /** @throws ClusterError `cluster.address` when the address cannot be bound (taken, malformed). */
  bind(address: string): Promise<FrameServer>;
  /**
   * Connects lazily: nothing may listen there yet.
   *
   * @throws ClusterError `cluster.address` when the address is malformed.
   */
  connect(address: string): FrameLine;
}
