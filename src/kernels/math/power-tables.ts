// The tables of powers (elementary-powers.ts): logarithms of some numbers next to which all others
// are, and parts of an octave. They are computed in whole numbers with many bits, so that no one
// has to trust long columns of digits.
import { PowerTable } from "./power-table-layout.js";

/** Bits after the point of numbers that are whole ones here. */
const BITS = 120n;
const ONE = 1n << BITS;

/** The high half of the least fraction, about 0.706; the others are below its double. */
const FRACTION_MIN_WORD = 0x3fe69555;

function toNumber(fixed: bigint): number {
  // Number() rounds to the nearest, and the rest is exact.
  return Number(fixed) / 2 ** Number(BITS);
}

/** The sum of `term`, t/3 of `term · square` and so forth: twice it is log((1 + t) / (1 - t)). */
function areaTangent(numerator: bigint, denominator: bigint): bigint {
  let power = (numerator * ONE) / denominator;
  const square = (power * power) >> BITS;
  let sum = 0n;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = (power * square) >> BITS;
  }
  return sum;
}

const LN_2 = 2n * areaTangent(1n, 3n);

/**
 * For each interval of fractions, by their next bits: 1/c of a number c in the middle of it, in
 * 256ths, so that the products are exact. Also log(c) to so few places that sums with multiples of
 * ln 2 are exact, and its rounding error.
 */
function logarithms(): Float64Array {
  const table = new Float64Array(4 * PowerTable.parts);
  const cell = new Float64Array(1);
  const words = new Uint32Array(cell.buffer);
  const start = (part: number) => {
    words[1] = FRACTION_MIN_WORD + part * 2 ** 13;
    return cell[0] as number;
  };
  for (let part = 0; part < PowerTable.parts; part++) {
    const [low, high] = [start(part), start(part + 1)];
    // Logarithms of numbers next to 1 must not be differences of others.
    const inverse = low < 1 && high > 1 ? 256 : Math.round(512 / (low + high));
    const exact = 2n * areaTangent(BigInt(256 - inverse), BigInt(256 + inverse));
    const rounded = ((exact >> (BITS - 44n)) + 1n) >> 1n;
    table[4 * part] = inverse / 256;
    table[4 * part + 1] = Number(rounded) / 2 ** 43;
    table[4 * part + 2] = toNumber(exact - (rounded << (BITS - 43n)));
  }
  return table;
}

/**
 * For each part of an octave 2^(part/parts) without its rounding error, and that error relative to
 * it; the error first.
 */
function exponentials(): Float64Array {
  const table = new Float64Array(2 * PowerTable.parts);
  const exponent = LN_2 / BigInt(PowerTable.parts);
  let root = 0n;
  let term = ONE;
  for (let n = 1n; term > 0n; n++) {
    root += term;
    term = ((term * exponent) >> BITS) / n;
  }
  let power = ONE;
  for (let part = 0; part < PowerTable.parts; part++) {
    const rounded = toNumber(power);
    const lack = toNumber(power - BigInt(rounded * 2 ** 52) * (ONE >> 52n));
    table[2 * part] = lack / rounded;
    table[2 * part + 1] = rounded;
    power = (power * root) >> BITS;
  }
  return table;
}

/** The tables of powers. */
export interface PowerTables {
  /** Four numbers for each part: 1/c, log(c), its rounding error, and padding. */
  readonly logarithms: Float64Array;
  /** Two numbers for each part: the rounding error of 2^(part/parts), and its value. */
  readonly exponentials: Float64Array;
}

let tables: PowerTables | undefined;

/** The tables, which are made when they are needed first. */
export function powerTables(): PowerTables {
  return (tables ??= { logarithms: logarithms(), exponentials: exponentials() });
}
