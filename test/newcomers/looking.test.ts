// What people see of results and of what is not computed yet: printed, as lists, as JSON.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  type ChunkedArray,
  delayed,
  fromRange,
  LocalCluster,
  ones,
  random,
  SerialExecutor,
  zeros,
} from "../../src/index.js";

const executor = new SerialExecutor();
const shown = async (x: ChunkedArray) => inspect(await x.compute({ executor }));

describe("a computed array", () => {
  it.each<[string, () => ChunkedArray, string]>([
    [
      "integers",
      () => arange(6).reshape([2, 3]),
      "array([[0, 1, 2],\n       [3, 4, 5]], dtype=int32)",
    ],
    [
      "fractions",
      () =>
        asarray([
          [1.5, 2.25],
          [3, 4.125],
        ]),
      "array([[1.5  , 2.25 ],\n       [3.   , 4.125]])",
    ],
    ["whole floats", () => ones([3]), "array([1., 1., 1.])"],
    [
      "no order of size",
      () => asarray([1e10, 1, Number.NaN, 0.001]),
      "array([1.e+10, 1.e+00,    nan, 1.e-03])",
    ],
    ["booleans", () => asarray([true, false]), "array([ true, false])"],
    [
      "complex numbers",
      () =>
        asarray([
          { re: 1, im: -2 },
          { re: 0.5, im: 3 },
        ]),
      "array([1. -2.j, 0.5+3.j])",
    ],
    ["nothing", () => zeros([0]), "array([], shape=(0,))"],
    [
      "many",
      () => arange(1001),
      "array([   0,    1,    2, ...,  998,  999, 1000], shape=(1001,), dtype=int32)",
    ],
    [
      "three axes",
      () => ones([2, 1, 2], { dtype: "float32" }),
      "array([[[1., 1.]],\n\n       [[1., 1.]]], dtype=float32)",
    ],
  ])("prints as NumPy does: %s", async (_, make, text) => {
    expect(await shown(make())).toBe(text);
  });

  it("stays short, however large it is", async () => {
    const text = await shown(random([300, 300], { seed: 1 }));
    expect(text.split("\n").length).toBeLessThan(20);
    expect(text).toMatch(/\.\.\.,\n.*\n.*shape=\(300, 300\)\)$/s);
  });

  it("becomes nested lists and JSON, and is read by position", async () => {
    const x = await asarray([
      [1, 2],
      [3, 4],
    ]).compute({ executor });
    expect(x.get(1, 0)).toBe(3);
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(JSON.stringify({ x })).toBe('{"x":[[1,2],[3,4]]}');
    expect(x.transpose(1, 0).toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(String(x.pick(0, null))).toBe("array([1., 2.])");
    const flags = await asarray([true, false]).compute({ executor });
    expect(flags.toArray()).toEqual([true, false]);
    const longs = await asarray([1n, 2n ** 62n]).compute({ executor });
    expect(longs.toArray()).toEqual([1n, 2n ** 62n]);
    expect(JSON.stringify(longs)).toBe('[1,"4611686018427387904"]');
    const complex = await asarray([{ re: 1, im: 2 }]).compute({ executor });
    expect(complex.toArray()).toEqual([{ re: 1, im: 2 }]);
  });
});

describe("an array that is written", () => {
  it("has store as a method", async () => {
    const values = new Float64Array(4);
    await arange(4, { dtype: "float64", chunks: 3 }).store(values, { executor });
    expect(Array.from(values)).toEqual([0, 1, 2, 3]);
  });
});

describe("what is not computed yet", () => {
  it("says what it is", () => {
    const bag = fromRange(100, { npartitions: 4 }).map((n) => n + 1);
    expect(inspect(bag)).toMatch(/^Bag of 4 partitions, \d layers?, \d+ tasks, map/);
    expect(String(bag)).toBe(inspect(bag));
    expect(inspect(bag.sum())).toMatch(/^Item sum.* of a bag, \d layers?, \d+ tasks/);
    const twice = delayed((x: number) => 2 * x, { name: "twice" });
    expect(inspect(twice(1))).toMatch(/^Delayed twice-\w+\(0\)$/);
    expect(JSON.stringify(ones([2]))).toMatch(/^"ChunkedArray/);
  });

  it("says how it is, of a cluster", async () => {
    await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
    const { client } = cluster;
    expect(inspect(cluster)).toMatch(/^LocalCluster at \S+: 1 worker$/);
    expect(inspect(client)).toMatch(/^Client of \S+: connected$/);
    const future = client.submit((x: number) => x + 1, 1);
    expect(inspect(future)).toMatch(/^Future call-\w+\(0\): pending$/);
    await future;
    expect(inspect(future)).toMatch(/: finished$/);
    class Counter {
      n = 1;
      add(): number {
        return ++this.n;
      }
    }
    const actor = await client.actor(Counter);
    expect(inspect(actor)).toMatch(/^Actor Counter-\w+ \{ methods: add; fields: n \}$/);
  });
});
