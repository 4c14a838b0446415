// The tables of powers: what they must have so that what is computed with them is exact.
import { describe, expect, it } from "vitest";
import { PowerTable } from "../../../src/kernels/math/power-table-layout.js";
import { powerTables } from "../../../src/kernels/math/power-tables.js";

const { logarithms, exponentials } = powerTables();
const parts = Array.from({ length: PowerTable.parts }, (_, part) => part);

describe("tables of powers", () => {
  it("have logarithms of numbers of 8 bits, exact in sums with multiples of ln 2", () => {
    for (const part of parts) {
      const [inverse = 0, log = 0, lack = 0] = logarithms.subarray(4 * part);
      expect(inverse * 256).toBe(Math.round(inverse * 256));
      expect(log * 2 ** 43).toBe(Math.round(log * 2 ** 43));
      expect(Math.abs(lack)).toBeLessThanOrEqual(2 ** -44);
      expect(Math.abs(log + lack + Math.log(inverse))).toBeLessThan(1e-16);
    }
    const one = parts.find((part) => logarithms[4 * part] === 1) as number;
    expect(Array.from(logarithms.subarray(4 * one, 4 * one + 4))).toEqual([1, 0, 0, 0]);
  });

  it("have parts of an octave, and what these lack", () => {
    expect(Array.from(exponentials.subarray(0, 2))).toEqual([0, 1]);
    for (const part of parts) {
      const [lack = 0, power = 0] = exponentials.subarray(2 * part);
      expect(Math.abs(power / 2 ** (part / PowerTable.parts) - 1)).toBeLessThan(3e-16);
      expect(Math.abs(lack)).toBeLessThanOrEqual(2 ** -53);
    }
    // The square of the root of 2 is 2, with twice the digits: (p (1 + t))² = 2.
    const [lack = 0, root = 0] = exponentials.subarray(PowerTable.parts);
    const square = BigInt(root * 2 ** 52) ** 2n;
    const wanted = Number(2n ** 105n - square) / Number(square);
    expect(Math.abs(2 * lack - wanted)).toBeLessThan(1e-31);
  });
});
