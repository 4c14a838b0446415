// A server of frames at a socket of the system.
import { createServer, type Server, type Socket } from "node:net";
import type { PeerId } from "../../protocol/values/ids.js";
import type { FrameServer, FrameServerListener } from "../framed/frame-lines.js";
import { UnixConnection } from "./unix-connection.js";

/** A {@link FrameServer} at a path. */
export class UnixServer implements FrameServer {
  readonly address: string;
  readonly #server: Server;
  readonly #lingerMs: number;
  readonly #peers = new Map<PeerId, UnixConnection>();
  #met = 0;
  #listener: FrameServerListener | undefined;
  #isClosed = false;

  private constructor(server: Server, address: string, lingerMs: number) {
    this.#server = server;
    this.address = address;
    this.#lingerMs = lingerMs;
    server.on("connection", (socket) => this.#meet(socket));
  }

  /**
   * Listens at `path`, which is free.
   *
   * @throws an error with the system's `code`
   */
  static bind(path: string, address: string, lingerMs: number): Promise<UnixServer> {
    const server = createServer();
    const bound = new UnixServer(server, address, lingerMs);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, () => resolve(bound));
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  listen(listener: FrameServerListener): void {
    this.#listener = listener;
    for (const [peer, connection] of this.#peers) this.#hear(peer, connection, listener);
  }

  send(to: PeerId, frames: readonly Uint8Array[]): void {
    this.#peers.get(to)?.send(frames);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The system's file of the socket goes with it.
    const freed = new Promise((resolve) => this.#server.close(resolve));
    const ends = [...this.#peers.values()].map((connection) => connection.close());
    this.#peers.clear();
    await Promise.all([freed, ...ends]);
  }

  #meet(socket: Socket): void {
    const connection = new UnixConnection(socket, this.#lingerMs);
    if (this.#isClosed) {
      connection.abandon();
      return;
    }
    const peer = `peer-${++this.#met}`;
    this.#peers.set(peer, connection);
    if (this.#listener !== undefined) this.#hear(peer, connection, this.#listener);
  }

  #hear(peer: PeerId, connection: UnixConnection, listener: FrameServerListener): void {
    connection.listen({
      received: (frames) => listener.received(peer, frames),
      lost: (reason) => {
        this.#peers.delete(peer);
        listener.lost(peer, reason);
      },
      foreign: (error) => listener.foreign(error),
    });
  }
}
