// Repeated elements where a list of positions would be as long as the result: still lazy, in blocks
// of the usual size.
import { describe, expect, it } from "vitest";
import { arange, asarray, ones, repeat, zeros } from "../../../../src/array/index.js";
import { elementsOf, largestBlock, tasksOf, valuesOf } from "../../table-arrays.js";

const BLOCK_BYTES_MAX = 128 * 2 ** 20;

describe("repeat", () => {
  it("stays lazy and cuts blocks where the count is large", async () => {
    const x = ones([1e6]).repeat(1000);
    expect(x.shape).toEqual([1e9]);
    expect(largestBlock(x) * 8).toBeLessThanOrEqual(BLOCK_BYTES_MAX);
    expect(x.chunks[0]?.length).toBeLessThan(100);
    expect(tasksOf(x)).toBeLessThan(400);
    const some = arange(1e6, { chunks: 3e5 }).repeat(1000).slice("299999998:300000003");
    expect(await valuesOf(some)).toEqual([299999, 299999, 300000, 300000, 300000]);
  });

  it("cuts what one element becomes", async () => {
    const x = arange(2000).reshape([2, 1000]).astype("float64").repeat(100_000, 0);
    expect(x.shape).toEqual([200_000, 1000]);
    expect(largestBlock(x) * 8).toBeLessThanOrEqual(BLOCK_BYTES_MAX);
    expect(await valuesOf(x.slice("99999:100001", 7))).toEqual([7, 1007]);
  });

  it("takes numbers for each position, however many come out", async () => {
    const counts = Int32Array.from({ length: 1000 }, (_, i) => 10 * i);
    const x = repeat(arange(1000, { chunks: 400 }), counts);
    expect(x.shape).toEqual([4_995_000]);
    const start = (i: number) => (10 * i * (i - 1)) / 2;
    const some = x.slice(`${start(700) - 1}:${start(700) + 2}`);
    expect(await valuesOf(some)).toEqual([699, 700, 700]);
    expect(await elementsOf(x.sum())).toEqual([3328335000n]);
  });

  it("gives the same in one way as in the other", async () => {
    // 4,194,304 positions are listed, one more row of them is not.
    for (const rows of [1024, 1025]) {
      const x = arange(rows * 2, { chunks: 500 })
        .reshape([rows, 2])
        .repeat(4096, 0);
      expect(x.shape).toEqual([rows * 4096, 2]);
      const picked = [0, 4095, 4096, 4096 * 777 + 5, 4096 * rows - 1];
      const rowsTaken = picked.map((at) => Math.floor(at / 4096));
      expect(await valuesOf(x.slice(picked, 1))).toEqual(rowsTaken.map((row) => 2 * row + 1));
    }
  });

  it("repeats nothing and empty axes", async () => {
    expect(repeat(zeros([0, 2]), 1e9, 0).shape).toEqual([0, 2]);
    expect(repeat(zeros([3]), 0).chunks).toEqual([[0]]);
    expect(await valuesOf(repeat(asarray([1, 2]), [0, 2]))).toEqual([2, 2]);
  });

  it("refuses numbers that are none", () => {
    expect(() => repeat(ones(3), [1, 2])).toThrow("a whole number from 0, or 3 of them, got 1, 2");
    expect(() => repeat(ones(3), 1e16)).toThrow("repeat needs a whole number");
    expect(() => repeat(ones(3), -1)).toThrow("repeat needs a whole number");
  });
});
