// A server of frames that counts the bytes which go through it.
import type { PeerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";
import type { Traffic } from "../interface/transport.js";
import type { FrameServer, FrameServerListener } from "./frame-lines.js";

/** Counts for another server. */
export class CountedServer implements FrameServer {
  readonly #server: FrameServer;
  readonly traffic: { -readonly [K in keyof Traffic]: Traffic[K] } = {
    receivedBytes: 0,
    sentBytes: 0,
  };

  constructor(server: FrameServer) {
    this.#server = server;
  }

  get address(): string {
    return this.#server.address;
  }

  get isClosed(): boolean {
    return this.#server.isClosed;
  }

  listen(listener: FrameServerListener): void {
    this.#server.listen({
      received: (from, frames) => {
        for (const { byteLength } of frames) this.traffic.receivedBytes += byteLength;
        listener.received(from, frames);
      },
      lost: (peer, reason, tookLeave) => listener.lost(peer, reason, tookLeave),
    });
  }

  roleOf(peer: PeerId): Role | undefined {
    return this.#server.roleOf(peer);
  }

  send(to: PeerId, frames: readonly Uint8Array[]): void {
    for (const { byteLength } of frames) this.traffic.sentBytes += byteLength;
    this.#server.send(to, frames);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
