// Gamma numbers and the continuous distributions based on them.
import { poissonOf } from "./poisson.js";
import type { Sample, Sampler } from "./sampler.js";

/**
 * Gamma numbers with scale 1: Marsaglia and Tsang, "A simple method for generating gamma
 * variables", 2000.
 */
export function gammaOf(shape: number): Sample {
  if (shape === 0) return () => 0;
  if (shape === 1) return (stream) => stream.exponential();
  if (shape < 1) {
    const larger = gammaOf(shape + 1);
    return (stream) => larger(stream) * stream.open() ** (1 / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  return (stream) => {
    for (;;) {
      const x = stream.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = stream.uniform();
      const squared = x * x;
      if (u < 1 - 0.0331 * squared * squared) return d * v;
      if (Math.log(u) < 0.5 * squared + d * (1 - v + Math.log(v))) return d * v;
    }
  };
}

/** Their logarithms: for shapes near 0 the numbers themselves are too small for a double. */
export function logGammaNumberOf(shape: number): Sample {
  const larger = gammaOf(shape < 1 ? shape + 1 : shape);
  if (shape >= 1) return (stream) => Math.log(larger(stream));
  return (stream) => Math.log(larger(stream)) + Math.log(stream.open()) / shape;
}

const gamma: Sampler = {
  width: 3,
  prepare(shape = 1, scale = 1) {
    const standard = gammaOf(shape);
    return (stream) => scale * standard(stream);
  },
};

const beta: Sampler = {
  width: 4,
  prepare(a = 1, b = 1) {
    if (a >= 1 && b >= 1) {
      const [first, second] = [gammaOf(a), gammaOf(b)];
      return (stream) => {
        const x = first(stream);
        return x / (x + second(stream));
      };
    }
    const [first, second] = [logGammaNumberOf(a), logGammaNumberOf(b)];
    return (stream) => {
      const x = first(stream);
      return 1 / (1 + Math.exp(second(stream) - x));
    };
  },
};

const chisquareOf = (df: number): Sample => {
  const half = gammaOf(df / 2);
  return (stream) => 2 * half(stream);
};

const chisquare: Sampler = { width: 3, prepare: (df = 1) => chisquareOf(df) };

/**
 * A square moved by the noncentrality and the rest of the squares, or a Poisson mixture (df ≤ 1).
 */
function noncentralChisquareOf(df: number, nonc: number): Sample {
  if (nonc === 0) return chisquareOf(df);
  if (df > 1) {
    const rest = chisquareOf(df - 1);
    const moved = Math.sqrt(nonc);
    return (stream) => rest(stream) + (stream.normal() + moved) ** 2;
  }
  const extra = poissonOf(nonc / 2);
  return (stream) => chisquareOf(df + 2 * extra(stream))(stream);
}

const noncentralChisquare: Sampler = {
  width: 4,
  prepare: (df = 1, nonc = 0) => noncentralChisquareOf(df, nonc),
};

/** The ratio of two chi-squares, each divided by its degrees of freedom. */
const noncentralF: Sampler = {
  width: 4,
  prepare(dfnum = 1, dfden = 1, nonc = 0) {
    const [upper, lower] = [noncentralChisquareOf(dfnum, nonc), chisquareOf(dfden)];
    const ratio = dfden / dfnum;
    return (stream) => (ratio * upper(stream)) / lower(stream);
  },
};

const f: Sampler = {
  width: 4,
  prepare: (dfnum = 1, dfden = 1) => noncentralF.prepare(dfnum, dfden, 0),
};

const standardT: Sampler = {
  width: 3,
  prepare(df = 1) {
    const half = gammaOf(df / 2);
    return (stream) => stream.normal() * Math.sqrt(df / 2 / half(stream));
  },
};

/** The samplers of this file. */
export const GAMMA_FAMILY = {
  gamma,
  beta,
  chisquare,
  noncentralChisquare,
  f,
  noncentralF,
  standardT,
};
