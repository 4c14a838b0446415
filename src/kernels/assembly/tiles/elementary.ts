// Exponential, logarithm and trigonometric functions of float64, as kernels/math/elementary.ts
// computes them: the same operations in the same order, on two numbers at once. Their origin and
// precision are documented there.
import { TileFunction } from "../../tiles/tile-codes";
import { anyExp, exp } from "./exponentials";
import { add, isNormal, mul, nearest, ROUNDER, step } from "./lanes";
import { anyPower, expm1, orUnusual, usualPower } from "./powers";
import { logarithmSeries } from "./series";

@external("env", "sin")
declare function sinOf(x: f64): f64;

@external("env", "cos")
declare function cosOf(x: f64): f64;

@external("env", "tan")
declare function tanOf(x: f64): f64;

/** out = f(x) */
export function function64(
  f: TileFunction, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  switch (f) {
    case TileFunction.exp: return each(TileFunction.exp, rows, columns, x, xRow, out, outRow);
    case TileFunction.log: return each(TileFunction.log, rows, columns, x, xRow, out, outRow);
    case TileFunction.sin: return each(TileFunction.sin, rows, columns, x, xRow, out, outRow);
    case TileFunction.cos: return each(TileFunction.cos, rows, columns, x, xRow, out, outRow);
    case TileFunction.tan: return each(TileFunction.tan, rows, columns, x, xRow, out, outRow);
    case TileFunction.tanh: return each(TileFunction.tanh, rows, columns, x, xRow, out, outRow);
    case TileFunction.log2: return each(TileFunction.log2, rows, columns, x, xRow, out, outRow);
    case TileFunction.log10: return each(TileFunction.log10, rows, columns, x, xRow, out, outRow);
    case TileFunction.log1p: return each(TileFunction.log1p, rows, columns, x, xRow, out, outRow);
    case TileFunction.expm1: return each(TileFunction.expm1, rows, columns, x, xRow, out, outRow);
    case TileFunction.sinh: return each(TileFunction.sinh, rows, columns, x, xRow, out, outRow);
    case TileFunction.cosh: return each(TileFunction.cosh, rows, columns, x, xRow, out, outRow);
    default: unreachable();
  }
}

/** out = sin(x) and other = cos(x), which share most of their work. */
export function sinCos64(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize, other: usize, otherRow: usize,
): void {
  const bytes = <usize>columns << 3;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~31; at < end; at += 32) {
      const a = v128.load(x + at);
      const b = v128.load(x + at, 16);
      if (v128.any_true(v128.or(isUnusual(TileFunction.sin, a), isUnusual(TileFunction.sin, b)))) {
        v128.store(out + at, anyOf(TileFunction.sin, a));
        v128.store(out + at, anyOf(TileFunction.sin, b), 16);
        v128.store(other + at, anyOf(TileFunction.cos, a));
        v128.store(other + at, anyOf(TileFunction.cos, b), 16);
      } else {
        storeBoth(a, out + at, other + at);
        storeBoth(b, out + at + 16, other + at + 16);
      }
    }
    for (; at < bytes; at += 8) {
      const angles = v128.load64_splat(x + at);
      v128.store64_lane(out + at, anyOf(TileFunction.sin, angles), 0);
      v128.store64_lane(other + at, anyOf(TileFunction.cos, angles), 0);
    }
    x += xRow;
    out += outRow;
    other += otherRow;
  }
}

@inline
function storeBoth(x: v128, out: usize, other: usize): void {
  const n = nearest(mul(x, TWO_OVER_PI));
  const r = f64x2.sub(x, mul(n, FIRST));
  const w = mul(n, SECOND);
  const b = f64x2.sub(r, w);
  const y = f64x2.sub(b, f64x2.sub(mul(n, THIRD), f64x2.sub(f64x2.sub(r, b), w)));
  const z = f64x2.mul(y, y);
  const sine = withSeries(y, z, sineSeries(z));
  const cosine = add(f64x2.mul(z, cosineSeries(z)), 1.0);
  // Where the quadrant is odd the two change places, and with its second bit, or the next one's,
  // signs.
  const quadrant = add(n, ROUNDER);
  const isOdd = i64x2.sub(i64x2.splat(0), v128.and(quadrant, i64x2.splat(1)));
  const swapped = v128.and(v128.xor(sine, cosine), isOdd);
  const sign = v128.and(i64x2.shl(quadrant, 62), i64x2.splat(0x8000000000000000));
  const otherSign = v128.and(v128.xor(isOdd, i64x2.shl(quadrant, 62)), i64x2.splat(0x8000000000000000));
  v128.store(out, v128.xor(v128.xor(sine, swapped), sign));
  v128.store(other, v128.xor(v128.xor(cosine, swapped), otherSign));
}

// Two vectors go side by side, so that one is computed while the other waits for its results.
// Numbers that need more than the series are seen by a single test for both.

@inline
function each(
  f: TileFunction, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  const bytes = <usize>columns << 3;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~31; at < end; at += 32) {
      const a = v128.load(x + at);
      const b = v128.load(x + at, 16);
      if (v128.any_true(v128.or(isUnusual(f, a), isUnusual(f, b)))) {
        v128.store(out + at, anyOf(f, a));
        v128.store(out + at, anyOf(f, b), 16);
      } else {
        const first = usual(f, a);
        const second = usual(f, b);
        v128.store(out + at, first);
        v128.store(out + at, second, 16);
      }
    }
    for (; at < bytes; at += 8) {
      v128.store64_lane(out + at, anyOf(f, v128.load64_splat(x + at)), 0);
    }
    x += xRow;
    out += outRow;
  }
}

/** Where `usual` does not serve. */
@inline
function isUnusual(f: TileFunction, x: v128): v128 {
  if (f == TileFunction.sin || f == TileFunction.cos || f == TileFunction.tan) {
    return v128.not(f64x2.le(f64x2.abs(x), f64x2.splat(131072.0)));
  }
  if (f == TileFunction.tanh) return i64x2.splat(0);
  if (f == TileFunction.log || f == TileFunction.log2 || f == TileFunction.log10) {
    return v128.not(isNormal(x));
  }
  if (f == TileFunction.log1p) {
    return v128.not(v128.and(f64x2.gt(x, f64x2.splat(-1)), f64x2.lt(x, f64x2.splat(Infinity))));
  }
  return v128.not(f64x2.le(f64x2.abs(x), f64x2.splat(708.0)));
}

/** The function of usual numbers. */
@inline
function usual(f: TileFunction, x: v128): v128 {
  if (f == TileFunction.exp) return exp(x);
  if (f == TileFunction.log) return log(x, false);
  if (f == TileFunction.tanh) return tanh(x);
  if (f == TileFunction.sin || f == TileFunction.cos || f == TileFunction.tan) return trigonometric(f, x);
  return usualPower(f, x);
}

/** The function of any numbers. */
function anyOf(f: TileFunction, x: v128): v128 {
  if (f == TileFunction.exp) return anyExp(x, 0.0);
  if (f == TileFunction.log) return orUnusual(log(x, true), x);
  if (f == TileFunction.tanh) return tanh(x);
  if (f == TileFunction.sin) return exactly(f, x, trigonometric(TileFunction.sin, x));
  if (f == TileFunction.cos) return exactly(f, x, trigonometric(TileFunction.cos, x));
  if (f == TileFunction.tan) return exactly(f, x, trigonometric(TileFunction.tan, x));
  return anyPower(f, x);
}

@inline
function tanh(given: v128): v128 {
  const x = f64x2.pmin(f64x2.abs(given), f64x2.splat(22.0));
  const t = expm1(f64x2.add(x, x));
  const value = f64x2.div(t, add(t, 2.0));
  return v128.bitselect(given, value, i64x2.splat(0x8000000000000000));
}

@inline
function log(given: v128, isAny: bool): v128 {
  let x = given;
  let bias = f64x2.splat(4503599627371519.0);
  if (isAny) {
    const small = f64x2.lt(given, f64x2.splat(2.2250738585072014e-308));
    x = v128.bitselect(mul(given, 18014398509481984.0), given, small);
    bias = v128.bitselect(f64x2.splat(4503599627371573.0), bias, small);
  }
  const bits = i64x2.add(x, i64x2.splat(0x00095f6200000000));
  const exponent = v128.or(i64x2.shr_u(bits, 52), i64x2.splat(0x4330000000000000));
  const k = f64x2.sub(exponent, bias);
  const m = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e00000000));
  const f = add(m, -1.0);
  const h = mul(f64x2.mul(f, f), 0.5);
  const product = logarithmSeries(f, h);
  const low = f64x2.sub(f64x2.add(product, mul(k, 1.90821492927058770002e-10)), h);
  return f64x2.add(f64x2.add(low, f), mul(k, 6.93147180369123816490e-1));
}

const TWO_OVER_PI: f64 = 6.36619772367581382433e-1;

// π/2 in three parts: products of small numbers with the first two, of 33 bits, are exact.
const FIRST: f64 = 1.57079632673412561417;
const SECOND: f64 = 6.07710050630396597660e-11;
const THIRD: f64 = 2.02226624879595063154e-21;

// Series of the sine, which is y + y z P(z) with z = y², and of the cosine, 1 + z P(z):
// coefficients for two lanes, for each choice of sine or cosine per lane. To choose costs nothing,
// since coefficients are loaded anyway.
const S0 = -1.66666666666666324348e-1, S1 = 8.33333333332248946124e-3, S2 = -1.98412698298579493134e-4,
  S3 = 2.75573137070700676789e-6, S4 = -2.50507602534068634195e-8, S5 = 1.58969099521155010221e-10;
const C0 = -0.5, C1 = 4.16666666666666019037e-2, C2 = -1.38888888888741095749e-3, C3 = 2.48015872894767294178e-5,
  C4 = -2.75573143513906633035e-7, C5 = 2.08757232129817482790e-9, C6 = -1.13596475577881948265e-11;
const SERIES: usize = memory.data<f64>([
  S0, S0, S1, S1, S2, S2, S3, S3, S4, S4, S5, S5, 0, 0,
  C0, S0, C1, S1, C2, S2, C3, S3, C4, S4, C5, S5, C6, 0,
  S0, C0, S1, C1, S2, C2, S3, C3, S4, C4, S5, C5, 0, C6,
  C0, C0, C1, C1, C2, C2, C3, C3, C4, C4, C5, C5, C6, C6,
], 16);
const SERIES_BYTES: usize = 7 * 16;

/** P(z) of cosines alone. */
@inline
function cosineSeries(z: v128): v128 {
  const w = f64x2.mul(z, z);
  const first = step(C0, f64x2.splat(C1), z);
  const second = step(C2, f64x2.splat(C3), z);
  const third = step(C4, f64x2.splat(C5), z);
  const high = f64x2.add(third, mul(w, C6));
  return f64x2.add(f64x2.add(first, f64x2.mul(second, w)), f64x2.mul(high, f64x2.mul(w, w)));
}

/** P(z) of sines alone. */
@inline
function sineSeries(z: v128): v128 {
  const w = f64x2.mul(z, z);
  const first = step(S0, f64x2.splat(S1), z);
  const second = step(S2, f64x2.splat(S3), z);
  const third = step(S4, f64x2.splat(S5), z);
  return f64x2.add(f64x2.add(first, f64x2.mul(second, w)), f64x2.mul(third, f64x2.mul(w, w)));
}

/** P(z) of two lanes; a bit of `which` is set for each cosine. */
@inline
function seriesOf(which: usize, z: v128): v128 {
  const at = SERIES + which * SERIES_BYTES;
  const w = f64x2.mul(z, z);
  const first = f64x2.add(v128.load(at), f64x2.mul(v128.load(at, 16), z));
  const second = f64x2.add(v128.load(at, 32), f64x2.mul(v128.load(at, 48), z));
  const third = f64x2.add(v128.load(at, 64), f64x2.mul(v128.load(at, 80), z));
  const high = f64x2.add(third, f64x2.mul(v128.load(at, 96), w));
  return f64x2.add(f64x2.add(first, f64x2.mul(second, w)), f64x2.mul(high, f64x2.mul(w, w)));
}

/** a + a z P(z), with the sign of a where that is 0. */
@inline
function withSeries(a: v128, z: v128, series: v128): v128 {
  const value = f64x2.add(a, f64x2.mul(f64x2.mul(a, z), series));
  return v128.or(value, v128.and(a, i64x2.splat(0x8000000000000000)));
}

@inline
function trigonometric(f: TileFunction, x: v128): v128 {
  const n = nearest(mul(x, TWO_OVER_PI));
  const r = f64x2.sub(x, mul(n, FIRST));
  const w = mul(n, SECOND);
  const b = f64x2.sub(r, w);
  const rest = f64x2.sub(mul(n, THIRD), f64x2.sub(f64x2.sub(r, b), w));
  const y = f64x2.sub(b, rest);
  const z = f64x2.mul(y, y);
  const quadrant = add(n, ROUNDER);
  const isOdd = i64x2.sub(i64x2.splat(0), v128.and(quadrant, i64x2.splat(1)));
  if (f == TileFunction.tan) {
    // A quotient also needs the rounding error of y.
    const tail = f64x2.sub(f64x2.sub(b, y), rest);
    const sine = f64x2.add(y, f64x2.add(f64x2.mul(f64x2.mul(y, z), sineSeries(z)), tail));
    const cosine = add(f64x2.sub(f64x2.mul(z, cosineSeries(z)), f64x2.mul(y, tail)), 1.0);
    const quotient = f64x2.div(v128.bitselect(cosine, sine, isOdd), v128.bitselect(sine, cosine, isOdd));
    const value = v128.xor(quotient, v128.and(isOdd, i64x2.splat(0x8000000000000000)));
    return v128.bitselect(x, value, f64x2.eq(x, f64x2.splat(0)));
  }
  const isCosine = f == TileFunction.sin ? isOdd : v128.not(isOdd);
  const a = v128.bitselect(f64x2.splat(1), y, isCosine);
  const value = withSeries(a, z, seriesOf(i64x2.bitmask(isCosine), z));
  return v128.xor(value, signIn(f, quadrant));
}

/** The sign that a sine or a cosine takes in its quadrant. */
@inline
function signIn(f: TileFunction, quadrant: v128): v128 {
  const turned = f == TileFunction.sin ? quadrant : i64x2.add(quadrant, i64x2.splat(1));
  return i64x2.shl(v128.and(turned, i64x2.splat(2)), 62);
}

/** `value` with lanes whose angles are too far to be reduced computed by the engine. */
function exactly(f: TileFunction, x: v128, value: v128): v128 {
  const first = f64x2.extract_lane(x, 0);
  const second = f64x2.extract_lane(x, 1);
  if (!(abs(first) <= 131072.0)) value = f64x2.replace_lane(value, 0, engine(f, first));
  if (!(abs(second) <= 131072.0)) value = f64x2.replace_lane(value, 1, engine(f, second));
  return value;
}

function engine(f: TileFunction, x: f64): f64 {
  if (f == TileFunction.sin) return sinOf(x);
  return f == TileFunction.cos ? cosOf(x) : tanOf(x);
}
