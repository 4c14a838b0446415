// The sketch of frequent keys: whatever the elements and however they are dealt out, every key
// above a part's share is found, and none far below it.
import fc from "fast-check";
import { expect, it } from "vitest";
import { frequentKeys, joinSketches, sketchKeys } from "../../../src/kernels/bag/frequent-keys.js";
import type { Transform } from "../../../src/kernels/bag/sink.js";

function run(transform: Transform, elements: readonly unknown[]): unknown[] {
  const made: unknown[] = [];
  const sink = transform({ push: (element) => void made.push(element), end() {} });
  for (const element of elements) sink.push(element);
  sink.end();
  return made;
}

it("finds every frequent key", () => {
  // Squares make small numbers frequent; up to 2,000 elements fill the counters several times.
  const key = fc.nat(40).map((n) => Math.floor((n * n) / 8));
  const lists = fc.array(fc.array(key, { maxLength: 500 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(lists, fc.integer({ min: 2, max: 6 }), (partitions, parts) => {
      const capacity = 4 * parts;
      const sketches = partitions.flatMap((list) =>
        run(
          sketchKeys((n) => n, capacity),
          list,
        ),
      );
      const total = run(joinSketches(capacity), sketches);
      const found = run(frequentKeys(parts), total);
      const all = partitions.flat();
      const times = (wanted: unknown) => all.filter((n) => n === wanted).length;
      for (const one of new Set(all)) {
        if (times(one) > all.length / parts) expect(found).toContain(one);
      }
      for (const one of found) expect(times(one)).toBeGreaterThan(all.length / parts / 2);
    }),
  );
});
