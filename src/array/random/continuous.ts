// The continuous distributions of a generator. Algorithms and sources are described in docs/guide/random-numbers.md and
// in kernels/random/.
import type { DistributionName } from "../../graph/model/distribution.js";
import type { Operand } from "../layers/array-operands.js";
import { type Drawn, type DrawOptions, draw, type FloatDType, type Size } from "./draw.js";
import { RandomStreams } from "./streams.js";

/**
 * Continuous distributions, by the names and parameters of NumPy's Generator. Parameters are numbers, or
 * arrays that broadcast against `size`; where these are chunked, they are checked as they are computed.
 */
export class ContinuousDistributions extends RandomStreams {
  /** An array of a distribution from the next stream. */
  protected float<S extends Size, D extends FloatDType>(
    distribution: DistributionName,
    parameters: readonly Operand[],
    size: S,
    options: DrawOptions<D> = {},
  ): Drawn<D, S> {
    return draw<D, S>(distribution, parameters, this.nextSeed(), size, options);
  }

  /**
   * Uniform on [0, 1).
   *
   * @param size the array's shape; default: a single number
   * @example defaultRng(7).random([1000, 10], { chunks: [100, 10] }).numblocks; // → [10, 1]
   */
  random<const S extends Size = undefined, D extends FloatDType = "float64">(
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("uniform", [0, 1], size as S, options);
  }

  /** Uniform on [low, high). */
  uniform<const S extends Size = undefined, D extends FloatDType = "float64">(
    low: Operand = 0,
    high: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("uniform", [low, high], size as S, options);
  }

  /**
   * Normal (Gaussian) with mean `loc` and standard deviation `scale`.
   *
   * @example
   * const x = defaultRng(1).normal([[0], [100]], 1, [2, 500]); // a row around 0, another around 100
   * const [low, high] = (await x.mean(1).round().compute()).data;
   * high - low; // → 100
   */
  normal<const S extends Size = undefined, D extends FloatDType = "float64">(
    loc: Operand = 0,
    scale: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("normal", [loc, scale], size as S, options);
  }

  /** Normal with mean 0 and standard deviation 1. */
  standardNormal<const S extends Size = undefined, D extends FloatDType = "float64">(
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("normal", [0, 1], size as S, options);
  }

  /** The exponential of a normal number with the given mean and standard deviation. */
  lognormal<const S extends Size = undefined, D extends FloatDType = "float64">(
    mean: Operand = 0,
    sigma: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("lognormal", [mean, sigma], size as S, options);
  }

  /** Exponential with mean `scale`. */
  exponential<const S extends Size = undefined, D extends FloatDType = "float64">(
    scale: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("exponential", [scale], size as S, options);
  }

  /** Exponential with mean 1. */
  standardExponential<const S extends Size = undefined, D extends FloatDType = "float64">(
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("exponential", [1], size as S, options);
  }

  /** Gamma with mean `shape · scale`. */
  gamma<const S extends Size = undefined, D extends FloatDType = "float64">(
    shape: Operand,
    scale: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("gamma", [shape, scale], size as S, options);
  }

  /** Gamma with scale 1. */
  standardGamma<const S extends Size = undefined, D extends FloatDType = "float64">(
    shape: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("gamma", [shape, 1], size as S, options);
  }

  /** Beta, on [0, 1]; `a` and `b` above 0. */
  beta<const S extends Size = undefined, D extends FloatDType = "float64">(
    a: Operand,
    b: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("beta", [a, b], size as S, options);
  }

  /** Chi-square: a sum of `df` squares of standard normal numbers; `df` above 0. */
  chisquare<const S extends Size = undefined, D extends FloatDType = "float64">(
    df: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("chisquare", [df], size as S, options);
  }

  /** Chi-square of normal numbers whose means' squares add up to `nonc`. */
  noncentralChisquare<const S extends Size = undefined, D extends FloatDType = "float64">(
    df: Operand,
    nonc: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("noncentralChisquare", [df, nonc], size as S, options);
  }

  /** Fisher's F: the ratio of two chi-squares, each divided by its degrees of freedom. */
  f<const S extends Size = undefined, D extends FloatDType = "float64">(
    dfnum: Operand,
    dfden: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("f", [dfnum, dfden], size as S, options);
  }

  /** F whose upper chi-square has the noncentrality `nonc`. */
  noncentralF<const S extends Size = undefined, D extends FloatDType = "float64">(
    dfnum: Operand,
    dfden: Operand,
    nonc: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("noncentralF", [dfnum, dfden, nonc], size as S, options);
  }

  /** Student's t; `df` above 0. */
  standardT<const S extends Size = undefined, D extends FloatDType = "float64">(
    df: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("standardT", [df], size as S, options);
  }

  /** Cauchy (Lorentz) around 0. */
  standardCauchy<const S extends Size = undefined, D extends FloatDType = "float64">(
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("cauchy", [], size as S, options);
  }

  /** Laplace (double exponential). */
  laplace<const S extends Size = undefined, D extends FloatDType = "float64">(
    loc: Operand = 0,
    scale: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("laplace", [loc, scale], size as S, options);
  }

  /** Logistic. */
  logistic<const S extends Size = undefined, D extends FloatDType = "float64">(
    loc: Operand = 0,
    scale: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("logistic", [loc, scale], size as S, options);
  }

  /** Gumbel, of maxima. */
  gumbel<const S extends Size = undefined, D extends FloatDType = "float64">(
    loc: Operand = 0,
    scale: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("gumbel", [loc, scale], size as S, options);
  }

  /** Rayleigh. */
  rayleigh<const S extends Size = undefined, D extends FloatDType = "float64">(
    scale: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("rayleigh", [scale], size as S, options);
  }

  /** Weibull with scale 1. */
  weibull<const S extends Size = undefined, D extends FloatDType = "float64">(
    a: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("weibull", [a], size as S, options);
  }

  /** Pareto II (Lomax), which begins at 0; add 1 for the classical one. */
  pareto<const S extends Size = undefined, D extends FloatDType = "float64">(
    a: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("pareto", [a], size as S, options);
  }

  /** With density a · x^(a - 1) on [0, 1]; `a` above 0. */
  power<const S extends Size = undefined, D extends FloatDType = "float64">(
    a: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("power", [a], size as S, options);
  }

  /** Triangular on [left, right], most often around `mode`. */
  triangular<const S extends Size = undefined, D extends FloatDType = "float64">(
    left: Operand,
    mode: Operand,
    right: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("triangular", [left, mode, right], size as S, options);
  }

  /** Von Mises: angles around `mu`, within -π … π. */
  vonmises<const S extends Size = undefined, D extends FloatDType = "float64">(
    mu: Operand,
    kappa: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("vonmises", [mu, kappa], size as S, options);
  }

  /** Wald (inverse Gaussian); `mean` and `scale` above 0. */
  wald<const S extends Size = undefined, D extends FloatDType = "float64">(
    mean: Operand,
    scale: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.float("wald", [mean, scale], size as S, options);
  }
}
