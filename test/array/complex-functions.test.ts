// Functions of whole arrays that treat complex numbers in a way of their own. Values are NumPy's.
import { describe, expect, it } from "vitest";
import {
  asarray,
  type ChunkedArray,
  corrcoef,
  cov,
  cumprod,
  isin,
  nanmean,
  nanstd,
  nansum,
  nanvar,
  round,
  vdot,
} from "../../src/array/index.js";
import { valuesOf } from "./table-arrays.js";

const z = asarray(
  [
    { re: 1, im: 2 },
    { re: 0, im: -1 },
    { re: -1, im: 0.5 },
    { re: 3, im: 0 },
  ],
  { chunks: 2 },
);
const holes = asarray(
  [
    { re: 1, im: 2 },
    { re: Number.NaN, im: 1 },
    { re: 3, im: 0 },
  ],
  { chunks: 2 },
);

async function expectClose(x: ChunkedArray, wanted: readonly number[]): Promise<void> {
  const given = await valuesOf(x);
  expect(given.length).toBe(wanted.length);
  given.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] as number, 12);
  });
}

describe("complex numbers", () => {
  it("that are NaN in one part are passed over", async () => {
    await expectClose(nansum(holes), [4, 2]);
    await expectClose(nanmean(holes), [2, 1]);
    await expectClose(nanvar(holes), [2]);
    await expectClose(nanstd(holes), [Math.SQRT2]);
    expect(nanstd(holes).dtype).toBe("float64");
  });

  it("are conjugated in products with themselves", async () => {
    await expectClose(vdot(z, z), [16.25, 0]);
    await expectClose(vdot(z, asarray([1, 2, 3, 4])), [10, -1.5]);
    await expectClose(cov(z), [4.479166666666667, 0]);
    const rows = z.reshape([2, 2]);
    await expectClose(cov(rows), [5, 0, -1.25, -6.25, -1.25, 6.25, 8.125, 0]);
    const correlation = [-0.196116135138184, -0.9805806756909202];
    const [re = 0, im = 0] = correlation;
    await expectClose(corrcoef(rows), [1, 0, re, im, re, -im, 1, 0]);
  });

  it("are among others when both parts are the same", async () => {
    const among = [
      { re: 1, im: 2 },
      { re: -0, im: -1 },
      { re: 3, im: 1 },
      { re: Number.NaN, im: 1 },
    ];
    expect(await valuesOf(isin(z, among))).toEqual([1, 1, 0, 0]);
    expect(await valuesOf(isin(holes, among, { invert: true }))).toEqual([0, 1, 1]);
    expect(await valuesOf(isin(z, asarray([0, 3])))).toEqual([0, 0, 0, 1]);
  });

  it("keep NaN and infinity of one part out of the other", async () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    const x = asarray([
      { re: nan, im: 126 },
      { re: -140, im: -infinity },
      { re: infinity, im: nan },
      { re: 260, im: 5 },
    ]);
    expect(await valuesOf(round(x, -2))).toEqual([
      nan,
      100,
      -100,
      -infinity,
      infinity,
      nan,
      300,
      0,
    ]);
    for (const each of [x, x.slice(x.notEqual(1))]) {
      expect((await valuesOf(cumprod(each))).slice(0, 4)).toEqual([nan, 126, nan, nan]);
    }
  });
});
