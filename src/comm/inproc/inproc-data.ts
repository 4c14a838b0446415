// Values within one process: a fetch calls the server's handler and gets the bytes themselves. The
// fetching side may release them.
import { ClusterError } from "../../base/errors.js";
import type { DataRequest } from "../../protocol/messages/messages.js";
import type { CallHandler } from "../interface/actor-channel.js";
import type {
  DataFetcher,
  DataHandler,
  DataItem,
  DataRequestBody,
  DataServer,
  NoteHeld,
} from "../interface/transport.js";

/** Serves values to fetchers of the same transport. */
export class InprocDataServer implements DataServer {
  readonly address: string;
  readonly handler: DataHandler;
  /** Takes calls of actors. */
  readonly calls: CallHandler | undefined;
  readonly #free: () => void;

  /** @param free gives the address back */
  constructor(address: string, handler: DataHandler, free: () => void, calls?: CallHandler) {
    this.address = address;
    this.handler = handler;
    this.calls = calls;
    this.#free = free;
  }

  async close(): Promise<void> {
    this.#free();
  }
}

interface Pending {
  readonly address: string;
  readonly fail: (error: Error) => void;
}

/** Fetches from the servers of one transport. */
export class InprocDataFetcher implements DataFetcher {
  readonly #servers: ReadonlyMap<string, InprocDataServer>;
  readonly #pending = new Set<Pending>();
  #requests = 0;
  #isClosed = false;

  constructor(servers: ReadonlyMap<string, InprocDataServer>) {
    this.#servers = servers;
  }

  fetch(
    address: string,
    body: DataRequestBody,
    timeoutMs: number,
    noteHeld?: NoteHeld,
  ): Promise<(DataItem | undefined)[]> {
    const request = { ...body, request: ++this.#requests } as DataRequest;
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new ClusterError("closed", "the data fetcher is closed"));
        return;
      }
      const pending: Pending = { address, fail: (error) => settle(() => reject(error)) };
      const timer = setTimeout(() => pending.fail(noAnswer(address, timeoutMs)), timeoutMs);
      const settle = (how: () => void) => {
        clearTimeout(timer);
        if (this.#pending.delete(pending)) how();
      };
      const deliver = (items: (DataItem | undefined)[]) => {
        if (!this.#pending.has(pending)) for (const item of items) item?.release?.();
        settle(() => resolve(items));
      };
      this.#pending.add(pending);
      setImmediate(() => {
        if (!this.#pending.has(pending)) return;
        const server = this.#servers.get(address);
        if (server === undefined) pending.fail(gone(address));
        else answer(server, request, noteHeld).then(deliver, pending.fail);
      });
    });
  }

  forget(address: string): void {
    for (const pending of this.#pending) {
      if (pending.address === address) pending.fail(gone(address));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { fail } of this.#pending) {
      fail(new ClusterError("closed", "the data fetcher was closed"));
    }
  }
}

async function answer(
  server: InprocDataServer,
  request: DataRequest,
  noteHeld: NoteHeld | undefined,
): Promise<(DataItem | undefined)[]> {
  const startMs = performance.now();
  const items = [...(await server.handler(request))];
  noteHeld?.(performance.now() - startMs);
  return items;
}

function gone(address: string): ClusterError {
  return new ClusterError("connection", `the peer at ${address} is gone`, { address });
}

function noAnswer(address: string, timeoutMs: number): ClusterError {
  return new ClusterError(
    "timeout",
    `the peer at ${address} did not answer within ${timeoutMs} ms`,
    { address, timeoutMs },
  );
}
