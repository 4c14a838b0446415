// Large buffers by size class, in arenas or as SharedArrayBuffers. The most recently freed one is
// reused first, since its pages are in memory and in cache. The least recently freed ones are
// released if too many are idle. Fresh buffers cost more than the arithmetic in them, since every
// page faults.
import { defined } from "../../base/assert.js";
import type { ArenaRange } from "./arena.js";
import type { Arenas } from "./arenas.js";

/** A buffer, or a part of one, with the number that threads know the buffer by. */
export interface PooledBuffer {
  readonly id: number;
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly bytes: number;
  /** The part of an arena that it is. */
  readonly range?: ArenaRange;
}

interface IdleBuffer {
  readonly pooled: PooledBuffer;
  readonly freedAtMs: number;
  /** Counts frees: shows which of two buffers has been idle for longer. */
  readonly freedAt: number;
}

/** Buffers that are lent out and come back. Sizes are exact: callers round them to classes. */
export class LargeBuffers {
  readonly #idle = new Map<number, IdleBuffer[]>();
  readonly #onDropped: (buffer: PooledBuffer) => void;
  readonly #arenas: Arenas | undefined;
  /** Numbers of arenas and of buffers through which peers' memory is seen: they stay. */
  readonly #lastingIds = new WeakMap<ArrayBufferLike, number>();
  #nextId = 0;
  #frees = 0;
  #idleBytes = 0;

  /**
   * @param onDropped called for each dropped buffer of its own: its keeper releases it
   * @param arenas where buffers are as long as there is room
   */
  constructor(onDropped: (buffer: PooledBuffer) => void, arenas?: Arenas) {
    this.#onDropped = onDropped;
    this.#arenas = arenas;
  }

  /** Bytes of unused buffers. */
  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** A buffer of exactly `bytes`, with arbitrary contents. */
  take(bytes: number): PooledBuffer {
    const idle = this.#idle.get(bytes)?.pop();
    if (idle !== undefined) {
      this.#idleBytes -= bytes;
      return idle.pooled;
    }
    const range = this.#arenas?.take(bytes);
    if (range === undefined) return this.adopt(new SharedArrayBuffer(bytes));
    return { id: this.idOfLasting(range.buffer), ...range, range };
  }

  /** Arena memory of exactly `bytes`; undefined where no arena has room. */
  takeRange(bytes: number): PooledBuffer | undefined {
    const idle = this.#idle.get(bytes);
    if (idle?.at(-1)?.pooled.range !== undefined) return this.take(bytes);
    const range = this.#arenas?.take(bytes);
    return range && { id: this.idOfLasting(range.buffer), ...range, range };
  }

  /** The largest idle arena memory of `least` to `most` bytes; undefined where there is none. */
  takeIdleRange(least: number, most: number): PooledBuffer | undefined {
    let size = 0;
    for (const [bytes, idle] of this.#idle) {
      const isFound = idle.at(-1)?.pooled.range !== undefined && bytes >= least && bytes <= most;
      if (isFound) size = Math.max(size, bytes);
    }
    return size === 0 ? undefined : this.take(size);
  }

  /** The first `bytes` of arena memory; the arena gets the rest back. */
  cut(pooled: PooledBuffer, bytes: number): PooledBuffer {
    const range = defined(pooled.range, "a range of an arena");
    const rest = { ...range, byteOffset: range.byteOffset + bytes, bytes: range.bytes - bytes };
    this.#arenas?.giveBack(rest);
    return { ...pooled, bytes, range: { ...range, bytes } };
  }

  /** The number of an arena, or of a buffer through which a peer's memory is seen. */
  idOfLasting(buffer: ArrayBufferLike): number {
    let id = this.#lastingIds.get(buffer);
    if (id === undefined) this.#lastingIds.set(buffer, (id = this.#nextId++));
    return id;
  }

  /** A buffer that was made elsewhere, as if it had been taken here. */
  adopt(buffer: SharedArrayBuffer): PooledBuffer {
    return { id: this.#nextId++, buffer, byteOffset: 0, bytes: buffer.byteLength };
  }

  /** Takes a buffer back. */
  giveBack(pooled: PooledBuffer, nowMs: number): void {
    let idle = this.#idle.get(pooled.bytes);
    if (idle === undefined) this.#idle.set(pooled.bytes, (idle = []));
    idle.push({ pooled, freedAtMs: nowMs, freedAt: this.#frees++ });
    this.#idleBytes += pooled.bytes;
  }

  /** Gives up the longest idle buffers until no more than `bytesMax` are idle. */
  shrinkTo(bytesMax: number): void {
    while (this.#idleBytes > bytesMax) this.#dropOldest(this.#oldestClass());
  }

  /** Gives up buffers that were freed before `timeMs`. */
  dropFreedBefore(timeMs: number): void {
    for (const idle of this.#idle.values()) {
      while (idle[0] !== undefined && idle[0].freedAtMs < timeMs) this.#dropOldest(idle);
    }
  }

  #oldestClass(): IdleBuffer[] {
    let oldest: IdleBuffer[] | undefined;
    for (const idle of this.#idle.values()) {
      if (idle[0] === undefined) continue;
      if (oldest?.[0] === undefined || idle[0].freedAt < oldest[0].freedAt) oldest = idle;
    }
    return defined(oldest, "an idle buffer");
  }

  #dropOldest(idle: IdleBuffer[]): void {
    const { pooled } = defined(idle.shift(), "an idle buffer");
    this.#idleBytes -= pooled.bytes;
    if (pooled.range === undefined) this.#onDropped(pooled);
    else this.#arenas?.giveBack(pooled.range);
  }
}
