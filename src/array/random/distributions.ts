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
   * @example defaultRng(7).random([1000, 10], { chunks: [100, 10] }).numblocks; // → [10, 1]
   */
  readonly random: DrawReal<[]>;
  /** Uniform on [low, high), by default on [0, 1). */
  readonly uniform: DrawReal<[low?: Operand, high?: Operand]>;
  /**
   * Normal (Gaussian) with mean `loc`, by default 0, and standard deviation `scale`, by default 1.
   *
   * @example
   * const x = defaultRng(1).normal([[0], [100]], 1, [2, 500]); // a row around 0, another around 100
   * const [low, high] = (await x.mean(1).round().compute()).data;
   * high - low; // → 100
   */
  readonly normal: DrawReal<[loc?: Operand, scale?: Operand]>;
  /** Normal with mean 0 and standard deviation 1. */
  readonly standardNormal: DrawReal<[]>;
  /**
   * The exponential of a normal number with mean `mean`, by default 0, and deviation `sigma`, by
   * default 1.
   */
  readonly lognormal: DrawReal<[mean?: Operand, sigma?: Operand]>;
  /** Exponential with mean `scale`, by default 1. */
  readonly exponential: DrawReal<[scale?: Operand]>;
  /** Exponential with mean 1. */
  readonly standardExponential: DrawReal<[]>;
  /** Gamma with mean `shape · scale`; `scale` is 1 by default. */
  readonly gamma: DrawReal<[shape: Operand, scale?: Operand]>;
  /** Gamma with scale 1. */
  readonly standardGamma: DrawReal<[shape: Operand]>;
  /** Beta, on [0, 1]; `a` and `b` above 0. */
  readonly beta: DrawReal<[a: Operand, b: Operand]>;
  /** Chi-square: a sum of `df` squares of standard normal numbers; `df` above 0. */
  readonly chisquare: DrawReal<[df: Operand]>;
  /** Chi-square of normal numbers whose means' squares add up to `nonc`. */
  readonly noncentralChisquare: DrawReal<[df: Operand, nonc: Operand]>;
  /** Fisher's F: the ratio of two chi-squares, each divided by its degrees of freedom. */
  readonly f: DrawReal<[dfnum: Operand, dfden: Operand]>;
  /** F whose upper chi-square has the noncentrality `nonc`. */
  readonly noncentralF: DrawReal<[dfnum: Operand, dfden: Operand, nonc: Operand]>;
  /** Student's t; `df` above 0. */
  readonly standardT: DrawReal<[df: Operand]>;
  /** Cauchy (Lorentz) around 0. */
  readonly standardCauchy: DrawReal<[]>;
  /** Laplace (double exponential) around `loc`, by default 0; `scale` is 1 by default. */
  readonly laplace: DrawReal<[loc?: Operand, scale?: Operand]>;
  /** Logistic around `loc`, by default 0; `scale` is 1 by default. */
  readonly logistic: DrawReal<[loc?: Operand, scale?: Operand]>;
  /** Gumbel, of maxima; `loc` is 0 and `scale` 1 by default. */
  readonly gumbel: DrawReal<[loc?: Operand, scale?: Operand]>;
  /** Rayleigh; `scale` is 1 by default. */
  readonly rayleigh: DrawReal<[scale?: Operand]>;
  /** Weibull with scale 1. */
  readonly weibull: DrawReal<[a: Operand]>;
  /** Pareto II (Lomax), which begins at 0; add 1 for the classical one. */
  readonly pareto: DrawReal<[a: Operand]>;
  /** With density a · x^(a - 1) on [0, 1]; `a` above 0. */
  readonly power: DrawReal<[a: Operand]>;
  /** Triangular on [left, right], most often around `mode`. */
  readonly triangular: DrawReal<[left: Operand, mode: Operand, right: Operand]>;
  /** Von Mises: angles around `mu`, within -π … π. */
  readonly vonmises: DrawReal<[mu: Operand, kappa: Operand]>;
  /** Wald (inverse Gaussian); `mean` and `scale` above 0. */
  readonly wald: DrawReal<[mean: Operand, scale: Operand]>;
  /** How many of `n` trials succeed, each with probability `p`. */
  readonly binomial: DrawWhole<[n: Operand, p: Operand]>;
  /** How many trials fail before the n-th success; `n` above 0, not necessarily whole. */
  readonly negativeBinomial: DrawWhole<[n: Operand, p: Operand]>;
  /**
   * Poisson with mean `lam`, by default 1.
   *
   * @example
   * const counts = defaultRng(5).poisson(4, [100, 100]);
   * await counts.mean().round().compute(); // → 4
   */
  readonly poisson: DrawWhole<[lam?: Operand]>;
  /** How many trials it takes to succeed, with probability `p` each. */
  readonly geometric: DrawWhole<[p: Operand]>;
  /** How many of `nsample`, drawn without replacement, are good. */
  readonly hypergeometric: DrawWhole<[ngood: Operand, nbad: Operand, nsample: Operand]>;
  /** Logarithmic series; `p` below 1. */
  readonly logseries: DrawWhole<[p: Operand]>;
  /** Zipf (zeta): k with probability proportional to k^-a; `a` above 1. */
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
