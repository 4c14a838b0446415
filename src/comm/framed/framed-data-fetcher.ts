// Fetches values over lines of frames: one connection per peer, opened with the first request and
// kept until the peer is lost or forgotten.
import { ClusterError } from "../../base/errors.js";
import type { DataFetcher, DataItem, DataRequestBody, NoteHeld } from "../interface/transport.js";
import { MemoryBorrower } from "../memory/memory-borrower.js";
import type { FrameNetwork } from "./frame-lines.js";
import { FramedDataConnection } from "./framed-data-connection.js";
import type { MalformedFrames } from "./malformed-frames.js";

/** A {@link DataFetcher} over lines of frames. */
export class FramedDataFetcher implements DataFetcher {
  readonly #network: FrameNetwork;
  readonly #onMalformedFrames: (dropped: MalformedFrames) => void;
  readonly #connections = new Map<string, FramedDataConnection>();
  readonly #borrower = new MemoryBorrower();
  #isClosed = false;

  constructor(network: FrameNetwork, onMalformedFrames: (dropped: MalformedFrames) => void) {
    this.#network = network;
    this.#onMalformedFrames = onMalformedFrames;
  }

  async fetch(
    address: string,
    request: DataRequestBody,
    timeoutMs: number,
    noteHeld?: NoteHeld,
  ): Promise<(DataItem | undefined)[]> {
    if (this.#isClosed) throw new ClusterError("closed", "the data fetcher is closed");
    let connection = this.#connections.get(address);
    if (connection === undefined || connection.isClosed) {
      const line = this.#network.connect(address);
      connection = new FramedDataConnection(line, address, this.#borrower, this.#onMalformedFrames);
      this.#connections.set(address, connection);
    }
    return connection.fetch(request, timeoutMs, noteHeld);
  }

  forget(address: string): void {
    this.#connections.get(address)?.lose("it is known to be gone");
    this.#connections.delete(address);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = new ClusterError("closed", "the data fetcher was closed");
    const closing = [...this.#connections.values()].map((connection) => connection.close(closed));
    this.#connections.clear();
    await Promise.all(closing);
  }
}
