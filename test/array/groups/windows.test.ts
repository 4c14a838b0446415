// Windows that slide along an axis, and periods of time, against plain loops.
import { describe, expect, it } from "vitest";
import { fromArray, resample, rolling } from "../../../src/array/index.js";
import { Rng } from "../../../src/base/rng.js";
import { tasksOf, valuesOf } from "../table-arrays.js";

type Reference = (values: readonly number[]) => number;

const total: Reference = (values) => values.reduce((sum, value) => sum + value, 0);
const REFERENCES: Readonly<Record<"sum" | "mean" | "std" | "min" | "max" | "median", Reference>> = {
  sum: total,
  mean: (values) => total(values) / values.length,
  std: (values) => {
    const mean = total(values) / values.length;
    return Math.sqrt(total(values.map((value) => (value - mean) ** 2)) / values.length);
  },
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  median: (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const half = (values.length - 1) / 2;
    return ((sorted[Math.floor(half)] as number) + (sorted[Math.ceil(half)] as number)) / 2;
  },
};
const NAMES = Object.keys(REFERENCES) as (keyof typeof REFERENCES)[];

/** (3, 17) with some NaN. */
function example() {
  const rng = new Rng(23);
  const data = Float64Array.from({ length: 51 }, (_, i) =>
    i % 11 === 5 ? NaN : rng.between(-2, 2),
  );
  return { data, x: fromArray({ data, shape: [3, 17] }, { chunks: [2, 5] }) };
}

describe("windows that slide", () => {
  it.each([
    [1, false, 1],
    [4, false, 4],
    [4, true, 4],
    [5, true, 2],
    [7, false, 1],
    [17, false, 3],
  ])(
    "are reduced as a loop does: %i elements, center %s, at least %i",
    async (window, center, least) => {
      const { data, x } = example();
      const after = center ? Math.floor((window - 1) / 2) : 0;
      const slid = rolling(x, window, { axis: 1, center, minPeriods: least });
      const windows = Array.from({ length: 51 }, (_, at) => {
        const [row, column] = [Math.floor(at / 17), at % 17];
        const from = Math.max(column - (window - 1 - after), 0);
        const lane = data.subarray(row * 17, (row + 1) * 17);
        return [...lane.subarray(from, column + after + 1)].filter((value) => !Number.isNaN(value));
      });
      for (const name of NAMES) {
        const result = slid[name]();
        expect([result.shape, result.chunks]).toEqual([x.shape, x.chunks]);
        const found = await valuesOf(result);
        windows.forEach((values, at) => {
          const right = values.length < least ? NaN : REFERENCES[name](values);
          expect(Math.abs(Number(found[at]) - right) < 1e-10 || Object.is(found[at], right)).toBe(
            true,
          );
        });
      }
      expect((await valuesOf(slid.count())).map(Number)).toEqual(
        windows.map(({ length }) => length),
      );
    },
  );

  it("are refused where they do not fit", () => {
    const { x } = example();
    expect(() => rolling(x, 0)).toThrow(/whole number of elements from 1, got 0/);
    expect(() => rolling(x, 2, { minPeriods: 3 })).toThrow(
      /minPeriods is 3: expected a whole number from 1 to 2/,
    );
    expect(() => rolling(x, 2, { axis: 2 })).toThrow(/axis 2 is out of range/);
  });
});

describe("periods of time", () => {
  const dates = ["2000-12-31T18:00", "2001-01-01", "2001-01-01T05:59:59.999", "2001-03-01"];
  const x = fromArray([1, 2, 4, 8], { chunks: 2 });

  it.each([
    ["year", ["2000-01-01", "2001-01-01"], [1, 14]],
    ["month", ["2000-12-01", "2001-01-01", "2001-02-01", "2001-03-01"], [1, 6, 0, 8]],
    ["30d", ["2000-12-31", "2001-01-30", "2001-03-01"], [7, 0, 8]],
  ] as const)("have the elements between their dates: %s", async (every, labels, sums) => {
    const periods = x.resample(dates, every);
    expect(periods.labels).toEqual(labels);
    expect(await valuesOf(periods.sum())).toEqual(sums);
  });

  it("may be hours and less", async () => {
    const hours = resample(x.slice({ stop: 3 }), dates.slice(0, 3), "6h");
    expect(hours.labels).toEqual(["2000-12-31T18:00:00Z", "2001-01-01"]);
    expect(await valuesOf(hours.sum())).toEqual([1, 6]);
  });

  it("take no task each", () => {
    const ms = Array.from({ length: 3650 }, (_, day) => day * 86_400_000);
    const long = fromArray(new Float64Array(3650), { chunks: 365 });
    expect(tasksOf(resample(long, ms, "month").sum())).toBeLessThan(40);
    expect(tasksOf(resample(long, ms, "1d").mean())).toBeLessThan(40);
  });

  it("are refused where they are none", () => {
    expect(() => resample(x, dates, "week" as never)).toThrow(
      /every is "week": expected "year", "month"/,
    );
    expect(() => resample(x, dates, "0d")).toThrow(/every is "0d"/);
    expect(() => resample(x, dates.slice(1), "1d")).toThrow(/3 dates were given for 4 positions/);
    expect(() => resample(x, [0, 1, 2, 1e15], "1s")).toThrow(/periods of 1s between the dates/);
  });
});
