// Powers, logarithms to other bases and near 1, exponentials near 0 and hyperbolic functions of
// float64, as kernels/math/elementary-powers.ts computes them: the same operations in the same
// order, on two numbers at once.
import { PowerTable } from "../../math/power-table-layout";
import { TileFunction } from "../../tiles/tile-codes";
import { anyExp, anyExponential, exp, exponential } from "./exponentials";
import { add, higherOf, isNormal, lowerOf, mul, nearest, powerOfTwo, step } from "./lanes";
import { exponentialSeries, logarithmSeries } from "./series";

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
      let first = power(a, p, false);
      let second = power(b, q, false);
      if (v128.any_true(v128.or(f64x2.ne(first, first), f64x2.ne(second, second)))) {
        first = anyPowerOf(a, p);
        second = anyPowerOf(b, q);
      }
      v128.store(out + at, first);
      v128.store(out + at, second, 16);
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

@inline
function splat(x: f64): v128 {
  return f64x2.splat(x);
}

@inline
function upper(x: v128): v128 {
  return v128.and(x, i64x2.splat(0xffffffff00000000));
}

/** The number that the low bits of each lane are, 0 up to 2^52. */
@inline
function numberOf(bits: v128): v128 {
  return add(v128.or(bits, i64x2.splat(0x4330000000000000)), -4503599627370496.0);
}

const TOP: f64 = 0.6931471803691238;
const BOTTOM: f64 = 1.9082149292705877e-10;

// The exponent and the fraction of positive normal numbers.

@inline
function shifted(x: v128): v128 {
  return i64x2.add(x, i64x2.splat(0x00095f6200000000));
}

@inline
function exponentIn(bits: v128): v128 {
  return numberOf(i64x2.shr_u(bits, 52));
}

@inline
function fractionIn(bits: v128): v128 {
  const m = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e00000000));
  return add(m, -1.0);
}

/** `value`, except for numbers that are not positive and finite. */
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
@inline
function normal(x: v128): v128 {
  return v128.bitselect(mul(x, 18014398509481984.0), x, f64x2.lt(x, splat(2.2250738585072014e-308)));
}

/** The bias of a positive number's exponent, larger for numbers that were subnormal. */
@inline
function biasOf(x: v128): v128 {
  return v128.bitselect(splat(1077), splat(1023), f64x2.lt(x, splat(2.2250738585072014e-308)));
}

/** `value`, which is 0 or has the sign of `x`. */
@inline
function withSignOf(x: v128, value: v128): v128 {
  return v128.or(value, v128.and(x, i64x2.splat(0x8000000000000000)));
}

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

/** e^r - 1 - r, and the rounding error of r = high - low. */
@inline
function beyondRest(high: v128, low: v128, r: v128): v128 {
  const z = f64x2.mul(r, r);
  return f64x2.add(
    f64x2.sub(f64x2.sub(high, r), low),
    f64x2.mul(z, exponentialSeries(r, z)),
  );
}

/** `value` where x is not large, and else e^x times 2^shift. */
@inline
function orLarge(x: v128, value: v128, shift: f64): v128 {
  return v128.bitselect(anyExp(x, shift), value, f64x2.gt(x, splat(708)));
}

function anyExpm1(x: v128): v128 {
  return orLarge(x, expm1(f64x2.pmax(x, splat(-708))), 0.0);
}

@inline
function cosh(x: v128): v128 {
  const power = exp(f64x2.abs(x));
  return mul(f64x2.add(power, f64x2.div(splat(1), power)), 0.5);
}

function anyCosh(x: v128): v128 {
  return orLarge(f64x2.abs(x), cosh(x), -1.0);
}

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

/** Where x^y is not what `power` computes, unless it is too large or too small. */
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

/** `x` with zeros in the lowest 27 bits: products of two such are exact. */
@inline
function upperHalf(x: v128): v128 {
  return v128.and(x, i64x2.splat(0xfffffffff8000000));
}

/** The place in the table of logarithms for a fraction with this high word. */
@inline
function logarithmAt(word: i32): usize {
  return <usize>PowerTable.logarithms + <usize>((word >>> 8) & ((PowerTable.parts - 1) << 5));
}

/** x to the power of y; unless `isAny`, lanes are NaN that need more than this. */
@inline
function power(given: v128, y: v128, isAny: bool): v128 {
  const x = isAny ? normal(given) : given;
  const bits = i64x2.add(x, i64x2.splat(0x00096aab00000000));
  const k = f64x2.sub(exponentIn(bits), isAny ? biasOf(given) : splat(1023));
  const z = i64x2.add(
    v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6955500000000),
  );
  const first = logarithmAt(i32x4.extract_lane(bits, 1));
  const second = logarithmAt(i32x4.extract_lane(bits, 3));
  const near = v128.load(first);
  const nearOther = v128.load(second);
  const inverse = lowerOf(near, nearOther);
  const nearLow = v128.load64_lane(second + 16, v128.load64_zero(first + 16), 1);
  const zHigh = v128.and(
    i64x2.add(z, i64x2.splat(0x80000000)), i64x2.splat(0xffffffff00000000),
  );
  const rHigh = add(f64x2.mul(zHigh, inverse), -1.0);
  const rLow = f64x2.mul(f64x2.sub(z, zHigh), inverse);
  const r = f64x2.add(rHigh, rLow);
  const base = f64x2.add(mul(k, 0.6931471805598903), higherOf(near, nearOther));
  const sum = f64x2.add(base, r);
  const sumLow = f64x2.add(f64x2.sub(base, sum), r);
  const half = mul(r, -0.5);
  const halfHigh = mul(rHigh, -0.5);
  const square = f64x2.mul(r, half);
  const squareHigh = f64x2.mul(rHigh, halfHigh);
  const squareLow = f64x2.mul(rLow, f64x2.add(half, halfHigh));
  const high = f64x2.add(sum, squareHigh);
  const highLow = f64x2.add(f64x2.sub(sum, high), squareHigh);
  const inner = step(0.7999999995323976, splat(-0.6666666663487739), r);
  const last = step(-1.142909628459501, splat(1.0000415263675542), r);
  const series = f64x2.add(
    step(-0.6666666666666679, splat(0.5000000000000007), r),
    f64x2.mul(f64x2.add(inner, f64x2.mul(last, square)), square),
  );
  const low = f64x2.add(
    f64x2.add(
      f64x2.add(f64x2.add(mul(k, 5.497923018708371e-14), nearLow), sumLow),
      f64x2.add(squareLow, highLow),
    ),
    f64x2.mul(f64x2.mul(r, square), series),
  );
  const log = f64x2.add(high, low);
  const logLow = f64x2.add(f64x2.sub(high, log), low);
  const logUpper = upperHalf(log);
  const yUpper = upperHalf(y);
  const main = f64x2.mul(yUpper, logUpper);
  const rest = f64x2.add(
    f64x2.mul(f64x2.sub(y, yUpper), logUpper),
    f64x2.mul(y, f64x2.add(f64x2.sub(log, logUpper), logLow)),
  );
  if (isAny) {
    const isFar = f64x2.gt(f64x2.abs(main), splat(760));
    const bounded = f64x2.pmax(f64x2.pmin(main, splat(760)), splat(-760));
    return anyExponential(bounded, v128.andnot(rest, isFar), 0.0);
  }
  const isUnusual = v128.or(isUnusualPower(x, y), f64x2.gt(f64x2.abs(main), splat(708)));
  return v128.or(exponential(main, rest), isUnusual);
}
