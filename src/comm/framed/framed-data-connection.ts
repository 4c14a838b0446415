// One peer that values are fetched from: requests in flight, matched to replies by number.
import { ClusterError, ProtocolError } from "../../base/errors.js";
import {
  type DataValue,
  decodeDataReply,
  hasOwnFrame,
  type LentValue,
  leasesIn,
  readReplyHead,
} from "../../protocol/frames/data-frames.js";
import { packMessages } from "../../protocol/frames/frames.js";
import type { FindMemory, MemoryFound, ToLender } from "../../protocol/messages/memory-messages.js";
import type { DataReceived, DataReply, DataRequest } from "../../protocol/messages/messages.js";
import type { DataItem, DataRequestBody, NoteHeld } from "../interface/transport.js";
import { BorrowedMemory, type MemoryBorrower } from "../memory/memory-borrower.js";
import { checkFrames, hasChecksums } from "./frame-checksums.js";
import type { FrameLine } from "./frame-lines.js";
import { MalformedFrameCounter, type MalformedFrames } from "./malformed-frames.js";
import { MessageBatcher } from "./message-batches.js";

/**
 * A data server listens before its address is known to anyone: this many refused attempts to
 * connect mean that it is gone.
 */
const FAILED_ATTEMPTS_MAX = 3;

interface Pending {
  readonly asked: DataRequest;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (items: (DataItem | undefined)[]) => void;
  readonly reject: (error: Error) => void;
  readonly noteHeld: NoteHeld | undefined;
}

/** The connection to one data server. */
export class FramedDataConnection {
  readonly #line: FrameLine;
  readonly #address: string;
  readonly #outbox: MessageBatcher;
  readonly #pending = new Map<number, Pending>();
  /** Requests that timed out: their replies are late, not foreign. */
  readonly #givenUp = new Set<number>();
  readonly #borrower: MemoryBorrower;
  readonly #hasChecksums: boolean;
  /** The peer's memory, once its place is known, if this process can read it. */
  #memory: BorrowedMemory | "asked" | "none" | undefined;
  #requests = 0;

  constructor(
    line: FrameLine,
    address: string,
    borrower: MemoryBorrower,
    tell: (dropped: MalformedFrames) => void,
  ) {
    this.#line = line;
    this.#address = address;
    this.#borrower = borrower;
    this.#hasChecksums = hasChecksums(address);
    const foreign = new MalformedFrameCounter("dataFetcher", address, tell);
    this.#outbox = new MessageBatcher((messages) => line.send(packMessages(messages)));
    line.listen({
      received: (frames) => {
        const error = this.#receive(frames);
        if (error !== undefined) foreign.drop(error);
      },
      lost: (reason) => this.lose(reason),
      connectFailed: (attempts) => {
        if (attempts >= FAILED_ATTEMPTS_MAX) this.lose(`nothing listens at ${address}`);
      },
    });
  }

  get isClosed(): boolean {
    return this.#line.isClosed;
  }

  fetch(
    body: DataRequestBody,
    timeoutMs: number,
    noteHeld?: NoteHeld,
  ): Promise<(DataItem | undefined)[]> {
    if (this.#memory === undefined) this.#findMemory();
    const asked = { ...body, request: ++this.#requests } as DataRequest;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(asked.request, timeoutMs), timeoutMs);
      this.#pending.set(asked.request, { asked, timer, resolve, reject, noteHeld });
      if (this.#memory !== "asked") this.#outbox.push(asked);
    });
  }

  /** Requests wait for the answer, since their replies may be large. */
  #findMemory(): void {
    this.#memory = "asked";
    const ask: FindMemory = { type: "findMemory", request: 0 };
    this.#outbox.push(ask);
  }

  #foundMemory({ offer }: MemoryFound): ProtocolError | undefined {
    if (this.#memory !== "asked") return new ProtocolError("an unrequested offer");
    const say = (message: ToLender) => {
      if (!this.#line.isClosed) this.#outbox.push(message);
    };
    this.#memory = (offer && this.#borrower.connect(offer, say)) ?? "none";
    for (const { asked } of this.#pending.values()) this.#outbox.push(asked);
    return undefined;
  }

  /** Ends the connection; requests in flight fail with `error`. */
  close(error: Error): Promise<void> {
    if (this.#memory instanceof BorrowedMemory) this.#memory.end();
    this.#outbox.flush();
    this.#fail(error);
    return this.#line.close();
  }

  /** The peer is gone: ends the connection, requests in flight fail with that. */
  lose(reason: string): void {
    const address = this.#address;
    if (this.#memory instanceof BorrowedMemory) this.#memory.close();
    this.#outbox.clear();
    this.#line.abandon();
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

  /** Handles a message; returns the mistake in malformed frames. */
  #receive(frames: Buffer[]): ProtocolError | undefined {
    if (!this.#hasChecksums) return this.#take(frames);
    const checked = checkFrames(frames);
    if (checked instanceof ProtocolError) return checked;
    if (checked !== "damaged") return this.#take(checked);
    // Whose reply this was is not sure: all that is under way is requested once more.
    this.lose("a reply was damaged on its way: its checksum differs");
    return undefined;
  }

  #take(frames: Buffer[]): ProtocolError | undefined {
    const reply = readReplyHead(frames);
    if (reply instanceof ProtocolError) return reply;
    if (reply.type === "memory") return this.#foundMemory(reply);
    const { request } = reply;
    const pending = this.#pending.get(request);
    if (pending === undefined) return this.#receiveLate(reply);
    const { asked } = pending;
    const count = asked.type === "getTasks" ? asked.tasks.length : 1;
    const values = decodeDataReply(reply, frames, count);
    if (values instanceof ProtocolError) {
      this.#giveBack(reply);
      return values;
    }
    const isSent = (value: (typeof values)[number]) => value !== undefined && "bytes" in value;
    const hasFrames = values.some((value) => isSent(value) && hasOwnFrame(value as DataValue));
    if (hasFrames) this.#acknowledge(request);
    const items = this.#itemsOf(values);
    if (items === undefined) {
      // Its memory could not be read: the peer was notified, and now sends the value.
      this.#outbox.push(asked);
      return undefined;
    }
    clearTimeout(pending.timer);
    this.#pending.delete(request);
    if (isDuration(reply.heldMs)) pending.noteHeld?.(reply.heldMs);
    pending.resolve(items);
    return undefined;
  }

  /** Values as items; undefined when some are lent and cannot be read. */
  #itemsOf(
    values: readonly (DataValue | LentValue | undefined)[],
  ): (DataItem | undefined)[] | undefined {
    const isLent = (value: (typeof values)[number]) => value !== undefined && "lent" in value;
    const lent = values.filter(isLent) as LentValue[];
    if (lent.length === 0) return values as (DataValue | undefined)[];
    if (!(this.#memory instanceof BorrowedMemory)) return undefined;
    const taken = this.#memory.take(lent)?.values();
    return (
      taken &&
      (values.map((value) => (isLent(value) ? taken.next().value : value)) as (
        | DataItem
        | undefined
      )[])
    );
  }

  #receiveLate(reply: DataReply): ProtocolError | undefined {
    const { request } = reply;
    if (!this.#givenUp.delete(request)) return new ProtocolError("an unrequested data reply");
    this.#acknowledge(request);
    this.#giveBack(reply);
    return undefined;
  }

  /** Returns memory that a reply lent but that will not be read. */
  #giveBack(reply: DataReply): void {
    if (this.#memory instanceof BorrowedMemory) this.#memory.giveBack(leasesIn(reply));
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
    const why = this.#line.connectError;
    pending?.reject(
      new ClusterError(
        "timeout",
        `the peer at ${this.#address} did not answer within ${timeoutMs} ms${why === undefined ? "" : `: ${why}`}`,
        { address: this.#address, timeoutMs },
      ),
    );
  }
}

/** Whether a peer said a duration, and nothing else. */
function isDuration(ms: unknown): ms is number {
  return typeof ms === "number" && ms >= 0 && Number.isFinite(ms);
}
