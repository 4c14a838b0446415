// Groups, periods, windows and places of time, beside what NumPy, flox and xarray give.
import { describe, expect, it } from "vitest";
import {
  type ChunkedArray,
  coarsen,
  type DatePart,
  fromArray,
  type GroupedArray,
  groupBy,
  interpAlong,
  mean,
  type Period,
  type Rolling,
  resample,
  rolling,
} from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import table from "../../fixtures/groups.json" with { type: "json" };
import { elementsOf, numberOf, type TableNumber } from "../table-arrays.js";

interface TableArray {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: TableNumber[];
}

interface Case {
  readonly fn: string;
  readonly input: number;
  readonly args: {
    readonly labels: number[];
    readonly axis: number | number[];
    readonly expected: number[];
    readonly skipNaN: boolean;
    readonly q: number | null;
    readonly dates: string[];
    readonly by: DatePart;
    readonly every: Period;
    readonly to: string[];
    readonly window: number;
    readonly center: boolean;
    readonly minPeriods: number;
    readonly reduce: "mean" | "sum" | "std" | "min" | "max" | "median";
  };
  readonly result: TableArray;
}

const inputs = table.inputs as unknown as TableArray[];
const cases = table.cases as unknown as Case[];

function arrayOf({ shape, dtype, values }: TableArray, chunks: number): ChunkedArray {
  const data = values.map((value) =>
    dtype.endsWith("int64") ? BigInt(value as number) : numberOf(value),
  );
  return fromArray({ data, shape }, { dtype: dtype as DType, chunks });
}

type Reduction = "sum" | "prod" | "count" | "mean" | "var" | "std" | "min" | "max";

function run({ fn, args }: Case, x: ChunkedArray): ChunkedArray {
  const { dates, by } = args;
  if (fn === "groupMean") return groupBy(x, dates, { by }).mean();
  if (fn === "anomalies") {
    const groups = groupBy(x, dates, { by });
    return groups.subtract(groups.mean());
  }
  if (fn === "resample") return resample(x, dates, args.every).mean();
  if (fn === "interpAlong") return interpAlong(x, dates, args.to);
  if (fn === "coarsen") return coarsen(mean, x, { 1: 2 }, { trimExcess: true });
  if (fn === "where") return x.where(x.greater(0)) as ChunkedArray;
  if (fn === "rolling") {
    const { window, center, minPeriods, reduce } = args;
    const windows: Rolling = rolling(x, window, { axis: 1, center, minPeriods });
    return windows[reduce]();
  }
  const groups: GroupedArray = groupBy(x, args.labels, args);
  return fn === "quantile" ? groups.quantile(args.q as number) : groups[fn as Reduction]();
}

/** float32 is added up in 64 bits here: what NumPy gives is less exact. */
const TOLERANCE: Readonly<Record<string, number>> = { float32: 1e-4, float64: 2e-8 };

describe.each([2, 100])("in blocks of %i", (chunks) => {
  it.each([...new Set(cases.map(({ fn }) => fn))])("%s is theirs", async (fn) => {
    for (const each of cases.filter((one) => one.fn === fn)) {
      const input = inputs[each.input] as TableArray;
      const found = run(each, arrayOf(input, chunks));
      const what = JSON.stringify([fn, input.dtype, each.args]);
      const { shape, dtype, values } = each.result;
      expect([what, found.shape]).toEqual([what, shape]);
      const tolerance = TOLERANCE[input.dtype] ?? 1e-12;
      (await elementsOf(found)).forEach((own, i) => {
        const right = numberOf(values[i] as TableNumber);
        const isClose = Math.abs(Number(own) - right) <= tolerance * Math.max(1, Math.abs(right));
        if (!Object.is(Number(own), right) && !isClose) expect(own, `${what}, ${i}`).toBe(right);
      });
      if (dtype.includes("int") && fn !== "min" && fn !== "max")
        expect(found.dtype).toMatch(/int64/);
    }
  });
});

it("labels of dates are xarray's", () => {
  const dated = cases.filter(({ fn, args }) => fn === "groupMean" && args.by !== undefined);
  for (const { args, input } of dated) {
    const x = arrayOf(inputs[input] as TableArray, 100);
    const { labels } = groupBy(x, args.dates, { by: args.by });
    expect([args.by, labels.map(String).sort()]).toEqual([args.by, args.labels.map(String).sort()]);
  }
});
