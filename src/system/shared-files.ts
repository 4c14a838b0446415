// Memory of this process that others may read: files in memory, mapped over existing memory, so its
// views see the file. Discarded memory takes no space until it is written again. A peer that still
// maps it reads zeros, so it is discarded only when no peer reads it.
import { randomBytes, randomUUID } from "node:crypto";
import { fstatSync, writeSync } from "node:fs";
import type { MemoryOffer, MemoryPlace } from "../protocol/messages/memory-messages.js";
import { findMemoryCalls, type MemoryCalls } from "./memory-calls.js";

/** The length of the proof that a peer repeats. */
export const PROOF_BYTES = 32;

const BLOCK_BYTES = 512;

/** Whether a file with this entry in /proc is one of the offer. */
export function isFileOf({ name }: Pick<MemoryOffer, "name">, link: string): boolean {
  return link.startsWith(`/memfd:${name} `);
}

/** Buffers of this process as files. */
export class SharedFiles {
  readonly offer: MemoryOffer;
  readonly #calls: MemoryCalls;
  readonly #proof = randomBytes(PROOF_BYTES);
  /** The descriptors of the files, by the buffers that they replace. */
  readonly #files = new Map<ArrayBufferLike, number>();
  #isClosed = false;

  /**
   * @param buffer the first one: see {@link SharedFiles.add}
   * @throws Error when the system refuses
   */
  constructor(calls: MemoryCalls, buffer: ArrayBufferLike) {
    this.#calls = calls;
    const name = `tilework-${randomUUID()}`;
    const proofFd = calls.createFile(name, PROOF_BYTES);
    this.offer = { pid: process.pid, proofFd, name };
    try {
      writeSync(proofFd, this.#proof, 0, PROOF_BYTES, 0);
      this.add(buffer);
    } catch (error) {
      calls.closeFile(proofFd);
      throw error;
    }
  }

  /**
   * `buffer` as a file; undefined if this system, or the installed packages, cannot share memory.
   */
  static over(buffer: ArrayBufferLike): SharedFiles | undefined {
    const calls = findMemoryCalls();
    if ("missing" in calls) return undefined;
    try {
      return new SharedFiles(calls, buffer);
    } catch {
      return undefined;
    }
  }

  /**
   * Turns another buffer into a file.
   *
   * @param buffer whole pages that keep their addresses; their contents are lost
   * @throws Error when the system refuses
   */
  add(buffer: ArrayBufferLike): void {
    const fd = this.#calls.createFile(this.offer.name, buffer.byteLength);
    try {
      this.#calls.map(
        this.#calls.addressOf(buffer),
        { fd, byteOffset: 0 },
        buffer.byteLength,
        true,
      );
    } catch (error) {
      this.#calls.closeFile(fd);
      throw error;
    }
    this.#files.set(buffer, fd);
  }

  /** Whether a buffer is one of the files. */
  has(buffer: ArrayBufferLike): boolean {
    return this.#files.has(buffer);
  }

  /** Bytes of memory that the files take. */
  get residentBytes(): number {
    if (this.#isClosed) return 0;
    let blocks = 0;
    for (const fd of this.#files.values()) blocks += fstatSync(fd).blocks;
    return blocks * BLOCK_BYTES;
  }

  /** Whether a peer has read a proof that only processes of this machine can read. */
  isProof(repeated: string): boolean {
    return this.#proof.toString("hex") === repeated;
  }

  /** Where bytes are in which file; undefined when they are in none. */
  placeOf({ buffer, byteOffset }: Uint8Array): MemoryPlace | undefined {
    const fd = this.#files.get(buffer);
    return fd === undefined ? undefined : { fd, fileBytes: buffer.byteLength, byteOffset };
  }

  /** Returns unused memory of a file to the system. */
  discard(buffer: ArrayBufferLike, byteOffset: number, bytes: number): void {
    const fd = this.#files.get(buffer);
    if (!this.#isClosed && fd !== undefined) this.#calls.discard(fd, byteOffset, bytes);
  }

  /**
   * Peers cannot find them any more; their memory is freed with the buffers and the peers'
   * mappings.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#calls.closeFile(this.offer.proofFd);
    for (const fd of this.#files.values()) this.#calls.closeFile(fd);
  }
}
