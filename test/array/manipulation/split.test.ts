// Arrays cut apart and arrays as sets, against what NumPy 1.24 gives.
import { describe, expect, it } from "vitest";
import * as tw from "../../../src/array/index.js";
import { countingArray, valuesOf } from "../table-arrays.js";

const x = countingArray(
  [3, 4],
  [
    [2, 1],
    [3, 1],
  ],
);
const valuesOfAll = (parts: readonly tw.ChunkedArray[]) =>
  Promise.all(parts.map((p) => valuesOf(p)));

describe("splits", () => {
  it("evenly, or as evenly as it goes", async () => {
    expect(await valuesOfAll(tw.hsplit(x, 2))).toEqual([
      [0, 1, 4, 5, 8, 9],
      [2, 3, 6, 7, 10, 11],
    ]);
    const parts = tw.arraySplit(tw.arange(10, { chunks: 3 }), 4);
    expect(await valuesOfAll(parts)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
      [8, 9],
    ]);
    expect(tw.arraySplit(tw.arange(2), 3).map((part) => part.shape)).toEqual([[1], [1], [0]]);
  });

  it("at positions, also from the end, in no order and beyond it", async () => {
    const v = tw.arange(8, { chunks: 3 });
    expect(await valuesOfAll(tw.split(v, [2, -1]))).toEqual([[0, 1], [2, 3, 4, 5, 6], [7]]);
    expect(await valuesOfAll(tw.split(v, [5, 3, 10]))).toEqual([
      [0, 1, 2, 3, 4],
      [],
      [3, 4, 5, 6, 7],
      [],
    ]);
  });

  it("refuses what cannot be", () => {
    expect(() => tw.split(x, 2)).toThrow("cannot cut axis 0 of length 3 into 2 equal parts");
    expect(() => tw.arraySplit(x, 0)).toThrow("0 parts: expected a whole number from 1");
    expect(() => tw.split(x, 2, 5)).toThrow("axis");
    expect(() => tw.dsplit(x, 1)).toThrow("dsplit needs 3 axes");
    expect(() => tw.vsplit(tw.ones(4), 2)).toThrow("vsplit needs 2 axes");
  });
});

describe("sets", () => {
  const first = tw.asarray(
    [
      [3, 1],
      [3, 2],
    ],
    { chunks: 1 },
  );
  const second = tw.asarray([4, 3, 4, 0], { chunks: 3 });

  it("have common and own values", async () => {
    expect(await valuesOf(tw.intersect1d(first, second))).toEqual([3]);
    expect(await valuesOf(tw.setdiff1d(first, second))).toEqual([1, 2]);
    expect(await valuesOf(tw.setxor1d(first, second))).toEqual([0, 1, 2, 4]);
    const holes = tw.asarray([2, Number.NaN]);
    expect(await valuesOf(tw.setxor1d(holes, tw.asarray([Number.NaN])))).toEqual([
      2,
      Number.NaN,
      Number.NaN,
    ]);
    const complex = tw.asarray([{ re: 1, im: 0 }]);
    expect(await valuesOf(tw.setdiff1d(tw.asarray([1, 2]), complex))).toEqual([2]);
    expect(tw.intersect1d(first, second.astype("float32")).dtype).toBe("float64");
    expect(tw.setdiff1d(first.astype("int32"), second).dtype).toBe("int32");
  });
});

it("arrays are equal when shapes and elements are", async () => {
  expect(await valuesOf(tw.arrayEqual(x, x.rechunk(1)))).toEqual([1]);
  expect(await valuesOf(tw.arrayEqual(x, x.add(x.equal(5))))).toEqual([0]);
  expect(await valuesOf(tw.arrayEqual(x, x.ravel()))).toEqual([0]);
  expect(await valuesOf(tw.arrayEqual(tw.asarray([Number.NaN]), [Number.NaN]))).toEqual([0]);
});
