// Arrays whose lengths the values decide: what can be done with them gives what the same array with
// known lengths gives, and what cannot says so.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChunkedArray } from "../../../src/array/index.js";
import * as tw from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";
import { countingArray, elementsOf, valuesOf } from "../table-arrays.js";

const executor = new SerialExecutor();

/** 0 to 23 as 4 × 6, and the rows of it whose first element is not 6: their number is not known. */
const x = countingArray(
  [4, 6],
  [
    [2, 1, 1],
    [4, 2],
  ],
  "float64",
);
const rows = x.slice(x.slice(null, 0).notEqual(6));
const sameRows = tw.asarray([0, 2, 3]);
const known = x.take([0, 2, 3], 0);
const flat = x.slice(x.remainder(5).equal(0));

describe("a chunked mask", () => {
  it("leaves an axis of unknown length, as many blocks as before", () => {
    expect(rows.shape).toEqual([Number.NaN, 6]);
    expect(rows.chunks).toEqual([
      [Number.NaN, Number.NaN, Number.NaN],
      [4, 2],
    ]);
    expect(String(rows)).toContain("(NaN, 6)");
  });

  it("picks elements in row-major order, whatever the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        async (flags, rowLength, columnLength) => {
          const mask = tw.fromArray({ data: flags, shape: [4, 6] }, { chunks: [3, 2] });
          const array = x.rechunk([rowLength, columnLength]);
          const expected = [...flags.keys()].filter((i) => flags[i]);
          expect(await valuesOf(array.slice(mask))).toEqual(expected);
          expect(await valuesOf(tw.extract(mask, array))).toEqual(expected);
          expect(await elementsOf(tw.flatnonzero(mask))).toEqual(expected.map(BigInt));
          const places = await Promise.all(tw.nonzero(mask).map((each) => valuesOf(each)));
          expect(places[0]).toEqual(expected.map((i) => Math.floor(i / 6)));
          expect(places[1]).toEqual(expected.map((i) => i % 6));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("may be one truth value, or empty", async () => {
    const yes = tw.asarray(true);
    const no = tw.asarray(false);
    expect(await valuesOf(x.slice(yes, 1, "2:4"))).toEqual([8, 9]);
    expect((await x.slice(no).computeChunkSizes({ executor })).shape).toEqual([0, 4, 6]);
    expect((await x.slice(1, yes).computeChunkSizes({ executor })).shape).toEqual([1, 6]);
    expect(x.slice(tw.zeros([0], { dtype: "bool" })).shape).toEqual([0, 6]);
    expect(x.slice(tw.zeros([0, 6], { dtype: "bool" })).shape).toEqual([0]);
    expect(() => x.slice(tw.zeros([3], { dtype: "bool" }))).toThrow("does not fit");
  });

  it("stands beside slices and positions", async () => {
    const mask = tw.asarray([true, false, true]).rechunk(2);
    const cube = countingArray([2, 3, 2], [[1, 1], [2, 1], [2]]);
    expect(await valuesOf(cube.slice(1, mask))).toEqual([6, 7, 10, 11]);
    expect(await valuesOf(cube.slice(null, mask, "1:"))).toEqual([1, 5, 7, 11]);
    const pairs = tw.asarray([
      [true, false, true],
      [false, true, false],
    ]);
    expect(await valuesOf(cube.slice(pairs))).toEqual([0, 1, 4, 5, 8, 9]);
  });

  it("must fit", () => {
    expect(() => x.slice(tw.asarray([true, false]))).toThrow(ArgumentError);
    expect(() => x.slice(tw.asarray([true, false, true, true]), [0, 1])).toThrow(/two steps/);
  });
});

const OPERATIONS: Readonly<Record<string, (a: ChunkedArray) => ChunkedArray>> = {
  arithmetic: (a) => a.mul(2).add(a) as ChunkedArray,
  cast: (a) => a.astype("int64") as ChunkedArray,
  broadcasting: (a) => a.add(tw.arange(6)) as ChunkedArray,
  transpose: (a) => a.T,
  slices: (a) => a.slice(null, "1:6:2"),
  lists: (a) => a.slice(null, [5, 0, 0]),
  positions: (a) => a.slice("...", -1),
  newAxes: (a) => a.slice(null, tw.newAxis, null),
  sum: (a) => a.sum(),
  sumAlong: (a) => a.sum(0),
  sumAcross: (a) => a.sum(1),
  prod: (a) => a.add(1).prod(0),
  mean: (a) => a.mean(),
  meanAlong: (a) => a.mean(0),
  complexMean: (a) => a.astype("complex128").mul({ re: 1, im: 2 }).mean(0),
  variance: (a) => a.var(0, { correction: 1 }),
  deviation: (a) => a.std(),
  min: (a) => a.min(0),
  max: (a) => a.max(),
  any: (a) => a.greater(20).any(0),
  all: (a) => a.greater(3).all(1),
  count: (a) => tw.countNonzero(a.greater(8), 0),
  argmaxAcross: (a) => a.argmax(1),
  concatenate: (a) => tw.concatenate([a, tw.ones([2, 6]), a]),
  ravel: (a) => a.ravel(),
  reshape: (a) => a.reshape([-1, 3, 2]) as ChunkedArray,
  rechunk: (a) => a.rechunk({ 1: 2 }),
  oneBlock: (a) => a.rechunk({ 0: -1 }),
  sort: (a) => tw.sort(a, { axis: 0, descending: true }),
  median: (a) => tw.median(a, 0),
  medianAcross: (a) => tw.median(a, 1),
  cumsumAcross: (a) => tw.cumsum(a, 1),
  product: (a) => a.matmul(tw.ones([6, 2])),
  gram: (a) => a.T.matmul(a),
  mapBlocks: (a) =>
    (a as ChunkedArray<"float64">).mapBlocks((block) => block.data.map((value) => value + 1)),
  mask: (a) => a.slice(a.greater(9)),
  unique: (a) => tw.unique(a.remainder(4)),
  counts: (a) => tw.uniqueCounts(a.remainder(4)).counts,
};

describe("arrays of unknown lengths", () => {
  it.each(Object.entries(OPERATIONS))("%s", async (_name, operation) => {
    const expected = await operation(known).compute({ executor });
    for (const optimizeGraph of [true, false]) {
      const found = await operation(rows).compute({ executor, optimizeGraph });
      expect(JSON.stringify(found, plain)).toEqual(JSON.stringify(expected, plain));
    }
  });

  it("gives known lengths with the blocks that were computed", async () => {
    const sized = await rows.computeChunkSizes({ executor });
    expect(sized.chunks).toEqual([
      [1, 1, 1],
      [4, 2],
    ]);
    let tasksRun = 0;
    const count = { executor, onStatistics: (s: { tasksRun: number }) => (tasksRun = s.tasksRun) };
    const value = (await sized.slice(1).compute(count)) as { data: ArrayLike<number> };
    expect(Array.from(value.data)).toEqual([12, 13, 14, 15, 16, 17]);
    // Only the slice itself: nothing is computed twice.
    expect(tasksRun).toBe(2);
    sized.release();
    expect(await tw.computeChunkSizes(x)).toBe(x);
  });

  it("keeps them persisted", async () => {
    const kept = await rows.persist({ executor });
    expect(kept.shape).toEqual([Number.NaN, 6]);
    expect(await valuesOfKept(kept.sum(1))).toEqual([15, 87, 123]);
    kept.release();
  });

  it("are reduced when nothing is left", async () => {
    const none = x.slice(x.greater(100));
    expect(await valuesOf(none)).toEqual([]);
    expect(await valuesOf(none.sum())).toEqual([0]);
    expect(await valuesOf(none.mean())).toEqual([Number.NaN]);
    await expect(valuesOf(none.min())).rejects.toThrow(/min of no elements/);
    expect(await valuesOf(flat.min())).toEqual([0]);
  });

  it("are held against each other when they are there", async () => {
    expect(await valuesOf(flat.add(flat))).toEqual([0, 10, 20, 30, 40]);
    const other = x.slice(x.remainder(7).equal(0));
    await expect(valuesOf(flat.add(other))).rejects.toThrow(/compress-\w+ has \d+ elements/);
  });

  it.each<[string, () => unknown]>([
    ["a position", () => flat.slice(0)],
    ["a slice", () => flat.slice("1:3")],
    ["a list", () => rows.take(sameRows, 0)],
    ["chunks", () => flat.rechunk(2)],
    ["a shape", () => flat.reshape([2, -1])],
    ["zerosLike", () => tw.zerosLike(flat)],
    ["argmin", () => flat.argmin()],
    ["stack", () => tw.stack([flat, flat])],
    ["concatenate across", () => tw.concatenate([rows, rows.add(1)], 1)],
    ["flip", () => flat.flip()],
    ["nonzero", () => tw.nonzero(flat)],
    ["repeat", () => tw.repeat(flat, 2)],
    ["other blocks", () => flat.add(tw.arange(5))],
  ])("%s needs lengths", (_what, make) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(/call computeChunkSizes\(\) first/);
  });
});

describe("compress", () => {
  it("takes conditions shorter than the axis, in memory and chunked", async () => {
    const expected = [0, 2, 6, 8, 12, 14, 18, 20];
    expect(await valuesOf(tw.compress([true, false, true], x, 1))).toEqual(expected);
    expect(await valuesOf(tw.compress(tw.asarray([1, 0, 1]), x, 1))).toEqual(expected);
    expect(await valuesOf(tw.compress([false, true], x))).toEqual([1]);
    expect(() => tw.compress([true, true, true, true, true], x, 0)).toThrow(ArgumentError);
  });
});

describe("unique", () => {
  const values = [3, 1, Number.NaN, 3, 2, Number.NaN, 1, 0];
  const array = (chunks: number) => tw.fromArray(Float64Array.from(values), { chunks });

  it.each([1, 3, 8])("in blocks of %i, NaN once or each", async (chunks) => {
    expect(await valuesOf(tw.unique(array(chunks)))).toEqual([0, 1, 2, 3, Number.NaN]);
    const all = tw.uniqueAll(array(chunks));
    expect(await valuesOf(all.values)).toEqual([0, 1, 2, 3, Number.NaN, Number.NaN]);
    expect(await elementsOf(all.indices)).toEqual([7n, 1n, 4n, 0n, 2n, 5n]);
    expect(await elementsOf(all.counts)).toEqual([1n, 2n, 1n, 2n, 1n, 1n]);
    expect(await elementsOf(all.inverseIndices)).toEqual([3n, 1n, 4n, 3n, 2n, 5n, 1n, 0n]);
  });

  it("gives back the array by the inverse, whatever is in it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom("int32" as const, "int64" as const, "float32" as const),
        async (list, chunks, dtype) => {
          const given = tw.fromArray(Float64Array.from(list), { chunks, dtype });
          const { values: found, indices, inverseIndices, counts } = tw.uniqueAll(given);
          const sorted = [...new Set(list)].sort((a, b) => a - b);
          expect(await valuesOf(found)).toEqual(sorted);
          expect(found.dtype).toBe(dtype);
          expect((await valuesOf(inverseIndices)).map((i) => sorted[i])).toEqual(list);
          expect(await valuesOf(indices)).toEqual(sorted.map((value) => list.indexOf(value)));
          expect(await valuesOf(counts)).toEqual(
            sorted.map((value) => list.filter((other) => other === value).length),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it("of two arrays", async () => {
    const both = tw.union1d(tw.asarray([3, 1]), tw.arange(3, { chunks: 2 }));
    expect(await valuesOf(both)).toEqual([0, 1, 2, 3]);
  });
});

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

async function valuesOfKept(array: ChunkedArray): Promise<number[]> {
  const value = await array.compute({ executor });
  return Array.from((value as { data: ArrayLike<number> }).data, Number);
}
