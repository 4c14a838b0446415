// Values that peers on this machine lend to this fetcher: read in their memory, and returned after
// use over the current connection.
import { randomUUID } from "node:crypto";
import { itemBytes } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { LentValue } from "../../protocol/frames/data-frames.js";
import type { FindMemory, MemoryOffer, ToLender } from "../../protocol/messages/memory-messages.js";
import { PeerMemory } from "../../system/peer-memory.js";
import { ownIdentity } from "../../system/process-identity.js";
import type { DataItem } from "../interface/transport.js";

type SendMessage = (message: Exclude<ToLender, FindMemory>) => void;

/** Loans from one memory. */
interface Borrowed {
  readonly leases: Set<number>;
  /** The connection over which it is returned. */
  connection: BorrowedMemory | undefined;
}

/** The loans of one fetcher, from all its peers. */
export class MemoryBorrower {
  readonly #id = randomUUID();
  readonly #process = ownIdentity();
  /** By the name of the memory that they are of. */
  readonly #borrowed = new Map<string, Borrowed>();

  /**
   * The memory that a peer offers, for one connection to it; undefined when it cannot be read from
   * here.
   *
   * @param say sends to the peer; does nothing once the connection is gone
   */
  connect(offer: MemoryOffer, send: SendMessage): BorrowedMemory | undefined {
    if (this.#process === undefined) return undefined;
    const memory = PeerMemory.find(offer);
    if (memory === undefined) return undefined;
    let borrowed = this.#borrowed.get(offer.name);
    if (borrowed === undefined) {
      borrowed = { leases: new Set(), connection: undefined };
      this.#borrowed.set(offer.name, borrowed);
    }
    const { proof } = memory;
    const leases = [...borrowed.leases];
    send({ type: "proveMemory", proof, borrower: this.#id, ...this.#process, leases });
    borrowed.connection = new BorrowedMemory(memory, borrowed, send);
    return borrowed.connection;
  }
}

/** The loans over one connection. */
export class BorrowedMemory {
  readonly #memory: PeerMemory;
  readonly #borrowed: Borrowed;
  readonly #send: SendMessage;
  #returned: number[] = [];
  #isClosed = false;

  constructor(memory: PeerMemory, borrowed: Borrowed, send: SendMessage) {
    this.#memory = memory;
    this.#borrowed = borrowed;
    this.#send = send;
  }

  /**
   * The lent values, as items to release; undefined if they cannot be read, which is then reported
   * to the peer.
   */
  take(values: readonly LentValue[]): DataItem[] | undefined {
    const items: DataItem[] = [];
    try {
      for (const value of values) items.push(this.#item(value));
      return items;
    } catch {
      for (const item of items) item.release?.();
      this.giveBack(values.map(({ lent }) => lent.lease));
      this.#send({ type: "refuseMemory" });
      return undefined;
    }
  }

  /**
   * Returns leases that are not, or no longer, in use; values being read stay, even if a reply
   * lists them.
   */
  giveBack(leases: readonly number[]): void {
    if (this.#isClosed) return;
    const unread = leases.filter((lease) => !this.#borrowed.leases.has(lease));
    if (unread.length === 0) return;
    if (this.#returned.length === 0) queueMicrotask(() => this.#sendReturned());
    this.#returned.push(...unread);
  }

  /**
   * Returns everything that was borrowed from this peer: it is no longer read. Answers on their way
   * will not be received, and only the peer knows which memory they lend.
   */
  end(): void {
    this.#borrowed.leases.clear();
    this.#send({ type: "leaveMemory" });
    this.#returned = [];
    this.close();
  }

  /** The connection is gone: borrowed values can be read until they are released. */
  close(): void {
    this.#sendReturned();
    this.#isClosed = true;
    this.#memory.close();
  }

  #item({ lent, ...form }: LentValue): DataItem {
    const { bytes, release } = this.#memory.view(lent, sizeOf(form.shape) * itemBytes(form.dtype));
    const borrowed = this.#borrowed;
    borrowed.leases.add(lent.lease);
    return {
      ...form,
      bytes,
      release: () => {
        release();
        if (borrowed.leases.delete(lent.lease)) borrowed.connection?.giveBack([lent.lease]);
      },
    };
  }

  #sendReturned(): void {
    const leases = this.#returned;
    this.#returned = [];
    if (leases.length > 0) this.#send({ type: "returnMemory", leases });
  }
}
