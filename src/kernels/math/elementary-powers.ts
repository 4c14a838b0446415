// Powers, logarithms to other bases and near 1, exponentials near 0 and hyperbolic functions of
// float64: more of elementary.ts, under the same rules. assembly/tiles/powers.ts computes the same,
// bit for bit, on two numbers at once.
//
// log2, log10 and log1p are fdlibm's (Sun) in the form that FreeBSD and musl gave them; pow goes as
// in the optimized routines of Arm, without fused multiply-adds: a logarithm to 68 bits, by numbers
// of a table, and its exponential.
import {
  exponential,
  exponentialOf,
  exponentialSeries,
  nearest,
  powerOfTwo,
  scaledExponential,
} from "./elementary.js";
import { PowerTable } from "./power-table-layout.js";
import { type PowerTables, powerTables } from "./power-tables.js";
import { floatPow } from "./scalar-functions.js";

let tables: PowerTables | undefined;

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

/** `x` with zeros in the lower half of its bits: products of two such are nearly exact. */
function upper(x: number): number {
  cell[0] = x;
  words[0] = 0;
  return cell[0] as number;
}

/** The same of the lowest 27 bits: products of two such are exact. */
function upperHalf(x: number): number {
  cell[0] = x;
  words[0] = (words[0] as number) & 0xf8000000;
  return cell[0] as number;
}

/**
 * `x`, a normal number, as 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2): k, and f in
 * `fraction`.
 */
function exponentOf(x: number): number {
  cell[0] = x;
  const high = (words[1] as number) + 0x00095f62;
  words[1] = (high & 0x000fffff) + 0x3fe6a09e;
  fraction = (cell[0] as number) - 1;
  return (high >>> 20) - 1023;
}
let fraction = 0;

const NORMAL_MIN = 2.2250738585072014e-308;

/** The same of any positive number. */
function anyExponentOf(x: number): number {
  return x < NORMAL_MIN ? exponentOf(x * 18014398509481984) - 54 : exponentOf(x);
}

/** log(1 + f) - f + f²/2, where `half` is f²/2. */
function logarithmSeries(f: number, half: number): number {
  const s = f / (f + 2);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + (0.22222198432149784 + 0.15313837699209373 * w) * w);
  const odd =
    z *
    (0.6666666666666735 +
      (0.2857142874366239 + (0.1818357216161805 + 0.14798198605116586 * w) * w) * w);
  return s * (half + (odd + even));
}

/** The logarithm of a number that is not positive and finite. */
function unusualLogarithm(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x < 0 ? Number.NaN : x;
}

/** The logarithm to base 2; exact for powers of two. */
export function logarithm2(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return unusualLogarithm(x);
  const k = anyExponentOf(x);
  const f = fraction;
  const half = f * f * 0.5;
  const high = upper(f - half);
  const low = f - high - half + logarithmSeries(f, half);
  const first = high * 1.4426950407214463;
  const rest = (low + high) * 1.6751713164886512e-10 + low * 1.4426950407214463;
  const sum = k + first;
  return rest + (k - sum + first) + sum;
}

/** The logarithm to base 10. */
export function logarithm10(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return unusualLogarithm(x);
  const k = anyExponentOf(x);
  const f = fraction;
  const half = f * f * 0.5;
  const high = upper(f - half);
  const low = f - high - half + logarithmSeries(f, half);
  const first = high * 0.4342944818781689;
  const exponent = k * 0.30102999566361177;
  const rest =
    k * 3.694239077158931e-13 + ((low + high) * 2.5082946711645275e-11 + low * 0.4342944818781689);
  const sum = exponent + first;
  return rest + (exponent - sum + first) + sum;
}

/** log(1 + x), exact near 0 as well. */
export function logarithm1p(x: number): number {
  if (!(x > -1 && x < Number.POSITIVE_INFINITY)) return unusualLogarithm(1 + x);
  if (x === 0) return x;
  let [k, f, lost] = [0, x, 0];
  if (!(x > -0.2928932188134524 && x < 0.41421356237309503)) {
    const u = 1 + x;
    k = exponentOf(u);
    f = fraction;
    // The rounding error of 1 + x, relative to it.
    lost = (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u;
  }
  const half = f * f * 0.5;
  const low = logarithmSeries(f, half) + (k * 1.9082149292705877e-10 + lost) - half;
  return low + f + k * 0.6931471803691238;
}

/** Up to here, e^x and 1 / e^x are normal numbers. */
const LARGE = 708;

/** e^x - 1, exact near 0 as well. */
export function exponentialMinus1(given: number): number {
  if (given > LARGE) return exponential(given);
  if (given === 0) return given;
  const x = Math.max(given, -LARGE);
  // e^x = 2^k e^r with r = high - low.
  const k = nearest(x * Math.LOG2E);
  const high = x - k * 0.6931471803691238;
  const low = k * 1.9082149292705877e-10;
  const r = high - low;
  const z = r * r;
  const beyond = high - r - low + z * exponentialSeries(r, z);
  const scale = powerOfTwo(k);
  // (2^k - 1) + 2^k r, and its rounding error.
  const [a, b] = [scale - 1, scale * r];
  const sum = a + b;
  return sum + (b - (sum - a) + scale * beyond);
}

/** The hyperbolic cosine. */
export function hyperbolicCosine(given: number): number {
  const x = Math.abs(given);
  if (x > LARGE) return scaledExponential(x, -1);
  const power = exponential(x);
  return (power + 1 / power) * 0.5;
}

/** The hyperbolic sine. */
export function hyperbolicSine(given: number): number {
  const x = Math.abs(given);
  const t = exponentialMinus1(x);
  const quotient = t / (t + 1);
  const value =
    x > LARGE ? scaledExponential(x, -1) : (x < 1 ? t + t - t * quotient : t + quotient) * 0.5;
  return withSignOf(given, value);
}

/** The hyperbolic tangent. */
export function hyperbolicTangent(given: number): number {
  const x = Math.min(Math.abs(given), 22);
  const t = exponentialMinus1(x + x);
  return withSignOf(given, t / (t + 2));
}

/** `size` with the sign of `x`. */
function withSignOf(x: number, size: number): number {
  return x < 0 || Object.is(x, -0) ? -size : size;
}

/** `x` to the power of `y`. */
export function power(x: number, y: number): number {
  if (y === 2) return x * x;
  const isUsual = x > 0 && x < Number.POSITIVE_INFINITY && Math.abs(y) < 1e18;
  if (!isUsual) return floatPow(x, y);
  if (y === 0.5) return Math.sqrt(x);
  // x = 2^k z, and z is next to a number c of the table.
  cell[0] = x < NORMAL_MIN ? x * 18014398509481984 : x;
  const word = (words[1] as number) + 0x00096aab;
  const k = (word >>> 20) - (x < NORMAL_MIN ? 1077 : 1023);
  const place = (word >>> 11) & ((PowerTable.parts - 1) << 2);
  words[1] = (word & 0x000fffff) + 0x3fe69555;
  const z = cell[0] as number;
  words[1] = (words[1] as number) + ((words[0] as number) >>> 31);
  const zHigh = upper(cell[0] as number);
  const { logarithms } = (tables ??= powerTables());
  // r = z/c - 1: few bits, and the rest.
  const inverse = logarithms[place] as number;
  const rHigh = zHigh * inverse - 1;
  const rLow = (z - zHigh) * inverse;
  const r = rHigh + rLow;
  // k ln 2 + log(c) + r - r²/2 + r³ P(r), in two parts.
  const base = k * 0.6931471805598903 + (logarithms[place + 1] as number);
  const sum = base + r;
  const sumLow = base - sum + r;
  const half = r * -0.5;
  const halfHigh = rHigh * -0.5;
  const square = r * half;
  const squareHigh = rHigh * halfHigh;
  const squareLow = rLow * (half + halfHigh);
  const high = sum + squareHigh;
  const highLow = sum - high + squareHigh;
  const inner = 0.7999999995323976 + -0.6666666663487739 * r;
  const last = -1.142909628459501 + 1.0000415263675542 * r;
  const series = -0.6666666666666679 + 0.5000000000000007 * r + (inner + last * square) * square;
  const lows = k * 5.497923018708371e-14 + (logarithms[place + 2] as number) + sumLow;
  const low = lows + (squareLow + highLow) + r * square * series;
  const log = high + low;
  const logLow = high - log + low;
  // y times it, in two parts again.
  const logUpper = upperHalf(log);
  const yUpper = upperHalf(y);
  const rest = (y - yUpper) * logUpper + y * (log - logUpper + logLow);
  const main = yUpper * logUpper;
  // Beyond, powers are infinite or zero.
  if (Math.abs(main) > 760) return exponentialOf(main > 0 ? 760 : -760, 0, 0);
  return exponentialOf(main, rest, 0);
}
