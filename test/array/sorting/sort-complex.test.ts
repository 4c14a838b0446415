// Complex numbers in order, as NumPy 1.24 has them: sort, argsort, unique and searchsorted.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as tw from "../../../src/array/index.js";
import { elementsOf, valuesOf } from "../table-arrays.js";

const z = (re: number, im: number) => ({ re, im });
const { NaN: nan } = Number;

/** Of every kind; what is expected of them is what NumPy gives. */
const MIXED = [
  z(2, 1),
  z(1, nan),
  z(1, 5),
  z(nan, 1),
  z(1, -5),
  z(2, 0),
  z(nan, nan),
  z(1, 5),
  z(0, nan),
];
const SORTED = [1, -5, 1, 5, 1, 5, 2, 0, 2, 1, 0, nan, 1, nan, nan, 1, nan, nan];

describe.each([9, 2, 1])("in blocks of %i", (chunks) => {
  const x = tw.asarray(MIXED, { chunks });

  it("sorts by real parts, then by imaginary parts, NaN last", async () => {
    expect(await valuesOf(tw.sort(x))).toEqual(SORTED);
    expect(await elementsOf(tw.argsort(x))).toEqual([4n, 2n, 7n, 5n, 0n, 8n, 1n, 3n, 6n]);
    const pairs = Array.from({ length: 9 }, (_, i) => SORTED.slice(2 * i, 2 * i + 2));
    expect(await valuesOf(tw.sort(x, { descending: true }))).toEqual(pairs.toReversed().flat());
  });

  it("finds distinct values, of which NaN is one in unique alone", async () => {
    expect(await valuesOf(tw.unique(x))).toEqual([1, -5, 1, 5, 2, 0, 2, 1, 0, nan]);
    const oneNaN = tw.unique(x, { returnInverse: true });
    expect(await valuesOf(oneNaN.inverseIndices)).toEqual([3, 4, 1, 4, 0, 2, 4, 1, 4]);
    const { values, counts, indices, inverseIndices } = tw.uniqueAll(x);
    const distinct = [...SORTED.slice(0, 4), ...SORTED.slice(6)];
    expect(await valuesOf(values)).toEqual(distinct);
    expect(await valuesOf(counts)).toEqual([1, 2, 1, 1, 1, 1, 1, 1]);
    expect(await valuesOf(indices)).toEqual([4, 2, 5, 0, 8, 1, 3, 6]);
    expect(await valuesOf(inverseIndices)).toEqual([3, 5, 1, 6, 0, 2, 7, 1, 4]);
  });

  it("searches on both sides", async () => {
    const sorted = tw.asarray([z(1, 0), z(1, 2), z(1, 2), z(2, 0)], { chunks });
    const wanted = tw.asarray(
      [
        [z(1, 1), z(1, 2)],
        [z(3, 0), z(nan, 0)],
      ],
      { chunks: 1 },
    );
    expect(await valuesOf(tw.searchsorted(sorted, wanted))).toEqual([1, 1, 4, 4]);
    expect(await valuesOf(tw.searchsorted(sorted, wanted, { side: "right" }))).toEqual([
      1, 3, 4, 4,
    ]);
  });
});

it("puts values back by their inverse", async () => {
  const part = fc.integer({ min: -2, max: 2 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (parts, chunks) => {
        const data = parts.map(([re, im]) => z(re, im));
        const { values, inverseIndices, counts } = tw.uniqueAll(tw.asarray(data, { chunks }));
        const distinct = await valuesOf(values);
        const places = await valuesOf(inverseIndices);
        expect(places.map((at) => distinct.slice(2 * at, 2 * at + 2))).toEqual(parts);
        const total = (await valuesOf(counts)).reduce((sum, n) => sum + n, 0);
        expect(total).toBe(parts.length);
      },
    ),
    { numRuns: 40 },
  );
});

it("refuses what would be between complex numbers", () => {
  const x = tw.asarray(MIXED);
  expect(() => tw.quantile(x, 0.5)).toThrow("take abs, real or imag first");
  expect(() => tw.nanmedian(x.rechunk(1))).toThrow("take abs, real or imag first");
});
