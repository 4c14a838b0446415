// Exponential, logarithm and trigonometric functions of float64. The readable version, used by
// generated loops and without WebAssembly; assembly/tiles/elementary.ts computes the same, bit for
// bit, on two numbers at once. So results depend neither on how a program is run nor on the engine,
// except for arguments that are hard to reduce. Errors stay below 2 ulp, which is held by
// elementary.test.ts against values that were computed to many digits.
//
// log, sin and cos are from fdlibm (Sun) in the form that FreeBSD and musl gave them; exp goes as
// in the optimized routines of Arm.

import { PowerTable } from "./power-table-layout.js";
import { powerTables } from "./power-tables.js";

/**
 * Added and taken away again, it leaves a number below 2^51 rounded, its lowest bits the integer's.
 */
const ROUNDER = 6755399441055744;

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

/** The whole number nearest to `x`, which is below 2^51. */
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

/** e to the power of `x`. */
export function exponential(x: number): number {
  return scaledExponential(x, 0);
}

/** e to the power of `given`, times 2 to the power of `shift`. */
export function scaledExponential(given: number, shift: number): number {
  if (!(given <= 711)) return given > 711 ? Number.POSITIVE_INFINITY : Number.NaN;
  return exponentialOf(Math.max(given, -746), 0, shift);
}

let exponentials: Float64Array | undefined;

/**
 * e to the power of `main + rest`, which is between -760 and 760, times 2 to the power of `shift`.
 */
export function exponentialOf(main: number, rest: number, shift: number): number {
  // The nearest tabulated power of two is 2^(n/128); the remainder r is at most ln 2 / 256.
  const n = nearest(main * 184.6649652337873);
  const r = main + n * -0.005415212348111709 + n * -1.2864023111638346e-14 + rest;
  exponentials ??= powerTables().exponentials;
  const place = 2 * (n & (PowerTable.parts - 1));
  const known = exponentials[place + 1] as number;
  const square = r * r;
  const first = 0.49999999999996786 + 0.16666666666665886 * r;
  const last = 0.0416666808410674 + 0.008333335853059549 * r;
  const beyond = (exponentials[place] as number) + r + square * first + square * square * last;
  return timesPowerOfTwo(known + known * beyond, Math.floor(n / PowerTable.parts) + shift);
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

/** Up to here angles can be reduced. */
const FAR = 131072;

/**
 * Reduces `x` by the nearest multiple n of π/2 and calls `finish` with n, the remainder and its
 * rounding error. Far `x` are left to the engine's function.
 */
function trigonometric(
  x: number,
  engine: (x: number) => number,
  finish: (n: number, y: number, tail: number) => number,
): number {
  if (!(Math.abs(x) <= FAR)) return engine(x);
  const n = nearest(x * 0.6366197723675814);
  // π/2 in three parts: the products with the first two are exact, and so is what b lacks.
  const r = x - n * 1.5707963267341256;
  const w = n * 6.077100506303966e-11;
  const b = r - w;
  const rest = n * 2.0222662487959506e-21 - (r - b - w);
  const y = b - rest;
  return finish(n, y, b - y - rest);
}

/** The sine. */
export function sine(x: number): number {
  return trigonometric(x, Math.sin, (n, y) => {
    const value = (n & 1) !== 0 ? 1 + cosineSeries(y) : ofSine(y);
    return (n & 2) !== 0 ? -value : value;
  });
}

/** The cosine. */
export function cosine(x: number): number {
  return trigonometric(x, Math.cos, (n, y) => {
    const value = (n & 1) !== 0 ? ofSine(y) : 1 + cosineSeries(y);
    return ((n + 1) & 2) !== 0 ? -value : value;
  });
}

/** The tangent. */
export function tangent(x: number): number {
  if (x === 0) return x;
  return trigonometric(x, Math.tan, (n, y, tail) => {
    // A quotient also needs the rounding error of y.
    const s = y + (sineSeries(y) + tail);
    const c = 1 + (cosineSeries(y) - y * tail);
    return (n & 1) !== 0 ? -(c / s) : s / c;
  });
}

function ofSine(y: number): number {
  return y === 0 ? y : y + sineSeries(y);
}

/** sin y - y */
function sineSeries(y: number): number {
  const z = y * y;
  const w = z * z;
  const low = -0.16666666666666632 + 0.00833333333332249 * z;
  const middle = -0.0001984126982985795 + 0.0000027557313707070068 * z;
  const high = -2.5050760253406863e-8 + 1.58969099521155e-10 * z;
  return y * z * (low + middle * w + high * (w * w));
}

/** cos y - 1 */
function cosineSeries(y: number): number {
  const z = y * y;
  const w = z * z;
  const low = -0.5 + 0.0416666666666666 * z;
  const middle = -0.001388888888887411 + 0.00002480158728947673 * z;
  const high = -2.7557314351390663e-7 + 2.087572321298175e-9 * z + -1.1359647557788195e-11 * w;
  return z * (low + middle * w + high * (w * w));
}
