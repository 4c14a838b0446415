// Values set where a computed mask holds, against the same loop in plain JavaScript.
import fc from "fast-check";
import { expect, it } from "vitest";
import * as tw from "../../../../src/array/index.js";
import { countingArray, valuesOf } from "../../table-arrays.js";

const x = countingArray(
  [3, 4],
  [
    [2, 1],
    [1, 3],
  ],
  "float64",
);
const rows = tw.asarray([true, false, true], { chunks: 1 });
const columns = tw.asarray([false, true, true, false], { chunks: 3 });

it("sets one value along any axis", async () => {
  expect(await valuesOf(x.set([rows], -1))).toEqual([-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1, -1]);
  expect(await valuesOf(x.set([null, columns], -1))).toEqual([
    0, -1, -1, 3, 4, -1, -1, 7, 8, -1, -1, 11,
  ]);
  expect(await valuesOf(x.set([rows], [1, 2, 3, 4]))).toEqual([1, 2, 3, 4, 4, 5, 6, 7, 1, 2, 3, 4]);
});

it("sets a list in order, one entry for each place", async () => {
  expect(
    await valuesOf(
      x.set(
        [rows],
        [
          [1, 1, 1, 1],
          [2, 2, 2, 2],
        ],
      ),
    ),
  ).toEqual([1, 1, 1, 1, 4, 5, 6, 7, 2, 2, 2, 2]);
  expect(
    await valuesOf(
      x.set(
        [null, columns],
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ),
    ),
  ).toEqual([0, 1, 2, 3, 4, 3, 4, 7, 8, 5, 6, 11]);
  expect(await valuesOf(x.set([x.greater(8)], tw.asarray([7, 8, 9], { chunks: 2 })))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 7, 8, 9,
  ]);
});

it("sets beside positions and slices", async () => {
  expect(await valuesOf(x.set([1, columns], -1))).toEqual([0, 1, 2, 3, 4, -1, -1, 7, 8, 9, 10, 11]);
  expect(await valuesOf(x.set([1, columns], [20, 30]))).toEqual([
    0, 1, 2, 3, 4, 20, 30, 7, 8, 9, 10, 11,
  ]);
  expect(
    await valuesOf(
      x.set(
        [rows, "1:3"],
        tw.asarray([
          [1, 2],
          [3, 4],
        ]),
      ),
    ),
  ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 3, 4, 11].with(1, 1).with(2, 2));
  expect(await valuesOf(x.set(["::2", columns], -1))).toEqual([
    0, -1, -1, 3, 4, 5, 6, 7, 8, -1, -1, 11,
  ]);
  expect(await valuesOf(x.set([rows, -1], [5, 6]))).toEqual([0, 1, 2, 5, 4, 5, 6, 7, 8, 9, 10, 6]);
  expect(await valuesOf(x.set([tw.ellipsis, columns], 1))).toEqual([
    0, 1, 1, 3, 4, 1, 1, 7, 8, 1, 1, 11,
  ]);
  const cube = countingArray([2, 2, 2], [[1, 1], [2], [1, 1]]);
  const last = tw.asarray([false, true]);
  expect(await valuesOf(cube.set([1, null, last], 9))).toEqual([0, 1, 2, 3, 4, 9, 6, 9]);
  expect(() => cube.set([1, null, last], [[8, 9]])).toThrow("set one value, or set in two steps");
  expect(() => x.set([[0, 1], columns], 1)).toThrow("combines with positions and slices only");
});

it("does so whatever the mask and the chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 15 }),
      fc.integer({ min: 1, max: 6 }),
      async (flags, chunks) => {
        const count = flags.filter(Boolean).length;
        // A list as long as the array, or of one, would broadcast.
        if (count < 2 || count === flags.length) return;
        const list = Array.from({ length: count }, (_, i) => -1 - i);
        const wanted = flags.map((flag, i) => (flag ? (list.shift() as number) : i));
        const given = Array.from({ length: count }, (_, i) => -1 - i);
        const array = tw.arange(flags.length, { chunks, dtype: "float64" });
        const mask = tw.asarray(flags, { chunks: 2 });
        expect(await valuesOf(tw.set(array, [mask], given))).toEqual(wanted);
      },
    ),
    { numRuns: 40 },
  );
});

it("refuses what cannot fit", () => {
  expect(() => x.set([columns], 0)).toThrow("a mask from axis 0 on of shape (4,) cannot be set");
  expect(() => x.set([rows], [[1, 2, 3]])).toThrow("a value of shape (1, 3) cannot be set");
});

it("keeps no list of the positions of a slice that takes one value", () => {
  const x = tw.zeros([1e12], { chunks: 1e9 }).set(["::2"], 5);
  expect(x.shape).toEqual([1e12]);
});
