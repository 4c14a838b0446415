// Choosing, shuffling, lists of numbers, streams that know nothing of each other, and mistakes in
// calls.
import { describe, expect, it } from "vitest";
import { arange, type ChunkedArray, cov, defaultRng, zeros } from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { chiSquareScore } from "../../kernels/goodness-of-fit.js";
import { elementsOf, valuesOf } from "../table-arrays.js";

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const counting = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("permutation", () => {
  it.each([0, 1, 2, 1000, 65_536, 65_537, 100_003])("has every number below %d once", async (n) => {
    const values = await valuesOf(defaultRng(6).permutation(n, { chunks: 7000 }));
    expect(ascending(values)).toEqual(counting(n));
    if (n > 2) expect(values).not.toEqual(counting(n));
  });

  it("has all orders of four equally often", async () => {
    const rng = defaultRng(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 1200; i++) {
      const order = (await valuesOf(rng.permutation(4))).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquareScore([...counts.values()], new Array(24).fill(1 / 24))).toBeLessThan(4);
  });

  it("of many sends neighbours anywhere", async () => {
    const n = 1_000_000;
    const cells = new Array<number>(400).fill(0);
    const x = defaultRng(4).permutation(n, { chunks: 50_000 }).slice("400000:450000");
    const values = await valuesOf(x as ChunkedArray);
    const cell = (value: number) => Math.floor((value / n) * 20);
    values.forEach((value, i) => {
      if (i % 2 === 1) return;
      const pair = cell(value) * 20 + cell(values[i + 1] as number);
      cells[pair] = (cells[pair] as number) + 1;
    });
    expect(chiSquareScore(cells, new Array(400).fill(1 / 400))).toBeLessThan(4);
  });

  it("keeps the slabs of an array together, along any axis", async () => {
    const x = arange(60, { chunks: 7 }).reshape([6, 10]);
    const rows = defaultRng(3).shuffle(x);
    expect(rows.shape).toEqual([6, 10]);
    const first = await valuesOf(rows.slice(null, 0) as ChunkedArray);
    expect(ascending(first)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(await valuesOf(rows.slice(null, 9) as ChunkedArray)).toEqual(first.map((v) => v + 9));
    const columns = await valuesOf(defaultRng(3).permutation(x, { axis: -1 }).slice(0));
    expect(ascending(columns)).toEqual(counting(10));
  });

  it("permuted shuffles each lane for itself", async () => {
    const x = arange(200).reshape([10, 20]);
    const values = await valuesOf(defaultRng(3).permuted(x, 1));
    const orders = counting(10).map((row) => values.slice(row * 20, row * 20 + 20));
    orders.forEach((order, row) => {
      expect(ascending(order)).toEqual(counting(20).map((i) => row * 20 + i));
    });
    expect(new Set(orders.map((order, row) => order.map((v) => v - row * 20).join())).size).toBe(
      10,
    );
    expect(ascending(await valuesOf(defaultRng(3).permuted(x)))).toEqual(counting(200));
  });
});

describe("choice", () => {
  it("takes slabs of an array, as many times as it likes or once", async () => {
    const x = arange(40, { chunks: 3 }).reshape([20, 2]);
    const some = defaultRng(1).choice(x, [3, 5]);
    expect(some.shape).toEqual([3, 5, 2]);
    const pairs = await valuesOf(some);
    expect(pairs.every((v, i) => i % 2 === 0 || v === (pairs[i - 1] as number) + 1)).toBe(true);
    const once = await valuesOf(defaultRng(1).choice(x, 20, { replace: false }));
    expect(ascending(once)).toEqual(counting(40));
    expect(defaultRng(1).choice(x).shape).toEqual([2]);
    expect(defaultRng(1).choice(5).shape).toEqual([]);
  });

  it("follows p", async () => {
    const p = [0.1, 0, 0.6, 0.3];
    const values = await valuesOf(defaultRng(2).choice(4, 20_000, { p }));
    const counts = [0, 2, 3].map((k) => values.filter((v) => v === k).length);
    expect(values.includes(1)).toBe(false);
    expect(chiSquareScore(counts, [0.1, 0.6, 0.3])).toBeLessThan(4);
  });

  it("follows p one after the other without replacement", async () => {
    const rng = defaultRng(2);
    const counts = new Map<string, number>();
    for (let i = 0; i < 1500; i++) {
      const pair = (await valuesOf(rng.choice(3, 2, { p: [0.5, 0.3, 0.2], replace: false }))).join(
        "",
      );
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    const p = [0.5, 0.3, 0.2];
    const pairs = ["01", "02", "10", "12", "20", "21"];
    const wanted = pairs.map((pair) => {
      const [a = 0, b = 0] = [...pair].map((k) => p[Number(k)]);
      return (a * b) / (1 - a);
    });
    expect(
      chiSquareScore(
        pairs.map((pair) => counts.get(pair) ?? 0),
        wanted,
      ),
    ).toBeLessThan(4);
  });
});

describe("lists of numbers", () => {
  it("have the covariance asked for, singular ones too", async () => {
    const wanted = [
      [4, 2, 0],
      [2, 1, 0],
      [0, 0, 9],
    ];
    const x = defaultRng(1).multivariateNormal([1, 2, 3], wanted, 40_000, { chunks: 9000 });
    const found = await valuesOf(cov(x.T));
    found.forEach((value, i) => {
      expect(Math.abs(value - (wanted.flat()[i] as number))).toBeLessThan(0.2);
    });
    const means = await valuesOf(x.mean(0));
    means.forEach((mean, i) => {
      expect(Math.abs(mean - (i + 1))).toBeLessThan(0.06);
    });
  });

  it("add up, and have the means of their parts", async () => {
    const rng = defaultRng(1);
    const rolls = rng.multinomial(30, [0.5, 0.2, 0, 0.3], [2000, 3]);
    expect(rolls.shape).toEqual([2000, 3, 4]);
    expect(new Set(await valuesOf(rolls.sum(-1)))).toEqual(new Set([30]));
    const drawn = rng.multivariateHypergeometric([10, 0, 30], 12, 3000);
    const shares = rng.dirichlet([1, 2, 5], 3000);
    for (const [x, wanted] of [
      [rolls.mean([0, 1]), [15, 6, 0, 9]],
      [drawn.mean(0), [3, 0, 9]],
      [shares.mean(0), [0.125, 0.25, 0.625]],
    ] as const) {
      (await valuesOf(x)).forEach((mean, i) => {
        expect(Math.abs(mean - (wanted[i] as number))).toBeLessThan(0.12);
      });
    }
  });
});

describe("integers", () => {
  it("reach both ends of every dtype", async () => {
    const rng = defaultRng(1);
    for (const dtype of ["int8", "uint8"] as const) {
      const [low, high] = dtype === "int8" ? [-128, 127] : [0, 255];
      const x = rng.integers(low, high, 10_000, { dtype, endpoint: true });
      const values = new Set(await valuesOf(x));
      expect([Math.min(...values), Math.max(...values), values.size]).toEqual([low, high, 256]);
    }
    const wide = await elementsOf(rng.integers(0n, 2n ** 64n, 4000, { dtype: "uint64" }));
    const cells = new Array<number>(16).fill(0);
    for (const v of wide)
      cells[Number(BigInt(v) >> 60n)] = (cells[Number(BigInt(v) >> 60n)] ?? 0) + 1;
    expect(chiSquareScore(cells, new Array(16).fill(1 / 16))).toBeLessThan(4);
    const far = await elementsOf(rng.integers(2n ** 62n, 2n ** 62n + 3n, 100));
    expect(new Set(far)).toEqual(new Set([2n ** 62n, 2n ** 62n + 1n, 2n ** 62n + 2n]));
  });
});

describe("streams", () => {
  it("of calls, children and seeds are uncorrelated", async () => {
    const n = 20_000;
    const rng = defaultRng(1);
    const [left, right] = rng.spawn(2);
    const arrays = [
      rng,
      rng,
      left,
      right,
      defaultRng(2),
      defaultRng([1, 0]),
      defaultRng([1, 1]),
    ].map((g) => g?.standardNormal([n], { chunks: 3000 }) as ChunkedArray);
    const values = await Promise.all(arrays.map((x) => valuesOf(x)));
    values.forEach((a, i) => {
      for (const b of [...values.slice(i + 1), [...a.slice(1), 0]]) {
        const product = a.reduce((sum, v, k) => sum + v * (b[k] as number), 0);
        expect(Math.abs(product / Math.sqrt(n))).toBeLessThan(4.5);
      }
    });
  });

  it("of elements that need many numbers are uncorrelated", async () => {
    const n = 20_000;
    const x = await valuesOf(defaultRng(9).beta(0.5, 0.5, [n]));
    const product = x.reduce((sum, v, i) => sum + (v - 0.5) * ((x[i + 1] ?? 0.5) - 0.5), 0);
    expect(Math.abs(product * 8) / Math.sqrt(n)).toBeLessThan(4.5);
  });
});

describe("mistakes", () => {
  const rng = defaultRng(0);
  const cases: readonly (readonly [call: () => unknown, message: string])[] = [
    [() => rng.normal(0, -1), "normal needs a number from 0 as scale, got -1"],
    [
      () => rng.gamma(Number.NEGATIVE_INFINITY),
      "gamma needs a number from 0 as shape, got -Infinity",
    ],
    [() => rng.beta(0, 1), "beta needs a number above 0 as a, got 0"],
    [() => rng.binomial(2.5, 0.5), "binomial needs a whole number from 0 as n, got 2.5"],
    [() => rng.poisson(-1), "poisson needs a number from 0 to 9.2e18 as lam, got -1"],
    [() => rng.triangular(0, 5, 3), "triangular needs left ≤ mode ≤ right"],
    [() => rng.hypergeometric(2, 3, 6), "hypergeometric needs nsample ≤ ngood + nbad"],
    [() => rng.zipf(1), "zipf needs a number above 1 as a, got 1"],
    [() => rng.normal([1, 2, 3], 1, [2]), "do not broadcast"],
    [() => rng.normal([[1], [2]], 1, [2]), "does not fit into size (2,)"],
    [() => rng.integers(3, 3), "integers needs low < high"],
    [() => rng.integers(0, 256, 3, { dtype: "int8" }), "do not fit into int8"],
    [() => rng.normal(0, 1, 3, { dtype: "int32" as "float32" }), "normal makes float64 or float32"],
    [() => rng.choice(3, 4, { replace: false }), "4 cannot be chosen from 3"],
    [() => rng.choice(zeros([0]), 1), "1 cannot be chosen from 0"],
    [() => rng.choice(3, 1, { p: [0.5, 0.6, 0] }), "p must be probabilities that add up to 1"],
    [() => rng.choice(3, 1, { p: [0.5, 0.5] }), "p has 2 numbers for 3 elements"],
    [() => rng.choice(zeros([3]), 1, { axis: 1 }), "axis 1 is out of range"],
    [() => rng.multinomial(3, [0.2, 0.9, 0]), "all but the last at most 1 together"],
    [() => rng.multivariateHypergeometric([1, 2], 4), "nsample ≤ all of colors"],
    [
      () =>
        rng.multivariateNormal(
          [0, 0],
          [
            [1, 2],
            [2, 1],
          ],
        ),
      "positive semidefinite",
    ],
    [
      () =>
        rng.multivariateNormal(
          [0, 0],
          [
            [1, 0],
            [1, 1],
          ],
        ),
      "symmetric",
    ],
    [() => rng.multivariateNormal([0, 0], [[1]]), "needs a covariance of shape (2, 2)"],
    [() => rng.dirichlet([1, 0]), "dirichlet needs numbers above 0"],
    [() => defaultRng(-1), "a seed is a whole number from 0"],
    [() => defaultRng([1, 0.5]), "a seed is a whole number from 0"],
  ];

  it.each(cases)("%s", (call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});
