// Memory of another process on this machine, mapped for reading. The files prove that the process
// is on this machine: in another container or machine, the same number has no such file. Files are
// mapped on first use and unmapped when the process is gone and nothing uses them. Until then,
// borrowed memory can be read even if its owner was killed.
import { closeSync, fstatSync, openSync, readlinkSync, readSync } from "node:fs";
import type { MemoryOffer, MemoryPlace } from "../protocol/messages/memory-messages.js";
import { AddressSpace, MAPPED_BYTES_MAX, type Mapping } from "./address-space.js";
import { findMemoryCalls } from "./memory-calls.js";
import { isFileOf, PROOF_BYTES } from "./shared-files.js";

let space: AddressSpace | undefined;

/** Whether bytes in `buffer` are in another process's memory. */
export function isPeerMemory(buffer: ArrayBufferLike): boolean {
  return space?.has(buffer) ?? false;
}

/**
 * Files are mapped in parts of this many bytes, or several of them for a value that crosses a
 * boundary.
 */
const PART_BYTES = 64 * 2 ** 20;

interface MappedPart {
  readonly mapping: Mapping;
  /** How many views of it are in use. */
  uses: number;
}

/** Bytes of a peer, from `view` to `release`. */
export interface PeerBytes {
  readonly bytes: Uint8Array;
  readonly release: () => void;
}

/** The memory of one process. */
export class PeerMemory {
  /** The proof that the peer expects from a process that can read its memory. */
  readonly proof: string;
  readonly #space: AddressSpace;
  readonly #offer: MemoryOffer;
  readonly #parts = new Map<string, MappedPart>();
  #isClosed = false;

  private constructor(space: AddressSpace, offer: MemoryOffer, proof: string) {
    this.#space = space;
    this.#offer = offer;
    this.proof = proof;
  }

  /** The memory that a peer offers; undefined when it is not to be found from here. */
  static find(offer: MemoryOffer): PeerMemory | undefined {
    const proof = readProof(offer);
    if (proof === undefined) return undefined;
    const calls = findMemoryCalls();
    if ("missing" in calls) return undefined;
    return new PeerMemory((space ??= new AddressSpace(calls)), offer, proof);
  }

  /**
   * Bytes of the peer, which must not change before `release` was called.
   *
   * @throws Error when they cannot be mapped, because the peer is gone or the system refuses
   */
  view({ fd, fileBytes, byteOffset }: MemoryPlace, bytes: number): PeerBytes {
    const end = byteOffset + bytes;
    if (end > fileBytes) throw new Error("bytes outside of their file");
    const start = Math.floor(byteOffset / PART_BYTES) * PART_BYTES;
    const partEnd = Math.min(Math.ceil(end / PART_BYTES) * PART_BYTES, fileBytes);
    const key = `${fd} ${start} ${partEnd}`;
    let part = this.#parts.get(key);
    if (part === undefined) {
      part = { mapping: this.#map(fd, start, partEnd - start, fileBytes), uses: 0 };
      this.#parts.set(key, part);
    }
    const used = part;
    const { mapping } = used;
    used.uses++;
    let isReleased = false;
    return {
      bytes: new Uint8Array(mapping.buffer, mapping.byteOffset + byteOffset - start, bytes),
      release: () => {
        if (isReleased) return;
        isReleased = true;
        used.uses--;
        if (this.#isClosed) this.#closeUnused();
      },
    };
  }

  /** Maps nothing more, and releases each part once it is no longer in use. */
  close(): void {
    this.#isClosed = true;
    this.#closeUnused();
  }

  #closeUnused(): void {
    for (const [key, { mapping, uses }] of this.#parts) {
      if (uses > 0) continue;
      this.#parts.delete(key);
      this.#space.unmap(mapping);
    }
  }

  #map(fd: number, start: number, bytes: number, fileBytes: number): Mapping {
    if (bytes > MAPPED_BYTES_MAX) throw new Error("a value too large to be mapped");
    const file = openFile(this.#offer, fd);
    try {
      // Reading past the end of a file would end the process.
      if (fstatSync(file).size !== fileBytes) {
        throw new Error("a file is not as long as it is said to be");
      }
      return this.#space.map({ fd: file, byteOffset: start }, bytes);
    } finally {
      closeSync(file);
    }
  }
}

/** @throws Error when there is no such file of that process */
function openFile(offer: MemoryOffer, fd: number): number {
  const path = `/proc/${offer.pid}/fd/${fd}`;
  // Opening something else, a pipe or a device, might have an effect.
  if (!isFileOf(offer, readlinkSync(path))) throw new Error("the file is another's");
  return openSync(path, "r");
}

function readProof(offer: MemoryOffer): string | undefined {
  let file: number | undefined;
  try {
    file = openFile(offer, offer.proofFd);
    const proof = Buffer.alloc(PROOF_BYTES);
    return readSync(file, proof, 0, PROOF_BYTES, 0) === PROOF_BYTES
      ? proof.toString("hex")
      : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
