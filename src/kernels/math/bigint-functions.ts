// Arithmetic on 64-bit integers that takes more than an expression. Results may be larger than 64
// bits: generated code wraps them. The same on numbers is scalar-functions.ts.

/** The integer part of a number; 0 for numbers that have none. */
export function wholeBigInt(x: number): bigint {
  return Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n;
}

/** The float32 nearest to `x`, rounded once. */
export function bigintToFloat32(x: bigint): number {
  if (x >= -9007199254740992n && x <= 9007199254740992n) return Math.fround(Number(x));
  // A set bit below those that a double keeps decides ties as all the bits that were dropped do.
  const dropped = x & 2047n ? 1n : 0n;
  return Math.fround(Number((x >> 11n) | dropped)) * 2048;
}

/** The distance from zero. */
export function bigintAbs(x: bigint): bigint {
  return x < 0n ? -x : x;
}

/** -1, 0 or 1. */
export function bigintSign(x: bigint): bigint {
  return x > 0n ? 1n : x < 0n ? -1n : 0n;
}

/** The smaller one. */
export function bigintMin(x: bigint, y: bigint): bigint {
  return x < y ? x : y;
}

/** The larger one. */
export function bigintMax(x: bigint, y: bigint): bigint {
  return x > y ? x : y;
}

/** Remainder with the sign of the divisor; 0 when the divisor is 0. */
export function bigintRemainder(x: bigint, y: bigint): bigint {
  if (y === 0n) return 0n;
  const rest = x % y;
  return rest !== 0n && y < 0n !== rest < 0n ? rest + y : rest;
}

/** Remainder with the sign of the dividend; 0 when the divisor is 0. */
export function bigintFmod(x: bigint, y: bigint): bigint {
  return y === 0n ? 0n : x % y;
}

/** Division rounded down; 0 when the divisor is 0. */
export function bigintFloorDivide(x: bigint, y: bigint): bigint {
  return y === 0n ? 0n : (x - bigintRemainder(x, y)) / y;
}

/** Power, wrapping; below 1 in magnitude (a negative exponent) becomes 0. */
export function bigintPow(x: bigint, y: bigint): bigint {
  if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n;
  let base = x;
  for (let rest = y; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

/** `x << y`; 0 when all bits are shifted out. */
export function bigintShiftLeft(x: bigint, y: bigint): bigint {
  return y >= 0n && y < 64n ? x << y : 0n;
}

/** `x >> y`; the sign alone if all bits are shifted out. */
export function bigintShiftRight(x: bigint, y: bigint): bigint {
  return x >> (y >= 0n && y < 64n ? y : 64n);
}

/** The greatest common divisor, from 0 on. */
export function bigintGcd(x: bigint, y: bigint): bigint {
  let [larger, smaller] = [bigintAbs(x), bigintAbs(y)];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** The least common multiple. */
export function bigintLcm(x: bigint, y: bigint): bigint {
  const divisor = bigintGcd(x, y);
  return divisor === 0n ? 0n : (bigintAbs(x) / divisor) * bigintAbs(y);
}

/** How many bits are set in the magnitude. */
export function bigintBitCount(x: bigint): bigint {
  let count = 0n;
  for (let rest = bigintAbs(x); rest > 0n; rest &= rest - 1n) count++;
  return count;
}
