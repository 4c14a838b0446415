// What the table of Dask's results does not say: values of every kind, keys by value, exchanges of any
// data, fused chains, and mistakes.
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Bag,
  compute,
  fromAsyncIterable,
  fromPartitions,
  fromRange,
} from "../../src/index.js";

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

  it("have types through every step", () => {
    const pairs = fromRange(3).map((n) => ({ n, text: String(n) }));
    expectTypeOf(pairs.pluck("text")).toEqualTypeOf<Bag<string>>();
    expectTypeOf(pairs.groupBy(({ n }) => n % 2)).toEqualTypeOf<
      Bag<[number, { n: number; text: string }[]]>
    >();
    expectTypeOf(pairs.flatMap(({ text }) => [text.length])).toEqualTypeOf<Bag<number>>();
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

  it("are told where they are made", () => {
    const bag = fromRange(4, { npartitions: 2 });
    expect(() => bag.map(async (n) => n)).toThrow(/is async/);
    expect(() => bag.zip(fromRange(3, { npartitions: 3 }))).toThrow(/2, 3 partitions/);
    expect(() => bag.sum({ splitEvery: 1 })).toThrow(/splitEvery is 1/);
    expect(() => bag.repartition({ npartitions: 0 })).toThrow(/whole number from 1/);
  });
});
