import fc from "fast-check";
import { expect, test } from "vitest";
import { RangeAllocator } from "../../src/system/range-allocator.js";

test("ranges never overlap, and what comes back can be obtained again in one piece", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 30 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (list) => {
      const allocator = new RangeAllocator(100);
      const used = new Uint8Array(100);
      const taken: { start: number; bytes: number }[] = [];
      for (const [takes, n] of list) {
        if (takes) {
          const start = allocator.take(n);
          const fits = [...used.keys()].find(
            (at) => at + n <= 100 && used.subarray(at, at + n).every((byte) => byte === 0),
          );
          expect(start).toBe(fits);
          if (start === undefined) continue;
          used.fill(1, start, start + n);
          taken.push({ start, bytes: n });
        } else {
          const [range] = taken.splice(n % Math.max(1, taken.length), 1);
          if (range === undefined) continue;
          allocator.giveBack(range.start, range.bytes);
          used.fill(0, range.start, range.start + range.bytes);
        }
      }
      for (const { start, bytes } of taken) allocator.giveBack(start, bytes);
      expect(allocator.take(100)).toBe(0);
    }),
  );
});

test("what is free cannot be given back", () => {
  const allocator = new RangeAllocator(100);
  allocator.take(10);
  expect(() => allocator.giveBack(5, 10)).toThrow("that was free");
  allocator.giveBack(0, 10);
  expect(() => allocator.giveBack(0, 10)).toThrow("that was free");
});
