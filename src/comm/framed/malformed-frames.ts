// Malformed frames: counted, dropped, and reported to a listener at exponentially growing counts.
import type { ProtocolError } from "../../base/errors.js";
import type { PeerId } from "../../protocol/values/ids.js";

/** Frames that were dropped. */
export interface MalformedFrames {
  /** The kind of socket that they came to. */
  readonly socket: "scheduler" | "link" | "dataServer" | "dataFetcher" | "actorChannel";
  /** The socket's address, or the peer's for sockets that connect. */
  readonly address: string;
  /** The mistake in the last of them. */
  readonly error: ProtocolError;
  /** How many of one peer and one mistake were dropped so far: 1, 2, 4, 8 and so on. */
  readonly count: number;
}

/** Peers and mistakes that are counted on their own; those beyond are counted together. */
const COUNTS_MAX = 100;
const OTHERS = "";
/** Positions, lengths and the like, by which reports of one mistake differ. */
const NUMBERS = /\d+/g;

/** Counts the foreign frames of one socket. */
export class MalformedFrameCounter {
  readonly #socket: MalformedFrames["socket"];
  readonly #address: string;
  readonly #report: (dropped: MalformedFrames) => void;
  readonly #counts = new Map<string, number>();
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

  /** @param peer the one that sent it, where the socket has several */
  drop(error: ProtocolError, peer: PeerId = this.#address): void {
    this.#count++;
    const own = `${peer} ${error.message.replace(NUMBERS, "")}`;
    const isCounted = this.#counts.has(own) || this.#counts.size < COUNTS_MAX;
    const key = isCounted ? own : OTHERS;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if ((count & (count - 1)) !== 0) return;
    this.#report({ socket: this.#socket, address: this.#address, error, count });
  }
}
