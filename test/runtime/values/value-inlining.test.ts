import { describe, expect, it } from "vitest";
import { BufferPool } from "../../../src/runtime/values/buffer-pool.js";
import { withValues } from "../../../src/runtime/values/value-inlining.js";
import { ValueStore } from "../../../src/runtime/values/value-store.js";

const report = { type: "tasksFinished", attempts: [1, 1], durationsMs: [1, 1] } as const;

const newPool = () =>
  new BufferPool({
    keptBytesMax: 0,
    idleMsMax: 0,
    nowMs: () => 0,
    onBufferDropped: () => undefined,
  });

describe("results in a report", () => {
  it("are those that the core names, in its order; nothing stays pinned", () => {
    const pool = newPool();
    const store = new ValueStore(pool);
    const put = (task: number, values: number[]) => {
      const memory = pool.allocate(values.length);
      new Uint8Array(memory.buffer, memory.byteOffset, values.length).set(values);
      store.put(task, { memory, dtype: "uint8", shape: [values.length], bytes: values.length });
    };
    put(7, [1, 2]);
    put(8, [3]);
    put(9, [4, 5, 6]);
    const tasks = [9, 8, 7];
    const message = { ...report, tasks, bytes: [3, 1, 2], inlined: [0, 2] };
    expect(withValues(message, store)).toEqual({
      ...message,
      values: Uint8Array.of(4, 5, 6, 1, 2),
    });
  });

  it("are none when none is named", () => {
    const message = { ...report, tasks: [1, 2], bytes: [8, 8] };
    expect(withValues(message, new ValueStore(newPool()))).toBe(message);
  });
});
