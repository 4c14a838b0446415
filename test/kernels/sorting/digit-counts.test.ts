// Counts of digits: in WebAssembly and without, beside keys that are made one by one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DTYPES, type DType, type TypedArray } from "../../../src/base/dtype.js";
import {
  countDigits,
  elementOfKey,
  jsCountDigits,
  type Key,
  withDigit,
} from "../../../src/kernels/sorting/digit-counts.js";

const REAL = (Object.keys(DTYPES) as DType[]).filter((dtype) => DTYPES[dtype].kind !== "complex");

/** Values of any bits, many of them close to each other. */
const cases = fc.record({
  dtype: fc.constantFrom(...REAL),
  words: fc.array(
    fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }), fc.constant(0x7ff00000)),
    {
      minLength: 2,
      maxLength: 90,
    },
  ),
  bits: fc.integer({ min: 1, max: 16 }),
  at: fc.nat(),
});

function valuesOf(dtype: DType, words: readonly number[]): TypedArray {
  const bytes = Int32Array.from(words.length % 2 === 0 ? words : words.slice(1));
  if (dtype === "bool") return Uint8Array.from(bytes, (word) => word & 1);
  return new DTYPES[dtype].array(bytes.buffer, 0, bytes.byteLength / DTYPES[dtype].itemBytes);
}

const compare = (a: number | bigint, b: number | bigint) => {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
};

/** The prefix that differs in the last of its bits. */
function neighbour({ high, low }: Key, bits: number): Key {
  if (bits > 32) return { high, low: (low ^ (1 << (64 - bits))) >>> 0 };
  return { high: (high ^ (1 << (32 - bits))) >>> 0, low };
}

describe("countDigits", () => {
  it("leads to the element of any rank, in WebAssembly and without", () => {
    fc.assert(
      fc.property(cases, ({ dtype, words, bits, at }) => {
        const values = valuesOf(dtype, words);
        const numbers = Array.from(values as Float64Array).filter((value) => !Number.isNaN(value));
        if (numbers.length === 0) return;
        const sorted = numbers.sort(compare);
        let rank = at % sorted.length;
        const wanted = sorted[rank] as number;
        let key: Key = { high: 0, low: 0 };
        const keyBits = 8 * DTYPES[dtype].itemBytes;
        for (let skip = 0; skip < keyBits; ) {
          // The first digit tells NaN from numbers, so it is never shorter
          // (array/sorting/selected-ranks.ts).
          const digit = { skip, bits: Math.min(skip === 0 ? 16 : bits, keyBits - skip) };
          const other = neighbour(key, skip);
          const isOfNaN = DTYPES[dtype].kind === "float" && other.high >= 0xff000000;
          const prefixes = skip === 0 || isOfNaN ? [key] : [other, key];
          const counts = countDigits(values, dtype, digit, prefixes);
          const plain = jsCountDigits(values, dtype, digit, prefixes);
          expect(plain.every((n, i) => n === counts[i])).toBe(true);
          const own = counts.subarray(-(2 ** digit.bits));
          let value = 0;
          while (rank >= (own[value] as number)) rank -= own[value++] as number;
          key = withDigit(key, digit, value);
          skip += digit.bits;
        }
        expect(elementOfKey(key, dtype)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it("counts arrays of many pieces once", () => {
    const values = Float64Array.from({ length: 5003 }, (_, i) => (i * 7919) % 4001);
    for (const count of [countDigits, jsCountDigits]) {
      const first = count(values, "float64", { skip: 0, bits: 16 }, [{ high: 0, low: 0 }]);
      expect(first.reduce((sum, n) => sum + n, 0)).toBe(5003);
    }
  });
});
