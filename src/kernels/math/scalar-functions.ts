// Arithmetic on one element that needs more than an expression: NumPy's floor division, remainder,
// rounding and similar. Generated loops call these by name (scalar-code.ts); the engine inlines
// them. Nothing here knows about arrays.

/** Rounds to the nearest integer, halves to even; keeps the sign of zero. */
export function roundHalfEven(x: number): number {
  const magnitude = Math.abs(x);
  // From 2^52 on every double is an integer; below, adding and subtracting it rounds as the
  // processor does, which is half to even.
  if (!(magnitude < 4503599627370496)) return x;
  return copysign(magnitude + 4503599627370496 - 4503599627370496, x);
}

/** The magnitude of `x` with the sign of `y`, negative zero included. */
export function copysign(x: number, y: number): number {
  const magnitude = Math.abs(x);
  return signbit(y) === 1 ? -magnitude : magnitude;
}

/**
 * The length of the vector (x, y). Only squares that are near to 0 or beyond all numbers take
 * scaling.
 */
export function magnitude(x: number, y: number): number {
  const square = x * x + y * y;
  return square > 1e-290 && square < 1e300 ? Math.sqrt(square) : scaledMagnitude(x, y);
}

/**
 * The same scaled by a power of two, which changes no digit; infinity if either part is infinite.
 */
function scaledMagnitude(x: number, y: number): number {
  const larger = Math.max(Math.abs(x), Math.abs(y));
  if (Math.abs(x) === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY) {
    return Number.POSITIVE_INFINITY;
  }
  const scale = larger > 1 ? 2 ** -600 : 2 ** 600;
  const [a, b] = [x * scale, y * scale];
  return Math.sqrt(a * a + b * b) / scale;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** 1 for negative numbers, negative zero and NaN whose sign is set. */
export function signbit(x: number): number {
  if (!Number.isNaN(x)) return x < 0 || (x === 0 && 1 / x < 0) ? 1 : 0;
  // No expression distinguishes the kinds of NaN; the engine moves their bits unchanged.
  double[0] = x;
  return (words[1] as number) < 0 ? 1 : 0;
}

/** -1, 0 or 1; NaN for NaN. */
export function signOf(x: number): number {
  if (x > 0) return 1;
  if (x < 0) return -1;
  return x === 0 ? 0 : x;
}

/** Remainder with the sign of the divisor, as in Python. */
export function floatRemainder(x: number, y: number): number {
  const rest = x % y;
  if (y === 0) return rest;
  if (rest === 0) return copysign(0, y);
  return y < 0 !== rest < 0 ? rest + y : rest;
}

/** The largest integer not above `x / y`, consistent with {@link floatRemainder}. */
export function floatFloorDivide(x: number, y: number): number {
  if (y === 0) return x / y;
  const rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && y < 0 !== rest < 0) quotient -= 1;
  if (quotient === 0) return copysign(0, x / y);
  const floored = Math.floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

/** Remainder with the sign of the dividend. */
export function floatFmod(x: number, y: number): number {
  return x % y;
}

/** {@link floatFmod} on integers; 0 when the divisor is 0. */
export function intFmod(x: number, y: number): number {
  return y === 0 ? 0 : (x % y) + 0; // no negative zero
}

/** {@link floatRemainder} on integers; 0 when the divisor is 0. */
export function intRemainder(x: number, y: number): number {
  if (y === 0) return 0;
  const rest = (x % y) + 0; // no negative zero
  return rest !== 0 && y < 0 !== rest < 0 ? rest + y : rest;
}

/** Integer division rounded down; 0 when the divisor is 0. */
export function intFloorDivide(x: number, y: number): number {
  // Exact: quotients of 32-bit integers are apart by more than a double's rounding.
  return y === 0 ? 0 : Math.floor(x / y) | 0;
}

/** C's `pow`: unlike JavaScript's, 1 to any power is 1, and so is -1 to an infinite one. */
export function floatPow(x: number, y: number): number {
  if (x === 1 || (x === -1 && (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY))) {
    return 1;
  }
  return x ** y;
}

/**
 * Power of integers of up to 32 bits, wrapping; below 1 in magnitude (a negative exponent) becomes
 * 0.
 */
export function intPow(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? ((y & 1) === 0 ? 1 : -1) : 0;
  let result = 1;
  let base = x;
  for (let rest = y; rest !== 0; rest >>>= 1) {
    if ((rest & 1) === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** `log(exp(x) + exp(y))` without overflow. */
export function logaddexp(x: number, y: number): number {
  if (x === y) return x + Math.LN2;
  const difference = x - y;
  if (difference > 0) return x + Math.log1p(Math.exp(-difference));
  if (difference <= 0) return y + Math.log1p(Math.exp(difference));
  return Number.NaN;
}

/** `x << y` of 32 bits; 0 when all bits are shifted out. */
export function shiftLeft(x: number, y: number): number {
  return y >>> 0 < 32 ? x << y : 0;
}

/** `x >> y` of 32 bits; the sign alone if all bits are shifted out. */
export function shiftRight(x: number, y: number): number {
  return x >> (y >>> 0 < 32 ? y : 31);
}

/** `x >>> y` of 32 bits; 0 when all bits are shifted out. */
export function shiftRightUnsigned(x: number, y: number): number {
  return y < 32 ? x >>> y : 0;
}

/** The greatest common divisor, from 0 on; of 0 and a number its magnitude. */
export function intGcd(x: number, y: number): number {
  let [larger, smaller] = [Math.abs(x), Math.abs(y)];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** The least common multiple of integers of up to 32 bits, wrapping. */
export function intLcm(x: number, y: number): number {
  const divisor = intGcd(x, y);
  return divisor === 0 ? 0 : Math.imul(Math.abs(x) / divisor, Math.abs(y));
}

/** How many bits are set in the magnitude of an integer of up to 32 bits. */
export function bitCount(x: number): number {
  let rest = Math.abs(x) >>> 0;
  rest -= (rest >>> 1) & 0x55555555;
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
