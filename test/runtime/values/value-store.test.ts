import { describe, expect, it } from "vitest";
import { BufferPool } from "../../../src/runtime/values/buffer-pool.js";
import { type PinnedValue, ValueStore } from "../../../src/runtime/values/value-store.js";

function setUp() {
  const pool = new BufferPool({
    keptBytesMax: 2 ** 30,
    idleMsMax: 1_000,
    nowMs: () => 0,
    onBufferDropped: () => undefined,
  });
  const store = new ValueStore(pool);
  const put = (task: number) => {
    const memory = pool.allocate(80);
    store.put(task, { memory, dtype: "float64", shape: [2, 5], bytes: 80 });
  };
  return { pool, store, put };
}

describe("ValueStore", () => {
  it("keeps values until they are dropped and frees their memory then", () => {
    const { pool, store, put } = setUp();
    put(1);
    put(2);
    expect([store.size, store.bytes, store.has(1)]).toEqual([2, 160, true]);
    store.drop(1);
    store.drop(7);
    expect([store.size, store.bytes, store.has(1)]).toEqual([1, 80, false]);
    expect(store.pin(1)).toBeUndefined();
    store.clear();
    expect(pool.bytesInUse).toBe(0);
  });

  it("leaves the memory of a dropped value alone while it is pinned", () => {
    const { pool, store, put } = setUp();
    put(1);
    const first = store.pin(1) as PinnedValue;
    const second = store.pin(1) as PinnedValue;
    store.drop(1);
    put(1);
    expect((store.pin(1) as PinnedValue).memory).not.toBe(first.memory);
    store.unpin(first);
    const before = pool.bytesInUse;
    store.unpin(second);
    expect(pool.bytesInUse).toBe(before - first.memory.bytes);
    expect(() => store.unpin(second)).toThrow(/more often than pinned/);
  });

  it("refuses a second value under one number", () => {
    const { put } = setUp();
    put(1);
    expect(() => put(1)).toThrow(/stored under this number/);
  });
});
