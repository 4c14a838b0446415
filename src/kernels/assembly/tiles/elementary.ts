// Exponential, logarithm and trigonometric functions of float64, as kernels/elementary.ts computes them:
// the same operations in the same order, on two numbers at once. Where they come from and how exact
// they are is told there.
import { TileFunction } from "../../tiles/codes";
import { applyPower } from "./powers";

// @ts-ignore: decorators are AssemblyScript's
@external("env", "sin")
declare function sinOf(x: f64): f64;

// @ts-ignore: decorators are AssemblyScript's
@external("env", "cos")
declare function cosOf(x: f64): f64;

// @ts-ignore: decorators are AssemblyScript's
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
    for (const end = bytes & ~15; at < end; at += 16) {
      const angles = v128.load(x + at);
      v128.store(out + at, trigonometric(TileFunction.sin, angles));
      v128.store(other + at, trigonometric(TileFunction.cos, angles));
    }
    if (at < bytes) {
      const angles = v128.load64_splat(x + at);
      v128.store64_lane(out + at, trigonometric(TileFunction.sin, angles), 0);
      v128.store64_lane(other + at, trigonometric(TileFunction.cos, angles), 0);
    }
    x += xRow;
    out += outRow;
    other += otherRow;
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function each(
  f: TileFunction, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  const bytes = <usize>columns << 3;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~15; at < end; at += 16) {
      v128.store(out + at, apply(f, v128.load(x + at)));
    }
    if (at < bytes) v128.store64_lane(out + at, apply(f, v128.load64_splat(x + at)), 0);
    x += xRow;
    out += outRow;
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function apply(f: TileFunction, x: v128): v128 {
  if (f == TileFunction.exp) return exp(x);
  if (f == TileFunction.log) return log(x);
  if (f == TileFunction.tanh) return tanh(x);
  if (f == TileFunction.sin || f == TileFunction.cos || f == TileFunction.tan) return trigonometric(f, x);
  return applyPower(f, x);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function mul(x: v128, y: f64): v128 {
  return f64x2.mul(x, f64x2.splat(y));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function add(x: v128, y: f64): v128 {
  return f64x2.add(x, f64x2.splat(y));
}

/** a + b * x */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function step(a: f64, b: v128, x: v128): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(b, x));
}

const ROUNDER: f64 = 6755399441055744.0;

// @ts-ignore: decorators are AssemblyScript's
@inline
export function nearest(x: v128): v128 {
  return add(add(x, ROUNDER), -ROUNDER);
}

/** 2 to the whole number x, of up to 11 bits. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function powerOfTwo(x: v128): v128 {
  return i64x2.shl(add(x, ROUNDER + 1023.0), 52);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function exp(given: v128): v128 {
  const x = f64x2.min(f64x2.max(given, f64x2.splat(-746.0)), f64x2.splat(710.0));
  const k = nearest(mul(x, 1.4426950408889634));
  const high = f64x2.sub(x, mul(k, 0.6931471803691238));
  const low = mul(k, 1.9082149292705877e-10);
  const r = f64x2.sub(high, low);
  const tail = f64x2.sub(f64x2.sub(high, r), low);
  const z = f64x2.mul(r, r);
  const sum = exponentialSeries(r, z);
  const y = add(f64x2.add(r, f64x2.add(tail, f64x2.mul(z, sum))), 1.0);
  const half = nearest(mul(k, 0.5));
  const value = f64x2.mul(f64x2.mul(y, powerOfTwo(half)), powerOfTwo(f64x2.sub(k, half)));
  return v128.bitselect(f64x2.splat(2.718281828459045), value, f64x2.eq(given, f64x2.splat(1)));
}

/** (e^r - 1 - r) / r² for |r| up to ln 2 / 2, where `z` is r². */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function exponentialSeries(r: v128, z: v128): v128 {
  const w = f64x2.mul(z, z);
  const first = f64x2.add(
    step(0.5, f64x2.splat(0.1666666666666667), r),
    f64x2.mul(step(0.04166666666666667, f64x2.splat(0.008333333333326084), r), z),
  );
  const middle = f64x2.add(
    step(0.0013888888888883711, f64x2.splat(0.0001984126987500228), r),
    f64x2.mul(step(2.480158732567746e-5, f64x2.splat(2.755725517000089e-6), r), z),
  );
  const last = f64x2.add(
    step(2.755727347871858e-7, f64x2.splat(2.5105312729622103e-8), r),
    mul(z, 2.09147553258932e-9),
  );
  return f64x2.add(first, f64x2.mul(f64x2.add(middle, f64x2.mul(last, w)), w));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function tanh(given: v128): v128 {
  const x = f64x2.abs(given);
  const power = exp(f64x2.add(x, x));
  const large = f64x2.sub(f64x2.splat(1), f64x2.div(f64x2.splat(2), add(power, 1.0)));
  const z = f64x2.mul(x, x);
  const p = step(
    -1.61468768441708447952e3,
    step(-9.92877231001918586564e1, f64x2.splat(-9.64399179425052238628e-1), z),
    z,
  );
  const q = step(
    4.84406305325125486048e3,
    step(2.23548839060100448583e3, step(1.12811678491632931402e2, f64x2.splat(1), z), z),
    z,
  );
  const small = f64x2.add(x, f64x2.mul(f64x2.mul(x, z), f64x2.div(p, q)));
  const value = v128.bitselect(small, large, f64x2.lt(x, f64x2.splat(0.625)));
  return v128.bitselect(given, value, i64x2.splat(0x8000000000000000));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function log(given: v128): v128 {
  const small = f64x2.lt(given, f64x2.splat(2.2250738585072014e-308));
  const x = v128.bitselect(mul(given, 18014398509481984.0), given, small);
  const bits = i64x2.add(x, i64x2.splat(0x00095f6200000000));
  const exponent = v128.or(i64x2.shr_u(bits, 52), i64x2.splat(0x4330000000000000));
  const bias = v128.bitselect(f64x2.splat(4503599627371573.0), f64x2.splat(4503599627371519.0), small);
  const k = f64x2.sub(exponent, bias);
  const m = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e00000000));
  const f = add(m, -1.0);
  const h = mul(f64x2.mul(f, f), 0.5);
  const product = logarithmSeries(f, h);
  const low = f64x2.sub(f64x2.add(product, mul(k, 1.90821492927058770002e-10)), h);
  const y = f64x2.add(f64x2.add(low, f), mul(k, 6.93147180369123816490e-1));
  // What is not above 0, or infinite, or NaN.
  const usual = v128.and(f64x2.gt(given, f64x2.splat(0)), f64x2.lt(given, f64x2.splat(Infinity)));
  const isZero = f64x2.eq(given, f64x2.splat(0));
  const isNegative = f64x2.lt(given, f64x2.splat(0));
  const unusual = v128.bitselect(
    f64x2.splat(-Infinity),
    v128.bitselect(f64x2.splat(NaN), given, isNegative),
    isZero,
  );
  return v128.bitselect(y, unusual, usual);
}

/** log(1 + f) - f + f²/2, where `h` is f²/2. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function logarithmSeries(f: v128, h: v128): v128 {
  const s = f64x2.div(f, add(f, 2.0));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(
    w,
    step(3.999999999940941908e-1, step(2.222219843214978396e-1, f64x2.splat(1.531383769920937332e-1), w), w),
  );
  const odd = f64x2.mul(
    z,
    step(
      6.666666666666735130e-1,
      step(2.857142874366239149e-1, step(1.818357216161805012e-1, f64x2.splat(1.479819860511658591e-1), w), w),
      w,
    ),
  );
  return f64x2.mul(s, f64x2.add(h, f64x2.add(odd, even)));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function trigonometric(f: TileFunction, x: v128): v128 {
  const n = nearest(mul(x, 6.36619772367581382433e-1));
  const r = f64x2.sub(x, mul(n, 1.57079632673412561417));
  const w = mul(n, 6.07710050650619224932e-11);
  const y = f64x2.sub(r, w);
  const tail = f64x2.sub(f64x2.sub(r, y), w);
  const sine = sinKernel(y, tail);
  const cosine = cosKernel(y, tail);
  const quadrant = add(n, ROUNDER);
  const isOdd = i64x2.ne(v128.and(quadrant, i64x2.splat(1)), i64x2.splat(0));
  let value: v128;
  if (f == TileFunction.tan) {
    const quotient = f64x2.div(v128.bitselect(cosine, sine, isOdd), v128.bitselect(sine, cosine, isOdd));
    value = v128.xor(quotient, v128.and(isOdd, i64x2.splat(0x8000000000000000)));
  } else if (f == TileFunction.sin) {
    const sign = i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62);
    value = v128.xor(v128.bitselect(cosine, sine, isOdd), sign);
  } else {
    const sign = i64x2.shl(v128.and(i64x2.add(quadrant, i64x2.splat(1)), i64x2.splat(2)), 62);
    value = v128.xor(v128.bitselect(sine, cosine, isOdd), sign);
  }
  const isNear = v128.and(f64x2.lt(f64x2.abs(y), f64x2.splat(0.0001220703125)), f64x2.ne(n, f64x2.splat(0)));
  const isFar = v128.not(f64x2.le(f64x2.abs(x), f64x2.splat(131072.0)));
  const hard = v128.or(isNear, isFar);
  if (v128.any_true(hard)) value = exactly(f, x, value, hard);
  return value;
}

/** `value` with the lanes that are hard computed by the engine. */
function exactly(f: TileFunction, x: v128, value: v128, hard: v128): v128 {
  if (i64x2.extract_lane(hard, 0) != 0) {
    value = f64x2.replace_lane(value, 0, engine(f, f64x2.extract_lane(x, 0)));
  }
  if (i64x2.extract_lane(hard, 1) != 0) {
    value = f64x2.replace_lane(value, 1, engine(f, f64x2.extract_lane(x, 1)));
  }
  return value;
}

function engine(f: TileFunction, x: f64): f64 {
  if (f == TileFunction.sin) return sinOf(x);
  return f == TileFunction.cos ? cosOf(x) : tanOf(x);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function sinKernel(x: v128, tail: v128): v128 {
  const z = f64x2.mul(x, x);
  const w = f64x2.mul(z, z);
  const low = step(8.33333333332248946124e-3, step(-1.98412698298579493134e-4, f64x2.splat(2.75573137070700676789e-6), z), z);
  const high = f64x2.mul(f64x2.mul(z, w), step(-2.50507602534068634195e-8, f64x2.splat(1.58969099521155010221e-10), z));
  const r = f64x2.add(low, high);
  const v = f64x2.mul(z, x);
  const inner = f64x2.sub(f64x2.mul(z, f64x2.sub(mul(tail, 0.5), f64x2.mul(v, r))), tail);
  return f64x2.sub(x, f64x2.sub(inner, mul(v, -1.66666666666666324348e-1)));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function cosKernel(x: v128, tail: v128): v128 {
  const z = f64x2.mul(x, x);
  const w = f64x2.mul(z, z);
  const low = f64x2.mul(
    z,
    step(4.16666666666666019037e-2, step(-1.38888888888741095749e-3, f64x2.splat(2.48015872894767294178e-5), z), z),
  );
  const high = f64x2.mul(
    f64x2.mul(w, w),
    step(-2.75573143513906633035e-7, step(2.08757232129817482790e-9, f64x2.splat(-1.13596475577881948265e-11), z), z),
  );
  const r = f64x2.add(low, high);
  const half = mul(z, 0.5);
  const head = f64x2.sub(f64x2.splat(1), half);
  const rest = f64x2.sub(f64x2.sub(f64x2.splat(1), head), half);
  return f64x2.add(head, f64x2.add(rest, f64x2.sub(f64x2.mul(z, r), f64x2.mul(x, tail))));
}
