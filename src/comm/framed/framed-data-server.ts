// Serves values over lines of frames: answers each request with one message of raw frames, or with
// the values' positions in memory for peers that can read them there.
import { ProtocolError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import {
  encodeDataReply,
  encodeMemoryFound,
  hasOwnFrame,
} from "../../protocol/frames/data-frames.js";
import { decodeMessages } from "../../protocol/frames/frames.js";
import type { ToLender } from "../../protocol/messages/memory-messages.js";
import type { CallerToWorker, DataRequest } from "../../protocol/messages/messages.js";
import { type DataReceived, TO_DATA_SERVER } from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";
import type { CallHandler } from "../interface/actor-channel.js";
import type { DataHandler, DataItem, DataServer, LendableMemory } from "../interface/transport.js";
import { MemoryLender } from "../memory/memory-lender.js";
import { hasChecksums, withChecksums } from "./frame-checksums.js";
import type { FrameServer } from "./frame-lines.js";
import { FramedCallers } from "./framed-actor-channels.js";
import { InFlightBuffers } from "./in-flight-buffers.js";
import type { MalformedFrameCounter } from "./malformed-frames.js";

type ToDataServer = DataRequest | DataReceived | CallerToWorker | ToLender;

/** A {@link DataServer} over a server of frames. */
export class FramedDataServer implements DataServer {
  readonly address: string;
  readonly #server: FrameServer;
  readonly #handler: DataHandler;
  readonly #foreign: MalformedFrameCounter;
  readonly #inFlight = new InFlightBuffers();
  readonly #callers: FramedCallers;
  readonly #lender: MemoryLender | undefined;
  readonly #hasChecksums: boolean;

  /**
   * @param memory what peers of the same machine may read
   */
  constructor(
    server: FrameServer,
    handler: DataHandler,
    foreign: MalformedFrameCounter,
    calls: CallHandler | undefined,
    memory: LendableMemory | undefined,
  ) {
    this.#server = server;
    this.address = server.address;
    this.#hasChecksums = hasChecksums(server.address);
    this.#handler = handler;
    this.#lender = memory && new MemoryLender(memory);
    this.#foreign = foreign;
    this.#callers = new FramedCallers(server, calls);
    server.listen({
      received: (peer, frames) => this.#receive(peer, frames),
      lost: (peer) => this.#lose(peer),
    });
  }

  async close(): Promise<void> {
    this.#lender?.close();
    await this.#server.close();
    await this.#inFlight.end();
  }

  #receive(peer: PeerId, frames: Buffer[]): void {
    const messages = decodeMessages<ToDataServer>(frames, TO_DATA_SERVER);
    if (messages instanceof ProtocolError) this.#foreign.drop(messages, peer);
    else for (const message of messages) this.#hear(peer, message);
  }

  #lose(peer: PeerId): void {
    this.#inFlight.lose(peer);
    this.#callers.lose(peer);
    this.#lender?.lose(peer);
  }

  #hear(peer: PeerId, message: ToDataServer): void {
    switch (message.type) {
      case "dataReceived":
        this.#inFlight.arrived(peer, message.request);
        break;
      case "callActor":
      case "followResults":
        this.#callers.called(peer, message);
        break;
      case "findMemory": {
        const offer = this.#lender?.offer ?? null;
        this.#reply(peer, encodeMemoryFound(message.request, offer));
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
      case "leaveMemory":
        this.#lender?.leave(peer);
        break;
      default:
        this.#answer(peer, message);
    }
  }

  async #answer(peer: PeerId, request: DataRequest): Promise<void> {
    const startMs = performance.now();
    const items = await this.#ask(request);
    if (this.#server.isClosed) return;
    const answers = items.map((item) => item && (this.#lender?.lend(peer, item) ?? item));
    const isLarge = (item: (typeof answers)[number]): item is DataItem =>
      item !== undefined && "bytes" in item && hasOwnFrame(item);
    const views = this.#inFlight.lend(peer, request.request, answers.filter(isLarge)).values();
    const values = answers.map((item) =>
      isLarge(item) ? { ...item, bytes: views.next().value as Uint8Array } : item,
    );
    const frames = encodeDataReply(request.request, values, performance.now() - startMs);
    // Small values were copied.
    for (const item of answers) {
      if (item !== undefined && "bytes" in item && !hasOwnFrame(item)) item.release?.();
    }
    this.#reply(peer, frames);
  }

  #reply(peer: PeerId, frames: Uint8Array[]): void {
    this.#server.send(peer, this.#hasChecksums ? withChecksums(frames) : frames);
  }

  /** Calls the handler. An error is reported as the request's own and does not end the process. */
  async #ask(request: DataRequest): Promise<readonly (DataItem | undefined)[]> {
    try {
      return await this.#handler(request);
    } catch (error) {
      const reason = reasonOf(error);
      this.#foreign.drop(
        new ProtocolError(`cannot answer ${request.type}: ${reason}`, request, error),
      );
      return request.type === "getTasks" ? request.tasks.map(() => undefined) : [undefined];
    }
  }
}
