// Groups along an axis, against plain loops over the elements.
import { describe, expect, it } from "vitest";
import {
  type ChunkedArray,
  fromArray,
  type GroupedArray,
  groupBy,
} from "../../../src/array/index.js";
import { DTYPES, type DType } from "../../../src/base/dtype.js";
import { Rng } from "../../../src/base/rng.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { tasksOf, valuesOf } from "../table-arrays.js";

/** What a reduction makes of the elements of a group. */
type Reference = (values: readonly number[]) => number;

const total: Reference = (values) => values.reduce((sum, value) => sum + value, 0);
const average: Reference = (values) => total(values) / values.length;
const spread =
  (correction: number): Reference =>
  (values) => {
    if (values.length <= correction) return Number.NaN;
    const mean = average(values);
    return total(values.map((value) => (value - mean) ** 2)) / (values.length - correction);
  };
const fallback =
  (pick: Reference): Reference =>
  (values) =>
    values.length === 0 || values.some(Number.isNaN) ? Number.NaN : pick(values);
const share = (q: number): Reference =>
  fallback((values) => {
    const sorted = [...values].sort((a, b) => a - b);
    const at = q * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
    return low + (high - low) * (at - Math.floor(at));
  });

const REDUCTIONS: Readonly<Record<string, [(groups: GroupedArray) => ChunkedArray, Reference]>> = {
  sum: [(groups) => groups.sum(), total],
  prod: [
    (groups) => groups.prod(),
    (values) => values.reduce((product, value) => product * value, 1),
  ],
  mean: [(groups) => groups.mean(), average],
  var: [(groups) => groups.var(), spread(0)],
  std: [(groups) => groups.std({ correction: 1 }), (values) => Math.sqrt(spread(1)(values))],
  min: [(groups) => groups.min(), fallback((values) => Math.min(...values))],
  max: [(groups) => groups.max(), fallback((values) => Math.max(...values))],
  median: [(groups) => groups.median(), share(0.5)],
  quantile: [(groups) => groups.quantile(0.3), share(0.3)],
  count: [
    (groups) => groups.count(),
    (values) => values.filter((value) => !Number.isNaN(value)).length,
  ],
};

/** Labels of 24 positions that ask for each of the strategies, and the chunks along the axis. */
const PLANS: Readonly<Record<string, [labels: number[], lengths: number[]]>> = {
  "one block": [Array.from({ length: 24 }, (_, i) => i % 5), [24]],
  "runs, cut between groups": [
    Array.from({ length: 24 }, (_, i) => Math.floor(i / 3)),
    [5, 5, 5, 9],
  ],
  "few groups in many blocks": [Array.from({ length: 24 }, (_, i) => i % 2), Array(8).fill(3)],
  "more blocks than are joined at once": [
    Array.from({ length: 96 }, (_, i) => Math.floor(i / 3) % 2),
    Array(32).fill(3),
  ],
  "as many groups as positions": [Array.from({ length: 24 }, (_, i) => (i * 7) % 24), [6, 6, 6, 6]],
  "one group": [Array(24).fill(3), [4, 4, 4, 4, 4, 4]],
};

const CASES = Object.keys(PLANS).flatMap((plan) => [0, 1, 2].map((axis) => [plan, axis] as const));

/** An array with the labels' axis at `axis`, its values, and those of a group in a lane. */
function example(
  labels: readonly number[],
  lengths: readonly number[],
  axis: number,
  hasNaN: boolean,
) {
  const rng = new Rng(axis + 11);
  const shape = [3, 4].toSpliced(axis, 0, labels.length);
  const chunks = [[3], [2, 2]].toSpliced(axis, 0, [...lengths]);
  const size = shape.reduce((n, length) => n * length, 1);
  const data = Float64Array.from({ length: size }, () => rng.between(-2, 2));
  if (hasNaN) for (let i = 0; i < size; i += 7) data[i] = Number.NaN;
  const x = fromArray({ data, shape }, { chunks });
  const inner = shape.slice(axis + 1).reduce((n, length) => n * length, 1);
  /** Per result, in order: outer axes, groups, inner axes. */
  const reduced = (names: readonly number[], reference: Reference, skipNaN = false) => {
    const found: number[] = [];
    for (let outer = 0; outer < size / inner / labels.length; outer++) {
      for (const name of names) {
        for (let lane = 0; lane < inner; lane++) {
          const values = labels.flatMap((label, at) => {
            const value = data[(outer * labels.length + at) * inner + lane] as number;
            return label === name && !(skipNaN && Number.isNaN(value)) ? [value] : [];
          });
          found.push(reference(values));
        }
      }
    }
    return found;
  };
  return { x, reduced, data };
}

function expectClose(found: readonly unknown[], right: readonly number[]): void {
  expect(found.length).toBe(right.length);
  right.forEach((value, i) => {
    const isSame = Object.is(Number(found[i]), value) || Math.abs(Number(found[i]) - value) < 1e-10;
    if (!isSame) expect(Number(found[i]), `result ${i}`).toBe(value);
  });
}

describe("groups along an axis", () => {
  it.each(CASES)("are reduced as a loop does: %s, axis %i", async (plan, axis) => {
    const [labels, lengths] = PLANS[plan] as [number[], number[]];
    for (const hasNaN of [false, true]) {
      const { x, reduced } = example(labels, lengths, axis, hasNaN);
      const groups = x.groupBy(labels, { axis });
      const names = [...new Set(labels)].sort((a, b) => a - b);
      expect(groups.labels).toEqual(names);
      for (const [reduce, reference] of Object.values(REDUCTIONS)) {
        expectClose(await valuesOf(reduce(groups)), reduced(names, reference));
      }
    }
  });

  it.each(CASES)("leave NaN out where it is skipped: %s, axis %i", async (plan, axis) => {
    const [labels, lengths] = PLANS[plan] as [number[], number[]];
    const { x, reduced } = example(labels, lengths, axis, true);
    const names = [...new Set(labels)].sort((a, b) => a - b);
    const groups = x.groupBy(labels, { axis, skipNaN: true });
    for (const [reduce, reference] of Object.values(REDUCTIONS)) {
      expectClose(await valuesOf(reduce(groups)), reduced(names, reference, true));
    }
    expectClose(
      await valuesOf(groups.first()),
      reduced(names, (values) => values[0] ?? Number.NaN, true),
    );
    expectClose(
      await valuesOf(groups.last()),
      reduced(names, (values) => values.at(-1) ?? Number.NaN, true),
    );
  });

  it.each(CASES)("have first and last elements: %s, axis %i", async (plan, axis) => {
    const [labels, lengths] = PLANS[plan] as [number[], number[]];
    const { x, reduced } = example(labels, lengths, axis, true);
    const names = [...new Set(labels)].sort((a, b) => a - b);
    const groups = x.groupBy(labels, { axis });
    expectClose(
      await valuesOf(groups.first()),
      reduced(names, (values) => values[0] as number),
    );
    expectClose(
      await valuesOf(groups.last()),
      reduced(names, (values) => values.at(-1) as number),
    );
  });

  it("may be expected, empty ones too, in the order given", async () => {
    const x = fromArray([1, 2, 3, 4, 5, 6], { chunks: 2 });
    const groups = groupBy(x, ["a", "b", "c", "a", "b", "c"], { expected: ["c", "none", "a"] });
    expect(await valuesOf(groups.sum())).toEqual([9, 0, 5]);
    expect(await valuesOf(groups.mean())).toEqual([4.5, Number.NaN, 2.5]);
    expect(await valuesOf(groups.max())).toEqual([6, Number.NaN, 4]);
    expect(await valuesOf(groups.var({ correction: 2 }))).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(await valuesOf(groups.median())).toEqual([4.5, Number.NaN, 2.5]);
    expect(await valuesOf(groups.count())).toEqual([2, 0, 2]);
    expect(groups.sizes).toEqual([2, 0, 2]);
    expect(await valuesOf(groups.subtract(groups.mean()))).toEqual(
      [-1, Number.NaN, -1.5, 2, Number.NaN, 1.5].map(
        (value, i) => [-1.5, NaN, -1.5, 1.5, NaN, 1.5][i] ?? value,
      ),
    );
  });

  it.each(Object.keys(DTYPES) as DType[])("keep the rules of dtypes: %s", async (dtype) => {
    if (dtype.startsWith("complex")) {
      const x = fromArray([1, 2], { dtype });
      expect(() => groupBy(x, [0, 1])).toThrow(/groups of complex/);
      return;
    }
    const x = fromArray([1, 0, 1, 1], { dtype, chunks: 2 });
    const groups = groupBy(x, [0, 1, 0, 1]);
    for (const name of ["sum", "prod", "mean", "std", "min", "max"] as const) {
      const [grouped, plain] = [groups[name](), x.reshape([2, 2])[name](0)];
      expect([name, grouped.dtype]).toEqual([name, plain.dtype]);
      expect([name, await valuesOf(grouped)]).toEqual([name, await valuesOf(plain)]);
    }
    expect((await valuesOf(groups.cumsum())).map(Number)).toEqual([1, 0, 2, 1]);
    expect(groups.cumsum().dtype).toBe(x.cumsum().dtype);
  });

  it("wrap sums of 64-bit integers, and are exact for shorter ones", async () => {
    const most = 2n ** 63n - 1n;
    const x = fromArray(BigInt64Array.of(most, 1n, 5n), { chunks: 1 });
    expect(await valuesOf(groupBy(x, [0, 0, 1]).sum().astype("float64"))).toEqual([-(2 ** 63), 5]);
    const y = fromArray(Int32Array.of(2 ** 31 - 1, 2 ** 31 - 1, -3), { chunks: 1 });
    expect((await valuesOf(groupBy(y, [0, 0, 1]).sum())).map(Number)).toEqual([2 ** 32 - 2, -3]);
  });

  it("meet their elements again", async () => {
    for (const axis of [0, 1, 2]) {
      const labels = Array.from({ length: 12 }, (_, i) => i % 4);
      const { x, data } = example(labels, [5, 5, 2], axis, false);
      const groups = x.groupBy(labels, { axis });
      const means = groups.mean();
      const back = means.take(labels, axis);
      expectClose(await valuesOf(groups.subtract(means)), await numbersOf(x.subtract(back)));
      expectClose(await valuesOf(groups.add(means)), await numbersOf(x.add(back)));
      expectClose(await valuesOf(groups.multiply(means)), await numbersOf(x.multiply(back)));
      expectClose(await valuesOf(groups.divide(means)), await numbersOf(x.divide(back)));
      expect(groups.subtract(means).chunks).toEqual(x.chunks);
      expect(data.length).toBe(x.size);
    }
  });

  it("have running sums", async () => {
    const x = fromArray([[1, 2, 3, 4, 5, 6]], { chunks: 2 });
    const groups = groupBy(x, [0, 1, 0, 1, 0, 9], { axis: 1, expected: [0, 1] });
    expect(await valuesOf(groups.cumsum())).toEqual([1, 2, 4, 6, 9, Number.NaN]);
    const y = fromArray([1, Number.NaN, Number.NaN, 4, 5], { chunks: 2 });
    for (const [skipNaN, sums] of [
      [true, [1, 0, 1, 4, 6]],
      [false, [1, Number.NaN, Number.NaN, Number.NaN, Number.NaN]],
    ] as const) {
      const own = groupBy(y, [0, 1, 0, 1, 0], { skipNaN });
      expect(await valuesOf(own.cumsum())).toEqual(sums);
    }
  });

  it("are given to functions: results come back in order, or stacked", async () => {
    const x = fromArray([1, 2, 3, 4, 5], { chunks: 2 });
    const groups = groupBy(x, ["odd", "even", "odd", "even", "odd"]);
    const labels: unknown[] = [];
    const cumulative = groups.map((group, label) => {
      labels.push(label);
      return group.cumsum();
    });
    expect(labels).toEqual(["even", "odd"]);
    expect(await valuesOf(cumulative)).toEqual([1, 2, 4, 6, 9]);
    expect(await valuesOf(groups.map((group) => group.max()))).toEqual([4, 5]);
    expect(() => groups.map((group) => group.reshape([-1, 1]))).toThrow(
      /expected arrays as long as/,
    );
  });

  it("take about as many tasks as there are blocks, however many groups", () => {
    const days = Array.from({ length: 3650 }, (_, i) => (i % 365) + 1);
    const x = fromArray(
      { data: new Float32Array(3650 * 20), shape: [3650, 20] },
      { chunks: [365, 20] },
    );
    const months = days.map((day) => Math.floor((day - 1) / 31));
    expect(tasksOf(x.groupBy(days).mean())).toBeLessThan(40);
    expect(tasksOf(x.groupBy(months).mean())).toBeLessThan(40);
    expect(tasksOf(x.groupBy(months).subtract(x.groupBy(months).mean()))).toBeLessThan(50);
  });
});

describe("the strategy", () => {
  const words = (x: ChunkedArray) =>
    layersOf(graphBelow([x.node])).flatMap(({ name }) => {
      const [, word] = /^groupReduce-(\w+)-/.exec(name) ?? [];
      return word === undefined ? [] : [word];
    });

  it.each([
    ["blockwise", (i: number) => Math.floor(i / 3), [5, 5, 5, 9]],
    ["mapReduce", (i: number) => i % 2, [6, 6, 6, 6]],
    ["rechunk", (i: number) => (i * 7) % 24, [6, 6, 6, 6]],
  ] as const)("is in the names of layers: %s", (word, labelOf, lengths) => {
    const x = fromArray(new Float64Array(24), { chunks: [[...lengths]] });
    const labels = Array.from({ length: 24 }, (_, i) => labelOf(i));
    expect(new Set(words(groupBy(x, labels).sum()))).toEqual(new Set([word]));
  });
});

async function numbersOf(x: ChunkedArray): Promise<number[]> {
  return (await valuesOf(x)).map(Number);
}

describe("labels", () => {
  const dates = ["2000-01-31", "2000-02-29", "2000-12-31T23:30", "2001-03-01T01:30:00Z"];
  it.each([
    ["year", [2000, 2001]],
    ["month", [1, 2, 3, 12]],
    ["season", ["DJF", "MAM"]],
    ["dayOfYear", [31, 60, 366]],
    ["day", [1, 29, 31]],
    ["hour", [0, 1, 23]],
  ] as const)("may be the %s of dates", (by, labels) => {
    const x = fromArray([1, 2, 3, 4]);
    expect(groupBy(x, dates, { by }).labels).toEqual(labels);
    expect(
      groupBy(
        x,
        dates.map((date) => new Date(date.length > 10 && !date.endsWith("Z") ? `${date}Z` : date)),
        { by },
      ).labels,
    ).toEqual(labels);
  });

  it("follow JavaScript's calendar for any day", () => {
    const rng = new Rng(5);
    const days = Array.from({ length: 500 }, () => Math.floor(rng.between(-900_000, 900_000)));
    const ms = days.map((day) => day * 86_400_000 + rng.below(86_400_000));
    const x = fromArray(new Float64Array(500));
    const expected = (part: (date: Date) => number) =>
      [...new Set(ms.map((each) => part(new Date(each))))].sort((a, b) => a - b);
    expect(groupBy(x, ms, { by: "year" }).labels).toEqual(
      expected((date) => date.getUTCFullYear()),
    );
    expect(groupBy(x, ms, { by: "day" }).labels).toEqual(expected((date) => date.getUTCDate()));
    expect(groupBy(x, ms, { by: "hour" }).labels).toEqual(expected((date) => date.getUTCHours()));
  });

  it("are refused where they are none", () => {
    const x = fromArray([1, 2, 3], { dtype: "int32" });
    expect(() => groupBy(x, [1, 2])).toThrow(/2 labels were given for 3 positions/);
    expect(() => groupBy(x, [1, 2, {}] as never)).toThrow(
      /label 2 is {}: expected a number or a string/,
    );
    expect(() => groupBy(x, [new Date(), 1, 2])).toThrow(/label 0 is a date: say { by/);
    expect(() => groupBy(x, ["2001-02-30", 1, 2], { by: "month" })).toThrow(
      /label 0 is "2001-02-30"/,
    );
    expect(() => groupBy(x, [1, 2, 3], { by: "week" as never })).toThrow(
      /by is "week": expected one of year/,
    );
    expect(() => groupBy(x, [1, 2, 3], { expected: [1, 1] })).toThrow(/list of different labels/);
    expect(() => groupBy(x, [1, 2, 2], { expected: [1, 2, 3] }).min()).toThrow(
      /group "3" has no elements/,
    );
    expect(() => groupBy(x, [1, 2, 2]).subtract(x)).toThrow(
      /are not those of the groups: expected \(2,\)/,
    );
    expect(() => groupBy(x, [1, 2, 2], { expected: [1] }).cumsum()).toThrow(
      /elements are in no group/,
    );
  });
});
