// Running totals and largest elements along an axis whose length the values decide: they give what
// the same elements with known lengths give. And distinct values, of which blocks keep as many as
// they have.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as tw from "../../../src/array/index.js";
import { elementsOf, tasksOf, valuesOf } from "../table-arrays.js";

/** Elements that a mask left, and the same ones with known lengths. */
const kept = fc
  .record({
    values: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 40 }),
    flags: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
    chunks: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ values, flags, chunks }) => {
    const mask = tw.asarray(flags.slice(0, values.length), { chunks });
    const free = tw.asarray(values, { chunks }).slice(mask) as tw.ChunkedArray;
    const known = tw.asarray(
      values.filter((_, i) => flags[i]),
      { dtype: "float64" },
    );
    return { free, known };
  });

const SAME: Readonly<Record<string, (x: tw.ChunkedArray) => tw.ChunkedArray>> = {
  cumsum: (x) => tw.cumsum(x),
  cumprod: (x) => tw.cumprod(x),
  "cumulativeSum with its initial": (x) => tw.cumulativeSum(x, { includeInitial: true }),
  "cumsum of int64": (x) => tw.cumsum(x.astype("int64")),
  "cumsum of complex128": (x) => tw.cumsum(x.astype("complex128")),
  nancumsum: (x) => tw.nancumsum(x.div(x)),
  push: (x) => tw.push(x.div(x)),
  unique: (x) => tw.unique(x),
};

describe("along an axis of unknown length", () => {
  it.each(Object.keys(SAME))("%s", async (name) => {
    await fc.assert(
      fc.asyncProperty(kept, async ({ free, known }) => {
        const of = SAME[name] as (typeof SAME)[string];
        expect(await elementsOf(of(free))).toEqual(await elementsOf(of(known)));
      }),
      { numRuns: 25 },
    );
  });

  it.each([3, -2])("topk and argtopk of %i, or as many as there are", async (k) => {
    await fc.assert(
      fc.asyncProperty(kept, async ({ free, known }) => {
        const few = Math.sign(k) * Math.min(Math.abs(k), known.size);
        const [largest, places] = [tw.topk(free, k), tw.argtopk(free, k)];
        expect(await valuesOf(largest)).toEqual(
          few === 0 ? [] : await valuesOf(tw.topk(known, few)),
        );
        expect(await valuesOf(places)).toEqual(
          few === 0 ? [] : await valuesOf(tw.argtopk(known, few)),
        );
      }),
      { numRuns: 25 },
    );
  });

  it("of rows, in the other axis's chunks", async () => {
    const x = tw.arange(12, { chunks: 12 }).reshape([6, 2]).rechunk([2, 1]);
    const rows = x.slice(tw.asarray([true, false, true, true, false, true], { chunks: 2 }));
    expect(await valuesOf(tw.topk(rows, 2, 0))).toEqual([10, 11, 6, 7]);
    expect(await valuesOf(tw.argtopk(rows, 2, 0))).toEqual([3, 3, 2, 2]);
    expect(await valuesOf(tw.cumsum(rows, 0))).toEqual([0, 1, 4, 6, 10, 13, 20, 24]);
  });

  it("many blocks, in trees", async () => {
    const x = tw.arange(300, { chunks: 3 }).multiply(7).remainder(101);
    const large = x.slice(x.greater(30));
    const plain = await valuesOf(large);
    let sum = 0;
    expect(await valuesOf(tw.cumsum(large))).toEqual(plain.map((value) => (sum += value)));
    expect(await valuesOf(tw.topk(large, 3))).toEqual([100, 100, 100]);
    const order = [...plain.keys()].sort((a, b) => (plain[b] as number) - (plain[a] as number));
    expect(await valuesOf(tw.argtopk(large, 5))).toEqual(order.slice(0, 5));
  });
});

it("negative zero stays what it is in running sums", async () => {
  expect(await valuesOf(tw.cumsum(tw.asarray([-0, -0, 1], { chunks: 1 })))).toEqual([-0, -0, 1]);
});

it("an operand that says a length stays, whatever the values", async () => {
  const x = tw.arange(9, { chunks: 2 });
  const ones = tw.where(x.slice(x.greater(3)), 1, 1);
  expect(await valuesOf(ones)).toEqual([1, 1, 1, 1, 1]);
});

describe("distinct values of many blocks", () => {
  const x = tw.arange(600, { chunks: 2 }).remainder(37);

  it("are joined in groups of sixteen blocks", () => {
    // 300 blocks each for itself, then 19 groups, 2 of those, 1.
    expect(tasksOf(tw.unique(x)) - tasksOf(x)).toBe(300 + 19 + 2 + 1);
  });

  it("are counted, found and numbered", async () => {
    const { values, counts, indices, inverseIndices } = tw.uniqueAll(x);
    const all = Array.from({ length: 37 }, (_, i) => i);
    expect(await valuesOf(values)).toEqual(all);
    expect(await valuesOf(indices)).toEqual(all);
    expect(await valuesOf(counts)).toEqual(all.map((i) => (i < 600 % 37 ? 17 : 16)));
    expect(await valuesOf(inverseIndices)).toEqual(await valuesOf(x));
  });
});

it("masked elements are not among those that are not 0", async () => {
  const x = tw.ma.maskedEqual(
    tw.asarray(
      [
        [0, 3],
        [9, 1],
      ],
      { chunks: 1 },
    ),
    9,
  );
  const [rows, columns] = tw.ma.nonzero(x) as [tw.ChunkedArray, tw.ChunkedArray];
  expect(await valuesOf(rows)).toEqual([0, 1]);
  expect(await valuesOf(columns)).toEqual([1, 1]);
});
