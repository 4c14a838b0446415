// Exponential, logarithm and trigonometric functions of float64. The readable version, used by generated
// loops and without WebAssembly; assembly/tiles/elementary.ts computes the same, bit for bit, on two numbers
// at once. So what a function gives does not depend on how a program is run, nor on the engine, but for
// arguments that are hard to reduce. Errors stay below 2 ulp, which is
// held by elementary.test.ts against values that were computed to many digits.
//
// tanh is Cephes' (Moshier); log, sin and cos are from fdlibm (Sun) in the form that FreeBSD and musl gave them.

/** Added and taken away again, it leaves a number below 2^51 rounded, its lowest bits the integer's. */
const ROUNDER = 6755399441055744;

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

/** The whole number nearest to `x`, which lies below 2^51. */
export function nearest(x: number): number {
  return x + ROUNDER - ROUNDER;
}

/** 2 to the whole number `k`, which has a normal double. */
export function powerOfTwo(k: number): number {
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return cell[0] as number;
}

/** `y` times 2 to the whole number `k`, in two steps: 2^k alone may be too large, or too small. */
export function timesPowerOfTwo(y: number, k: number): number {
  const half = nearest(k * 0.5);
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

/** e to the power of `given`. */
export function exponential(given: number): number {
  if (!(given <= 710)) return given > 710 ? Number.POSITIVE_INFINITY : Number.NaN;
  // The one value that everybody knows would round the other way.
  if (given === 1) return Math.E;
  const x = Math.max(given, -746);
  // e^x = 2^k e^r with |r| <= ln 2 / 2, and e^r = 1 + r + r² P(r), where P has the least error there.
  const k = nearest(x * Math.LOG2E);
  const high = x - k * 0.6931471803691238;
  const low = k * 1.9082149292705877e-10;
  const r = high - low;
  const tail = high - r - low;
  const z = r * r;
  return timesPowerOfTwo(1 + (r + (tail + z * exponentialSeries(r, z))), k);
}

/** (e^r - 1 - r) / r² for |r| up to ln 2 / 2, where `z` is r². */
export function exponentialSeries(r: number, z: number): number {
  const w = z * z;
  const first = 0.5 + 0.1666666666666667 * r + (0.04166666666666667 + 0.008333333333326084 * r) * z;
  const middle =
    0.0013888888888883711 +
    0.0001984126987500228 * r +
    (2.480158732567746e-5 + 2.755725517000089e-6 * r) * z;
  const last = 2.755727347871858e-7 + 2.5105312729622103e-8 * r + 2.09147553258932e-9 * z;
  return first + (middle + last * w) * w;
}

/** The hyperbolic tangent. */
export function hyperbolicTangent(given: number): number {
  const x = Math.abs(given);
  const z = x * x;
  let value: number;
  if (x < 0.625) {
    const p = -1614.6876844170845 + (-99.28772310019185 + -0.9643991794250523 * z) * z;
    const q = 4844.063053251255 + (2235.4883906010045 + (112.81167849163293 + z) * z) * z;
    value = x + x * z * (p / q);
  } else {
    value = 1 - 2 / (exponential(x + x) + 1);
  }
  return given < 0 || Object.is(given, -0) ? -value : value;
}

/** The natural logarithm. */
export function logarithm(given: number): number {
  if (!(given > 0 && given < Number.POSITIVE_INFINITY)) {
    if (given === 0) return Number.NEGATIVE_INFINITY;
    return given < 0 ? Number.NaN : given;
  }
  // x = 2^k m with m between sqrt(1/2) and sqrt(2); log(1 + f) = f - f²/2 + s (f²/2 + R(s²)).
  const isSmall = given < 2.2250738585072014e-308;
  cell[0] = isSmall ? given * 18014398509481984 : given;
  const high = (words[1] as number) + 0x00095f62;
  const k = (high >>> 20) - (isSmall ? 1077 : 1023);
  words[1] = (high & 0x000fffff) + 0x3fe6a09e;
  const f = (cell[0] as number) - 1;
  const h = f * f * 0.5;
  const s = f / (f + 2);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + (0.22222198432149784 + 0.15313837699209373 * w) * w);
  const odd =
    z *
    (0.6666666666666735 +
      (0.2857142874366239 + (0.1818357216161805 + 0.14798198605116586 * w) * w) * w);
  const low = s * (h + (odd + even)) + k * 1.9082149292705877e-10 - h;
  return low + f + k * 0.6931471803691238;
}

/** Up to here the reduced argument is exact enough, unless it is close to 0. */
const FAR = 131072;
const NEAR = 2 ** -13;

/** `x - n π/2` as a number and what it lacks, for the nearest n; the engine's function where that is hard. */
function trigonometric(
  x: number,
  engine: (x: number) => number,
  finish: (n: number, y: number, tail: number) => number,
): number {
  if (!(Math.abs(x) <= FAR)) return engine(x);
  const n = nearest(x * 0.6366197723675814);
  const r = x - n * 1.5707963267341256;
  const w = n * 6.077100506506192e-11;
  const y = r - w;
  if (Math.abs(y) < NEAR && n !== 0) return engine(x);
  return finish(n, y, r - y - w);
}

/** The sine. */
export function sine(x: number): number {
  return trigonometric(x, Math.sin, (n, y, tail) => {
    const value = (n & 1) !== 0 ? cosKernel(y, tail) : sinKernel(y, tail);
    return (n & 2) !== 0 ? -value : value;
  });
}

/** The cosine. */
export function cosine(x: number): number {
  return trigonometric(x, Math.cos, (n, y, tail) => {
    const value = (n & 1) !== 0 ? sinKernel(y, tail) : cosKernel(y, tail);
    return ((n + 1) & 2) !== 0 ? -value : value;
  });
}

/** The tangent. */
export function tangent(x: number): number {
  return trigonometric(x, Math.tan, (n, y, tail) => {
    const [s, c] = [sinKernel(y, tail), cosKernel(y, tail)];
    return (n & 1) !== 0 ? -(c / s) : s / c;
  });
}

function sinKernel(x: number, tail: number): number {
  const z = x * x;
  const w = z * z;
  const low = 0.00833333333332249 + (-0.0001984126982985795 + 0.0000027557313707070068 * z) * z;
  const r = low + z * w * (-2.5050760253406863e-8 + 1.58969099521155e-10 * z);
  const v = z * x;
  return x - (z * (tail * 0.5 - v * r) - tail - v * -0.16666666666666632);
}

function cosKernel(x: number, tail: number): number {
  const z = x * x;
  const w = z * z;
  const low = z * (0.0416666666666666 + (-0.001388888888887411 + 0.00002480158728947673 * z) * z);
  const high =
    w * w * (-2.7557314351390663e-7 + (2.087572321298175e-9 + -1.1359647557788195e-11 * z) * z);
  const r = low + high;
  const half = z * 0.5;
  const head = 1 - half;
  return head + (1 - head - half + (z * r - x * tail));
}
