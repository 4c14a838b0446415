// Powers, logarithms to other bases and near 1, exponentials near 0 and hyperbolic functions of float64, as
// kernels/elementary-powers.ts computes them: the same operations in the same order, on two numbers at once.
import { TileFunction } from "../../tiles/codes";
import {
  add, anyExp, exp, exponentialSeries, isNormal, logarithmSeries, mul, nearest, powerOfTwo, scaled, scaledTwice, step,
} from "./elementary";

// @ts-ignore: decorators are AssemblyScript's
@external("env", "pow")
declare function powOf(x: f64, y: f64): f64;

/** out = x to the power of y */
export function power64(
  _code: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  const bytes = <usize>columns << 3;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~31; at < end; at += 32) {
      const a = v128.load(x + at);
      const b = v128.load(x + at, 16);
      const p = v128.load(y + at);
      const q = v128.load(y + at, 16);
      if (v128.any_true(v128.or(isUnusualPower(a, p), isUnusualPower(b, q)))) {
        v128.store(out + at, anyPowerOf(a, p));
        v128.store(out + at, anyPowerOf(b, q), 16);
      } else {
        v128.store(out + at, power(a, p, false));
        v128.store(out + at, power(b, q, false), 16);
      }
    }
    for (; at < bytes; at += 8) {
      const value = anyPowerOf(v128.load64_splat(x + at), v128.load64_splat(y + at));
      v128.store64_lane(out + at, value, 0);
    }
    x += xRow;
    y += yRow;
    out += outRow;
  }
}

/** One of the functions of this file, of usual numbers. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function usualPower(f: TileFunction, x: v128): v128 {
  if (f == TileFunction.log2) return log2(x, false);
  if (f == TileFunction.log10) return log10(x, false);
  if (f == TileFunction.log1p) return log1p(x);
  if (f == TileFunction.expm1) return expm1(x);
  if (f == TileFunction.cosh) return cosh(x);
  return sinh(x);
}

/** The same of any numbers. */
export function anyPower(f: TileFunction, x: v128): v128 {
  if (f == TileFunction.log2) return orUnusual(log2(x, true), x);
  if (f == TileFunction.log10) return orUnusual(log10(x, true), x);
  if (f == TileFunction.log1p) return orUnusual(log1p(x), add(x, 1.0));
  if (f == TileFunction.expm1) return anyExpm1(x);
  if (f == TileFunction.cosh) return anyCosh(x);
  return anySinh(x);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function splat(x: f64): v128 {
  return f64x2.splat(x);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function upper(x: v128): v128 {
  return v128.and(x, i64x2.splat(0xffffffff00000000));
}

/** The number that the low bits of each lane are, 0 up to 2^52. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function numberOf(bits: v128): v128 {
  return add(v128.or(bits, i64x2.splat(0x4330000000000000)), -4503599627370496.0);
}

const TOP: f64 = 0.6931471803691238;
const BOTTOM: f64 = 1.9082149292705877e-10;

// The exponent and the fraction of positive normal numbers.

// @ts-ignore: decorators are AssemblyScript's
@inline
function shifted(x: v128): v128 {
  return i64x2.add(x, i64x2.splat(0x00095f6200000000));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function exponentIn(bits: v128): v128 {
  return numberOf(i64x2.shr_u(bits, 52));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function fractionIn(bits: v128): v128 {
  const m = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e00000000));
  return add(m, -1.0);
}

/** `value`, but for what is not positive and finite. */
export function orUnusual(value: v128, given: v128): v128 {
  const usual = v128.and(f64x2.gt(given, splat(0)), f64x2.lt(given, splat(Infinity)));
  const unusual = v128.bitselect(
    splat(-Infinity),
    v128.bitselect(splat(NaN), given, f64x2.lt(given, splat(0))),
    f64x2.eq(given, splat(0)),
  );
  return v128.bitselect(value, unusual, usual);
}

/** `x` made a normal number, if it is smaller. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function normal(x: v128): v128 {
  return v128.bitselect(mul(x, 18014398509481984.0), x, f64x2.lt(x, splat(2.2250738585072014e-308)));
}

/** What the exponent of a positive number, made normal, is too large by. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function biasOf(x: v128): v128 {
  return v128.bitselect(splat(1077), splat(1023), f64x2.lt(x, splat(2.2250738585072014e-308)));
}

/** `value`, which is 0 or has the sign of `x`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function withSignOf(x: v128, value: v128): v128 {
  return v128.or(value, v128.and(x, i64x2.splat(0x8000000000000000)));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function log2(given: v128, isAny: bool): v128 {
  const bits = shifted(isAny ? normal(given) : given);
  const k = f64x2.sub(exponentIn(bits), isAny ? biasOf(given) : splat(1023));
  const f = fractionIn(bits);
  const half = mul(f64x2.mul(f, f), 0.5);
  const high = upper(f64x2.sub(f, half));
  const low = f64x2.add(f64x2.sub(f64x2.sub(f, high), half), logarithmSeries(f, half));
  const first = mul(high, 1.4426950407214463);
  const rest = f64x2.add(mul(f64x2.add(low, high), 1.6751713164886512e-10), mul(low, 1.4426950407214463));
  const sum = f64x2.add(k, first);
  return f64x2.add(f64x2.add(rest, f64x2.add(f64x2.sub(k, sum), first)), sum);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function log10(given: v128, isAny: bool): v128 {
  const bits = shifted(isAny ? normal(given) : given);
  const k = f64x2.sub(exponentIn(bits), isAny ? biasOf(given) : splat(1023));
  const f = fractionIn(bits);
  const half = mul(f64x2.mul(f, f), 0.5);
  const high = upper(f64x2.sub(f, half));
  const low = f64x2.add(f64x2.sub(f64x2.sub(f, high), half), logarithmSeries(f, half));
  const first = mul(high, 0.4342944818781689);
  const exponent = mul(k, 0.30102999566361177);
  const rest = f64x2.add(
    mul(k, 3.694239077158931e-13),
    f64x2.add(mul(f64x2.add(low, high), 2.5082946711645275e-11), mul(low, 0.4342944818781689)),
  );
  const sum = f64x2.add(exponent, first);
  return f64x2.add(f64x2.add(rest, f64x2.add(f64x2.sub(exponent, sum), first)), sum);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function log1p(x: v128): v128 {
  const isNear = v128.and(
    f64x2.gt(x, splat(-0.2928932188134524)),
    f64x2.lt(x, splat(0.41421356237309503)),
  );
  const u = add(x, 1.0);
  const bits = shifted(u);
  const k = v128.andnot(add(exponentIn(bits), -1023.0), isNear);
  const f = v128.bitselect(x, fractionIn(bits), isNear);
  const ofLarge = f64x2.sub(splat(1), f64x2.sub(u, x));
  const ofSmall = f64x2.sub(x, add(u, -1.0));
  const lost = f64x2.div(v128.bitselect(ofLarge, ofSmall, f64x2.ge(k, splat(2))), u);
  const half = mul(f64x2.mul(f, f), 0.5);
  const tail = f64x2.add(mul(k, BOTTOM), v128.andnot(lost, isNear));
  const low = f64x2.sub(f64x2.add(logarithmSeries(f, half), tail), half);
  const value = f64x2.add(f64x2.add(low, f), mul(k, TOP));
  return withSignOf(x, value);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function expm1(x: v128): v128 {
  const k = nearest(mul(x, 1.4426950408889634));
  const high = f64x2.sub(x, mul(k, TOP));
  const low = mul(k, BOTTOM);
  const r = f64x2.sub(high, low);
  const beyond = beyondRest(high, low, r);
  const scale = powerOfTwo(k);
  const a = add(scale, -1.0);
  const b = f64x2.mul(scale, r);
  const sum = f64x2.add(a, b);
  const lost = f64x2.sub(b, f64x2.sub(sum, a));
  return withSignOf(x, f64x2.add(sum, f64x2.add(lost, f64x2.mul(scale, beyond))));
}

/** e^r - 1 - r, and what r lacks of high - low. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function beyondRest(high: v128, low: v128, r: v128): v128 {
  const z = f64x2.mul(r, r);
  return f64x2.add(
    f64x2.sub(f64x2.sub(high, r), low),
    f64x2.mul(z, exponentialSeries(r, z)),
  );
}

/** `value` where x is not large, and else e^x times 2^shift. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function orLarge(x: v128, value: v128, shift: f64): v128 {
  return v128.bitselect(anyExp(x, shift), value, f64x2.gt(x, splat(708)));
}

function anyExpm1(x: v128): v128 {
  return orLarge(x, expm1(f64x2.pmax(x, splat(-708))), 0.0);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function cosh(x: v128): v128 {
  const power = exp(f64x2.abs(x));
  return mul(f64x2.add(power, f64x2.div(splat(1), power)), 0.5);
}

function anyCosh(x: v128): v128 {
  return orLarge(f64x2.abs(x), cosh(x), -1.0);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function sinh(given: v128): v128 {
  const x = f64x2.abs(given);
  const t = expm1(x);
  const quotient = f64x2.div(t, add(t, 1.0));
  const tiny = f64x2.sub(f64x2.add(t, t), f64x2.mul(t, quotient));
  const value = v128.bitselect(tiny, f64x2.add(t, quotient), f64x2.lt(x, splat(1)));
  return withSignOf(given, mul(value, 0.5));
}

function anySinh(x: v128): v128 {
  const size = f64x2.abs(x);
  return withSignOf(x, orLarge(size, sinh(size), -1.0));
}

/** Where x^y is not what `power` computes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function isUnusualPower(x: v128, y: v128): v128 {
  const isUsual = v128.and(isNormal(x), f64x2.lt(f64x2.abs(y), splat(1e18)));
  const isSpecial = v128.or(f64x2.eq(y, splat(2)), f64x2.eq(y, splat(0.5)));
  return v128.or(v128.not(isUsual), isSpecial);
}

function anyPowerOf(x: v128, y: v128): v128 {
  const squares = f64x2.mul(x, x);
  const isSquare = f64x2.eq(y, splat(2));
  if (i64x2.all_true(isSquare)) return squares;
  const isUsual = v128.and(
    v128.and(f64x2.gt(x, splat(0)), f64x2.lt(x, splat(Infinity))),
    f64x2.lt(f64x2.abs(y), splat(1e18)),
  );
  const isRoot = f64x2.eq(y, splat(0.5));
  let value = f64x2.sqrt(x);
  if (!i64x2.all_true(isRoot)) value = v128.bitselect(value, power(x, y, true), isRoot);
  if (!i64x2.all_true(isUsual)) {
    if (i64x2.extract_lane(isUsual, 0) == 0) {
      const own = powOf(f64x2.extract_lane(x, 0), f64x2.extract_lane(y, 0));
      value = f64x2.replace_lane(value, 0, own);
    }
    if (i64x2.extract_lane(isUsual, 1) == 0) {
      const own = powOf(f64x2.extract_lane(x, 1), f64x2.extract_lane(y, 1));
      value = f64x2.replace_lane(value, 1, own);
    }
  }
  return v128.bitselect(squares, value, isSquare);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function power(given: v128, y: v128, isAny: bool): v128 {
  const x = isAny ? normal(given) : given;
  const mantissa = v128.and(i64x2.shr_u(x, 32), i64x2.splat(0x000fffff));
  const isLarge = i64x2.gt_s(mantissa, i64x2.splat(0xbb679));
  const isMiddle = v128.andnot(i64x2.gt_s(mantissa, i64x2.splat(0x3988e)), isLarge);
  const exponent = f64x2.sub(exponentIn(x), isAny ? biasOf(given) : splat(1023));
  const n = f64x2.add(exponent, v128.and(isLarge, splat(1)));
  const m = i64x2.sub(
    v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), splat(1)),
    v128.and(isLarge, i64x2.splat(0x0010000000000000)),
  );
  const near = f64x2.add(splat(1), v128.and(isMiddle, splat(0.5)));
  const nearHigh = v128.and(isMiddle, splat(0.5849624872207642));
  const nearLow = v128.and(isMiddle, splat(1.350039202129749e-8));
  const u = f64x2.sub(m, near);
  const v = f64x2.div(splat(1), f64x2.add(m, near));
  const s = f64x2.mul(u, v);
  const sHigh = upper(s);
  const tHigh = upper(f64x2.add(m, near));
  const tLow = f64x2.sub(m, f64x2.sub(tHigh, near));
  const sLow = f64x2.mul(
    v,
    f64x2.sub(f64x2.sub(u, f64x2.mul(sHigh, tHigh)), f64x2.mul(sHigh, tLow)),
  );
  const z = f64x2.mul(s, s);
  let series = step(0.23066074577556175, splat(0.20697501780033842), z);
  series = step(0.272728123808534, series, z);
  series = step(0.33333332981837743, series, z);
  series = step(0.4285714285785502, series, z);
  series = step(0.5999999999999946, series, z);
  const r = f64x2.add(
    f64x2.mul(f64x2.mul(z, z), series),
    f64x2.mul(sLow, f64x2.add(sHigh, s)),
  );
  const square = f64x2.mul(sHigh, sHigh);
  const cubeHigh = upper(f64x2.add(add(square, 3.0), r));
  const cubeLow = f64x2.sub(r, f64x2.sub(add(cubeHigh, -3.0), square));
  const product = f64x2.mul(sHigh, cubeHigh);
  const productRest = f64x2.add(f64x2.mul(sLow, cubeHigh), f64x2.mul(cubeLow, s));
  const pHigh = upper(f64x2.add(product, productRest));
  const pLow = f64x2.sub(productRest, f64x2.sub(pHigh, product));
  const zHigh = mul(pHigh, 0.9617967009544373);
  const zLow = f64x2.add(
    f64x2.add(mul(pHigh, -7.028461650952758e-9), mul(pLow, 0.9617966939259756)),
    nearLow,
  );
  const logHigh = upper(f64x2.add(f64x2.add(f64x2.add(zHigh, zLow), nearHigh), n));
  const logLow = f64x2.sub(zLow, f64x2.sub(f64x2.sub(f64x2.sub(logHigh, n), nearHigh), zHigh));
  const yHigh = upper(y);
  const rest = f64x2.add(f64x2.mul(f64x2.sub(y, yHigh), logHigh), f64x2.mul(y, logLow));
  return exponential2(f64x2.mul(yHigh, logHigh), rest);
}

/** 2 to the power of `given + givenRest`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function exponential2(given: v128, givenRest: v128): v128 {
  const isFar = f64x2.gt(f64x2.abs(given), splat(1100));
  const main = f64x2.pmax(f64x2.pmin(given, splat(1100)), splat(-1100));
  const rest = v128.andnot(givenRest, isFar);
  const k = nearest(f64x2.add(main, rest));
  const part = f64x2.sub(main, k);
  const partHigh = upper(f64x2.add(rest, part));
  const u = mul(partHigh, 0.6931471824645996);
  const v = f64x2.add(
    mul(f64x2.sub(rest, f64x2.sub(partHigh, part)), 0.6931471805599453),
    mul(partHigh, -1.904654299957768e-9),
  );
  const x = f64x2.add(u, v);
  const z = f64x2.mul(x, x);
  const w = f64x2.sub(v, f64x2.sub(x, u));
  const y = add(f64x2.add(x, f64x2.add(w, f64x2.mul(z, exponentialSeries(x, z)))), 1.0);
  return scaledTwice(y, k);
}
