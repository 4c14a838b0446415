// Distributions of single numbers as methods of a generator, made from a table. Algorithms and
// sources are described in docs/guide/random-numbers.md and in kernels/random/.
import type { DType } from "../../base/dtype.js";
import type { DistributionName } from "../../graph/model/distribution.js";
import type { Operand } from "../layers/array-operands.js";
import {
  type Drawn,
  type DrawOptions,
  draw,
  type FloatDType,
  type IntegerDType,
  type Size,
} from "./draw.js";
import { RandomStreams, type Seed } from "./streams.js";

/**
 * Draws numbers of a distribution: of its parameters, then of the array's shape (default: that of
 * the parameters together) and of options.
 */
export type DrawMethod<
  P extends readonly (Operand | undefined)[],
  F extends DType,
  Default extends F,
> = <const S extends Size = undefined, D extends F = Default>(
  ...given: [...parameters: P, size?: S, options?: DrawOptions<D>]
) => Drawn<D, S>;

/** Draws continuous numbers; default: float64. */
export type DrawReal<P extends readonly (Operand | undefined)[]> = DrawMethod<
  P,
  FloatDType,
  "float64"
>;

/** Draws whole numbers; default: int64. */
export type DrawWhole<P extends readonly (Operand | undefined)[]> = DrawMethod<
  P,
  IntegerDType,
  "int64"
>;

/**
 * Distributions, by the names and parameters of NumPy's Generator. Parameters are numbers, or
 * arrays that broadcast against `size`; chunked ones are checked when they are computed.
 */
export interface Distributions {
  /**
   * Uniform on [0, 1).
   *
   * @param given its parameters, each a number or an array; then the size, and options
   * @example defaultRng(7).random([1000, 10], { chunks: [100, 10] }).numblocks; // → [10, 1]
   */
  readonly random: DrawReal<[]>;
  /**
   * Uniform on [low, high), by default on [0, 1).
   *
   * @param low the least
   * @param high above the greatest
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).uniform(0, 10, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 5.03
   */
  readonly uniform: DrawReal<[low?: Operand, high?: Operand]>;
  /**
   * Normal (Gaussian) with mean `loc`, by default 0, and standard deviation `scale`, by default 1.
   *
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).normal([[0], [100]], 1, [2, 500]); // a row around 0, another around 100
   * const [low, high] = (await x.mean(1).round().compute()).data;
   * high - low; // → 100
   */
  readonly normal: DrawReal<[loc?: Operand, scale?: Operand]>;
  /**
   * Normal with mean 0 and standard deviation 1.
   *
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).standardNormal([1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → -0.06
   */
  readonly standardNormal: DrawReal<[]>;
  /**
   * The exponential of a normal number with mean `mean`, by default 0, and deviation `sigma`, by
   * default 1.
   *
   * @param mean of the normal number
   * @param sigma its standard deviation
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).lognormal(0, 1, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.52
   */
  readonly lognormal: DrawReal<[mean?: Operand, sigma?: Operand]>;
  /**
   * Exponential with mean `scale`, by default 1.
   *
   * @param scale the mean
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).exponential(2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.93
   */
  readonly exponential: DrawReal<[scale?: Operand]>;
  /**
   * Exponential with mean 1.
   *
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).standardExponential([1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 0.97
   */
  readonly standardExponential: DrawReal<[]>;
  /**
   * Gamma with mean `shape · scale`; `scale` is 1 by default.
   *
   * @param shape above 0
   * @param scale above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).gamma(2, 3, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 5.63
   */
  readonly gamma: DrawReal<[shape: Operand, scale?: Operand]>;
  /**
   * Gamma with scale 1.
   *
   * @param shape above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).standardGamma(2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.88
   */
  readonly standardGamma: DrawReal<[shape: Operand]>;
  /**
   * Beta, on [0, 1]; `a` and `b` above 0.
   *
   * @param a above 0
   * @param b above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).beta(2, 3, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 0.39
   */
  readonly beta: DrawReal<[a: Operand, b: Operand]>;
  /**
   * Chi-square: a sum of `df` squares of standard normal numbers; `df` above 0.
   *
   * @param df degrees of freedom, above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).chisquare(3, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 2.81
   */
  readonly chisquare: DrawReal<[df: Operand]>;
  /**
   * Chi-square of normal numbers whose means' squares add up to `nonc`.
   *
   * @param df degrees of freedom, above 0
   * @param nonc the noncentrality, from 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).noncentralChisquare(3, 1, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 3.76
   */
  readonly noncentralChisquare: DrawReal<[df: Operand, nonc: Operand]>;
  /**
   * Fisher's F: the ratio of two chi-squares, each divided by its degrees of freedom.
   *
   * @param dfnum degrees of freedom of the numerator
   * @param dfden those of the denominator
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).f(3, 4, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.94
   */
  readonly f: DrawReal<[dfnum: Operand, dfden: Operand]>;
  /**
   * F whose upper chi-square has the noncentrality `nonc`.
   *
   * @param dfnum degrees of freedom of the numerator
   * @param dfden those of the denominator
   * @param nonc the noncentrality of the numerator
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).noncentralF(3, 4, 1, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 2.37
   */
  readonly noncentralF: DrawReal<[dfnum: Operand, dfden: Operand, nonc: Operand]>;
  /**
   * Student's t; `df` above 0.
   *
   * @param df degrees of freedom
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).standardT(5, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → -0.08
   */
  readonly standardT: DrawReal<[df: Operand]>;
  /**
   * Cauchy (Lorentz) around 0.
   *
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).standardCauchy([1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.03
   */
  readonly standardCauchy: DrawReal<[]>;
  /**
   * Laplace (double exponential) around `loc`, by default 0; `scale` is 1 by default.
   *
   * @param loc the centre
   * @param scale of the exponential decay
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).laplace(0, 2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 0.03
   */
  readonly laplace: DrawReal<[loc?: Operand, scale?: Operand]>;
  /**
   * Logistic around `loc`, by default 0; `scale` is 1 by default.
   *
   * @param loc the centre
   * @param scale above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).logistic(0, 2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 0.04
   */
  readonly logistic: DrawReal<[loc?: Operand, scale?: Operand]>;
  /**
   * Gumbel, of maxima; `loc` is 0 and `scale` 1 by default.
   *
   * @param loc the mode
   * @param scale above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).gumbel(0, 2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.23
   */
  readonly gumbel: DrawReal<[loc?: Operand, scale?: Operand]>;
  /**
   * Rayleigh; `scale` is 1 by default.
   *
   * @param scale the mode
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).rayleigh(2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 2.46
   */
  readonly rayleigh: DrawReal<[scale?: Operand]>;
  /**
   * Weibull with scale 1.
   *
   * @param a the shape, from 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).weibull(2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 0.87
   */
  readonly weibull: DrawReal<[a: Operand]>;
  /**
   * Pareto II (Lomax), which begins at 0; add 1 for the classical one.
   *
   * @param a the shape, above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).pareto(3, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 0.49
   */
  readonly pareto: DrawReal<[a: Operand]>;
  /**
   * With density a · x^(a - 1) on [0, 1]; `a` above 0.
   *
   * @param a the exponent plus 1
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).power(3, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 0.75
   */
  readonly power: DrawReal<[a: Operand]>;
  /**
   * Triangular on [left, right], most often around `mode`.
   *
   * @param left the least
   * @param mode the most frequent
   * @param right the greatest
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).triangular(0, 1, 3, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.34
   */
  readonly triangular: DrawReal<[left: Operand, mode: Operand, right: Operand]>;
  /**
   * Von Mises: angles around `mu`, within -π … π.
   *
   * @param mu the mode
   * @param kappa how close to it angles are, from 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).vonmises(0, 4, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → -0.02
   */
  readonly vonmises: DrawReal<[mu: Operand, kappa: Operand]>;
  /**
   * Wald (inverse Gaussian); `mean` and `scale` above 0.
   *
   * @param mean above 0
   * @param scale above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).wald(1, 2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1
   */
  readonly wald: DrawReal<[mean: Operand, scale: Operand]>;
  /**
   * How many of `n` trials succeed, each with probability `p`.
   *
   * @param n how many trials
   * @param p the probability of success
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).binomial(10, 0.5, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 4.96
   */
  readonly binomial: DrawWhole<[n: Operand, p: Operand]>;
  /**
   * How many trials fail before the n-th success; `n` above 0, not necessarily whole.
   *
   * @param n how many successes
   * @param p their probability
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).negativeBinomial(3, 0.5, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 2.94
   */
  readonly negativeBinomial: DrawWhole<[n: Operand, p: Operand]>;
  /**
   * Poisson with mean `lam`, by default 1.
   *
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const counts = defaultRng(5).poisson(4, [100, 100]);
   * await counts.mean().round().compute(); // → 4
   */
  readonly poisson: DrawWhole<[lam?: Operand]>;
  /**
   * How many trials it takes to succeed, with probability `p` each.
   *
   * @param p the probability of success
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).geometric(0.5, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.95
   */
  readonly geometric: DrawWhole<[p: Operand]>;
  /**
   * How many of `nsample`, drawn without replacement, are good.
   *
   * @param ngood how many are good
   * @param nbad how many are not
   * @param nsample how many are drawn
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).hypergeometric(5, 5, 3, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.51
   */
  readonly hypergeometric: DrawWhole<[ngood: Operand, nbad: Operand, nsample: Operand]>;
  /**
   * Logarithmic series; `p` below 1.
   *
   * @param p above 0
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).logseries(0.5, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 1.49
   */
  readonly logseries: DrawWhole<[p: Operand]>;
  /**
   * Zipf (zeta): k with probability proportional to k^-a; `a` above 1.
   *
   * @param a above 1
   * @param given its parameters, each a number or an array; then the size, and options
   * @example
   * const x = defaultRng(1).zipf(2, [1000], { chunks: 500 });
   * await x.mean().round(2).compute(); // → 7.54
   */
  readonly zipf: DrawWhole<[a: Operand]>;
}

/** A parameter that has to be given. */
const GIVEN = undefined;

/** How a method draws. */
interface DrawRow {
  readonly of: DistributionName;
  /** The defaults of its parameters. */
  readonly takes: readonly (number | typeof GIVEN)[];
  /** The distribution's parameters that are always these, after those. */
  readonly fixed?: readonly number[];
}

const DRAWS: { readonly [Name in keyof Distributions]: DrawRow } = {
  random: { of: "uniform", takes: [], fixed: [0, 1] },
  uniform: { of: "uniform", takes: [0, 1] },
  normal: { of: "normal", takes: [0, 1] },
  standardNormal: { of: "normal", takes: [], fixed: [0, 1] },
  lognormal: { of: "lognormal", takes: [0, 1] },
  exponential: { of: "exponential", takes: [1] },
  standardExponential: { of: "exponential", takes: [], fixed: [1] },
  gamma: { of: "gamma", takes: [GIVEN, 1] },
  standardGamma: { of: "gamma", takes: [GIVEN], fixed: [1] },
  beta: { of: "beta", takes: [GIVEN, GIVEN] },
  chisquare: { of: "chisquare", takes: [GIVEN] },
  noncentralChisquare: { of: "noncentralChisquare", takes: [GIVEN, GIVEN] },
  f: { of: "f", takes: [GIVEN, GIVEN] },
  noncentralF: { of: "noncentralF", takes: [GIVEN, GIVEN, GIVEN] },
  standardT: { of: "standardT", takes: [GIVEN] },
  standardCauchy: { of: "cauchy", takes: [] },
  laplace: { of: "laplace", takes: [0, 1] },
  logistic: { of: "logistic", takes: [0, 1] },
  gumbel: { of: "gumbel", takes: [0, 1] },
  rayleigh: { of: "rayleigh", takes: [1] },
  weibull: { of: "weibull", takes: [GIVEN] },
  pareto: { of: "pareto", takes: [GIVEN] },
  power: { of: "power", takes: [GIVEN] },
  triangular: { of: "triangular", takes: [GIVEN, GIVEN, GIVEN] },
  vonmises: { of: "vonmises", takes: [GIVEN, GIVEN] },
  wald: { of: "wald", takes: [GIVEN, GIVEN] },
  binomial: { of: "binomial", takes: [GIVEN, GIVEN] },
  negativeBinomial: { of: "negativeBinomial", takes: [GIVEN, GIVEN] },
  poisson: { of: "poisson", takes: [1] },
  geometric: { of: "geometric", takes: [GIVEN] },
  hypergeometric: { of: "hypergeometric", takes: [GIVEN, GIVEN, GIVEN] },
  logseries: { of: "logseries", takes: [GIVEN] },
  zipf: { of: "zipf", takes: [GIVEN] },
};

class WithDistributions extends RandomStreams {
  static {
    for (const [name, { of, takes, fixed = [] }] of Object.entries(DRAWS)) {
      const value = function (this: WithDistributions, ...given: unknown[]) {
        const chosen = takes.map((preset, k) => (given[k] === undefined ? preset : given[k]));
        const [size, options = {}] = given.slice(takes.length) as [Size?, DrawOptions<DType>?];
        return draw(of, [...(chosen as Operand[]), ...fixed], this.nextSeed(), size, options);
      };
      Object.defineProperty(WithDistributions.prototype, name, {
        value,
        configurable: true,
        writable: true,
      });
    }
  }
}

/** Streams that have all {@link Distributions}. */
export const DrawingStreams = WithDistributions as unknown as new (
  seed?: Seed | null,
) => RandomStreams & Distributions;
