// Special functions of real numbers: Bessel's I0, the incomplete gamma and beta functions, from
// which probabilities of the usual distributions follow. Generated loops call these by name
// (scalar-code.ts).

/**
 * Coefficients of Chebyshev series for exp(-x) I0(x): for x to 8, and for √x times it beyond
 * (Cephes).
 */
const I0_NEAR = [
  -4.4153416464793395e-18, 3.3307945188222384e-17, -2.431279846547955e-16, 1.715391285555133e-15,
  -1.1685332877993451e-14, 7.676185498604936e-14, -4.856446783111929e-13, 2.95505266312964e-12,
  -1.726826291441556e-11, 9.675809035373237e-11, -5.189795601635263e-10, 2.6598237246823866e-9,
  -1.300025009986248e-8, 6.046995022541919e-8, -2.670793853940612e-7, 1.1173875391201037e-6,
  -4.4167383584587505e-6, 1.6448448070728896e-5, -5.754195010082104e-5, 0.00018850288509584165,
  -0.0005763755745385824, 0.0016394756169413357, -0.004324309995050576, 0.010546460394594998,
  -0.02373741480589947, 0.04930528423967071, -0.09490109704804764, 0.17162090152220877,
  -0.3046826723431984, 0.6767952744094761,
];
const I0_FAR = [
  -7.233180487874754e-18, -4.830504485944182e-18, 4.46562142029676e-17, 3.461222867697461e-17,
  -2.8276239805165836e-16, -3.425485619677219e-16, 1.7725601330565263e-15, 3.8116806693526224e-15,
  -9.554846698828307e-15, -4.150569347287222e-14, 1.54008621752141e-14, 3.8527783827421426e-13,
  7.180124451383666e-13, -1.7941785315068062e-12, -1.3215811840447713e-11, -3.1499165279632416e-11,
  1.1889147107846439e-11, 4.94060238822497e-10, 3.3962320257083865e-9, 2.266668990498178e-8,
  2.0489185894690638e-7, 2.8913705208347567e-6, 6.889758346916825e-5, 0.0033691164782556943,
  0.8044904110141088,
];

/** The modified Bessel function of the first kind, of order 0. */
export function besselI0(x: number): number {
  const size = Math.abs(x);
  if (size <= 8) return Math.exp(size) * chebyshev(size / 2 - 2, I0_NEAR);
  return (Math.exp(size) * chebyshev(32 / size - 2, I0_FAR)) / Math.sqrt(size);
}

function chebyshev(x: number, coefficients: readonly number[]): number {
  let [b0, b1, b2] = [0, 0, 0];
  for (const coefficient of coefficients) {
    [b2, b1] = [b1, b0];
    b0 = x * b1 - b2 + coefficient;
  }
  return (b0 - b2) / 2;
}

/**
 * Lanczos' approximation of the gamma function by a quotient of polynomials, highest power first.
 */
const LANCZOS_G = 6.02468004077673;
const LANCZOS_NUMERATOR = [
  0.006061842346248907, 0.5098416655656676, 19.519927882476175, 449.9445569063168,
  6955.999602515376, 75999.29304014542, 601859.6171681099, 3481712.154980646, 14605578.087685067,
  43338889.32467614, 86363131.2881386, 103794043.11634454, 56906521.913471565,
];
const LANCZOS_DENOMINATOR = [
  1, 66, 1925, 32670, 357423, 2637558, 13339535, 45995730, 105258076, 150917976, 120543840,
  39916800, 0,
];

/** Γ(x) exp(x + g - 1/2) / (x + g - 1/2)^(x - 1/2) / exp(g): without the fast-growing factors. */
function scaledGamma(x: number): number {
  let [above, below] = [0, 0];
  for (let i = 0; i < LANCZOS_NUMERATOR.length; i++) {
    // In powers of 1 / x for large x, whose powers would overflow.
    const at = x > 1 ? LANCZOS_NUMERATOR.length - 1 - i : i;
    const by = x > 1 ? 1 / x : x;
    above = above * by + (LANCZOS_NUMERATOR[at] as number);
    below = below * by + (LANCZOS_DENOMINATOR[at] as number);
  }
  return above / below;
}

/**
 * The number of terms after which series and fractions are given up; those of a million degrees
 * need thousands.
 */
const TERMS_MAX = 200_000;
const EPSILON = 2 ** -53;

/**
 * The regularized upper incomplete gamma function Q(a, x), for a > 0 and x ≥ 0: the probability
 * that a chi-squared number of 2a degrees of freedom is above 2x.
 */
export function gammaUpper(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return Number.NaN;
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return a === x ? Number.NaN : 0;
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
}

/** x^a exp(-x) / Γ(a). */
function gammaFactor(a: number, x: number): number {
  const shifted = a + LANCZOS_G - 0.5;
  const lead = Math.sqrt(shifted / Math.E) / scaledGamma(a);
  const off = (x - shifted) / shifted;
  // (x / shifted)^a exp(a - x), with the large parts of its logarithm taken out where they cancel.
  const logarithm =
    Math.abs(off) < 1
      ? a * logOnePlusMinus(off) + (x * (0.5 - LANCZOS_G)) / shifted
      : a * Math.log(x / shifted) + (a - x);
  return lead * Math.exp(logarithm);
}

/** log(1 + x) - x, exact near 0. */
function logOnePlusMinus(x: number): number {
  if (Math.abs(x) > 0.4) return Math.log1p(x) - x;
  let [power, sum] = [-x * x, -0.5 * x * x];
  for (let n = 3; n < 100; n++) {
    power *= -x;
    const term = power / n;
    sum += term;
    if (Math.abs(term) < EPSILON * Math.abs(sum)) break;
  }
  return sum;
}

function gammaSeries(a: number, x: number): number {
  let [term, sum] = [1 / a, 1 / a];
  for (let n = 1; n < TERMS_MAX && term > EPSILON * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * gammaFactor(a, x);
}

function gammaFraction(a: number, x: number): number {
  const term = (n: number) => (n === 0 ? 1 : n * (a - n));
  return gammaFactor(a, x) * fraction(term, (n) => x + 2 * n + 1 - a);
}

/** The continued fraction a₀/(b₀ + a₁/(b₁ + …)), by Lentz's method. */
function fraction(a: (n: number) => number, b: (n: number) => number): number {
  const tiny = 1e-300;
  const nonzero = (x: number) => (x === 0 ? tiny : x);
  let [value, c, d] = [tiny, tiny, 0];
  for (let n = 0; n < TERMS_MAX; n++) {
    d = 1 / nonzero(b(n) + a(n) * d);
    c = nonzero(b(n) + a(n) / c);
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= 2 * EPSILON) break;
  }
  return value;
}

/**
 * The regularized incomplete beta function I_x(a, b), for a, b > 0 and x from 0 to 1: the basis of
 * Student's and Fisher's distributions.
 */
export function betaRegularized(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return Number.NaN;
  if (x === 0 || x === 1) return x;
  return x <= (a + 1) / (a + b + 2) ? betaFraction(a, b, x) : 1 - betaFraction(b, a, 1 - x);
}

function betaFraction(a: number, b: number, x: number): number {
  const term = (n: number) => {
    if (n === 0) return 1;
    const m = n >> 1;
    const above = n % 2 === 0 ? m * (b - m) : -(a + m) * (a + b + m);
    return (above * x) / ((a + n - 1) * (a + n));
  };
  return (betaFactor(a, b, x) / a) * fraction(term, () => 1);
}

/** x^a (1 - x)^b / B(a, b). */
function betaFactor(a: number, b: number, x: number): number {
  const shift = LANCZOS_G - 0.5;
  const [as, bs, cs] = [a + shift, b + shift, a + b + shift];
  const lead = scaledGamma(a + b) / (scaledGamma(a) * scaledGamma(b));
  // (x cs / as)^a (y cs / bs)^b, whose bases are near 1 where the factor is not tiny.
  const logarithm = (base: number, off: number) =>
    Math.abs(off) < 0.5 ? Math.log1p(off) : Math.log(base);
  const logA = logarithm((x * cs) / as, (x * b - (1 - x) * as) / as);
  const logB = logarithm(((1 - x) * cs) / bs, ((1 - x) * a - x * bs) / bs);
  const powers = Math.exp(a * logA + b * logB);
  return lead * Math.sqrt((bs / Math.E) * (as / cs)) * powers;
}
