// What the table of Dask's results does not say: values of every kind, keys by value, exchanges of
// any data, fused chains, and mistakes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compute, fromAsyncIterable, fromPartitions, fromRange } from "../../src/index.js";

const values = fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 8 }), {
  minLength: 1,
  maxLength: 5,
});

describe("values", () => {
  it("of every kind survive the trip, and are keys by value", async () => {
    const kinds = [
      { a: [1, { b: new Date(5) }] },
      new Map([["k", 2n]]),
      Float32Array.of(1.5),
      undefined,
      "text",
    ];
    const bag = fromPartitions<unknown>([kinds, [...kinds].reverse()]);
    expect(await bag.compute()).toEqual([...kinds, ...kinds.toReversed()]);
    expect(await bag.frequencies().pluck(1).compute()).toEqual([2, 2, 2, 2, 2]);
    expect(await bag.distinct().compute()).toEqual(kinds);
  });

  it("come from streams, and become arrays", async () => {
    async function* stream() {
      for (let n = 0; n < 5; n++) yield n;
    }
    const bag = await fromAsyncIterable(stream(), { partitionSize: 2 });
    expect(bag.npartitions).toBe(3);
    const array = bag.filter((n) => n !== 1).toArray();
    expect(await array.add(1).sum().compute()).toBe(13);
    const [sum, list] = await compute(bag.sum(), bag);
    expect([sum, list]).toEqual([10, [0, 1, 2, 3, 4]]);
    const seen: number[] = [];
    for await (const n of bag) seen.push(n);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("exchanges", () => {
  it("group and sort any data as one process would", async () => {
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 4 }), async (lists, npartitions) => {
        const all = lists.flat();
        const bag = fromPartitions(lists);
        const groups = await bag.groupBy((n) => n % 3, { npartitions }).compute();
        expect(groups.length).toBe(new Set(all.map((n) => n % 3)).size);
        for (const [key, members] of groups) {
          expect(members).toEqual(all.filter((n) => n % 3 === key));
        }
        expect(await bag.sort({ npartitions }).compute()).toEqual([...all].sort((a, b) => a - b));
        const down = await bag.sortBy((n) => -n, { descending: true, npartitions }).compute();
        expect(down).toEqual([...all].sort((a, b) => a - b));
      }),
      { numRuns: 8 },
    );
  });

  it("fold without what only empty partitions would begin with, however the tree is cut", async () => {
    const lists = [[1, 2], [], [3], [], [], [4], [], [], []];
    const options = { initial: 10, combine: (a: number, b: number) => a + b };
    for (const splitEvery of [2, 3, 8, false] as const) {
      const bag = fromPartitions(lists);
      expect(await bag.fold((a, b) => a + b, { ...options, splitEvery }).compute()).toBe(40);
      const empty = fromPartitions(lists.map(() => [] as number[]));
      expect(await empty.fold((a, b) => a + b, { ...options, splitEvery }).compute()).toBe(10);
    }
  });

  it("repartition by bytes", async () => {
    const bag = fromPartitions([["x".repeat(1000), "y".repeat(1000)], ["a"], ["b"], ["c"]]);
    const even = await bag.repartition({ partitionBytes: 1200 });
    expect(await even.mapPartitions((list) => [list.map((s) => s[0]).join("")]).compute()).toEqual([
      "x",
      "yabc",
    ]);
  });
});

describe("mistakes", () => {
  it("name the partition and what was returned", async () => {
    const bag = fromRange(4, { npartitions: 2 });
    const five = (() => 5) as unknown as () => number[];
    await expect(bag.mapPartitions(five).compute()).rejects.toThrow(
      /five returned a number for partition \d: expected a list/,
    );
    const failing = (n: number) => {
      if (n === 3) throw new RangeError("three");
      return n;
    };
    await expect(bag.groupBy(failing).compute()).rejects.toMatchObject({
      code: "task.failed",
      message: expect.stringMatching(/groupBy.*failing threw for element 1 of partition 1: three/),
    });
    await expect(
      bag
        .filter(() => false)
        .max()
        .compute(),
    ).rejects.toThrow(/max\(\) of a bag without/);
  });

  it("are keys and states that are promises", async () => {
    const bag = fromRange(4, { npartitions: 2 });
    const later = ((n: number) => Promise.resolve(n % 2)) as unknown as (n: number) => number;
    const add = ((a: number, b: number) => Promise.resolve(a + b)) as unknown as () => number;
    for (const wrong of [
      bag.fold(add),
      bag.foldby((n) => n % 2, add),
      bag.foldby(later, (a) => a),
      bag.groupBy(later),
      bag.distinct({ key: later }),
      bag.topk(1, { key: later }),
      bag.sortBy(later),
      bag.join([1], later),
      bag.reduction(later as unknown as () => number, add),
    ]) {
      await expect(wrong.compute()).rejects.toThrow(
        /returned a promise: functions of keys and states/,
      );
    }
  });

  it("are no functions that write to what they are given: each has a copy", async () => {
    // One partition more than threads: some thread computes two of them.
    const bag = fromRange(12, { npartitions: 6 });
    const collect = (list: number[], n: number) => {
      list.push(n);
      return list;
    };
    const all = Array.from({ length: 12 }, (_, n) => n);
    const combine = (a: number[], b: number[]) => [...a, ...b];
    expect(await bag.fold(collect, { initial: [] as number[], combine }).compute()).toEqual(all);
    const options = { initial: [] as number[], combine };
    expect(await bag.foldby((n) => n % 2, collect, options).compute()).toEqual([
      [0, all.filter((n) => n % 2 === 0)],
      [1, all.filter((n) => n % 2 === 1)],
    ]);
    const gaps = bag.map(() => ({})).pluck("n", [] as number[]);
    expect(
      await gaps
        .map((list) => collect(list as number[], 1).length)
        .distinct()
        .compute(),
    ).toEqual([1]);
    const kept = await fromPartitions([[{ n: 1 }], [{ n: 2 }]]).persist();
    const raise = (one: { n: number }) => {
      one.n += 10;
      return one.n;
    };
    expect(await kept.map(raise).compute()).toEqual([11, 12]);
    expect(await kept.map(raise).compute()).toEqual([11, 12]);
  });

  it("learn where they are made", () => {
    const bag = fromRange(4, { npartitions: 2 });
    expect(() => bag.groupBy(async (n) => n)).toThrow(/groupBy: function .* is async/);
    expect(() => bag.zip(fromRange(3, { npartitions: 3 }))).toThrow(/2, 3 partitions/);
    expect(() => bag.sum({ splitEvery: 1 })).toThrow(/splitEvery is 1/);
    expect(() => bag.repartition({ npartitions: 0 })).toThrow(/whole number from 1/);
  });
});
