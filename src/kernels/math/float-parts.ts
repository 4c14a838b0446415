// Parts of floating-point numbers: neighbours, exponents, mantissas. Generated loops call these by
// name (scalar-code.ts).

const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/** The next float64 from `x` towards `y`. */
export function nextFloat64(x: number, y: number): number {
  if (!(x < y || x > y)) return x === y ? y : Number.NaN;
  if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  double[0] = x;
  const grows = y > x === x > 0;
  doubleBits[0] = (doubleBits[0] as bigint) + (grows ? 1n : -1n);
  return double[0] as number;
}

/** The next float32 from `x` towards `y`. */
export function nextFloat32(x: number, y: number): number {
  if (!(x < y || x > y)) return x === y ? y : Number.NaN;
  if (x === 0) return y > 0 ? 2 ** -149 : -(2 ** -149);
  single[0] = x;
  const grows = y > x === x > 0;
  singleBits[0] = (singleBits[0] as number) + (grows ? 1 : -1);
  return single[0] as number;
}

/** The distance from a float64 to the next one away from 0, with its sign. */
export function spacing64(x: number): number {
  return nextFloat64(x, signedInfinity(x)) - x;
}

/** The distance from a float32 to the next one away from 0, with its sign. */
export function spacing32(x: number): number {
  return nextFloat32(x, signedInfinity(x)) - x;
}

const signedInfinity = (x: number) => (x < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);

/** x · 2ⁿ, rounded once. */
export function ldexp(x: number, n: number): number {
  let [value, rest] = [x, n];
  for (let i = 0; i < 2 && rest > 1023; i++) {
    value *= 2 ** 1023;
    rest -= 1023;
  }
  // Each step keeps 53 bits above the smallest numbers, so that only the last one rounds.
  for (let i = 0; i < 2 && rest < -1022; i++) {
    value *= 2 ** -969;
    rest += 969;
  }
  return value * 2 ** Math.max(-1022, Math.min(1023, rest));
}

/**
 * The whole number n for which x / 2ⁿ is from 1/2 to below 1; 0 for 0 and for numbers that are not
 * finite.
 */
export function binaryExponent(x: number): number {
  const size = Math.abs(x);
  if (size === 0 || size - size !== 0) return 0;
  // The logarithm may be off by its rounding.
  let exponent = Math.floor(Math.log2(size)) + 1;
  while (ldexp(size, -exponent) >= 1) exponent++;
  while (ldexp(size, -exponent) < 0.5) exponent--;
  return exponent;
}

/** x / 2ⁿ with n of {@link binaryExponent}: from 1/2 to below 1, with the sign of `x`. */
export function binaryMantissa(x: number): number {
  return ldexp(x, -binaryExponent(x));
}
