// Serves values over ZeroMQ: a ROUTER that answers each request with one message of raw frames.
import type { Router } from "zeromq";
import { ProtocolError } from "../base/errors.js";
import { encodeDataReply, hasOwnFrame } from "../protocol/data-frames.js";
import { decodeMessages } from "../protocol/frames.js";
import { type DataReceived, TO_DATA_SERVER } from "../protocol/message-shapes.js";
import type { CallActor, DataRequest } from "../protocol/messages.js";
import type { CallHandler } from "./call-lines.js";
import type { ForeignFrameCounter } from "./foreign-frames.js";
import { Loans } from "./loans.js";
import type { DataHandler, DataItem, DataServer } from "./transport.js";
import { ZeroMqCallers } from "./zeromq-calls.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { receiveAll, sendNow } from "./zeromq-socket.js";

/** A {@link DataServer} over a bound ROUTER. */
export class ZeroMqDataServer implements DataServer {
  readonly address: string;
  readonly #router: Router;
  readonly #handler: DataHandler;
  readonly #foreign: ForeignFrameCounter;
  readonly #release: () => Promise<void>;
  readonly #loans = new Loans();
  readonly #callers: ZeroMqCallers;

  /** @param release closes the router and frees its address */
  constructor(
    router: Router,
    address: string,
    handler: DataHandler,
    foreign: ForeignFrameCounter,
    release: () => Promise<void>,
    calls?: CallHandler,
  ) {
    this.#router = router;
    this.address = address;
    this.#handler = handler;
    this.#foreign = foreign;
    this.#release = release;
    this.#callers = new ZeroMqCallers(router, calls);
    receiveAll(router, ([identity, ...frames]) => {
      const error = identity === undefined ? undefined : this.#receive(identity, frames);
      if (error !== undefined) foreign.drop(error);
    });
  }

  close(): Promise<void> {
    return this.#release();
  }

  /** What is wrong with frames that are not ours. */
  #receive(identity: Buffer, frames: Buffer[]): ProtocolError | undefined {
    const peer = identity.toString("hex");
    if (isDisconnection(frames)) {
      this.#loans.lose(peer);
      this.#callers.lose(peer);
      return undefined;
    }
    const messages = decodeMessages<DataRequest | DataReceived | CallActor>(frames, TO_DATA_SERVER);
    if (messages instanceof ProtocolError) return messages;
    for (const message of messages) {
      if (message.type === "dataReceived") this.#loans.arrived(peer, message.request);
      else if (message.type === "callActor") this.#callers.called(identity, peer, message);
      else this.#answer(identity, peer, message);
    }
    return undefined;
  }

  async #answer(identity: Buffer, peer: string, request: DataRequest): Promise<void> {
    const items = await this.#ask(request);
    if (this.#router.closed) return;
    const large = items.filter((item) => item !== undefined && hasOwnFrame(item)) as DataItem[];
    const views = this.#loans.lend(peer, request.request, large).values();
    const values = items.map((item) =>
      item !== undefined && hasOwnFrame(item)
        ? { ...item, bytes: views.next().value as Uint8Array }
        : item,
    );
    const frames = encodeDataReply(request.request, values);
    // Small values were copied.
    for (const item of items) if (item !== undefined && !hasOwnFrame(item)) item.release?.();
    sendNow(this.#router, [identity, ...frames], () => this.#loans.lose(peer));
  }

  /** What a request makes the handler throw is the request's fault, and must not end the process. */
  async #ask(request: DataRequest): Promise<readonly (DataItem | undefined)[]> {
    try {
      return await this.#handler(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#foreign.drop(
        new ProtocolError(`cannot answer ${request.type}: ${reason}`, request, error),
      );
      return request.type === "getTasks" ? request.tasks.map(() => undefined) : [undefined];
    }
  }
}
