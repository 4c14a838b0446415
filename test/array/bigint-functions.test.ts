// Functions whose kernels work on numbers, given 64-bit integers, which are BigInts.
import { describe, expect, it } from "vitest";
import {
  bincount,
  digitize,
  fromArray,
  histogram,
  isin,
  median,
  quantile,
  searchsorted,
} from "../../src/array/index.js";
import { elementsOf } from "./table-arrays.js";

describe("64-bit integers", () => {
  for (const dtype of ["int64", "uint64"] as const) {
    const x = fromArray([3, 1, 4, 1, 5], { dtype, chunks: 2 });

    it(`are counted: ${dtype}`, async () => {
      expect(await elementsOf(bincount(x, { minlength: 6 }))).toEqual([0n, 2n, 0n, 1n, 1n, 1n]);
      const weighed = bincount(x, { minlength: 6, weights: x });
      expect(await elementsOf(weighed)).toEqual([0, 2, 0, 3, 4, 5]);
      const { hist } = histogram(x, [0, 2, 5], { weights: x });
      expect(await elementsOf(hist)).toEqual([2n, 12n]);
      expect(await elementsOf(digitize(x, [2, 4]))).toEqual([1n, 0n, 2n, 0n, 2n]);
    });

    it(`are looked up: ${dtype}`, async () => {
      expect(await elementsOf(isin(x, [1n, 5n]))).toEqual([0, 1, 0, 1, 1]);
      expect(await elementsOf(isin(4, x))).toEqual([1]);
      expect(await elementsOf(isin(x, -1n))).toEqual([0, 0, 0, 0, 0]);
      expect(await elementsOf(searchsorted(x.sort(), x, { side: "right" }))).toEqual([
        3n,
        2n,
        4n,
        2n,
        5n,
      ]);
    });

    it(`have medians: ${dtype}`, async () => {
      expect(await elementsOf(median(x))).toEqual([3]);
      expect(await elementsOf(quantile(x, [0.25, 0.6]))).toEqual([1, 3.4]);
      expect(await elementsOf(quantile(x, 0.6, 0, { method: "lower" }))).toEqual([3n]);
    });
  }
});
