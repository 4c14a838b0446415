// Poisson numbers, and logarithms of factorials.
import type { Sample } from "./sampler.js";

/** Below this rate one number is turned into a count by adding up probabilities. */
const SEARCH_RATE_MAX = 10;

/** Poisson numbers: sequential search for small rates, PTRS (Hörmann 1993) for others. */
export function poissonOf(rate: number): Sample {
  if (rate >= SEARCH_RATE_MAX) return transformedRejection(rate);
  const none = Math.exp(-rate);
  return (stream) => {
    const u = stream.uniform();
    let count = 0;
    let probability = none;
    let sum = none;
    while (u >= sum && probability > 0) {
      count++;
      probability *= rate / count;
      sum += probability;
    }
    return count;
  };
}

/** W. Hörmann, "The transformed rejection method for generating Poisson random variables", 1993. */
function transformedRejection(rate: number): Sample {
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const logInverseAlpha = Math.log(1.1239 + 1.1328 / (b - 3.4));
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  return (stream) => {
    for (;;) {
      const u = stream.uniform() - 0.5;
      const v = stream.uniform();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
      if (us >= 0.07 && v <= squeeze) return k;
      if (k < 0 || (us < 0.013 && v > us)) continue;
      const height = Math.log(v) + logInverseAlpha - Math.log(a / (us * us) + b);
      if (height <= k * logRate - rate - logFactorial(k)) return k;
    }
  };
}

/** Coefficients of Stirling's series, B(2k) / (2k (2k - 1)). */
const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360_360,
  1 / 156,
] as const;

/** log(k!) for k = 0 … 15. */
const LOG_FACTORIALS = Float64Array.from({ length: 16 }, () => 0);
for (let k = 2; k < LOG_FACTORIALS.length; k++) {
  LOG_FACTORIALS[k] = (LOG_FACTORIALS[k - 1] as number) + Math.log(k);
}

/** The logarithm of k! for a whole number k. */
export function logFactorial(k: number): number {
  if (k < LOG_FACTORIALS.length) return LOG_FACTORIALS[k] as number;
  return (k + 0.5) * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI) + stirlingRest(k);
}

/** log(k!) without (k + ½) log k - k + ½ log 2π. */
function stirlingRest(k: number): number {
  const squared = 1 / (k * k);
  return STIRLING.reduceRight((sum, coefficient) => sum * squared + coefficient, 0) / k;
}

/** log(k!) without (k + ½) log(k + 1) - (k + 1) + ½ log 2π, as Hörmann's BTRS needs it. */
export function stirlingTail(k: number): number {
  if (k < LOG_FACTORIALS.length) {
    const main = (k + 0.5) * Math.log(k + 1) - (k + 1) + 0.5 * Math.log(2 * Math.PI);
    return (LOG_FACTORIALS[k] as number) - main;
  }
  // log(k!) = log((k + 1)!) - log(k + 1)
  return stirlingRest(k + 1);
}
