// Sorting in WebAssembly beside the engine's: the same values to the bit, the same order of what is
// equal.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import { DTYPES, type DType, type TypedArray } from "../../../src/base/dtype.js";
import { orderOf, sortValues } from "../../../src/kernels/sorting/radix-sort.js";
import { argsort, sort } from "../../../src/kernels/sorting/sort-lanes.js";

const KINDS = ["float64", "float32", "int64", "uint64", "int32", "uint32"] as const;
const SPECIAL = [
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  5e-324,
  -5e-324,
];

/** So many values of a dtype: bits at random, a few different ones, or all of one sign. */
function valuesOf(dtype: DType, length: number, seed: number): TypedArray {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0);
  const values = new DTYPES[dtype].array(new ArrayBuffer(8 * length), 0, length);
  const words = new Uint32Array(values.buffer, 0, values.byteLength / 4);
  for (let i = 0; i < words.length; i++) words[i] = seed % 3 === 0 ? next() & 0x3ff00003 : next();
  if (dtype.startsWith("float")) {
    for (let i = 0; i < length; i += 1 + (next() % 9)) {
      values[i] = SPECIAL[next() % SPECIAL.length] as number;
    }
  }
  return values;
}

const cases = fc.record({
  dtype: fc.constantFrom(...KINDS),
  length: fc.constantFrom(0, 1, 50, 1023, 1024, 1025, 5000),
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
});

/** Bits, but that one NaN is as good as another. */
const texts = (values: TypedArray) =>
  Array.from(values as Float64Array, (value) => (Object.is(value, -0) ? "-0" : `${value}`));

describe("sortValues", () => {
  it("sorts as the engine does", () => {
    fc.assert(
      fc.property(cases, ({ dtype, length, seed }) => {
        const values = valuesOf(dtype, length, seed);
        const wanted = values.slice().sort();
        sortValues(values);
        expect(texts(values)).toEqual(texts(wanted));
      }),
      { numRuns: 60 },
    );
  });

  it("sorts a part of an array, and what the engine has to sort", () => {
    const values = valuesOf("float64", 4000, 4);
    const [before, after] = [values.slice(0, 7), values.slice(3007)];
    const wanted = values.slice(7, 3007).sort();
    sortValues(values.subarray(7, 3007));
    expect(texts(values)).toEqual([...texts(before), ...texts(wanted), ...texts(after)]);
    const small = Int16Array.from({ length: 3000 }, (_, i) => (i * 7919) % 30_011);
    const sorted = small.slice().sort();
    sortValues(small);
    expect(small).toEqual(sorted);
  });
});

describe("orderOf", () => {
  it("leaves ties as they stand, and puts NaN last either way", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ dtype, length, seed }, descending) => {
        const values = valuesOf(dtype, length, seed);
        const order = orderOf(values, descending);
        expect(order === undefined).toBe(length < 1024);
        const sign = descending ? -1 : 1;
        const wanted = Uint32Array.from({ length }, (_, i) => i).sort((a, b) => {
          const [x, y] = [values[a] as number, values[b] as number];
          const [noX, noY] = [Number.isNaN(x), Number.isNaN(y)];
          if (noX || noY) return Number(noX) - Number(noY);
          return x < y ? -sign : x > y ? sign : 0;
        });
        if (order !== undefined) expect(order).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });
});

describe("lanes", () => {
  it.each([false, true])(
    "of any stride are sorted, zeros as they stand; descending: %s",
    (descending) => {
      const values = valuesOf("float64", 2 * 1500, 6);
      const x = {
        ...contiguousBlock("float64", values, [1500, 2]),
      };
      const sorted = emptyBlock("float64", [1500, 2]);
      const places = emptyBlock("int64", [1500, 2]);
      sort({ name: "sort", axis: 0, descending })([x], sorted, 0);
      argsort({ name: "argsort", axis: 0, descending })([x], places, 0);
      for (const column of [0, 1]) {
        const lane = (data: TypedArray) => data.filter((_, i) => i % 2 === column);
        const own = lane(values) as Float64Array;
        const order = Array.from(lane(places.data) as BigInt64Array, Number);
        const numbers = order.filter((place) => !Number.isNaN(own[place]));
        expect(new Set(order).size).toBe(1500);
        const result = lane(sorted.data) as Float64Array;
        const result0 = descending ? result.filter((value) => !Number.isNaN(value)) : result;
        expect(Array.from(result0.subarray(0, numbers.length), (v) => v + 0)).toEqual(
          numbers.map((place) => (own[place] as number) + 0),
        );
      }
    },
  );
});
