// Distributions of whole numbers. Poisson numbers are poisson.ts, random orders permutation.ts.
import { integerFill } from "./bulk-samplers.js";
import { gammaOf } from "./gamma.js";
import { permutationOf } from "./permutation.js";
import { logFactorial, poissonOf, stirlingTail } from "./poisson.js";
import type { Sample, Sampler } from "./sampler.js";

/** Below this mean binomial numbers come from sequential search. */
const SEARCH_MEAN_MAX = 10;

/** Binomial numbers: sequential search for small means, BTRS (Hörmann 1993) for others. */
export function binomialOf(n: number, p: number): Sample {
  if (p > 0.5) {
    const failures = binomialOf(n, 1 - p);
    return (stream) => n - failures(stream);
  }
  if (n * p >= SEARCH_MEAN_MAX) return transformedRejection(n, p);
  const odds = p / (1 - p);
  const none = Math.exp(n * Math.log1p(-p));
  return (stream) => {
    const u = stream.uniform();
    let count = 0;
    let probability = none;
    let sum = none;
    while (u >= sum && count < n && probability > 0) {
      count++;
      probability *= (odds * (n - count + 1)) / count;
      sum += probability;
    }
    return count;
  };
}

/** W. Hörmann, "The generation of binomial random variates", 1993: algorithm BTRS, for p ≤ ½. */
function transformedRejection(n: number, p: number): Sample {
  const odds = p / (1 - p);
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const center = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  const atMode =
    (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
    stirlingTail(mode) +
    stirlingTail(n - mode);
  return (stream) => {
    for (;;) {
      const u = stream.uniform() - 0.5;
      const v = stream.open();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + center);
      if (us >= 0.07 && v <= squeeze) return k;
      if (!(k >= 0 && k <= n)) continue;
      const height = Math.log((v * alpha) / (a / (us * us) + b));
      const bound =
        atMode +
        (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
        (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) -
        stirlingTail(k) -
        stirlingTail(n - k);
      if (height <= bound) return k;
    }
  };
}

const binomial: Sampler = { width: 2, prepare: (n = 0, p = 0) => binomialOf(n, p) };

const poisson: Sampler = { width: 2, prepare: (lam = 1) => poissonOf(lam) };

/** A Poisson number whose rate is a gamma number. */
const negativeBinomial: Sampler = {
  width: 5,
  prepare(n = 1, p = 1) {
    const rate = gammaOf(n);
    const scale = (1 - p) / p;
    return (stream) => poissonOf(scale * rate(stream))(stream);
  },
};

/** By inversion of an exponential number. */
const geometric: Sampler = {
  width: 1,
  prepare(p = 1) {
    if (p === 1) return () => 1;
    const rate = -Math.log1p(-p);
    return (stream) => Math.ceil(stream.exponential() / rate);
  },
};

/** Below this number of draws they are made one by one. */
const SINGLE_DRAWS_MAX = 10;

/** Hypergeometric numbers: draw by draw, or HRUA (Stadlober 1990) where there are many draws. */
export function hypergeometricOf(good: number, bad: number, sample: number): Sample {
  const total = good + bad;
  // The remainder of a sample is a sample, too: draw the smaller one.
  if (sample > total - sample) {
    const left = hypergeometricOf(good, bad, total - sample);
    return (stream) => good - left(stream);
  }
  if (good > bad) {
    const others = hypergeometricOf(bad, good, sample);
    return (stream) => sample - others(stream);
  }
  if (sample >= SINGLE_DRAWS_MAX) return ratioOfUniforms(good, bad, sample);
  return (stream) => {
    let found = 0;
    for (let i = 0; i < sample; i++) {
      if (stream.uniform() * (total - i) < good - found) found++;
    }
    return found;
  };
}

/**
 * HRUA for good ≤ bad and sample ≤ (good + bad) / 2: E. Stadlober, "The ratio of uniforms
 * approach", 1990.
 */
function ratioOfUniforms(good: number, bad: number, sample: number): Sample {
  const total = good + bad;
  const p = good / total;
  const center = sample * p + 0.5;
  const variance = ((total - sample) * sample * p * (1 - p)) / (total - 1);
  const deviation = Math.sqrt(variance + 0.5);
  const width = 2 * Math.sqrt(2 / Math.E) * deviation + 3 - 2 * Math.sqrt(3 / Math.E);
  const mode = Math.floor(((sample + 1) * (good + 1)) / (total + 2));
  const weight = (k: number) =>
    logFactorial(k) +
    logFactorial(good - k) +
    logFactorial(sample - k) +
    logFactorial(bad - sample + k);
  const atMode = weight(mode);
  const end = Math.min(Math.min(sample, good) + 1, Math.floor(center + 16 * deviation));
  return (stream) => {
    for (;;) {
      const u = stream.open();
      const x = center + (width * (stream.uniform() - 0.5)) / u;
      if (!(x >= 0 && x < end)) continue;
      const k = Math.floor(x);
      const height = atMode - weight(k);
      if (u * (4 - u) - 3 <= height) return k;
      if (u * (u - height) >= 1) continue;
      if (2 * Math.log(u) <= height) return k;
    }
  };
}

const hypergeometric: Sampler = {
  width: 2,
  prepare: (good = 0, bad = 0, sample = 0) => hypergeometricOf(good, bad, sample),
};

/**
 * A. W. Kemp, "Efficient generation of logarithmically distributed pseudo-random variables", 1981:
 * LK.
 */
const logseries: Sampler = {
  width: 2,
  prepare(p = 0) {
    const rate = Math.log1p(-p);
    return (stream) => {
      const v = stream.open();
      if (v >= p) return 1;
      const q = -Math.expm1(rate * stream.uniform());
      if (v <= q * q) return Math.max(1, Math.floor(1 + Math.log(v) / Math.log(q)));
      return v >= q ? 1 : 2;
    };
  },
};

/** The largest 64-bit integer: larger numbers are drawn again, as by NumPy. */
const ZIPF_MAX = 2 ** 63;

/** Devroye, "Non-uniform random variate generation", 1986, chapter X.6. */
const zipf: Sampler = {
  width: 2,
  prepare(a = 2) {
    const less = a - 1;
    const b = 2 ** less;
    const least = ZIPF_MAX ** -less;
    return (stream) => {
      for (;;) {
        const u = stream.uniform();
        const x = Math.floor((u * least + (1 - u)) ** (-1 / less));
        if (!(x >= 1 && x < ZIPF_MAX)) continue;
        const t = (1 + 1 / x) ** less;
        if (stream.uniform() * x * (t - 1) * b <= t * (b - 1)) return x;
      }
    };
  },
};

/** Cells of equal size on the numbers of 53 bits; those that fit into no cell are drawn again. */
function integersOf(low: number, high: number): Sample {
  const count = high - low + 1;
  const cell = Math.floor(2 ** 53 / count);
  return (stream) => {
    for (;;) {
      const bits = stream.uniform() * 2 ** 53;
      let value = Math.floor(bits / cell);
      if (value * cell > bits) value--; // the quotient was rounded up
      if (value < count) return low + value;
    }
  };
}

const integers: Sampler = {
  width: 1,
  prepare: (low = 0, high = 0) => integersOf(low, high),
  prepareFill: (low = 0, high = 0) => integerFill(low, high, integersOf(low, high)),
};

const permutation: Sampler = { width: 0, prepare: (n = 0) => permutationOf(n) };

/** The samplers of this file. */
export const DISCRETE = {
  binomial,
  poisson,
  negativeBinomial,
  geometric,
  hypergeometric,
  logseries,
  zipf,
  integers,
  permutation,
};
