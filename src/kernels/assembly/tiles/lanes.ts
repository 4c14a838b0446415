// Arithmetic on the two lanes of a vector that the functions of float64 share.

@inline
export function mul(x: v128, y: f64): v128 {
  return f64x2.mul(x, f64x2.splat(y));
}

@inline
export function add(x: v128, y: f64): v128 {
  return f64x2.add(x, f64x2.splat(y));
}

/** a + b * x */
@inline
export function step(a: f64, b: v128, x: v128): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(b, x));
}

/** 1.5 · 2^52: added and taken away again, it rounds to a whole number. */
export const ROUNDER: f64 = 6755399441055744.0;

@inline
export function nearest(x: v128): v128 {
  return add(add(x, ROUNDER), -ROUNDER);
}

/** 2 to the whole number x, of up to 11 bits. */
@inline
export function powerOfTwo(x: v128): v128 {
  return i64x2.shl(add(x, ROUNDER + 1023.0), 52);
}

/** y times 2 to the power of k, of up to 12 bits: 2^k alone may be too large, or too small. */
@inline
export function scaledTwice(y: v128, k: v128): v128 {
  const half = nearest(mul(k, 0.5));
  return f64x2.mul(f64x2.mul(y, powerOfTwo(half)), powerOfTwo(f64x2.sub(k, half)));
}

/** Whether numbers are positive, finite, and not smaller than normal ones. */
@inline
export function isNormal(x: v128): v128 {
  return v128.and(f64x2.ge(x, f64x2.splat(2.2250738585072014e-308)), f64x2.lt(x, f64x2.splat(Infinity)));
}

/** The lower lanes of two vectors. */
@inline
export function lowerOf(x: v128, y: v128): v128 {
  return v128.shuffle<f64>(x, y, 0, 2);
}

/** The higher lanes of two vectors. */
@inline
export function higherOf(x: v128, y: v128): v128 {
  return v128.shuffle<f64>(x, y, 1, 3);
}
