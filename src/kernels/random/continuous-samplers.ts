// Continuous distributions that come from one uniform, normal or exponential number, or from a
// simple rejection. Those based on gamma numbers are gamma.ts.
import { exponentialFill, normalFill } from "./bulk-samplers.js";
import type { Sample, Sampler } from "./sampler.js";

const uniform: Sampler = {
  width: 1,
  prepare(low = 0, high = 1) {
    const width = high - low;
    return (stream) => low + width * stream.uniform();
  },
};

const normal: Sampler = {
  width: 1,
  prepare:
    (loc = 0, scale = 1) =>
    (stream) =>
      loc + scale * stream.normal(),
  prepareFill: (loc = 0, scale = 1) => normalFill(loc, scale),
};

const lognormal: Sampler = {
  width: 1,
  prepare:
    (mean = 0, sigma = 1) =>
    (stream) =>
      Math.exp(mean + sigma * stream.normal()),
};

const exponential: Sampler = {
  width: 1,
  prepare:
    (scale = 1) =>
    (stream) =>
      scale * stream.exponential(),
  prepareFill: (scale = 1) => exponentialFill(scale),
};

/** By inversion; from either end, so that both tails are exact. */
const laplace: Sampler = {
  width: 1,
  prepare:
    (loc = 0, scale = 1) =>
    (stream) => {
      const u = stream.open();
      return u < 0.5 ? loc + scale * Math.log(2 * u) : loc - scale * Math.log(2 - 2 * u);
    },
};

const logistic: Sampler = {
  width: 1,
  prepare:
    (loc = 0, scale = 1) =>
    (stream) => {
      const u = stream.open();
      return loc + scale * Math.log(u / (1 - u));
    },
};

const gumbel: Sampler = {
  width: 1,
  prepare:
    (loc = 0, scale = 1) =>
    (stream) =>
      loc - scale * Math.log(stream.exponential()),
};

const cauchy: Sampler = {
  width: 1,
  prepare: () => (stream) => Math.tan(Math.PI * (stream.open() - 0.5)),
};

const rayleigh: Sampler = {
  width: 1,
  prepare:
    (scale = 1) =>
    (stream) =>
      scale * Math.sqrt(2 * stream.exponential()),
};

const weibull: Sampler = {
  width: 1,
  prepare(a = 1) {
    if (a === 0) return () => 0;
    return (stream) => stream.exponential() ** (1 / a);
  },
};

/** Lomax's form, which begins at 0, as NumPy's. */
const pareto: Sampler = {
  width: 1,
  prepare:
    (a = 1) =>
    (stream) =>
      Math.expm1(stream.exponential() / a),
};

const power: Sampler = {
  width: 1,
  prepare:
    (a = 1) =>
    (stream) =>
      (1 - stream.uniform()) ** (1 / a),
};

const triangular: Sampler = {
  width: 1,
  prepare(left = 0, mode = 0, right = 1) {
    const base = right - left;
    const rise = mode - left;
    const fall = right - mode;
    return (stream) => {
      const u = stream.uniform();
      return u * base <= rise
        ? left + Math.sqrt(u * rise * base)
        : right - Math.sqrt((1 - u) * fall * base);
    };
  },
};

/** Best and Fisher 1979; the uniform and the normal distribution where that loses its digits. */
const vonmises: Sampler = {
  width: 3,
  prepare(mu = 0, kappa = 1) {
    if (kappa < 1e-8) return (stream) => wrap(mu + Math.PI * (2 * stream.uniform() - 1));
    if (kappa > 1e6) return (stream) => wrap(mu + stream.normal() / Math.sqrt(kappa));
    const s = bestFisher(kappa);
    return (stream) => {
      for (;;) {
        const z = Math.cos(Math.PI * stream.uniform());
        const w = (1 + s * z) / (s + z);
        const y = kappa * (s - w);
        const v = stream.open();
        if (y * (2 - y) < v && Math.log(y / v) + 1 - y < 0) continue;
        const angle = Math.acos(Math.min(1, Math.max(-1, w)));
        return wrap(stream.uniform() < 0.5 ? mu - angle : mu + angle);
      }
    };
  },
};

function bestFisher(kappa: number): number {
  if (kappa < 1e-5) return 1 / kappa + kappa; // the series of what follows
  const r = 1 + Math.sqrt(1 + 4 * kappa * kappa);
  const rho = (r - Math.sqrt(2 * r)) / (2 * kappa);
  return (1 + rho * rho) / (2 * rho);
}

/** The angle within -π … π. */
function wrap(angle: number): number {
  const turns = Math.round(angle / (2 * Math.PI));
  return turns === 0 ? angle : angle - turns * 2 * Math.PI;
}

/** Michael, Schucany and Haas 1976, with the smaller root in a form that does not cancel. */
const wald: Sampler = {
  width: 2,
  prepare(mean = 1, scale = 1): Sample {
    const half = mean / (2 * scale);
    return (stream) => {
      const n = stream.normal();
      const y = half * n * n;
      const x = mean / (1 + y + Math.sqrt(y * (y + 2)));
      return stream.uniform() * (mean + x) <= mean ? x : (mean / x) * mean;
    };
  },
};

/** The samplers of this file. */
export const CONTINUOUS = {
  uniform,
  normal,
  lognormal,
  exponential,
  laplace,
  logistic,
  gumbel,
  cauchy,
  rayleigh,
  weibull,
  pareto,
  power,
  triangular,
  vonmises,
  wald,
};
