// Functions whose kernels work on numbers, given 64-bit integers, which are BigInts.
import { describe, expect, it } from "vitest";
import {
  bincount,
  digitize,
  equal,
  fromArray,
  greater,
  greaterEqual,
  histogram,
  isin,
  less,
  lessEqual,
  median,
  notEqual,
  quantile,
  searchsorted,
  unwrap,
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

  it("compare exactly, signed ones with others", async () => {
    const unsigned = fromArray([2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n, 0n], {
      dtype: "uint64",
      chunks: 2,
    });
    const signed = fromArray([2n ** 63n - 1n, -1n, 2n ** 53n, 0n], { dtype: "int64" });
    const verbs = [equal, notEqual, less, lessEqual, greater, greaterEqual];
    const found = verbs.map(async (compare) => [
      await elementsOf(compare(unsigned, signed)),
      await elementsOf(compare(signed, unsigned)),
    ]);
    expect(await Promise.all(found)).toEqual([
      [
        [0, 0, 0, 1],
        [0, 0, 0, 1],
      ],
      [
        [1, 1, 1, 0],
        [1, 1, 1, 0],
      ],
      [
        [0, 0, 0, 0],
        [1, 1, 1, 0],
      ],
      [
        [0, 0, 0, 1],
        [1, 1, 1, 1],
      ],
      [
        [1, 1, 1, 0],
        [0, 0, 0, 0],
      ],
      [
        [1, 1, 1, 1],
        [0, 0, 0, 1],
      ],
    ]);
    expect(await elementsOf(isin(unsigned, signed))).toEqual([0, 0, 0, 1]);
    expect(await elementsOf(isin(signed, unsigned))).toEqual([0, 0, 0, 1]);
  });

  it("keep their dtype without jumps", async () => {
    const angles = fromArray([0, 90, 350, 10], { dtype: "int32", chunks: 2 });
    const smooth = unwrap(angles, { period: 360 });
    expect(smooth.dtype).toBe("int32");
    expect(await elementsOf(smooth)).toEqual([0, 90, -10, 10]);
    expect(unwrap(angles.astype("uint32"), { period: 360 }).dtype).toBe("int64");
  });
});
