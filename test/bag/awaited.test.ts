// Functions of bags that are asynchronous or generators: order, how many calls are under way,
// streaming.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromPartitions, fromRange, fromSequence } from "../../src/index.js";
import { head, map } from "../../src/kernels/bag/element-steps.js";
import type { Sink } from "../../src/kernels/bag/sink.js";
import { ASYNC_SUPPORT } from "../../src/runtime/tasks/async-elements.js";

describe("generators", () => {
  const upTo = function* (n: number) {
    for (let i = 0; i < n; i++) yield i;
  };
  const slowly = async function* (n: number) {
    for (const i of upTo(n)) yield await Promise.resolve(i);
  };
  const bag = fromPartitions([[2, 0], [3]]);

  it("give lists to map and starmap, elements to flatMap and mapPartitions", async () => {
    for (const f of [upTo, slowly as unknown as typeof upTo]) {
      expect(await bag.map(f).compute()).toEqual([[0, 1], [], [0, 1, 2]]);
      expect(await bag.flatMap(f).compute()).toEqual([0, 1, 0, 1, 2]);
      const pairs = bag.map((n) => [n] as [number]);
      expect(await pairs.starmap(f).compute()).toEqual([[0, 1], [], [0, 1, 2]]);
    }
    const ends = function* (list: readonly number[]) {
      yield* [list[0], list.length];
    };
    const later = async function* (list: readonly number[]) {
      yield* ends(list);
    };
    for (const f of [ends, later as unknown as typeof ends]) {
      expect(await bag.mapPartitions(f).compute()).toEqual([2, 2, 3, 1]);
    }
  });

  it("are the same lists whether the bag is used once or twice", async () => {
    const lists = bag.map(upTo);
    expect(await lists.map((list) => list.length).compute()).toEqual([2, 0, 3]);
    expect(await lists.zip(lists.map((list) => list.length)).compute()).toEqual([
      [[0, 1], 2],
      [[], 0],
      [[0, 1, 2], 3],
    ]);
    expect(await bag.map((n) => new Set([n]).values()).compute()).toEqual([[2], [0], [3]]);
  });

  it("are asked for no more than is wanted", async () => {
    const endless = function* (n: number) {
      for (;;) yield n++;
    };
    const forEver = async function* (list: readonly number[]) {
      yield* endless(list.length);
    };
    expect(await fromSequence([5]).flatMap(endless).take(2)).toEqual([5, 6]);
    expect(await fromSequence([5]).mapPartitions(forEver).take(2)).toEqual([1, 2]);
  });

  it("are no predicates, keys and states", async () => {
    // biome-ignore lint/suspicious/noExplicitAny: what JavaScript lets through
    const wrong = upTo as any;
    const untold = ((n: number) => upTo(n)) as unknown as (n: number) => number;
    for (const call of [
      () => bag.filter(wrong),
      () => bag.remove(wrong),
      () => bag.groupBy(wrong),
      () => bag.fold(wrong),
      () => bag.topk(1, { key: wrong }),
    ]) {
      expect(call).toThrow(/upTo is a generator: expected one that returns its result/);
    }
    await expect(bag.groupBy(untold).compute()).rejects.toThrow(/a started generator/);
  });
});

describe("asynchronous functions", () => {
  const soon = <T>(value: T) => new Promise<T>((resolve) => setImmediate(() => resolve(value)));

  it("give what others do", async () => {
    const bag = fromRange(50, { npartitions: 3 });
    const odd = async (n: number) => (await soon(n)) % 2 === 1;
    const both = bag.map(async (n) => (await soon(n)) + 1).filter(odd);
    expect(await both.sum().compute()).toBe(625);
    expect(await bag.remove(odd).count().compute()).toBe(25);
    expect(
      await bag
        .flatMap(async (n) => [n, n])
        .count()
        .compute(),
    ).toBe(100);
    expect(await bag.mapPartitions(async (list) => [list.length]).compute()).toEqual([16, 16, 18]);
    const mixed = (n: number) => (n % 3 === 0 ? soon(n + 100) : n);
    const expected = Array.from({ length: 50 }, (_, n) => (n % 3 === 0 ? n + 100 : n));
    expect(await bag.map(mixed).compute()).toEqual(expected);
    expect(await bag.map(mixed).take(3)).toEqual([100, 1, 2]);
  });

  it("fail as others do, with the first element that failed", async () => {
    const failing = async (n: number) => {
      if (n > 5) throw new RangeError(`no ${await soon(n)}`);
      return n;
    };
    await expect(fromRange(20, { npartitions: 1 }).map(failing).compute()).rejects.toMatchObject({
      code: "task.failed",
      cause: { name: "RangeError", message: "no 6" },
    });
  });

  it("are called some at a time, in order, until no more are wanted", async () => {
    let underWay = 0;
    let most = 0;
    const called: number[] = [];
    const f = async (n: unknown) => {
      called.push(n as number);
      most = Math.max(most, ++underWay);
      await soon(0);
      underWay--;
      return n;
    };
    const { elements, sink } = collector();
    const step = map(f as (n: unknown) => unknown, ASYNC_SUPPORT)(head(40)(sink));
    for (let n = 0; n < 1000; n++) step.push(n);
    await step.end();
    expect(elements).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(most).toBeLessThanOrEqual(16);
    expect(most).toBeGreaterThan(8);
    expect(called.length).toBeLessThan(60);
  });

  it("keep the order of elements, whichever of them wait", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ n: fc.nat(), waits: fc.boolean() })), async (given) => {
        const { elements, sink } = collector();
        const f = (one: unknown) => {
          const { n, waits } = one as (typeof given)[number];
          return waits ? soon(n) : n;
        };
        const step = map(f, ASYNC_SUPPORT)(sink);
        for (const one of given) step.push(one);
        await step.end();
        expect(elements).toEqual(given.map(({ n }) => n));
      }),
      { numRuns: 30 },
    );
  });
});

function collector(): { readonly elements: unknown[]; readonly sink: Sink } {
  const elements: unknown[] = [];
  const push = (element: unknown) => void elements.push(element);
  return { elements, sink: { push: push as () => undefined, end: () => undefined } };
}
