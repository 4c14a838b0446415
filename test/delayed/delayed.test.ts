// Delayed calls: what they become, and that values come out right.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";
import {
  arange,
  compute,
  type Delayed,
  delayed,
  fromRange,
  ones,
  TaskError,
} from "../../src/index.js";

const add = delayed((a: number, b: number) => a + b, { name: "add" });

describe("delayed calls", () => {
  it("happen when they are computed", async () => {
    const three = add(1, 2);
    expect(three.key).toMatch(/^add-[0-9a-f]{7}\(0\)$/);
    expect(await three.compute()).toBe(3);
    expect(await add(three, three).compute()).toBe(6);
  });

  it("of generators give the list of what they yield", async () => {
    const upTo = function* (n: number): Generator<number> {
      if (n > 0) yield* upTo(n - 1);
      yield n;
    };
    const letters = {
      *of(text: string) {
        yield* text;
      },
    };
    const slowly = async function* (n: number) {
      for (const i of upTo(n)) yield await Promise.resolve(2 * i);
    };
    const list = delayed(upTo, { nout: 3 })(2);
    expectTypeOf(list).toEqualTypeOf<Delayed<number[]>>();
    expect(await list.compute()).toEqual([0, 1, 2]);
    expect(await add(...([...list].slice(1) as [Delayed<number>, Delayed<number>])).compute()).toBe(
      3,
    );
    expect(await delayed(letters.of)("abc").compute()).toEqual(["a", "b", "c"]);
    expect(await delayed((n: number) => upTo(n))(1).compute()).toEqual([0, 1]);
    const counting = delayed(async (n: number) => upTo(n));
    expectTypeOf(counting(1)).toEqualTypeOf<Delayed<number[]>>();
    expect(await counting(1).compute()).toEqual([0, 1]);
    const plain = (n: number) => ({ list: [...upTo(n)] });
    expect(await delayed(plain)(1).compute()).toEqual({ list: [0, 1] });
    const failing = function* () {
      yield 1;
      throw new RangeError("after one");
    };
    await expect(delayed(failing)().compute()).rejects.toMatchObject({
      cause: { name: "RangeError", message: "after one" },
    });
    expect(await delayed(slowly)(1).compute()).toEqual([0, 2]);
  });

  it("read calls wherever they stand in lists and plain objects", async () => {
    const describeAll = delayed((parts: unknown) => JSON.stringify(parts));
    const one = add(0, 1);
    expect(await describeAll({ a: [one, { b: one }], c: "x" }).compute()).toBe(
      '{"a":[1,{"b":1}],"c":"x"}',
    );
  });

  it("read calls, arrays and bags in Maps, Sets and objects of any depth", async () => {
    type Given = Map<unknown, unknown> | Set<unknown> | Record<string, unknown> | unknown[];
    const same = delayed((given: Given) => given);
    const one = add(0, 1);
    const nested = new Map<unknown, unknown>([
      ["plain", 0],
      [one, new Set([one, new Map([["list", [fromRange(3), one]]])])],
      ["sum", ones([2, 2]).sum()],
      ["item", fromRange(4).sum()],
    ]);
    expect(await same(nested).compute()).toEqual(
      new Map<unknown, unknown>([
        ["plain", 0],
        [1, new Set<unknown>([1, new Map([["list", [[0, 1, 2], 1]]])])],
        ["sum", 4],
        ["item", 6],
      ]),
    );
    const bare = Object.assign(Object.create(null), { deep: { one, same: one } });
    expect(await same(bare).compute()).toEqual({ deep: { one: 1, same: 1 } });
    const plain = new Map([["a", new Set([1])]]);
    expect(await same(plain).compute()).toEqual(plain);
    expect(await same([add(2, 3), fromRange(2), fromRange(3).sum()]).compute()).toEqual([
      5,
      [0, 1],
      3,
    ]);
    const count = delayed((list: number[], more: number) => list.length + more);
    expect(await count(fromRange(50), one).compute()).toBe(51);
  });

  it("read arrays without axes as what these compute to", async () => {
    const same = delayed((...values: unknown[]) => values);
    const x = arange(0, 5, 1, { dtype: "int64", chunks: 2 });
    const given = [x.sum(), x.mean(), x.max().greater(3), x.astype("complex128").sum()];
    const values = [10n, 2, true, { re: 10, im: 0 }];
    expect(await same(...given).compute()).toEqual(values);
    expect(await compute(...given)).toEqual(values);
    const [kept] = await Promise.all([x.sum().persist()]);
    expect(await same({ kept, item: x.take([3]).reshape([]) }).compute()).toEqual([
      { kept: 10n, item: 3n },
    ]);
  });

  it("say what they cannot be given", () => {
    class Holder {
      call = add(1, 2);
    }
    const keep = delayed((holder: Holder) => holder);
    expect(() => keep(new Holder()).key).toThrow(
      /an argument of the function.*call, which is an object of class Delayed/s,
    );
  });

  it("are drawn with the calls below them, as bags are", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-delayed-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const calls = await add(add(1, 2), ones([4], { chunks: 2 }).sum()).visualize({
      file: join(folder, "calls.svg"),
    });
    expect(readFileSync(calls, "utf8")).toMatch(/^<\?xml[\s\S]*<svg[\s\S]*delayed/);
    const bag = await fromRange(4)
      .groupBy((n) => n % 2)
      .visualize({ file: join(folder, "bag.svg") });
    expect(readFileSync(bag, "utf8")).toMatch(/groupBy/);
  });

  it("read chunked arrays as ndarrays", async () => {
    const shapeOf = delayed((x: { shape: number[]; get(i: number, j: number): number }) => [
      x.shape,
      x.get(2, 1),
    ]);
    const x = ones([4, 6], { chunks: 2 }).cumsum(0);
    expect(await shapeOf(x as never).compute()).toEqual([[4, 6], 3]);
  });

  it("are computed together with arrays, what they share once", async () => {
    const shared = delayed(() => Math.random())();
    const [a, b, sum] = await compute(add(shared, 0), add(shared, 1), ones([3]).sum());
    expect(b - a).toBeCloseTo(1);
    expect(sum).toBe(3);
  });

  it("are made once when they are pure and equal", async () => {
    const roll = delayed((_: number) => Math.random(), { pure: true });
    const [a, b] = [roll(1), roll(1)];
    expect(a.key).toBe(b.key);
    const [x, y] = await compute(a, b);
    expect(x).toBe(y);
    const [c, d] = [delayed(() => 1)(), delayed(() => 1)()];
    expect(c.key).not.toBe(d.key);
  });

  it("come apart when it is said into how many parts", async () => {
    const divmod = delayed((a: number, b: number) => [Math.floor(a / b), a % b], { nout: 2 });
    const [quotient, rest] = divmod(17, 5) as Iterable<Delayed<number>>;
    expect(await compute(quotient as Delayed<number>, rest as Delayed<number>)).toEqual([3, 2]);
    expectTypeOf([...divmod(1, 2)]).toEqualTypeOf<Delayed<number>[]>();
    expect(() => [...add(1, 2)]).toThrow(/nout/);
  });

  it("may be asynchronous", async () => {
    const later = delayed(async (x: number) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return x;
    });
    expect(await add(later(2), 1).compute()).toBe(3);
  });

  it("tell which of them failed, and why", async () => {
    const fail = delayed((x: number) => {
      throw new RangeError(`not ${x}`);
    });
    const error = await add(fail(1) as never, 1)
      .compute()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TaskError);
    expect((error as TaskError).cause).toMatchObject({ name: "RangeError", message: "not 1" });
  });

  it("refuse what cannot be called", () => {
    expect(() => delayed(3 as never)).toThrow(/expected a function/);
    expect(() => delayed(() => 1, { nout: -1 })).toThrow(/nout is -1/);
  });
});

describe("graphs of very many calls", () => {
  it("are one layer: a tree of 10,000", async () => {
    let level = Array.from({ length: 5_000 }, (_, k) => add(k, 0));
    while (level.length > 1) {
      level = Array.from({ length: Math.ceil(level.length / 2) }, (_, k) =>
        add(level[2 * k] as never, level[2 * k + 1] ?? 0),
      );
    }
    expect(await (level[0] as ReturnType<typeof add>).compute()).toBe((5_000 * 4_999) / 2);
  });

  it("are made at once: 100,000 in the time of a few seconds at most", () => {
    const before = process.cpuUsage();
    let level = Array.from({ length: 50_000 }, (_, k) => add(k, 0));
    while (level.length > 1) {
      level = Array.from({ length: Math.ceil(level.length / 2) }, (_, k) =>
        add(level[2 * k] as never, level[2 * k + 1] ?? 0),
      );
    }
    expect(level[0]?.key).toMatch(/^delayed-[0-9a-f]{7}\(\d+\)$/);
    // Processor time, and several times what it takes: machines differ, and are busy.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
  });

  it("may be as deep as they like: a chain of 20,000", () => {
    let last = add(0, 0);
    for (let k = 0; k < 20_000; k++) last = add(last, 1);
    expect(last.key).toMatch(/\(20000\)$/);
  });
});
