import { describe, expect, it } from "vitest";
import { zeros } from "../../../src/array/index.js";
import { hasPython, python } from "../../io/python.js";

/** The numbers in a picture, and what is between them. */
function partsOf(svg: string): { numbers: number[]; skeleton: string } {
  const bare = svg
    .replace(' xmlns="http://www.w3.org/2000/svg"', "")
    .replace(/ transform="rotate\(0,[^"]*"/g, "")
    .replace(/<!--.*-->/g, "")
    .replace(/#\w+/g, (colour) =>
      colour.replace(/\d/g, (digit) => "abcdefghij"[Number(digit)] as string),
    );
  const numbers = (bare.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  return { numbers, skeleton: bare.replace(/-?\d+(\.\d+)?/g, "0").replace(/\s+/g, "") };
}

const CASES: readonly (readonly [shape: number[], chunks: number[]])[] = [
  [[1000], [100]],
  [
    [10, 20],
    [3, 20],
  ],
  [
    [1000, 10],
    [10, 10],
  ],
  [
    [100, 200, 50],
    [50, 50, 50],
  ],
  [
    [5, 6, 7, 8],
    [5, 3, 7, 4],
  ],
  [
    [5, 6, 7, 8, 9],
    [5, 3, 7, 4, 9],
  ],
  [
    [2, 3, 4, 5, 6, 700],
    [1, 3, 4, 5, 6, 7],
  ],
];

describe("toSvg", () => {
  it.skipIf(!hasPython("dask.array.svg"))("draws what Dask draws", () => {
    const theirs = JSON.parse(
      python(`
import json, dask.array as da
print(json.dumps([da.zeros(s, chunks=c).to_svg(size=200) for s, c in ${JSON.stringify(CASES)}]))
`),
    ) as string[];
    CASES.forEach(([shape, chunks], i) => {
      const ours = partsOf(zeros(shape, { chunks }).toSvg());
      const dask = partsOf(theirs[i] as string);
      expect(ours.skeleton).toBe(dask.skeleton);
      expect(ours.numbers).toHaveLength(dask.numbers.length);
      // Dask cuts coordinates of lines to whole pixels, after sums in another order.
      ours.numbers.forEach((number, at) => {
        expect(Math.abs(number - (dask.numbers[at] as number))).toBeLessThanOrEqual(1);
      });
    });
  });

  it("draws a line per cut, and no more than can be distinguished", () => {
    const lines = (svg: string) => svg.match(/<line/g)?.length;
    expect(lines(zeros([4, 6], { chunks: 2 }).toSvg())).toBe(3 + 4);
    expect(lines(zeros([1000, 1000], { chunks: 1 }).toSvg({ size: 120 }))).toBe(20 + 20);
  });

  it("refuses what has no picture", () => {
    expect(() => zeros([]).toSvg()).toThrow("expected axes and elements");
    expect(() => zeros([0, 3]).toSvg()).toThrow("expected axes and elements");
    expect(() => zeros([3]).toSvg({ size: -1 })).toThrow("size is -1");
  });
});
