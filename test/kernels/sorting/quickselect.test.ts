// Elements of given ranks stand where sorting would put them.
import fc from "fast-check";
import { expect, it } from "vitest";
import { selectRanks } from "../../../src/kernels/sorting/quickselect.js";

it("puts ranks where they belong, smaller ones before them, NaN last", () => {
  const element = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double(), fc.constant(Number.NaN));
  fc.assert(
    fc.property(
      fc.array(element, { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(59), { maxLength: 20 }),
      (list, places) => {
        const ranks = places.map((at) => at % list.length);
        const values = Float64Array.from(list, (value) => value + 0);
        const sorted = values.slice().sort();
        expect(selectRanks(values, ranks)).toBe(list.filter((v) => !Number.isNaN(v)).length);
        for (const rank of ranks) {
          const [found, wanted] = [values[rank] as number, sorted[rank] as number];
          expect(Number.isNaN(found) || found === wanted).toBe(true);
          expect(Number.isNaN(found)).toBe(Number.isNaN(wanted));
        }
        expect(values.sort().map((value) => value + 0)).toEqual(sorted.map((value) => value + 0));
      },
    ),
  );
});

it.each([
  ["ascending", (i: number) => i],
  ["descending", (i: number) => -i],
  ["equal", () => 1],
  ["few values", (i: number) => (i * 7919) % 10],
  ["scattered", (i: number) => (i * 7919) % 50_021],
])("of long lists: %s", (_what, element) => {
  const values = Int32Array.from({ length: 50_000 }, (_, i) => element(i));
  const sorted = values.slice().sort();
  const ranks = [0, 777, 24_999, 25_000, 49_999];
  selectRanks(values, ranks);
  for (const rank of ranks) expect(values[rank]).toBe(sorted[rank]);
});

it("takes BigInts", () => {
  const values = BigInt64Array.from([3n, -1n, 2n ** 60n, 0n]);
  selectRanks(values, [1, 2]);
  expect([values[1], values[2]]).toEqual([0n, 3n]);
});
