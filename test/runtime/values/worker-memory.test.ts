import { describe, expect, it } from "vitest";
import {
  defaultMemoryLimitBytes,
  systemMemoryBytes,
} from "../../../src/runtime/host/process-usage.js";
import { Arenas } from "../../../src/runtime/values/arenas.js";
import { WorkerMemory } from "../../../src/runtime/values/worker-memory.js";

const MB = 2 ** 20;

describe("WorkerMemory", () => {
  it("keeps buffers for reuse up to its limit, and tells threads of those that it gives up", () => {
    const memory = new WorkerMemory(100 * MB, undefined, new Arenas(0));
    const { pool } = memory;
    const pieces = Array.from({ length: 13 }, () => pool.allocate(5 * MB));
    const more = pool.allocate(5 * MB);
    for (const piece of pieces.slice(0, 2)) pool.free(piece);
    // 60 MB are in use now: one piece may be idle beside them.
    expect(memory.takeDropped()).toEqual({ buffers: [pieces[0]?.bufferId], collect: false });
    expect(memory.takeDropped()).toBeUndefined();
    for (const piece of [...pieces.slice(2), more]) pool.free(piece);
    expect(pool.bytesPooled).toBe(65 * MB);
  });

  it("gives up idle buffers for the engine of tables, as far as that needs room", () => {
    const memory = new WorkerMemory(100 * MB, undefined, new Arenas(0));
    const { pool } = memory;
    const pieces = Array.from({ length: 10 }, () => pool.allocate(5 * MB));
    for (const piece of pieces.slice(0, 8)) pool.free(piece);
    memory.leaveEngineRoom();
    expect([pool.bytesInUse, pool.bytesPooled]).toEqual([10 * MB, 25 * MB]);
    expect(memory.takeDropped()?.buffers).toHaveLength(3);
    memory.leaveEngineRoom();
    expect(memory.takeDropped()?.buffers ?? []).toEqual([]);
    for (const piece of pieces.slice(8)) pool.free(piece);
  });

  it("does not count what is free in the arena, whatever the system says", () => {
    const memory = new WorkerMemory(100 * MB);
    const piece = memory.pool.allocate(50 * MB);
    new Uint8Array(piece.buffer, piece.byteOffset, 50 * MB).fill(1);
    const fullBytes = memory.processBytes();
    memory.pool.free(piece);
    memory.release();
    expect(memory.processBytes()).toBeLessThan(fullBytes - 40 * MB);
    // Nothing to tell threads of: they keep the arena.
    expect(memory.takeDropped()).toEqual({ buffers: [], collect: true });
  });

  it("asks for a collection when much was given up", () => {
    const memory = new WorkerMemory(100 * MB);
    const pieces = Array.from({ length: 20 }, () => memory.pool.allocate(10 * MB));
    for (const piece of pieces) memory.pool.free(piece);
    expect(memory.takeDropped()).toMatchObject({ collect: true });
  });
});

describe("defaultMemoryLimitBytes", () => {
  it("shares the machine's memory among its workers", () => {
    expect(systemMemoryBytes()).toBeGreaterThan(64 * MB);
    expect(defaultMemoryLimitBytes()).toBeLessThan(systemMemoryBytes());
    expect(defaultMemoryLimitBytes(4)).toBe(Math.floor(0.225 * systemMemoryBytes()));
  });
});
