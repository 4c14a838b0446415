import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arenas } from "../../../src/runtime/values/arenas.js";
import { type Allocation, BufferPool } from "../../../src/runtime/values/buffer-pool.js";
import { classBytes, LARGE_BYTES_MIN } from "../../../src/runtime/values/size-classes.js";

const MB = 2 ** 20;

function makePool(keptBytesMax = Number.POSITIVE_INFINITY) {
  const clock = { nowMs: 0 };
  const dropped: number[] = [];
  const pool = new BufferPool({
    keptBytesMax,
    idleMsMax: 1_000,
    nowMs: () => clock.nowMs,
    onBufferDropped: (id) => dropped.push(id),
  });
  return { pool, clock, dropped };
}

function rangesOverlap(a: Allocation, b: Allocation): boolean {
  return (
    a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.bytes &&
    b.byteOffset < a.byteOffset + a.bytes
  );
}

describe("classBytes", () => {
  it("wastes at most an eighth, and aligns to 16 bytes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 129, max: 2 ** 33 }), (bytes) => {
        const reserved = classBytes(bytes);
        expect(reserved).toBeGreaterThanOrEqual(bytes);
        expect((reserved - bytes) / reserved).toBeLessThanOrEqual(1 / 8);
        expect(reserved % 16).toBe(0);
        expect(classBytes(reserved)).toBe(reserved);
      }),
    );
    expect(classBytes(0)).toBe(16);
    expect(classBytes(17)).toBe(32);
  });
});

describe("BufferPool", () => {
  it("hands the most recently freed buffer of a size out first", () => {
    const { pool } = makePool();
    const first = pool.allocate(8e6);
    const second = pool.allocate(8e6);
    pool.free(second);
    pool.free(first);
    expect(pool.allocate(8e6).buffer).toBe(first.buffer);
    expect(pool.allocate(8e6).buffer).toBe(second.buffer);
    expect(pool.bytesPooled).toBe(0);
  });

  it("packs small pieces into few buffers and gives those back when they are empty", () => {
    const { pool } = makePool();
    const pieces = Array.from({ length: 50_000 }, () => pool.allocate(8));
    const buffers = new Set(pieces.map((piece) => piece.buffer));
    expect(buffers.size).toBe(Math.ceil((50_000 * 16) / (256 * 1024)));
    for (const piece of pieces) pool.free(piece);
    expect(pool.bytesInUse).toBe(0);
    // The emptied slabs serve any other size now.
    const other = pool.allocate(1_000);
    expect(buffers.has(other.buffer)).toBe(true);
  });

  it("never hands out overlapping memory and counts exactly, whatever the order", () => {
    const command = fc.record({
      bytes: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 30_000, max: 200_000 })),
      free: fc.boolean(),
      which: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const { pool } = makePool(MB);
        const live: Allocation[] = [];
        for (const { bytes, free, which } of commands) {
          if (free && live.length > 0) {
            const [piece] = live.splice(which % live.length, 1);
            pool.free(piece as Allocation);
          } else {
            const piece = pool.allocate(bytes);
            expect(piece.bytes).toBeGreaterThanOrEqual(bytes);
            expect(piece.byteOffset + piece.bytes).toBeLessThanOrEqual(piece.buffer.byteLength);
            expect(live.some((other) => rangesOverlap(piece, other))).toBe(false);
            live.push(piece);
          }
          expect(pool.bytesInUse).toBe(live.reduce((sum, piece) => sum + piece.bytes, 0));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gives up the longest idle buffers when more is kept than it may", () => {
    const { pool, dropped } = makePool(4 * MB);
    const pieces = [MB, 2 * MB, MB, 2 * MB].map((bytes) => pool.allocate(bytes));
    for (const piece of pieces) pool.free(piece);
    expect(dropped).toEqual([pieces[0]?.bufferId, pieces[1]?.bufferId]);
    expect(pool.bytesPooled).toBe(3 * MB);
  });

  it("gives up buffers that lay idle for long", () => {
    const { pool, clock, dropped } = makePool();
    const early = pool.allocate(MB);
    const late = pool.allocate(MB);
    pool.free(early);
    clock.nowMs = 900;
    pool.free(late);
    clock.nowMs = 1_500;
    pool.trim();
    expect(dropped).toEqual([early.bufferId]);
    expect(pool.bytesPooled).toBe(MB);
  });

  it("calls freeing twice and using after freeing what they are", () => {
    const { pool } = makePool();
    for (const bytes of [8, LARGE_BYTES_MIN]) {
      const piece = pool.allocate(bytes);
      pool.checkInUse(piece);
      pool.free(piece);
      expect(() => pool.free(piece)).toThrow(/freed twice/);
      expect(() => pool.checkInUse(piece)).toThrow(/after it was freed/);
    }
  });
});

describe("rooms for results of unknown size", () => {
  const roomy = () => {
    const arenas = new Arenas(32 * MB);
    const pool = new BufferPool({
      keptBytesMax: Number.POSITIVE_INFINITY,
      idleMsMax: 1_000,
      nowMs: () => 0,
      onBufferDropped: () => undefined,
      arenas,
    });
    return { arenas, pool };
  };

  it("shrink to what the result takes; the rest is free for others", () => {
    const { pool, arenas } = roomy();
    const room = pool.allocateRoom(20 * MB) as Allocation;
    new Uint8Array(room.buffer, room.byteOffset, 4).set([1, 2, 3, 4]);
    expect(pool.allocateRoom(20 * MB)).toBeUndefined();
    const kept = pool.settle(room, MB);
    expect([kept.buffer, kept.byteOffset, kept.bytes]).toEqual([room.buffer, room.byteOffset, MB]);
    expect(pool.bytesInUse).toBe(MB);
    expect(() => pool.free(room)).toThrow(/freed twice/);
    const next = pool.allocateRoom(20 * MB) as Allocation;
    expect(rangesOverlap(kept, next)).toBe(false);
    pool.free(next);
    pool.free(kept);
    pool.dropIdle();
    expect(pool.bytesInUse).toBe(0);
    expect(arenas.take(28 * MB)).toBeDefined();
  });

  it("are the idle memory of an earlier result that may suffice", () => {
    const { pool } = roomy();
    const first = pool.settle(pool.allocateRoom(4 * MB, 3) as Allocation, 9 * MB);
    pool.free(first);
    const again = pool.allocateRoom(4 * MB, 3) as Allocation;
    expect([again.byteOffset, again.bytes]).toEqual([first.byteOffset, 9 * MB]);
    pool.free(again);
    // Neither what is too small nor more than was asked for.
    for (const bytes of [10 * MB, 2 * MB]) {
      const other = pool.allocateRoom(bytes) as Allocation;
      expect([rangesOverlap(first, other), other.bytes]).toEqual([false, bytes]);
      pool.free(other);
    }
    expect(pool.bytesInUse).toBe(0);
  });

  it("give small results a place among small ones", () => {
    const { pool } = roomy();
    const room = pool.allocateRoom(MB) as Allocation;
    new Uint8Array(room.buffer, room.byteOffset, 3).set([7, 8, 9]);
    const kept = pool.settle(room, 3);
    expect([...new Uint8Array(kept.buffer, kept.byteOffset, 3)]).toEqual([7, 8, 9]);
    expect(pool.bytesInUse).toBe(kept.bytes);
    expect(pool.settle(pool.allocateRoom(MB) as Allocation, MB).bytes).toBe(MB);
  });

  it("are arena memory, and not given for little", () => {
    expect(makePool().pool.allocateRoom(MB)).toBeUndefined();
    expect(roomy().pool.allocateRoom(1_000)).toBeUndefined();
  });
});

describe("BufferPool between processes", () => {
  it("counts what is borrowed as in use until it is freed, and what is lent until it is back", () => {
    const { pool } = makePool();
    let releases = 0;
    const borrowed = pool.borrow(new Uint8Array(MB), () => releases++);
    expect([pool.bytesInUse, pool.bytesBorrowed]).toEqual([MB, MB]);
    pool.checkInUse(borrowed);
    pool.free(borrowed);
    expect([pool.bytesInUse, pool.bytesBorrowed, releases]).toEqual([0, 0, 1]);
    expect(() => pool.free(borrowed)).toThrow(/freed twice/);
    const end = pool.lend(pool.allocate(MB));
    expect([pool.bytesInUse, pool.bytesLent]).toEqual([MB, MB]);
    end();
    expect([pool.bytesInUse, pool.bytesLent]).toEqual([0, 0]);
  });
});
