// Exponentials of float64, as kernels/math/elementary.ts computes them: the same operations in the
// same order, on two numbers at once. A power of two close to one in a table, times a short series
// of the remainder.
import { PowerTable } from "../../math/power-table-layout";
import { add, higherOf, lowerOf, mul, ROUNDER, scaledTwice, step } from "./lanes";

/** e to the power of x, where that is a normal number. */
@inline
export function exp(x: v128): v128 {
  return exponential(x, f64x2.splat(0));
}

/** 2 to the power of `shift`, times e to the power of `given`. */
export function anyExp(given: v128, shift: f64): v128 {
  const x = f64x2.pmin(f64x2.pmax(given, f64x2.splat(-746.0)), f64x2.splat(711.0));
  return anyExponential(x, f64x2.splat(0), shift);
}

/** e to the power of `main + rest`, where that is a normal number. */
@inline
export function exponential(main: v128, rest: v128): v128 {
  const bits = add(mul(main, 184.6649652337873), ROUNDER);
  const power = i64x2.shl(v128.and(bits, i64x2.splat(-<i64>PowerTable.parts)), 45);
  return i64x2.add(fraction(main, rest, bits), power);
}

/**
 * 2 to the power of `shift`, times e to the power of `main + rest`, which is between -760 and 760.
 */
@inline
export function anyExponential(main: v128, rest: v128, shift: f64): v128 {
  const bits = add(mul(main, 184.6649652337873), ROUNDER);
  const power = f64x2.floor(mul(add(bits, -ROUNDER), 0.0078125));
  return scaledTwice(fraction(main, rest, bits), add(power, shift));
}

/**
 * e to the power of `main + rest` without a power of two, where the low bits of `bits` are their
 * number of parts.
 */
@inline
function fraction(main: v128, rest: v128, bits: v128): v128 {
  const n = add(bits, -ROUNDER);
  const high = f64x2.add(main, mul(n, -0.005415212348111709));
  const r = f64x2.add(f64x2.add(high, mul(n, -1.2864023111638346e-14)), rest);
  const near = v128.load(exponentialAt(i32x4.extract_lane(bits, 0)));
  const nearOther = v128.load(exponentialAt(i32x4.extract_lane(bits, 2)));
  const known = higherOf(near, nearOther);
  const square = f64x2.mul(r, r);
  const first = step(0.49999999999996786, f64x2.splat(0.16666666666665886), r);
  const last = step(0.0416666808410674, f64x2.splat(0.008333335853059549), r);
  const beyond = f64x2.add(
    f64x2.add(f64x2.add(lowerOf(near, nearOther), r), f64x2.mul(square, first)),
    f64x2.mul(f64x2.mul(square, square), last),
  );
  return f64x2.add(known, f64x2.mul(known, beyond));
}

@inline
function exponentialAt(word: i32): usize {
  return <usize>PowerTable.exponentials + <usize>((word & (PowerTable.parts - 1)) << 4);
}
