// Memory of this process that others may read: a file in memory, mapped in the place of memory that is there
// already, so that whoever has that sees the file. What is discarded takes no memory until it is written
// again; a peer that still maps it reads zeros, which is why it is discarded only when nobody reads it.
import { randomBytes, randomUUID } from "node:crypto";
import { fstatSync, writeSync } from "node:fs";
import type { MemoryOffer, MemoryPlace } from "../protocol/memory-messages.js";
import { findMemoryCalls, type MemoryCalls } from "./memory-calls.js";

/** The length of what a peer has to repeat. */
export const PROOF_BYTES = 32;

const BLOCK_BYTES = 512;

/** Whether a file that /proc tells so of is one of the offer. */
export function isFileOf({ name }: Pick<MemoryOffer, "name">, link: string): boolean {
  return link.startsWith(`/memfd:${name} `);
}

/** A buffer of this process as a file. */
export class SharedFile {
  readonly offer: MemoryOffer;
  readonly #calls: MemoryCalls;
  readonly #buffer: ArrayBufferLike;
  readonly #proof = randomBytes(PROOF_BYTES);
  readonly #fd: number;
  #isClosed = false;

  /**
   * @param buffer whole pages that stay where they are; what lies in them is lost
   * @throws Error when the system refuses
   */
  constructor(calls: MemoryCalls, buffer: ArrayBufferLike) {
    this.#calls = calls;
    this.#buffer = buffer;
    const name = `tilework-${randomUUID()}`;
    const proofFd = calls.createFile(name, PROOF_BYTES);
    let fd: number | undefined;
    try {
      writeSync(proofFd, this.#proof, 0, PROOF_BYTES, 0);
      fd = calls.createFile(name, buffer.byteLength);
      calls.map(calls.addressOf(buffer), { fd, byteOffset: 0 }, buffer.byteLength, true);
    } catch (error) {
      calls.closeFile(proofFd);
      if (fd !== undefined) calls.closeFile(fd);
      throw error;
    }
    this.#fd = fd;
    this.offer = { pid: process.pid, proofFd, name };
  }

  /** `buffer` as a file; undefined where this system, or what is installed, cannot share memory. */
  static over(buffer: ArrayBufferLike): SharedFile | undefined {
    const calls = findMemoryCalls();
    if ("missing" in calls) return undefined;
    try {
      return new SharedFile(calls, buffer);
    } catch {
      return undefined;
    }
  }

  /** Bytes of memory that the file takes. */
  get residentBytes(): number {
    return this.#isClosed ? 0 : fstatSync(this.#fd).blocks * BLOCK_BYTES;
  }

  /** Whether a peer has read what only processes of this machine can read. */
  isProof(repeated: string): boolean {
    return this.#proof.toString("hex") === repeated;
  }

  /** Where bytes lie in the file; undefined when they do not. */
  placeOf({ buffer, byteOffset }: Uint8Array): MemoryPlace | undefined {
    if (buffer !== this.#buffer) return undefined;
    return { fd: this.#fd, fileBytes: buffer.byteLength, byteOffset };
  }

  /** Gives memory back to the system, of what nobody reads or writes any more. */
  discard(byteOffset: number, bytes: number): void {
    if (!this.#isClosed) this.#calls.discard(this.#fd, byteOffset, bytes);
  }

  /** No peer finds it any more; its memory goes with the buffer, and with what peers have mapped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#calls.closeFile(this.offer.proofFd);
    this.#calls.closeFile(this.#fd);
  }
}
