// The memory of a worker's values: shared between its threads, reused, counted exactly. Large
// values have their own buffers, small ones share slabs. value-store.ts knows which value is where.
import { assert } from "../../base/assert.js";
import type { Arenas } from "./arenas.js";
import { LargeBuffers, type PooledBuffer } from "./large-buffers.js";
import { classBytes, LARGE_BYTES_MIN } from "./size-classes.js";
import { type Slab, SlabAllocator } from "./slab-allocator.js";

/** A piece of pool memory, from `allocate` to `free`. */
export interface Allocation {
  readonly buffer: ArrayBufferLike;
  /** The number that threads know the buffer by. */
  readonly bufferId: number;
  readonly byteOffset: number;
  /** Bytes reserved: the requested ones, rounded up to their class. */
  readonly bytes: number;
}

class PoolAllocation implements Allocation {
  readonly pooled: PooledBuffer;
  readonly slab: Slab | undefined;
  readonly byteOffset: number;
  readonly bytes: number;
  freed = false;

  constructor(
    pooled: PooledBuffer,
    byteOffset: number,
    bytes: number,
    slab: Slab | undefined = undefined,
  ) {
    this.pooled = pooled;
    this.byteOffset = byteOffset;
    this.bytes = bytes;
    this.slab = slab;
  }

  get buffer(): SharedArrayBuffer {
    return this.pooled.buffer;
  }

  get bufferId(): number {
    return this.pooled.id;
  }
}

/** A peer's memory, which is read in place until it is freed. */
class BorrowedMemory implements Allocation {
  readonly buffer: ArrayBufferLike;
  readonly bufferId: number;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly release: () => void;
  freed = false;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array, id: number, release: () => void) {
    this.buffer = buffer;
    this.bufferId = id;
    this.byteOffset = byteOffset;
    this.bytes = byteLength;
    this.release = release;
  }
}

/** Settings of a {@link BufferPool}. */
export interface BufferPoolOptions {
  /** Idle buffers are dropped when they and those in use exceed this. */
  readonly keptBytesMax: number;
  /** {@link BufferPool.trim} drops idle buffers older than this. */
  readonly idleMsMax: number;
  /** Called with the number of each dropped buffer: threads release it, too. */
  readonly onBufferDropped: (bufferId: number, bytes: number) => void;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  /** Where memory is taken from first. */
  readonly arenas?: Arenas | undefined;
}

/** Pooled shared memory. */
export class BufferPool {
  readonly #options: BufferPoolOptions;
  readonly #buffers: LargeBuffers;
  readonly #slabs: SlabAllocator;
  #bytesInUse = 0;
  #bytesBorrowed = 0;
  #bytesLent = 0;

  constructor(options: BufferPoolOptions) {
    this.#options = options;
    const { onBufferDropped, arenas } = options;
    this.#buffers = new LargeBuffers(({ id, bytes }) => onBufferDropped(id, bytes), arenas);
    this.#slabs = new SlabAllocator(this.#buffers);
  }

  /** Bytes reserved by allocations that were not freed. */
  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  /** Those of them that are in peers' memory. */
  get bytesBorrowed(): number {
    return this.#bytesBorrowed;
  }

  /** Bytes that only others need any more: see {@link BufferPool.lend}. */
  get bytesLent(): number {
    return this.#bytesLent;
  }

  /** Bytes kept for reuse: idle buffers, and unused slots of slabs. */
  get bytesPooled(): number {
    return this.#buffers.idleBytes + this.#slabs.unusedBytes;
  }

  /**
   * Memory for `bytes`, 16-byte aligned, holding anything.
   *
   * @throws RangeError when the system has no memory left.
   */
  allocate(bytes: number): Allocation {
    const reserved = classBytes(bytes);
    let allocation: Allocation;
    if (reserved >= LARGE_BYTES_MIN) {
      const pooled = this.#buffers.take(reserved);
      allocation = new PoolAllocation(pooled, pooled.byteOffset, reserved);
    } else {
      const slab = this.#slabs.slabFor(reserved);
      const offset = this.#slabs.takeSlot(slab);
      allocation = new PoolAllocation(slab.pooled, offset, reserved, slab);
    }
    this.#bytesInUse += reserved;
    return allocation;
  }

  /**
   * Arena memory for a result of at most `bytes`, whose size is not known yet; undefined where no
   * arena has room, or where so little is not worth it.
   *
   * @param times how many times as large the result may be: idle memory between these sizes is
   * taken first, since its pages are there
   */
  allocateRoom(bytes: number, times = 1): Allocation | undefined {
    const reserved = classBytes(bytes);
    if (reserved < LARGE_BYTES_MIN) return undefined;
    const most = classBytes(bytes * times);
    const pooled = this.#buffers.takeIdleRange(reserved, most) ?? this.#buffers.takeRange(most);
    if (pooled === undefined) return undefined;
    this.#bytesInUse += pooled.bytes;
    return new PoolAllocation(pooled, pooled.byteOffset, pooled.bytes);
  }

  /** Memory with the first `bytes` of a room, which is not used any more. */
  settle(room: Allocation, bytes: number): Allocation {
    this.checkInUse(room);
    const reserved = classBytes(bytes);
    if (reserved < LARGE_BYTES_MIN) {
      const allocation = this.allocate(bytes);
      const place = new Uint8Array(allocation.buffer, allocation.byteOffset, bytes);
      place.set(new Uint8Array(room.buffer, room.byteOffset, bytes));
      this.free(room);
      return allocation;
    }
    if (reserved === room.bytes) return room;
    const old = room as PoolAllocation;
    old.freed = true;
    this.#bytesInUse -= old.bytes - reserved;
    return new PoolAllocation(this.#buffers.cut(old.pooled, reserved), old.byteOffset, reserved);
  }

  /**
   * Memory in which something is already: `buffer`, whose size is that of a class and whose first
   * `bytes` count, is the pool's from now on, but for a small one, which is copied into a slab.
   */
  adopt(buffer: SharedArrayBuffer, bytes: number): Allocation {
    const reserved = classBytes(bytes);
    if (reserved < LARGE_BYTES_MIN || buffer.byteLength !== reserved) {
      const allocation = this.allocate(bytes);
      const place = new Uint8Array(allocation.buffer, allocation.byteOffset, bytes);
      place.set(new Uint8Array(buffer, 0, bytes));
      return allocation;
    }
    this.#bytesInUse += reserved;
    return new PoolAllocation(this.#buffers.adopt(buffer), 0, reserved);
  }

  /** Bytes in a peer's memory, as if they had been allocated here; they are read-only. */
  borrow(bytes: Uint8Array, release: () => void): Allocation {
    const id = this.#buffers.idOfLasting(bytes.buffer);
    this.#bytesInUse += bytes.byteLength;
    this.#bytesBorrowed += bytes.byteLength;
    return new BorrowedMemory(bytes, id, release);
  }

  /** Counts memory as one that only peers still read, until the returned function frees it. */
  lend(allocation: Allocation): () => void {
    this.#bytesLent += allocation.bytes;
    return () => {
      this.#bytesLent -= allocation.bytes;
      this.free(allocation);
    };
  }

  /** Takes memory back. */
  free(allocation: Allocation): void {
    if (allocation instanceof BorrowedMemory) this.#returnBorrowed(allocation);
    else this.#freeOwn(allocation);
    this.keepAtMost(this.#options.keptBytesMax);
  }

  #returnBorrowed(borrowed: BorrowedMemory): void {
    assert(!borrowed.freed, "memory was freed twice", { bufferId: borrowed.bufferId });
    borrowed.freed = true;
    this.#bytesInUse -= borrowed.bytes;
    this.#bytesBorrowed -= borrowed.bytes;
    borrowed.release();
  }

  #freeOwn(allocation: Allocation): void {
    assert(allocation instanceof PoolAllocation, "memory that is not of this pool was freed");
    assert(!allocation.freed, "memory was freed twice", { bufferId: allocation.bufferId });
    allocation.freed = true;
    this.#bytesInUse -= allocation.bytes;
    const nowMs = this.#options.nowMs();
    if (allocation.slab === undefined) {
      this.#buffers.giveBack(allocation.pooled, nowMs);
    } else {
      this.#slabs.giveBackSlot(allocation.slab, allocation.byteOffset, nowMs);
    }
  }

  /** Throws InvariantError when `allocation` was freed. */
  checkInUse(allocation: Allocation): void {
    const isOurs = allocation instanceof PoolAllocation || allocation instanceof BorrowedMemory;
    assert(isOurs && !allocation.freed, "memory was used after it was freed", {
      bufferId: allocation.bufferId,
    });
  }

  /** Drops unused buffers while more than `bytesMax` are in use and idle. */
  keepAtMost(bytesMax: number): void {
    this.#buffers.shrinkTo(Math.max(0, bytesMax - this.#bytesInUse));
  }

  /** Drops all unused buffers. */
  dropIdle(): void {
    this.#buffers.shrinkTo(0);
  }

  /** Drops buffers that were idle for long; called at intervals. */
  trim(): void {
    this.#buffers.dropFreedBefore(this.#options.nowMs() - this.#options.idleMsMax);
  }
}
