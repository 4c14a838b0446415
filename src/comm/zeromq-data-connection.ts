// One peer that values are fetched from: requests in flight, matched to replies by number.
import type { Dealer } from "zeromq";
import { ClusterError, ProtocolError } from "../base/errors.js";
import { decodeDataReply, hasOwnFrame, readReplyHead } from "../protocol/data-frames.js";
import { packMessages } from "../protocol/frames.js";
import type { DataReceived } from "../protocol/message-shapes.js";
import type { DataRequest } from "../protocol/messages.js";
import { ConnectionWatch } from "./connection-watch.js";
import { ForeignFrameCounter, type ForeignFrames } from "./foreign-frames.js";
import { Outbox } from "./outbox.js";
import type { DataItem, DataRequestBody } from "./transport.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { closeAbandoned, receiveAll, sendNow } from "./zeromq-socket.js";

/**
 * A data server listens before anyone learns its address: this many refused attempts to connect
 * mean that it is gone.
 */
const FAILED_ATTEMPTS_MAX = 3;

interface Pending {
  /** How many values were asked for. */
  readonly count: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (items: (DataItem | undefined)[]) => void;
  readonly reject: (error: Error) => void;
}

/** The connection to one data server, over a DEALER that does not connect yet. */
export class ZeroMqDataConnection {
  readonly #dealer: Dealer;
  readonly #address: string;
  readonly #watch: ConnectionWatch;
  readonly #outbox: Outbox;
  readonly #pending = new Map<number, Pending>();
  /** Requests that timed out: their replies are late, not foreign. */
  readonly #givenUp = new Set<number>();
  #requests = 0;

  constructor(dealer: Dealer, address: string, tell: (dropped: ForeignFrames) => void) {
    this.#dealer = dealer;
    this.#address = address;
    const foreign = new ForeignFrameCounter("dataFetcher", address, tell);
    this.#watch = new ConnectionWatch(dealer, address, (attempts) => {
      if (attempts >= FAILED_ATTEMPTS_MAX) this.lose(`nothing listens at ${address}`);
    });
    this.#outbox = new Outbox((messages) =>
      sendNow(dealer, packMessages(messages), (reason) => this.lose(reason)),
    );
    receiveAll(dealer, (frames) => {
      const error = this.#receive(frames);
      if (error !== undefined) foreign.drop(error);
    });
  }

  get isClosed(): boolean {
    return this.#dealer.closed;
  }

  fetch(body: DataRequestBody, timeoutMs: number): Promise<(DataItem | undefined)[]> {
    const request = { ...body, request: ++this.#requests } as DataRequest;
    const count = request.type === "getTasks" ? request.tasks.length : 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(request.request, timeoutMs), timeoutMs);
      this.#pending.set(request.request, { count, timer, resolve, reject });
      this.#outbox.push(request);
    });
  }

  /** Ends the connection; requests in flight fail with `error`. */
  close(error: Error): void {
    this.#outbox.flush();
    this.#dealer.close();
    this.#fail(error);
  }

  /** The peer is gone: ends the connection, requests in flight fail with that. */
  lose(reason: string): void {
    const address = this.#address;
    this.#outbox.clear();
    closeAbandoned(this.#dealer);
    this.#fail(
      new ClusterError("connection", `lost the peer at ${address}: ${reason}`, { address }),
    );
  }

  #fail(error: Error): void {
    for (const { timer, reject } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
  }

  /** What is wrong with frames that are not ours. */
  #receive(frames: Buffer[]): ProtocolError | undefined {
    if (isDisconnection(frames)) {
      this.lose("connection closed");
      return undefined;
    }
    const reply = readReplyHead(frames);
    if (reply instanceof ProtocolError) return reply;
    const { request } = reply;
    const pending = this.#pending.get(request);
    if (pending === undefined) return this.#receiveLate(request);
    const items = decodeDataReply(reply, frames, pending.count);
    if (items instanceof ProtocolError) return items;
    clearTimeout(pending.timer);
    this.#pending.delete(request);
    if (items.some((item) => item !== undefined && hasOwnFrame(item))) this.#acknowledge(request);
    pending.resolve(items);
    return undefined;
  }

  #receiveLate(request: number): ProtocolError | undefined {
    if (!this.#givenUp.delete(request)) return new ProtocolError("a data reply nobody asked for");
    this.#acknowledge(request);
    return undefined;
  }

  /** Says that a reply came: the peer may use the memory that it was sent from. */
  #acknowledge(request: number): void {
    const received: DataReceived = { type: "dataReceived", request };
    this.#outbox.push(received);
  }

  #giveUp(request: number, timeoutMs: number): void {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    this.#givenUp.add(request);
    const why = this.#watch.connectError;
    pending?.reject(
      new ClusterError(
        "timeout",
        `the peer at ${this.#address} did not answer within ${timeoutMs} ms${why === undefined ? "" : `: ${why}`}`,
        { address: this.#address, timeoutMs },
      ),
    );
  }
}
