// Statistical tests against SciPy's values, in several chunkings.
import { describe, expect, it } from "vitest";
import { asarray, type ChunkedArray, stats } from "../../../src/array/index.js";
import table from "../../fixtures/stats.json" with { type: "json" };
import { chunkings, numberOf, type TableNumber, tableArray, valuesOf } from "../table-arrays.js";

interface Values {
  readonly shape: number[];
  readonly values: TableNumber[];
}
interface Case {
  readonly fn: string;
  readonly inputs: Values[];
  readonly args: unknown[];
  readonly value?: Values;
  readonly statistic?: Values;
  readonly pvalue?: Values;
}
type Verb = (...args: unknown[]) => ChunkedArray | stats.TestResult;

const cases = table.cases as unknown as Case[];
const verbs = stats as unknown as Record<string, Verb>;

function call({ fn, args }: Case, arrays: readonly ChunkedArray[]) {
  const verb = verbs[fn] as Verb;
  if (fn === "fOneway") return verb(arrays, ...args);
  const [first, second] = arrays;
  if (fn.startsWith("ttest")) return verb(...arrays, ...args);
  return second === undefined
    ? verb(first, ...args)
    : verb(first, { fExp: second, ...(args[0] as object) });
}

async function expectNear(x: ChunkedArray, wanted: Values, what: string): Promise<void> {
  expect(x.shape, what).toEqual(wanted.shape);
  expect(x.dtype, what).toBe("float64");
  const given = await valuesOf(x);
  wanted.values.map(numberOf).forEach((value, i) => {
    // Moments of samples far from 0 have lost the digits that the mean takes.
    const allowed = 1e-9 * Math.abs(value) + 1e-12;
    const isNear = Number.isFinite(value)
      ? Math.abs((given[i] as number) - value) < allowed
      : Object.is(given[i], value);
    if (!isNear) expect.fail(`${given[i]} for ${value} in ${what}`);
  });
}

describe("statistics", () => {
  for (const fn of new Set(cases.map((c) => c.fn))) {
    it(`are those of SciPy: ${fn}`, async () => {
      for (const c of cases.filter((other) => other.fn === fn)) {
        for (const cut of [0, 2]) {
          const arrays = c.inputs.map(({ shape, values }) =>
            tableArray(values, "float64", shape, chunkings(shape)[cut]),
          );
          const what = JSON.stringify([fn, c.inputs.map((x) => x.shape), c.args, `cut ${cut}`]);
          const result = call(c, arrays);
          if ("node" in result) await expectNear(result, c.value as Values, what);
          else {
            await expectNear(result.statistic, c.statistic as Values, `statistic of ${what}`);
            await expectNear(result.pvalue, c.pvalue as Values, `pvalue of ${what}`);
          }
        }
      }
    });
  }

  it("have no value where all samples are equal", async () => {
    const same = asarray([2, 2, 2]);
    expect(await valuesOf(stats.skew(same))).toEqual([Number.NaN]);
    expect(await valuesOf(stats.kurtosis(same))).toEqual([Number.NaN]);
    expect(await valuesOf(stats.ttest1samp(same, 1).pvalue)).toEqual([0]);
  });

  it("say what is wrong", () => {
    const x = asarray([1, 2, 3]);
    const code = (name: string) => expect.objectContaining({ code: `argument.${name}` });
    expect(() => stats.skewtest(x)).toThrow(code("shape"));
    expect(() => stats.kurtosistest(x)).toThrow(code("shape"));
    expect(() => stats.fOneway([x])).toThrow(code("value"));
    expect(() => stats.moment(x, -1)).toThrow(code("value"));
    expect(() => stats.moment(x, 1, { axis: 1 })).toThrow(code("axis"));
    expect(() => stats.powerDivergence(x, { lambda: "fisher" as "neyman" })).toThrow(code("value"));
    expect(() => stats.skew(asarray([{ re: 0, im: 1 }]))).toThrow(code("dtype"));
  });
});
