// Memory that other processes may read, for tests: ranges of a buffer that is a file.
import { newWasmMemory } from "../../src/kernels/wasm/wasm-instances.js";
import type { MemoryOffer, MemoryPlace } from "../../src/protocol/messages/memory-messages.js";
import { findMemoryCalls, type MemoryCalls } from "../../src/system/memory-calls.js";
import { RangeAllocator } from "../../src/system/range-allocator.js";
import { SharedFiles } from "../../src/system/shared-files.js";

const BYTES = 256 * 2 ** 20;

export interface Range {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly bytes: number;
}

/** A file and what of it is in use. */
export class SharedRanges {
  readonly file: SharedFiles;
  readonly #buffer: ArrayBufferLike;
  readonly #ranges = new RangeAllocator(BYTES);

  constructor(calls = findMemoryCalls() as MemoryCalls) {
    this.#buffer = newWasmMemory(BYTES).buffer;
    this.file = new SharedFiles(calls, this.#buffer);
  }

  static readonly isHere = !("missing" in findMemoryCalls());

  get offer(): MemoryOffer {
    return this.file.offer;
  }

  get residentBytes(): number {
    return this.file.residentBytes;
  }

  take(bytes: number): Range {
    const byteOffset = this.#ranges.take(bytes);
    if (byteOffset === undefined) throw new Error("no room in the file of a test");
    return { buffer: this.#buffer, byteOffset, bytes };
  }

  giveBack({ byteOffset, bytes }: Range): void {
    this.file.discard(this.#buffer, byteOffset, bytes);
    this.#ranges.giveBack(byteOffset, bytes);
  }

  placeOf(bytes: Uint8Array): MemoryPlace | undefined {
    return this.file.placeOf(bytes);
  }

  isProof(repeated: string): boolean {
    return this.file.isProof(repeated);
  }

  close(): void {
    this.file.close();
  }
}
