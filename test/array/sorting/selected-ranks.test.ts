// Quantiles found digit by digit, in blocks in any order: against those of one block.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChunkedArray,
  fromArray,
  median,
  nanquantile,
  quantile,
  random,
} from "../../../src/array/index.js";
import { laneColumns } from "../../../src/array/manipulation/whole-lanes.js";
import { planDigits, selectedQuantiles } from "../../../src/array/sorting/selected-ranks.js";
import { DTYPES, type DType } from "../../../src/base/dtype.js";
import { elementsOf, tasksOf, valuesOf } from "../table-arrays.js";

const SPECIAL = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324];
const DTYPE_NAMES: readonly DType[] = [
  "float64",
  "float32",
  "int8",
  "uint16",
  "int32",
  "int64",
  "uint64",
  "bool",
];

const inputs = fc.record({
  dtype: fc.constantFrom(...DTYPE_NAMES),
  numbers: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 6 * 20 }),
  chunk: fc.integer({ min: 1, max: 9 }),
  q: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
  method: fc.constantFrom("linear", "lower", "higher", "nearest", "midpoint", "hazen"),
});

function elementOf(dtype: DType, n: number): number | bigint {
  const { kind } = DTYPES[dtype];
  if (dtype === "bool") return n & 1;
  if (dtype === "int64") return BigInt(n) * 2n ** 55n;
  if (dtype === "uint64") return BigInt(n + 9) * 2n ** 59n;
  if (kind === "float") return SPECIAL[n + 3] ?? n / 4;
  return kind === "uint" ? n + 9 : n * 13;
}

/**
 * The elements; which of two zeros comes first is no one's promise, here the negative one, else the
 * first in the array.
 */
async function unsignedZeros(x: ChunkedArray<DType>): Promise<unknown[]> {
  return (await elementsOf(x)).map((element) => (element === 0 ? 0 : element));
}

describe("selected quantiles", () => {
  it("are those of one block, of all axes or along one", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async ({ dtype, numbers, chunk, q, method }) => {
        const rows = Math.floor(numbers.length / 3);
        const data = numbers.slice(0, 3 * rows).map((n) => elementOf(dtype, n));
        const x = fromArray({ data, shape: [rows, 3] }, { dtype, chunks: [chunk, 2] });
        const whole = x.rechunk(-1);
        const asked = { quantiles: q, method } as const;
        for (const [of, ignoreNaN] of [
          [quantile, false],
          [nanquantile, true],
        ] as const) {
          const wanted = of(whole, q, null, { method });
          const all = selectedQuantiles({ node: x.node, axes: 2 }, asked, ignoreNaN, wanted.dtype);
          expect(await unsignedZeros(x.derive(all))).toEqual(await unsignedZeros(wanted));
          const node = laneColumns(x, [0]);
          const along = selectedQuantiles({ node, axes: 1 }, asked, ignoreNaN, wanted.dtype);
          expect(await unsignedZeros(x.derive(along))).toEqual(
            await unsignedZeros(of(whole, q, 0, { method })),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it("add up the counts of many blocks by sixteen", async () => {
    const data = Float64Array.from({ length: 40 }, (_, i) => (i * 37) % 41);
    const x = fromArray(data, { chunks: 1 });
    const asked = { quantiles: [0.5], method: "linear" } as const;
    const node = selectedQuantiles({ node: x.node, axes: 1 }, asked, false, "float64");
    const found = x.derive(node) as ChunkedArray;
    expect(await valuesOf(found)).toEqual(await valuesOf(median(x.rechunk(-1))));
    // Four digits: counted, added by sixteen, read by one; and what is between the two elements.
    expect(tasksOf(found)).toBe(4 * (40 + 3 + 1) + 1);
  });

  it("serve where blocks are long and shares few", async () => {
    const x = random([600, 600], { chunks: [600, 300], seed: 5 });
    const wanted = quantile(x.rechunk(-1), [0.1, 0.9]);
    expect(await valuesOf(quantile(x, [0.1, 0.9]))).toEqual(await valuesOf(wanted));
    // No block is sorted, put into another shape or moved.
    expect(tasksOf(median(x))).toBe(4 * (2 + 1) + 1 + 1);
    const many = Array.from({ length: 9 }, (_, k) => k / 8);
    expect(await valuesOf(quantile(x, many))).toEqual(
      await valuesOf(quantile(x.rechunk(-1), many)),
    );
  });
});

describe("planDigits", () => {
  it("covers all bits of a key with tables of bounded size", () => {
    for (const dtype of DTYPE_NAMES) {
      for (const ranks of [2, 6, 16]) {
        const digits = planDigits(dtype, ranks);
        expect(digits.reduce((sum, { bits }) => sum + bits, 0)).toBe(8 * DTYPES[dtype].itemBytes);
        for (const { skip, bits } of digits.slice(1)) {
          expect(skip).toBeGreaterThanOrEqual(16);
          expect(ranks * 2 ** bits).toBeLessThanOrEqual(2 ** 17);
        }
      }
    }
    expect(planDigits("float64", 2)).toHaveLength(4);
    expect(planDigits("float32", 2)).toHaveLength(2);
  });
});
