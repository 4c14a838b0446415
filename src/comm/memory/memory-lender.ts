// A data server's memory, lent to peers on this machine. Lent memory stays unchanged until the peer
// returns it or its process has ended. A lost connection alone proves nothing, since a suspended
// process may continue to read. Peers that have not proven access get no loans.
import type { LentValue } from "../../protocol/frames/data-frames.js";
import type { MemoryOffer, ProveMemory } from "../../protocol/messages/memory-messages.js";
import { isAlive, type ProcessIdentity } from "../../system/process-identity.js";
import type { DataItem, LendableMemory } from "../interface/transport.js";

/** Smaller values are sent: that costs less than lending them and getting them back. */
export const LENT_BYTES_MIN = 4096;

/** How often disconnected processes with loans are checked. */
const WATCH_INTERVAL_MS = 1_000;

interface Borrower {
  readonly process: ProcessIdentity;
  readonly leases: Set<number>;
  /** Connections on which it is. */
  readonly peers: Set<string>;
}

/** The loans of one data server. */
export class MemoryLender {
  readonly #memory: LendableMemory;
  readonly #borrowers = new Map<string, Borrower>();
  readonly #borrowerOf = new Map<string, Borrower>();
  /** Peers to which values are sent instead. */
  readonly #refusals = new Set<string>();
  readonly #releases = new Map<number, () => void>();
  #leaseCount = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(memory: LendableMemory) {
    this.#memory = memory;
  }

  get offer(): MemoryOffer {
    return this.#memory.offer;
  }

  /** Notes that the peer can read the memory, if it can. */
  prove(peer: string, { proof, borrower: id, pid, startTicks, leases }: ProveMemory): void {
    const process = { pid, startTicks };
    if (!this.#memory.isProof(proof) || !isAlive(process)) return;
    let borrower = this.#borrowers.get(id);
    if (borrower === undefined) {
      borrower = { process, leases: new Set(), peers: new Set() };
      this.#borrowers.set(id, borrower);
    }
    borrower.peers.add(peer);
    this.#borrowerOf.set(peer, borrower);
    // Leases that the borrower does not list were lost with an earlier connection.
    const known = new Set(leases);
    for (const lease of borrower.leases) if (!known.has(lease)) this.#end(borrower, lease);
  }

  /** Lends a value to the peer; undefined if it must be sent instead. */
  lend(peer: string, item: DataItem): LentValue | undefined {
    const borrower = this.#borrowerOf.get(peer);
    if (borrower === undefined || item.bytes.byteLength < LENT_BYTES_MIN) return undefined;
    if (this.#refusals.has(peer)) return undefined;
    let lent = item;
    let place = this.#memory.placeOf(item.bytes);
    if (place === undefined) {
      const copy = this.#memory.copyIn?.(item);
      place = copy && this.#memory.placeOf(copy.bytes);
      if (copy === undefined || place === undefined) return undefined;
      lent = copy;
    }
    const lease = this.#leaseCount++;
    borrower.leases.add(lease);
    this.#releases.set(lease, () => lent.release?.());
    const { dtype, shape, partStarts } = item;
    const form = { dtype, shape, ...(partStarts === undefined ? {} : { partStarts }) };
    return { ...form, lent: { ...place, lease } };
  }

  /** The peer has finished reading these. */
  takeBack(peer: string, leases: readonly number[]): void {
    const borrower = this.#borrowerOf.get(peer);
    if (borrower !== undefined) for (const lease of leases) this.#end(borrower, lease);
  }

  /** The peer cannot read lent memory. */
  refuse(peer: string): void {
    this.#refusals.add(peer);
  }

  /** The peer has closed: it gets no more loans, and has none. */
  leave(peer: string): void {
    const borrower = this.#borrowerOf.get(peer);
    if (borrower !== undefined) for (const lease of borrower.leases) this.#end(borrower, lease);
    this.lose(peer);
  }

  /** The connection is gone; its process may not be. */
  lose(peer: string): void {
    this.#refusals.delete(peer);
    const borrower = this.#borrowerOf.get(peer);
    if (borrower === undefined) return;
    this.#borrowerOf.delete(peer);
    borrower.peers.delete(peer);
    this.#endOfTheDead();
  }

  /** Looks at no process any more. Loans stay valid. */
  close(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #end(borrower: Borrower, lease: number): void {
    if (!borrower.leases.delete(lease)) return;
    const release = this.#releases.get(lease);
    this.#releases.delete(lease);
    release?.();
  }

  #endOfTheDead(): void {
    let isAnyLeft = false;
    for (const [id, borrower] of this.#borrowers) {
      if (borrower.peers.size > 0) continue;
      if (isAlive(borrower.process) && borrower.leases.size > 0) {
        isAnyLeft = true;
        continue;
      }
      for (const lease of borrower.leases) this.#end(borrower, lease);
      this.#borrowers.delete(id);
    }
    if (!isAnyLeft) this.close();
    else this.#watch ??= setInterval(() => this.#endOfTheDead(), WATCH_INTERVAL_MS).unref();
  }
}
