// Fetches values over ZeroMQ: one connection per peer, opened when it is first asked for something
// and kept until the peer is gone or forgotten.
import type { Dealer } from "zeromq";
import { ClusterError } from "../base/errors.js";
import type { ForeignFrames } from "./foreign-frames.js";
import { MemoryBorrower } from "./memory-borrower.js";
import type { DataFetcher, DataItem, DataRequestBody } from "./transport.js";
import { ZeroMqDataConnection } from "./zeromq-data-connection.js";

/**
 * Makes a socket, hands it to its user, and only then lets it connect to `address`: so that its
 * monitor misses nothing.
 */
export type Connect = <User>(address: string, use: (dealer: Dealer) => User) => User;

/** A {@link DataFetcher} over DEALERs. */
export class ZeroMqDataFetcher implements DataFetcher {
  readonly #connect: Connect;
  readonly #onForeignFrames: (dropped: ForeignFrames) => void;
  readonly #connections = new Map<string, ZeroMqDataConnection>();
  readonly #borrower = new MemoryBorrower();
  #isClosed = false;

  constructor(connect: Connect, onForeignFrames: (dropped: ForeignFrames) => void) {
    this.#connect = connect;
    this.#onForeignFrames = onForeignFrames;
  }

  async fetch(
    address: string,
    request: DataRequestBody,
    timeoutMs: number,
  ): Promise<(DataItem | undefined)[]> {
    if (this.#isClosed) throw new ClusterError("closed", "the fetcher of data is closed");
    let connection = this.#connections.get(address);
    if (connection === undefined || connection.isClosed) {
      connection = this.#connect(
        address,
        (dealer) =>
          new ZeroMqDataConnection(dealer, address, this.#borrower, this.#onForeignFrames),
      );
      this.#connections.set(address, connection);
    }
    return connection.fetch(request, timeoutMs);
  }

  forget(address: string): void {
    this.#connections.get(address)?.lose("it is known to be gone");
    this.#connections.delete(address);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#connections.values()) {
      connection.close(new ClusterError("closed", "the fetcher of data was closed"));
    }
    this.#connections.clear();
  }
}
