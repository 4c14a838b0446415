// Distributions of random numbers as data: their names, parameters and legal values.
// kernels/random/ draws numbers; users call array/random/.
import { ArgumentError } from "../../base/errors.js";

/** Domains of parameters: a test, and its description for error messages. */
const DOMAINS = {
  /**
   * An infinite parameter gives infinite numbers, or the limit of the distribution, as in NumPy.
   */
  location: [() => true, "a number"],
  scale: [(v: number) => v >= 0, "a number from 0"],
  exponent: [(v: number) => v > 0, "a number above 0"],
  finite: [Number.isFinite, "a finite number"],
  nonNegative: [(v: number) => v >= 0 && v < Infinity, "a number from 0"],
  positive: [(v: number) => v > 0 && v < Infinity, "a number above 0"],
  aboveOne: [(v: number) => v > 1 && v < Infinity, "a number above 1"],
  probability: [(v: number) => v >= 0 && v <= 1, "a probability from 0 to 1"],
  possible: [(v: number) => v > 0 && v <= 1, "a probability above 0, at most 1"],
  uncertain: [(v: number) => v >= 0 && v < 1, "a probability from 0, below 1"],
  count: [(v: number) => Number.isSafeInteger(v) && v >= 0, "a whole number from 0"],
  whole: [Number.isSafeInteger, "a whole number of at most 53 bits"],
  rate: [(v: number) => v >= 0 && v <= 9.2e18, "a number from 0 to 9.2e18"],
} as const satisfies Record<string, readonly [(value: number) => boolean, string]>;

type Domain = keyof typeof DOMAINS;

interface DistributionInfo {
  /** Whether values are floating-point numbers or whole ones. */
  readonly values: "float" | "whole";
  /** The parameters, in order. */
  readonly parameters: Readonly<Record<string, Domain>>;
  /** A constraint on several parameters, and its description. */
  readonly together?: readonly [(...values: number[]) => boolean, string];
}

/** The distributions whose parameters are one number each. */
export const DISTRIBUTIONS = {
  uniform: {
    values: "float",
    parameters: { low: "finite", high: "finite" },
    together: [(low = 0, high = 0) => low <= high, "low ≤ high"],
  },
  normal: { values: "float", parameters: { loc: "location", scale: "scale" } },
  lognormal: { values: "float", parameters: { mean: "location", sigma: "scale" } },
  exponential: { values: "float", parameters: { scale: "scale" } },
  laplace: { values: "float", parameters: { loc: "location", scale: "scale" } },
  logistic: { values: "float", parameters: { loc: "location", scale: "scale" } },
  gumbel: { values: "float", parameters: { loc: "location", scale: "scale" } },
  cauchy: { values: "float", parameters: {} },
  rayleigh: { values: "float", parameters: { scale: "scale" } },
  weibull: { values: "float", parameters: { a: "scale" } },
  pareto: { values: "float", parameters: { a: "exponent" } },
  power: { values: "float", parameters: { a: "exponent" } },
  triangular: {
    values: "float",
    parameters: { left: "finite", mode: "finite", right: "finite" },
    together: [
      // Nothing is wrong with NaN, of which NaN comes.
      (left = 0, mode = 0, right = 0) => !(left > mode || mode > right || left === right),
      "left ≤ mode ≤ right and left < right",
    ],
  },
  vonmises: { values: "float", parameters: { mu: "finite", kappa: "nonNegative" } },
  wald: { values: "float", parameters: { mean: "positive", scale: "positive" } },
  gamma: { values: "float", parameters: { shape: "scale", scale: "scale" } },
  beta: { values: "float", parameters: { a: "positive", b: "positive" } },
  chisquare: { values: "float", parameters: { df: "exponent" } },
  noncentralChisquare: { values: "float", parameters: { df: "positive", nonc: "nonNegative" } },
  f: { values: "float", parameters: { dfnum: "positive", dfden: "positive" } },
  noncentralF: {
    values: "float",
    parameters: { dfnum: "positive", dfden: "positive", nonc: "nonNegative" },
  },
  standardT: { values: "float", parameters: { df: "positive" } },
  binomial: { values: "whole", parameters: { n: "count", p: "probability" } },
  negativeBinomial: { values: "whole", parameters: { n: "positive", p: "possible" } },
  poisson: { values: "whole", parameters: { lam: "rate" } },
  geometric: { values: "whole", parameters: { p: "possible" } },
  hypergeometric: {
    values: "whole",
    parameters: { ngood: "count", nbad: "count", nsample: "count" },
    together: [
      (good = 0, bad = 0, sample = 0) => sample <= good + bad && good + bad <= 1e9,
      "nsample ≤ ngood + nbad ≤ 10⁹",
    ],
  },
  logseries: { values: "whole", parameters: { p: "uncertain" } },
  zipf: { values: "whole", parameters: { a: "aboveOne" } },
  /** Whole numbers from `low` to `high`, both included, at most 2^53 of them. */
  integers: {
    values: "whole",
    parameters: { low: "whole", high: "whole" },
    together: [
      (low = 0, high = 0) => low <= high && high - low < 2 ** 53,
      "low < high (low ≤ high with endpoint), less than 2⁵³ apart",
    ],
  },
  /** At position i the place of i in a random order of 0 … n - 1: no value twice. */
  permutation: { values: "whole", parameters: { n: "count" } },
} as const satisfies Record<DistributionName, DistributionInfo>;

/** The name of a distribution whose parameters are one number each. */
export type DistributionName =
  | "uniform"
  | "normal"
  | "lognormal"
  | "exponential"
  | "laplace"
  | "logistic"
  | "gumbel"
  | "cauchy"
  | "rayleigh"
  | "weibull"
  | "pareto"
  | "power"
  | "triangular"
  | "vonmises"
  | "wald"
  | "gamma"
  | "beta"
  | "chisquare"
  | "noncentralChisquare"
  | "f"
  | "noncentralF"
  | "standardT"
  | "binomial"
  | "negativeBinomial"
  | "poisson"
  | "geometric"
  | "hypergeometric"
  | "logseries"
  | "zipf"
  | "integers"
  | "permutation";

/** A random draw: a distribution, its parameters and the stream. */
export interface Draw {
  readonly distribution: DistributionName;
  /** The stream of random numbers; a whole number from 0 below 2^53. */
  readonly seed: number;
  /** In the distribution's order; null where an operand has one for each element, in order. */
  readonly parameters: readonly (number | null)[];
}

/** Draws with lists for parameters, or of values that are lists along the last axis. */
export type ListDraw =
  /** A number below `cumulative.length`; `cumulative[k]` is the probability of k or less. */
  | { readonly name: "categorical"; readonly cumulative: Float64Array }
  /** Whole numbers from `low` to `low + span`, in 64 bits. */
  | { readonly name: "wideIntegers"; readonly low: bigint; readonly span: bigint }
  | { readonly name: "multinomial"; readonly n: number; readonly probabilities: Float64Array }
  | {
      readonly name: "multivariateHypergeometric";
      readonly colors: Float64Array;
      readonly nsample: number;
    }
  /** `mean + factor · z` for standard normal z; `factor` is a lower triangle, row-major. */
  | {
      readonly name: "multivariateNormal";
      readonly mean: Float64Array;
      readonly factor: Float64Array;
    }
  | { readonly name: "dirichlet"; readonly alpha: Float64Array };

/** A distribution by its name, where callers do not know which. */
export function distributionInfo(name: DistributionName): DistributionInfo {
  return DISTRIBUTIONS[name];
}

/**
 * Whether numbers drawn with such parameters are NaN. Continuous ones are where a parameter is NaN,
 * so that missing parameters give missing results. Uniform ones refuse NaN, as NumPy's do.
 */
export function drawsNaN(
  distribution: DistributionName,
  values: readonly (number | null)[],
): boolean {
  if (distribution === "uniform" || distributionInfo(distribution).values === "whole") return false;
  return values.some((value) => Number.isNaN(value));
}

/**
 * Checks the known parameters of a distribution; null stands for an unknown one.
 *
 * @throws ArgumentError `argument.value` that names the parameter
 */
export function checkParameters(
  distribution: DistributionName,
  values: readonly (number | null)[],
): void {
  const { parameters, together } = distributionInfo(distribution);
  const givesNaN = drawsNaN(distribution, values);
  Object.entries(parameters).forEach(([name, domain], i) => {
    const value = values[i];
    if (value === null || value === undefined || (givesNaN && Number.isNaN(value))) return;
    const [accepts, text] = DOMAINS[domain];
    if (accepts(value)) return;
    throw new ArgumentError("value", `${distribution} needs ${text} as ${name}, got ${value}`, {
      parameter: name,
      value,
    });
  });
  if (together === undefined || values.includes(null)) return;
  const [fit, text] = together;
  if (fit(...(values as readonly number[]))) return;
  throw new ArgumentError("value", `${distribution} needs ${text}, got ${values.join(", ")}`, {
    values,
  });
}
