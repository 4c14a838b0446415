// Serves values over ZeroMQ: a ROUTER that answers each request with one message of raw frames, or says where
// values lie to peers that can read them there.
import type { Router } from "zeromq";
import { ProtocolError } from "../base/errors.js";
import { encodeDataReply, encodeMemoryFound, hasOwnFrame } from "../protocol/data-frames.js";
import { decodeMessages } from "../protocol/frames.js";
import type { ToLender } from "../protocol/memory-messages.js";
import { type DataReceived, TO_DATA_SERVER } from "../protocol/message-shapes.js";
import type { CallActor, DataRequest } from "../protocol/messages.js";
import type { CallHandler } from "./call-lines.js";
import type { ForeignFrameCounter } from "./foreign-frames.js";
import { Loans } from "./loans.js";
import { type LendableMemory, MemoryLender } from "./memory-lender.js";
import type { DataHandler, DataItem, DataServer } from "./transport.js";
import type { BoundRouter } from "./zeromq-bind.js";
import { ZeroMqCallers } from "./zeromq-calls.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { receiveAll, sendNow } from "./zeromq-socket.js";

type ToDataServer = DataRequest | DataReceived | CallActor | ToLender;

/** A {@link DataServer} over a bound ROUTER. */
export class ZeroMqDataServer implements DataServer {
  readonly address: string;
  readonly #router: Router;
  readonly #handler: DataHandler;
  readonly #foreign: ForeignFrameCounter;
  readonly #release: () => Promise<void>;
  readonly #loans = new Loans();
  readonly #callers: ZeroMqCallers;
  readonly #lender: MemoryLender | undefined;

  /**
   * @param release closes the router and frees its address
   * @param memory what peers of the same machine may read
   */
  constructor(
    { router, address, release }: BoundRouter,
    handler: DataHandler,
    foreign: ForeignFrameCounter,
    calls: CallHandler | undefined,
    memory: LendableMemory | undefined,
  ) {
    this.#router = router;
    this.address = address;
    this.#handler = handler;
    this.#lender = memory && new MemoryLender(memory);
    this.#foreign = foreign;
    this.#release = release;
    this.#callers = new ZeroMqCallers(router, calls);
    receiveAll(router, ([identity, ...frames]) => {
      const error = identity === undefined ? undefined : this.#receive(identity, frames);
      if (error !== undefined) foreign.drop(error);
    });
  }

  close(): Promise<void> {
    this.#lender?.close();
    return this.#release();
  }

  /** What is wrong with frames that are not ours. */
  #receive(identity: Buffer, frames: Buffer[]): ProtocolError | undefined {
    const peer = identity.toString("hex");
    if (isDisconnection(frames)) {
      this.#loans.lose(peer);
      this.#callers.lose(peer);
      this.#lender?.lose(peer);
      return undefined;
    }
    const messages = decodeMessages<ToDataServer>(frames, TO_DATA_SERVER);
    if (messages instanceof ProtocolError) return messages;
    for (const message of messages) this.#hear(identity, peer, message);
    return undefined;
  }

  #hear(identity: Buffer, peer: string, message: ToDataServer): void {
    switch (message.type) {
      case "dataReceived":
        this.#loans.arrived(peer, message.request);
        break;
      case "callActor":
        this.#callers.called(identity, peer, message);
        break;
      case "findMemory": {
        const offer = this.#lender?.offer ?? null;
        this.#send(identity, peer, encodeMemoryFound(message.request, offer));
        break;
      }
      case "proveMemory":
        this.#lender?.prove(peer, message);
        break;
      case "returnMemory":
        this.#lender?.takeBack(peer, message.leases);
        break;
      case "refuseMemory":
        this.#lender?.refuse(peer);
        break;
      default:
        this.#answer(identity, peer, message);
    }
  }

  async #answer(identity: Buffer, peer: string, request: DataRequest): Promise<void> {
    const items = await this.#ask(request);
    if (this.#router.closed) return;
    const answers = items.map((item) => item && (this.#lender?.lend(peer, item) ?? item));
    const isLarge = (item: (typeof answers)[number]): item is DataItem =>
      item !== undefined && "bytes" in item && hasOwnFrame(item);
    const views = this.#loans.lend(peer, request.request, answers.filter(isLarge)).values();
    const values = answers.map((item) =>
      isLarge(item) ? { ...item, bytes: views.next().value as Uint8Array } : item,
    );
    const frames = encodeDataReply(request.request, values);
    // Small values were copied.
    for (const item of answers) {
      if (item !== undefined && "bytes" in item && !hasOwnFrame(item)) item.release?.();
    }
    this.#send(identity, peer, frames);
  }

  #send(identity: Buffer, peer: string, frames: readonly Uint8Array[]): void {
    sendNow(this.#router, [identity, ...frames], () => {
      this.#loans.lose(peer);
      this.#lender?.lose(peer);
    });
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
