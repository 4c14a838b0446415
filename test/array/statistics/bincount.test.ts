// What is counted where lengths, ranges and edges are not known before: values, lengths and what is
// refused.
import { describe, expect, it } from "vitest";
import * as tw from "../../../src/array/index.js";
import { elementsOf, valuesOf } from "../table-arrays.js";

const numbers = tw.asarray(
  Array.from({ length: 90 }, (_, i) => (i * i) % 37),
  { chunks: 2 },
);

describe("bincount without a length", () => {
  it("adds up more blocks than one task does", async () => {
    const found = tw.bincount(numbers);
    expect(found.shape).toEqual([Number.NaN]);
    expect(found.dtype).toBe("int64");
    const wanted = new Array<bigint>(37).fill(0n);
    for (let i = 0; i < 90; i++) wanted[(i * i) % 37] = (wanted[(i * i) % 37] as bigint) + 1n;
    const last = wanted.findLastIndex((count) => count > 0n);
    expect(await elementsOf(found)).toEqual(wanted.slice(0, last + 1));
  });

  it("counts blocks of unknown lengths, and their weights", async () => {
    const small = numbers.less(5);
    const [x, weights] = [tw.extract(small, numbers), tw.extract(small, numbers.multiply(2))];
    const wanted = (await valuesOf(tw.bincount(x))).map((count, i) => 2 * i * count);
    expect(await valuesOf(tw.bincount(x, { weights }))).toEqual(wanted);
    const uneven = tw.bincount(x, { weights: tw.extract(numbers.less(8), numbers) });
    await expect(valuesOf(uneven)).rejects.toThrow(/\d+ weights for \d+ elements/);
  });

  it.each([[-1], [0.5], [Number.NaN]])("refuses %s", async (wrong) => {
    for (const options of [{}, { minlength: 4 }]) {
      const counts = tw.bincount(tw.asarray([1, wrong]), options);
      await expect(valuesOf(counts)).rejects.toThrow(`whole numbers from 0, found ${wrong}`);
    }
  });
});

describe("histograms whose bins are computed", () => {
  it("look for the range in unknown lengths, too", async () => {
    const x = tw.extract(numbers.less(9), numbers);
    for (const bins of [3, "sqrt"] as const) {
      const { hist, binEdges } = tw.histogram(x, bins);
      const edges = await valuesOf(binEdges);
      expect([edges[0], edges.at(-1)]).toEqual([0, 7]);
      const total = (await valuesOf(hist)).reduce((sum, n) => sum + n, 0);
      expect(total).toBe((await valuesOf(x)).length);
    }
  });

  it("have no range where elements are not finite", async () => {
    const x = tw.asarray([1, Number.NaN, 3]);
    for (const bins of [4, "auto"] as const) {
      await expect(valuesOf(tw.histogram(x, bins).hist)).rejects.toThrow("pass { range }");
    }
    expect(await elementsOf(tw.histogram(x, 2, { range: [0n, 4n] }).hist)).toEqual([1n, 1n]);
  });

  it("find out whether edges ascend", async () => {
    const edges = tw.asarray([0, 2, 1]);
    await expect(valuesOf(tw.histogram(numbers, edges).hist)).rejects.toThrow("ascending: found 0");
    const open = tw.extract(edges.less(2), edges);
    expect(await elementsOf(tw.histogram(numbers, open).hist)).toHaveLength(1);
    expect(() => tw.histogram2d(numbers, numbers, open)).toThrow("computeChunkSizes");
  });

  it("keep the dtype of edges that are given", async () => {
    const { binEdges } = tw.histogram(numbers, [0n, 3n, 9n]);
    expect(await elementsOf(binEdges)).toEqual([0n, 3n, 9n]);
    expect(tw.histogram(numbers.astype("float32"), 3).binEdges.dtype).toBe("float32");
  });

  it("do not weigh by a rule", () => {
    const weights = tw.onesLike(numbers);
    expect(() => tw.histogram(numbers, "fd", { weights })).toThrow("pass a number of bins");
  });
});
