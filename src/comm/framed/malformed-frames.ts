// Malformed frames: counted, reported to the listener, dropped.
import type { ProtocolError } from "../../base/errors.js";

/** Frames that were dropped. */
export interface MalformedFrames {
  /** The kind of socket that they came to. */
  readonly socket: "scheduler" | "link" | "dataServer" | "dataFetcher" | "actorChannel";
  /** The socket's address, or the peer's for sockets that connect. */
  readonly address: string;
  /** What was wrong with them. */
  readonly error: ProtocolError;
}

/** Counts the foreign frames of one socket. */
export class MalformedFrameCounter {
  readonly #socket: MalformedFrames["socket"];
  readonly #address: string;
  readonly #report: (dropped: MalformedFrames) => void;
  #count = 0;

  constructor(
    socket: MalformedFrames["socket"],
    address: string,
    report: (dropped: MalformedFrames) => void,
  ) {
    this.#socket = socket;
    this.#address = address;
    this.#report = report;
  }

  get count(): number {
    return this.#count;
  }

  drop(error: ProtocolError): void {
    this.#count++;
    this.#report({ socket: this.#socket, address: this.#address, error });
  }
}
