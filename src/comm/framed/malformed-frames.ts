// What becomes of frames that are not ours: counted, told to the one that listens, dropped.
import type { ProtocolError } from "../../base/errors.js";

/** Frames that were dropped. */
export interface ForeignFrames {
  /** The kind of socket that they came to. */
  readonly socket: "scheduler" | "link" | "dataServer" | "dataFetcher" | "callLine";
  /** The socket's address, or the peer's for sockets that connect. */
  readonly address: string;
  /** What was wrong with them. */
  readonly error: ProtocolError;
}

/** Counts the foreign frames of one socket. */
export class ForeignFrameCounter {
  readonly #socket: ForeignFrames["socket"];
  readonly #address: string;
  readonly #tell: (dropped: ForeignFrames) => void;
  #count = 0;

  constructor(
    socket: ForeignFrames["socket"],
    address: string,
    tell: (dropped: ForeignFrames) => void,
  ) {
    this.#socket = socket;
    this.#address = address;
    this.#tell = tell;
  }

  get count(): number {
    return this.#count;
  }

  drop(error: ProtocolError): void {
    this.#count++;
    this.#tell({ socket: this.#socket, address: this.#address, error });
  }
}
