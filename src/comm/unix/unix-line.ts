// A line of frames to a socket of the system: connects, again and again until somebody listens there.
import { connect, type Socket } from "node:net";
import type { FrameLine, FrameLineListener } from "../framed/frame-lines.js";
import { UnixConnection } from "./unix-connection.js";

const RECONNECT_INTERVAL_MS = 100;

/** A {@link FrameLine} to the socket at a path. */
export class UnixLine implements FrameLine {
  readonly #path: string;
  readonly #address: string;
  readonly #lingerMs: number;
  #listener: FrameLineListener | undefined;
  /** Once it stands. */
  #connection: UnixConnection | undefined;
  #connecting: Socket | undefined;
  /** What was sent before it stood. */
  #waiting: (readonly Uint8Array[])[] = [];
  #retry: NodeJS.Timeout | undefined;
  #failedAttempts = 0;
  #isClosed = false;
  /** Resolves when the first attempt to connect has ended. */
  readonly #tried: Promise<void>;
  #endTry!: () => void;
  connectError: string | undefined;

  constructor(path: string, address: string, lingerMs: number) {
    this.#path = path;
    this.#address = address;
    this.#lingerMs = lingerMs;
    this.#tried = new Promise((resolve) => (this.#endTry = resolve));
    this.#connect();
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#connection?.isClosed === true;
  }

  listen(listener: FrameLineListener): void {
    this.#listener = listener;
    this.#connection?.listen(listener);
  }

  send(frames: readonly Uint8Array[]): void {
    if (this.isClosed) return;
    if (this.#connection === undefined) this.#waiting.push(frames);
    else this.#connection.send(frames);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#tried;
    if (this.#connection === undefined) this.abandon();
    else await this.#connection.close();
  }

  abandon(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#connecting?.destroy();
    this.#connection?.abandon();
    this.#waiting = [];
    this.#endTry();
  }

  #connect(): void {
    const socket = connect(this.#path);
    this.#connecting = socket;
    const fail = () => this.#failed();
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.off("error", fail);
      this.#stand(socket);
    });
  }

  #stand(socket: Socket): void {
    this.connectError = undefined;
    this.#connecting = undefined;
    this.#connection = new UnixConnection(socket, this.#lingerMs);
    if (this.#listener !== undefined) this.#connection.listen(this.#listener);
    for (const frames of this.#waiting.splice(0)) this.#connection.send(frames);
    this.#endTry();
  }

  #failed(): void {
    this.#endTry();
    if (this.#isClosed) return;
    this.connectError = `nothing listens at ${this.#address}`;
    this.#retry = setTimeout(() => this.#connect(), RECONNECT_INTERVAL_MS);
    this.#listener?.connectFailed?.(++this.#failedAttempts);
  }
}
