// Which parameters distributions take and what comes of extreme ones, held against NumPy's
// Generator.
import { describe, expect, it } from "vitest";
import { asarray, type ChunkedArray, defaultRng } from "../../../src/array/index.js";
import table from "../../fixtures/random_parameters.json" with { type: "json" };
import { numberOf, type TableNumber, valuesOf } from "../table-arrays.js";

type Outcome =
  | "refused"
  | { readonly value: TableNumber }
  | { readonly least: TableNumber; readonly most: TableNumber };
interface Case {
  readonly method: string;
  readonly parameters: (TableNumber | TableNumber[])[];
  readonly outcome: Outcome;
}
type Method = (...args: unknown[]) => ChunkedArray;
const cases = table.cases as unknown as Case[];

/**
 * Of infinite parameters NumPy makes NaN there, or numbers without meaning: here they are refused.
 */
const REFUSES_INFINITE = [
  "beta",
  "f",
  "noncentralChisquare",
  "standardT",
  "triangular",
  "vonmises",
  "wald",
];

const parametersOf = ({ parameters }: Case) =>
  parameters.map((each) =>
    Array.isArray(each) ? each.map((one) => numberOf(one as TableNumber)) : numberOf(each),
  );

function draw(c: Case, parameters: readonly unknown[]): ChunkedArray {
  const rng = defaultRng(3) as unknown as Record<string, Method>;
  return (rng[c.method] as Method).call(rng, ...parameters, [30]);
}

const refusesInfinite = (c: Case) =>
  REFUSES_INFINITE.includes(c.method) && parametersOf(c).some((p) => p === Infinity);

describe("parameters of distributions", () => {
  for (const method of new Set(cases.map((c) => c.method))) {
    it(`are taken as NumPy takes them: ${method}`, async () => {
      for (const c of cases.filter((other) => other.method === method)) {
        const what = JSON.stringify([c.method, c.parameters]);
        const parameters = parametersOf(c);
        if (c.outcome === "refused" || refusesInfinite(c)) {
          expect(() => draw(c, parameters), what).toThrow();
          continue;
        }
        // A direction of NaN does not matter to NumPy where all directions are alike.
        if (method === "vonmises" && c.parameters[1] === 0 && c.parameters[0] === "nan") continue;
        const values = new Set(await valuesOf(draw(c, parameters)));
        if ("value" in c.outcome)
          expect([...values].map(Math.abs), what).toEqual([Math.abs(numberOf(c.outcome.value))]);
        else expect(values.size, what).toBeGreaterThan(1);
      }
    });
  }

  it("may be arrays, which are refused or NaN element by element when they are computed", async () => {
    for (const c of cases) {
      const parameters = parametersOf(c);
      if (parameters.some(Array.isArray) || refusesInfinite(c) || c.method === "integers") continue;
      const what = JSON.stringify([c.method, c.parameters]);
      const arrays = parameters.map((value) => asarray([value], { dtype: "float64" }));
      const values = valuesOf(draw(c, arrays));
      if (c.outcome === "refused") await expect(values, what).rejects.toThrow(/needs/);
      else expect(await values, what).toEqual(await valuesOf(draw(c, parameters)));
    }
  });

  it("broadcast, and leave NaN where they are NaN", async () => {
    const loc = asarray([[1], [Number.NaN], [3]]);
    const x = defaultRng(1).normal(loc, asarray([0, 0, 0, 0]));
    expect(x.shape).toEqual([3, 4]);
    expect(await valuesOf(x)).toEqual([1, Number.NaN, 3].flatMap((v) => [v, v, v, v]));
    expect(() => defaultRng(1).normal(loc, 1, [2, 3])).toThrow("do not broadcast");
  });

  it("of choices are lists, too", async () => {
    const rng = defaultRng(5);
    const chosen = await valuesOf(rng.choice([10, 20, 30], 40, { p: [0.5, 0, 0.5] }));
    expect(new Set(chosen)).toEqual(new Set([10, 30]));
    const order = await valuesOf(rng.permutation([1, 2, 3, 4]));
    expect(order.sort()).toEqual([1, 2, 3, 4]);
    expect(() => rng.choice([], 1)).toThrow("1 cannot be chosen from 0");
    expect(() => rng.choice([1, 2], 3, { replace: false })).toThrow("3 cannot be chosen from 2");
    expect(() => rng.choice("abc" as never, 1)).toThrow("a whole number from 0");
  });
});
