// Generators: the same numbers whatever the chunks, streams that know nothing of each other,
// choosing and shuffling, and mistakes. Whether numbers are distributed as they should is
// kernels/distributions.test.ts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  type ChunkedArray,
  type DrawOptions,
  defaultRng,
  type RandomGenerator,
  rng,
} from "../../../src/array/index.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import { elementsOf, valuesOf } from "../table-arrays.js";

type Options = Pick<DrawOptions<never>, "chunks">;
type Call = (g: RandomGenerator, size: readonly number[], options: Options) => ChunkedArray;

/** A call of every method that draws numbers of a shape. */
const CALLS: { readonly [name: string]: Call } = {
  random: (g, size, o) => g.random(size, o),
  uniform: (g, size, o) => g.uniform(-1, 2, size, o),
  normal: (g, size, o) => g.normal(1, 2, size, o),
  standardNormal: (g, size, o) => g.standardNormal(size, o),
  lognormal: (g, size, o) => g.lognormal(0, 1, size, o),
  exponential: (g, size, o) => g.exponential(2, size, o),
  standardExponential: (g, size, o) => g.standardExponential(size, o),
  gamma: (g, size, o) => g.gamma(0.7, 2, size, o),
  standardGamma: (g, size, o) => g.standardGamma(3, size, o),
  beta: (g, size, o) => g.beta(0.2, 3, size, o),
  chisquare: (g, size, o) => g.chisquare(3, size, o),
  noncentralChisquare: (g, size, o) => g.noncentralChisquare(0.5, 3, size, o),
  f: (g, size, o) => g.f(2, 3, size, o),
  noncentralF: (g, size, o) => g.noncentralF(2, 3, 1, size, o),
  standardT: (g, size, o) => g.standardT(4, size, o),
  standardCauchy: (g, size, o) => g.standardCauchy(size, o),
  laplace: (g, size, o) => g.laplace(0, 1, size, o),
  logistic: (g, size, o) => g.logistic(0, 1, size, o),
  gumbel: (g, size, o) => g.gumbel(0, 1, size, o),
  rayleigh: (g, size, o) => g.rayleigh(1, size, o),
  weibull: (g, size, o) => g.weibull(2, size, o),
  pareto: (g, size, o) => g.pareto(3, size, o),
  power: (g, size, o) => g.power(3, size, o),
  triangular: (g, size, o) => g.triangular(0, 1, 3, size, o),
  vonmises: (g, size, o) => g.vonmises(0, 2, size, o),
  wald: (g, size, o) => g.wald(1, 2, size, o),
  integers: (g, size, o) => g.integers(0, 3 * 2 ** 51, size, o),
  wideIntegers: (g, size, o) => g.integers(-(2n ** 63n), 2n ** 63n, size, o),
  binomial: (g, size, o) => g.binomial(100, 0.4, size, o),
  negativeBinomial: (g, size, o) => g.negativeBinomial(5, 0.2, size, o),
  poisson: (g, size, o) => g.poisson(40, size, o),
  geometric: (g, size, o) => g.geometric(0.1, size, o),
  hypergeometric: (g, size, o) => g.hypergeometric(100, 200, 60, size, o),
  logseries: (g, size, o) => g.logseries(0.9, size, o),
  zipf: (g, size, o) => g.zipf(1.5, size, o),
  choice: (g, size, o) => g.choice(10, size, { p: new Array(10).fill(0.1), ...o }),
  choiceOnce: (g, size, o) => g.choice(100_000, size, { replace: false, ...o }),
  weightedOnce: (g, size, o) =>
    g.choice(400, size, { replace: false, p: new Array(400).fill(1 / 400), ...o }),
  multinomial: (g, size, o) => g.multinomial(50, [0.2, 0.3, 0.5], size, o),
  multivariateHypergeometric: (g, size, o) =>
    g.multivariateHypergeometric([20, 30, 5], 25, size, o),
  multivariateNormal: (g, size, o) =>
    g.multivariateNormal(
      [1, 2],
      [
        [2, 1],
        [1, 3],
      ],
      size,
      o,
    ),
  dirichlet: (g, size, o) => g.dirichlet([0.1, 2, 3], size, o),
};

const axisChunks = (length: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.integer({ min: 1, max: length - 1 }), { maxLength: 4 }).map((cuts) => {
    const ends = [...cuts.sort((a, b) => a - b), length];
    return ends.map((end, i) => end - (ends[i - 1] ?? 0));
  });

describe("chunks never change a number", () => {
  const shape = [17, 3, 7];
  it.each(Object.entries(CALLS))("of %s", async (_name, call) => {
    const whole = await elementsOf(call(defaultRng(11), shape, { chunks: -1 }));
    const cuts = fc.tuple(axisChunks(17), axisChunks(3), axisChunks(7));
    await fc.assert(
      fc.asyncProperty(cuts, async (chunks: Chunks) => {
        expect(await elementsOf(call(defaultRng(11), shape, { chunks }))).toEqual(whole);
      }),
      { numRuns: 8, seed: 3 },
    );
  });

  it.each(Object.entries(CALLS))(
    "and other seeds and calls change those of %s",
    async (_n, call) => {
      const once = defaultRng(1);
      const first = await elementsOf(call(once, [60], {}));
      expect(await elementsOf(call(once, [60], {}))).not.toEqual(first);
      expect(await elementsOf(call(defaultRng(2), [60], {}))).not.toEqual(first);
      expect(await elementsOf(call(defaultRng(1), [60], {}))).toEqual(first);
    },
  );
});

describe("parameters that are arrays", () => {
  it("give at each position what the number there gives", async () => {
    const rates = asarray([[0.5], [40]]);
    const mixed = await valuesOf(defaultRng(8).poisson(rates, [2, 50], { chunks: [1, 20] }));
    const low = await valuesOf(defaultRng(8).poisson(0.5, [2, 50]));
    const high = await valuesOf(defaultRng(8).poisson(40, [2, 50]));
    expect(mixed).toEqual([...low.slice(0, 50), ...high.slice(50)]);
  });

  it("make the shape when no size is given, and lend their chunks", async () => {
    const x = defaultRng(8).normal(arange(6, { chunks: 2 }), asarray([[1], [2]]));
    expect(x.shape).toEqual([2, 6]);
    expect(x.chunks[1]).toEqual([2, 2, 2]);
    const y = defaultRng(8).normal(0, 1, [2, 6]);
    const z = await valuesOf(y);
    expect(await valuesOf(x)).toEqual(z.map((v, i) => (i % 6) + (i < 6 ? 1 : 2) * v));
  });

  it("may bound integers", async () => {
    const x = defaultRng(8).integers([0, 10], [1, 12], [100, 2], { chunks: [30, 1] });
    const values = await valuesOf(x);
    expect(new Set(values.filter((_, i) => i % 2 === 0))).toEqual(new Set([0]));
    expect(new Set(values.filter((_, i) => i % 2 === 1))).toEqual(new Set([10, 11]));
  });

  it("are checked as they are computed", async () => {
    const x = defaultRng(8).normal(0, asarray([1, -1]));
    await expect(valuesOf(x)).rejects.toThrow("normal needs a number from 0 as scale, got -1");
  });
});

describe("rng", () => {
  it("is seeded afresh", async () => {
    expect(await valuesOf(rng.random([4]))).not.toEqual(await valuesOf(defaultRng().random([4])));
  });
});
