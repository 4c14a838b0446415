// Sorting and quantiles over many blocks, none of which ever has a whole lane: against plain sorts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  argsort,
  argtopk,
  type ChunkedArray,
  fromArray,
  isin,
  median,
  moveaxis,
  multiply,
  nanmedian,
  nanquantile,
  quantile,
  searchsorted,
  slice,
  sort,
  zeros,
} from "../../../src/array/index.js";
import { laneColumns } from "../../../src/array/manipulation/whole-lanes.js";
import { planRounds } from "../../../src/array/sorting/rank-plan.js";
import {
  knownRanks,
  mergedRuns,
  quantilesOfRuns,
  rankedElements,
  runOrder,
  sortedRuns,
} from "../../../src/array/sorting/sorted-runs.js";
import type { DType } from "../../../src/base/dtype.js";
import { elementsOf, tasksOf, valuesOf } from "../table-arrays.js";

type Value = number | bigint;

const DTYPES: readonly DType[] = [
  "float64",
  "float32",
  "int32",
  "uint8",
  "bool",
  "int64",
  "uint64",
];

/** Few distinct values, so that most elements have equals in other blocks. */
function elementOf(dtype: DType, n: number): Value {
  if (dtype === "bool") return n & 1;
  if (dtype === "int64") return BigInt(n - 5) * 2n ** 55n;
  if (dtype === "uint64") return BigInt(n) * 2n ** 59n;
  if (dtype.startsWith("float")) return [NaN, -0, 0, Infinity, -Infinity][n] ?? n / 4;
  return n;
}

/** An order of elements like NumPy's. */
function compare(a: Value, b: Value): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

const vectors = fc.record({
  dtype: fc.constantFrom(...DTYPES),
  blocks: fc.array(fc.array(fc.nat(16), { maxLength: 12 }), { minLength: 2, maxLength: 8 }),
});

function arrayOf(dtype: DType, blocks: readonly (readonly Value[])[]): ChunkedArray {
  const data = blocks.flat();
  return fromArray(
    { data, shape: [data.length] },
    { dtype, chunks: [blocks.map((b) => b.length)] },
  );
}

describe("vectors in many blocks", () => {
  it("are sorted as plain ones are, in their chunks", async () => {
    await fc.assert(
      fc.asyncProperty(vectors, fc.boolean(), async ({ dtype, blocks }, descending) => {
        const values = blocks.map((block) => block.map((n) => elementOf(dtype, n)));
        const x = arrayOf(dtype, values);
        const all = values.flat();
        const sorted = all.toSorted(compare);
        const result = sort(x, { descending });
        if (x.size > 0) expect(result.chunks).toEqual(x.chunks);
        expect(await elementsOf(result)).toEqual(descending ? sorted.toReversed() : sorted);
        const sign = descending ? -1 : 1;
        const positions = [...all.keys()];
        const order = argsort(x, { descending });
        if (x.size > 0) expect(order.chunks).toEqual(x.chunks);
        expect(await valuesOf(order)).toEqual(
          positions.sort((a, b) => sign * compare(all[a] as Value, all[b] as Value)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("have the quantiles of one block", async () => {
    const methods = ["linear", "lower", "higher", "nearest", "midpoint", "hazen"] as const;
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(vectors, fc.constantFrom(...methods), shares, async (input, method, q) => {
        const { dtype, blocks } = input;
        const values = blocks.map((block) => block.map((n) => elementOf(dtype, n)));
        if (values.flat().length === 0) return;
        const x = arrayOf(dtype, values);
        const whole = x.rechunk(-1);
        for (const of of [quantile, nanquantile]) {
          const wanted = await elementsOf(of(whole, q, null, { method }));
          expect(await elementsOf(of(x, q, null, { method }))).toEqual(wanted);
        }
        expect(await elementsOf(median(x))).toEqual(await elementsOf(median(whole)));
        expect(await elementsOf(nanmedian(x))).toEqual(await elementsOf(nanmedian(whole)));
      }),
      { numRuns: 80 },
    );
  });

  it("keep zeros of either sign and NaN in order", async () => {
    const x = arrayOf("float64", [
      [0, -0, NaN],
      [-0, 1, 0],
      [NaN, -1],
    ]);
    expect(await valuesOf(sort(x))).toEqual([-1, 0, -0, -0, 0, 1, NaN, NaN]);
    expect(await valuesOf(argsort(x))).toEqual([7, 0, 1, 3, 5, 4, 2, 6]);
    expect(await valuesOf(argsort(x, { descending: true }))).toEqual([2, 6, 4, 0, 1, 3, 5, 7]);
  });
});

describe("the largest", () => {
  it("are where a stable sort has them, by a tree over blocks", async () => {
    const k = fc.integer({ min: 1, max: 9 }).chain((n) => fc.constantFrom(n, -n));
    await fc.assert(
      fc.asyncProperty(vectors, k, async ({ dtype, blocks }, n) => {
        const values = blocks.map((block) => block.map((each) => elementOf(dtype, each)));
        const x = arrayOf(dtype, values);
        const order = await valuesOf(argsort(x.rechunk(-1), { descending: n > 0 }));
        expect(await valuesOf(argtopk(x, n))).toEqual(order.slice(0, Math.abs(n)));
      }),
      { numRuns: 60 },
    );
  });

  it("are joined by sixteen, along any axis", async () => {
    const data = Float64Array.from({ length: 80 * 3 }, (_, i) => (i * 37) % 101);
    const x = fromArray(data, { shape: [80, 3], chunks: [2, 2] });
    const wanted = argsort(x.rechunk(-1), { axis: 0, descending: true }).slice(slice(0, 5));
    const found = argtopk(x, 5, 0);
    expect(found.chunks).toEqual([[5], [2, 1]]);
    expect(await valuesOf(found)).toEqual(await valuesOf(wanted as ChunkedArray));
    const single = arrayOf("float64", [[], [3, 4], []]);
    expect(await valuesOf(argtopk(single, 1))).toEqual([1]);
  });
});

describe("lists of many blocks", () => {
  const count = 2_200_000;
  const list = multiply(arange(count, { dtype: "float64", chunks: 200_000 }), 2) as ChunkedArray;

  it("are searched block by block where they are large", async () => {
    const x = fromArray(
      [
        [-1, 0, 1],
        [3_000_000, 3_000_001, 2 * count],
      ],
      { chunks: [1, 2] },
    );
    for (const [side, first] of [
      ["left", 0],
      ["right", 1],
    ] as const) {
      const found = searchsorted(list, x, { side });
      expect(found.chunks).toEqual(x.chunks);
      const middle = 1_500_000;
      expect(await valuesOf(found)).toEqual([0, first, 1, middle + first, middle + 1, count]);
    }
    expect(await valuesOf(isin(x, list))).toEqual([0, 1, 0, 1, 0, 0]);
  });
});

describe("samples", () => {
  it("find every rank in the rounds that were planned", async () => {
    // Long runs against a budget of few samples, so that there are several rounds.
    const runs = 40;
    const length = 4000;
    const data = Float64Array.from({ length: runs * length }, (_, i) =>
      // Runs that overlap, that do not, and many equals.
      i % 3 === 0 ? i : (i * 7919) % (i % 2 === 0 ? 50 : 100_003),
    );
    const x = fromArray(data, { chunks: [length] });
    const ranks = Array.from({ length: 150 }, (_, k) => (k * 7907 * 31) % data.length);
    const lengths = x.chunks[0] as readonly number[];
    expect(planRounds(lengths, ranks.length).length).toBeGreaterThan(2);
    const sorted = data.slice().sort();
    const found = x.derive(
      rankedElements(sortedRuns(x.node), knownRanks(ranks), ranks.length),
    ) as ChunkedArray;
    expect(await valuesOf(found)).toEqual(ranks.map((rank) => sorted[rank]));
  });

  it("are few for any number of blocks", () => {
    for (const [blocks, length] of [
      [10, 1e6],
      [100, 1e6],
      [1000, 1e7],
      [3, 5],
    ] as const) {
      const lengths = new Array<number>(blocks).fill(length);
      const rounds = planRounds(lengths, blocks - 1);
      rounds.forEach((count, i) => {
        const rows = i === 0 ? 1 : blocks - 1;
        expect(count * rows * blocks).toBeLessThanOrEqual(Math.max(2 * length, 2 ** 16));
      });
      expect(rounds.length).toBeLessThanOrEqual(blocks === 1000 ? 10 : 4);
    }
  });
});

describe("tasks", () => {
  it("are a few for each block, and no block is longer", () => {
    const x = fromArray(new Float64Array(1000), { chunks: [50] });
    // Sorted, sampled, cut and merged; and the task that reads all samples.
    expect(tasksOf(sort(x))).toBe(4 * 20 + 1);
    // Sorted, sampled and counted; ranks, their elements, what is between them, one axis less.
    expect(tasksOf(median(x))).toBe(3 * 20 + 4);
    expect(Math.max(...(sort(x).chunks[0] ?? []))).toBe(50);
  });
});

describe("columns of runs", () => {
  it("are sorted each for itself, in the chunks that are wanted", async () => {
    const data = Float64Array.from({ length: 7 * 4 * 3 }, (_, i) => (i * 37) % 23);
    const x = fromArray(data, { shape: [4, 7, 3], chunks: [2, 3, 2] });
    const columns = laneColumns(x, [1]);
    const lengths = [1, 4, 0, 2];
    const whole = x.rechunk(-1);
    const found = x.derive(mergedRuns(sortedRuns(columns), lengths, undefined)) as ChunkedArray;
    expect(found.chunks[0]).toEqual(lengths);
    const wanted = sort(whole, { axis: 1 }) as ChunkedArray;
    expect(await valuesOf(moveaxis(found, 0, 1))).toEqual(await valuesOf(wanted));
    const order = mergedRuns(sortedRuns(columns), lengths, runOrder(columns));
    const positions = moveaxis(x.derive(order) as ChunkedArray, 0, 1);
    expect(await valuesOf(positions)).toEqual(await valuesOf(argsort(whole, { axis: 1 })));
  });

  it("are made of lanes too long for a block only", () => {
    const short = zeros([1000, 10_000], { chunks: [1000, 500] });
    // 4 MB blocks become one of 16 MiB for as many rows as that holds.
    const rows = sort(short, { axis: 1 }).chunks;
    expect(rows[1]).toEqual([10_000]);
    expect(Math.max(...(rows[0] ?? [])) * 80_000).toBeLessThanOrEqual(2 ** 24);
    expect(rows[0]?.length).toBe(5);
    const long = zeros([2, 10_000_000], { chunks: [2, 1_000_000] });
    for (const descending of [false, true]) {
      expect(sort(long, { descending }).chunks).toEqual(long.chunks);
      expect(argsort(long, { descending }).chunks).toEqual(long.chunks);
    }
    expect(median(long, 1).shape).toEqual([2]);
  });

  it("are found and merged each for itself", async () => {
    const data = Float64Array.from({ length: 7 * 4 * 3 }, (_, i) => (i * 37) % 41);
    const x = fromArray(data, { shape: [4, 7, 3], chunks: [2, 3, 2] });
    const runs = sortedRuns(laneColumns(x, [1]));
    const asked = { quantiles: [0, 0.3, 1], method: "linear" } as const;
    const found = x.derive(quantilesOfRuns(runs, asked, false, "float64")) as ChunkedArray;
    expect(await valuesOf(found)).toEqual(await valuesOf(quantile(x.rechunk(-1), [0, 0.3, 1], 1)));
    const both = sortedRuns(laneColumns(x, [0, 2]));
    const wanted = await valuesOf(quantile(x.rechunk(-1), [0, 0.3, 1], [0, 2]));
    const all = x.derive(quantilesOfRuns(both, asked, false, "float64")) as ChunkedArray;
    expect(await valuesOf(all)).toEqual(wanted);
    expect(await valuesOf(median(x))).toEqual(await valuesOf(median(x.rechunk(-1))));
  });

  it("are put together where blocks are many and small", async () => {
    const lengths = Array.from({ length: 300 }, (_, i) => (i * 7) % 5);
    const size = lengths.reduce((sum, n) => sum + n, 0);
    const data = Float64Array.from({ length: size }, (_, i) => (i * 7919) % 263);
    const x = fromArray(data, { chunks: [lengths] });
    const order = [...data.keys()].sort((a, b) => (data[a] as number) - (data[b] as number));
    const backwards = [...data.keys()].sort((a, b) => (data[b] as number) - (data[a] as number));
    expect(await valuesOf(sort(x))).toEqual([...data].sort((a, b) => a - b));
    expect(await valuesOf(sort(x, { descending: true }))).toEqual([...data].sort((a, b) => b - a));
    expect(await valuesOf(argsort(x))).toEqual(order);
    expect(await valuesOf(argsort(x, { descending: true }))).toEqual(backwards);
    expect(sort(x).chunks).toEqual(x.chunks);
    // Two tasks a block to put them together and apart, and a few for each of about 64 runs.
    const many = zeros([10_000_000], { chunks: 10_000 });
    expect(tasksOf(sort(many))).toBeLessThan(2_000);
  });
});
