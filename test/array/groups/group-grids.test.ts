// Groups along several axes, and of labels that are computed, against plain loops over the
// elements: random shapes, cuts, axes and labels by seed.
import { describe, expect, it } from "vitest";
import {
  type ChunkedArray,
  type ComputedArray,
  fromArray,
  type GroupedArray,
  groupBy,
  uniqueValues,
} from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { Rng } from "../../../src/base/rng.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";
import { tasksOf, valuesOf } from "../table-arrays.js";

const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, k) => first + k);

/** What `compute` gives of an array with axes. */
async function inMemory(x: ChunkedArray) {
  return (await x.compute({ executor: new SerialExecutor() })) as ComputedArray<DType>;
}

type Reference = (values: readonly number[]) => number;

const total: Reference = (values) => values.reduce((sum, value) => sum + value, 0);
const isPoor = (values: readonly number[]) => values.length === 0 || values.some(Number.isNaN);
const spread: Reference = (values) => {
  if (values.length === 0) return Number.NaN;
  const mean = total(values) / values.length;
  return total(values.map((value) => (value - mean) ** 2)) / values.length;
};
const share = (q: number): Reference => {
  return (values) => {
    if (isPoor(values)) return Number.NaN;
    const sorted = [...values].sort((a, b) => a - b);
    const at = q * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
    return low + (high - low) * (at - Math.floor(at));
  };
};

const REDUCTIONS: Readonly<Record<string, [(groups: GroupedArray) => ChunkedArray, Reference]>> = {
  sum: [(groups) => groups.sum(), total],
  prod: [(groups) => groups.prod(), (values) => values.reduce((a, b) => a * b, 1)],
  count: [
    (groups) => groups.count(),
    (values) => values.filter((value) => !Number.isNaN(value)).length,
  ],
  mean: [(groups) => groups.mean(), (values) => total(values) / values.length],
  var: [(groups) => groups.var(), spread],
  std: [(groups) => groups.std(), (values) => Math.sqrt(spread(values))],
  min: [(groups) => groups.min(), (values) => (isPoor(values) ? Number.NaN : Math.min(...values))],
  max: [(groups) => groups.max(), (values) => (isPoor(values) ? Number.NaN : Math.max(...values))],
  first: [(groups) => groups.first(), (values) => values[0] ?? Number.NaN],
  last: [(groups) => groups.last(), (values) => values.at(-1) ?? Number.NaN],
  median: [(groups) => groups.median(), share(0.5)],
  quantile: [(groups) => groups.quantile(0.3), share(0.3)],
};

/** An array, labels along some of its axes, and the plain values of both. */
function randomGroups(seed: number) {
  const rng = new Rng(seed);
  const shape = Array.from({ length: 1 + rng.below(3) }, () => 1 + rng.below(9));
  const cut = (length: number) => {
    const lengths: number[] = [];
    for (let rest = length; rest > 0; rest -= lengths.at(-1) as number)
      lengths.push(Math.min(rest, 1 + rng.below(length)));
    return lengths;
  };
  const size = shape.reduce((n, length) => n * length, 1);
  const hasNaN = rng.below(2) === 0;
  const data = Float64Array.from({ length: size }, () =>
    hasNaN && rng.below(6) === 0 ? Number.NaN : Math.round(rng.between(-8, 8)),
  );
  const x = fromArray({ data, shape }, { chunks: shape.map(cut) });
  const axes = shape.map((_, axis) => axis).filter(() => rng.below(3) > 0);
  if (axes.length === 0) axes.push(rng.below(shape.length));
  if (rng.below(2) === 0) axes.reverse();
  const lengths = axes.map((axis) => shape[axis] as number);
  const names = [30, 10, 20, 40].slice(0, 1 + rng.below(4));
  const labels = Float64Array.from({ length: lengths.reduce((n, m) => n * m, 1) }, () => {
    return [10, 20, 30, 99][rng.below(4)] as number;
  });
  const grid = fromArray({ data: labels, shape: lengths }, { chunks: lengths.map(cut) });
  return { x, data, shape, axes, labels, lengths, names, grid, skipNaN: rng.below(2) === 0 };
}

type Example = ReturnType<typeof randomGroups>;

/** Of each element, in order of the groups' axes: its group, and its place among the results. */
function members({ shape, axes, labels, lengths, names }: Example) {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const results = kept.map((axis) => shape[axis] as number);
  results.splice(Math.min(...axes), 0, names.length);
  const rowMajor = (index: readonly number[], own: readonly number[]) =>
    index.reduce((flat, at, k) => flat * (own[k] as number) + at, 0);
  const size = shape.reduce((n, length) => n * length, 1);
  const found = Array.from({ length: size }, (_, flat) => {
    let rest = flat;
    const index = shape
      .toReversed()
      .map((length) => {
        const at = rest % length;
        rest = (rest - at) / length;
        return at;
      })
      .reverse();
    const place = rowMajor(
      axes.map((axis) => index[axis] as number),
      lengths,
    );
    const group = names.indexOf(labels[place] as number);
    const result = kept.map((axis) => index[axis] as number);
    result.splice(Math.min(...axes), 0, group);
    return { flat, place, group, result: group < 0 ? -1 : rowMajor(result, results) };
  });
  const inOrder = found.toSorted((a, b) => a.place - b.place);
  return { found, inOrder, count: results.reduce((n, length) => n * length, 1), results };
}

function reduced(example: Example, reference: Reference): number[] {
  const { inOrder, count } = members(example);
  const lists = Array.from({ length: count }, (): number[] => []);
  for (const { flat, result } of inOrder) {
    const value = example.data[flat] as number;
    if (result >= 0 && !(example.skipNaN && Number.isNaN(value))) lists[result]?.push(value);
  }
  return lists.map(reference);
}

function expectClose(found: readonly unknown[], right: readonly number[], what: string): void {
  expect([what, found.length]).toEqual([what, right.length]);
  right.forEach((value, i) => {
    const own = Number(found[i]);
    const isSame = Object.is(own, value) || Math.abs(own - value) <= 1e-9 * Math.abs(value) + 1e-12;
    if (!isSame) expect(own, `${what}, result ${i}`).toBe(value);
  });
}

describe("groups along several axes, or of computed labels", () => {
  it.each(Array.from({ length: 16 }, (_, seed) => seed))(
    "are reduced as a loop does: seed %i",
    async (seed) => {
      const example = randomGroups(seed);
      const { x, axes, grid, labels, lengths, names, skipNaN } = example;
      const options = { axis: axes, expected: names, skipNaN };
      const plain = { data: labels, shape: lengths };
      const known = groupBy(x, await inMemory(fromArray(plain)), options);
      const computed = groupBy(x, grid, options);
      for (const [name, [reduce, reference]] of Object.entries(REDUCTIONS)) {
        const right = reduced(example, reference);
        const groups = seed % 2 === 0 ? known : computed;
        expect(reduce(groups).shape).toEqual(members(example).results);
        expectClose(await valuesOf(reduce(groups)), right, `${name}, seed ${seed}`);
      }
      const sums = reduced({ ...example, skipNaN: false }, total);
      const apart = members(example).found.map(({ flat, result }) =>
        result < 0 ? Number.NaN : (example.data[flat] as number) - (sums[result] as number),
      );
      for (const groups of [known, computed]) {
        const plainSums = groupBy(x, grid, { axis: axes, expected: names }).sum();
        expectClose(await valuesOf(groups.subtract(plainSums)), apart, `subtract, seed ${seed}`);
        expect(groups.subtract(plainSums).chunks).toEqual(x.chunks);
      }
    },
  );

  it("have running sums, in the order of their labels", async () => {
    const x = fromArray(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { chunks: [1, 2] },
    );
    const labels = [
      ["a", "b", "a"],
      ["a", "a", "b"],
    ];
    const groups = groupBy(x, labels, { axis: [0, 1] });
    expect(groups.sizes).toEqual([4, 2]);
    expect(await valuesOf(groups.cumsum())).toEqual([1, 2, 4, 8, 13, 8]);
    const turned = groupBy(
      x,
      [
        ["a", "a"],
        ["b", "a"],
        ["a", "b"],
      ],
      { axis: [1, 0] },
    );
    expect(await valuesOf(turned.cumsum())).toEqual([1, 2, 13, 5, 10, 8]);
    expect(await valuesOf(turned.map((group) => group.subtract(group.max())))).toEqual([
      -4, -4, -2, -1, 0, 0,
    ]);
    expect(await valuesOf(turned.map((group) => group.max()))).toEqual([5, 6]);
  });

  it("take about as many tasks as there are blocks", () => {
    const x = fromArray(
      { data: new Float32Array(400 * 30 * 40), shape: [400, 30, 40] },
      { chunks: [20, 15, 40] },
    );
    const zones = fromArray({ data: new Int32Array(1200), shape: [30, 40] }, { chunks: [15, 40] });
    const expected = Array.from({ length: 50 }, (_, zone) => zone);
    const groups = x.groupBy(zones, { axis: [1, 2], expected });
    expect(tasksOf(groups.mean())).toBeLessThan(200);
    expect(tasksOf(groups.subtract(groups.mean()))).toBeLessThan(350);
  });
});

describe("labels that are computed", () => {
  const x = fromArray([1, 2, 3, 4], { chunks: 2 });
  const labels = fromArray([7n, 8n, 7n, 9n], { dtype: "int64", chunks: 2 });

  it("need the groups, which may be found first", async () => {
    expect(() => groupBy(x, labels)).toThrow(/expected: await uniqueValues\(labels\)\.compute\(\)/);
    const expected = await inMemory(uniqueValues(labels));
    expect(await valuesOf(groupBy(x, labels, { expected }).sum())).toEqual([4, 2, 4]);
    const known = groupBy(x, await inMemory(labels));
    expect(known.labels).toEqual([7n, 8n, 9n]);
    expect(await valuesOf(known.sum())).toEqual([4, 2, 4]);
  });

  it.each([
    ["month", upTo(1, 12)],
    ["season", ["DJF", "MAM", "JJA", "SON"]],
    ["dayOfYear", upTo(1, 366)],
    ["day", upTo(1, 31)],
    ["hour", upTo(0, 23)],
    ["year", upTo(1, 2_600)],
  ] as const)("may be dates by %s, as those in memory", async (by, all) => {
    const rng = new Rng(7);
    const edges = ["0001-01-01", "1600-02-29", "1900-02-28", "1969-12-31T23:59", "2000-12-31"];
    const dates = [
      ...edges.map((date) => Date.parse(`${date}Z`.replace(/(-\d\d)Z$/, "$1"))),
      ...Array.from({ length: 300 }, () => Math.floor(rng.between(-4e12, 1.6e13))),
    ];
    const ones = fromArray(new Array<number>(dates.length).fill(1), { chunks: 50 });
    const known = groupBy(ones, dates, { by, expected: all });
    const counts = await valuesOf(known.count());
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(dates.length);
    for (const dtype of ["int64", "float64"] as const) {
      const chunked = fromArray(dates, { chunks: 70 }).astype(dtype);
      const given = by === "year" ? { by, expected: all } : { by };
      const groups = groupBy(ones, chunked, given);
      expect(groups.labels).toEqual(all);
      expect(await valuesOf(groups.count())).toEqual(counts);
    }
  });

  it("are refused where they do not fit", () => {
    const expected = [7, 8];
    const of = (array: ChunkedArray) => () => groupBy(array, labels, { expected });
    expect(of(fromArray([1, 2, 3]))).toThrow(/labels of shape \(4,\) do not fit .* \(3,\)/);
    expect(() => groupBy(x, labels, { by: "year" })).toThrow(/pass \{ expected: \[2001, 2002\] \}/);
    expect(() => groupBy(x, labels, { by: "week" as never })).toThrow(/by is "week": expected one/);
    expect(() => groupBy(x, labels, { expected: ["a"] })).toThrow(/"a": labels .* are numbers/);
    expect(() => groupBy(x, labels, { expected }).sizes).toThrow(/use count\(\)/);
    expect(() => groupBy(x, labels, { expected }).map((group) => group)).toThrow(
      /map needs labels that are known/,
    );
    const whole = fromArray([1, 2, 3, 4], { dtype: "int32" });
    expect(() => groupBy(whole, labels, { expected }).min()).toThrow(/groups may be empty/);
    expect(() => groupBy(whole, labels, { expected }).cumsum()).toThrow(/may be in no group/);
  });

  it("of several axes are as deep as these", () => {
    const square = fromArray([
      [1, 2],
      [3, 4],
    ]);
    const along = (labels: never, axis: number | number[] = [0, 1]) => {
      return () => groupBy(square, labels, { axis });
    };
    expect(along([1, 2] as never)).toThrow(/nested lists, as deep as there are axes, got 1/);
    expect(along([[1, 2]] as never)).toThrow(/labels of shape \(1, 2\)/);
    expect(along([[1, 2], [3]] as never)).toThrow(/labels of shape \(1,\) do not fit .* \(2,\)/);
    expect(along([1, 2] as never, [0, 0])).toThrow(/along different axes/);
    expect(along([1, 2] as never, [])).toThrow(/at least one/);
    expect(along([1, 2] as never, 2)).toThrow(/axis/);
  });
});
