// Values set where a computed mask holds, against the same loop in plain JavaScript.
import fc from "fast-check";
import { expect, it } from "vitest";
import * as tw from "../../../../src/array/index.js";
import { sizeOf } from "../../../../src/graph/model/chunks.js";
import { countingArray, tasksOf, valuesOf } from "../../table-arrays.js";

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

/** Chunks of random lengths, some of them empty, and whether each place is true. */
const masks = fc
  .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 })
  .chain((shape) => {
    const size = sizeOf(shape);
    const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 6, maxLength: 6 });
    const flags = fc.array(fc.boolean(), { minLength: size, maxLength: size });
    return fc.tuple(fc.constant(shape), cuts, flags, fc.boolean());
  });

it("does so in any number of axes, whatever the mask and the chunks", async () => {
  await fc.assert(
    fc.asyncProperty(masks, async ([shape, cuts, flags, isComplex]) => {
      const grid = (from: number) => shape.map((_, axis) => cuts[from + axis] as number);
      const dtype = isComplex ? "complex64" : "int64";
      const array = tw.arange(flags.length, { dtype: "int64" }).reshape(shape).rechunk(grid(0));
      const mask = tw.asarray({ data: Uint8Array.from(flags, Number), shape }).rechunk(grid(3));
      const values = flags.flatMap((flag, i) => (flag ? [-1 - i] : []));
      const wanted = flags.map((flag, i) => (flag ? -1 - i : i));
      // A list as long as the last axis, or of one, would broadcast.
      if (values.length === 1 || values.length === shape.at(-1)) return;
      const given = tw.asarray({ data: Float64Array.from(values), shape: [values.length] });
      const result = tw.set(array.astype(dtype), [mask.astype("bool")], given.rechunk(2));
      expect(result.dtype).toBe(dtype);
      expect(result.chunks).toEqual(array.chunks);
      expect(await valuesOf(result)).toEqual(isComplex ? wanted.flatMap((re) => [re, 0]) : wanted);
    }),
    { numRuns: 60 },
  );
});

it("places values that begin again at their end, as NumPy does", async () => {
  await fc.assert(
    fc.asyncProperty(masks, fc.integer({ min: 1, max: 4 }), async ([shape, cuts, flags], count) => {
      const array = tw
        .arange(flags.length)
        .reshape(shape)
        .rechunk(shape.map((_, i) => cuts[i] ?? 1));
      const mask = tw.asarray({ data: Uint8Array.from(flags, Number), shape }).astype("bool");
      let rank = 0;
      const wanted = flags.map((flag, i) => (flag ? -1 - (rank++ % count) : i));
      const given = Array.from({ length: count }, (_, i) => -1 - i);
      expect(await valuesOf(tw.place(array, mask, given))).toEqual(wanted);
    }),
    { numRuns: 30 },
  );
});

it("sets rows of values by a mask of two axes between others", async () => {
  const cube = tw
    .arange(2 * 3 * 4 * 2)
    .reshape([2, 3, 4, 2])
    .rechunk([1, 2, 3, 1]);
  const data = Array.from({ length: 12 }, (_, i) => i % 5 === 1);
  const mask = tw.asarray(data).reshape([3, 4]).rechunk([2, 2]);
  for (const wide of [1, 2]) {
    const values = tw
      .arange(wide * 3 * 2)
      .add(100)
      .reshape([wide, 3, 2])
      .rechunk(2);
    const wanted = Array.from({ length: 48 }, (_, i) => {
      const [a, place, b] = [Math.floor(i / 24), Math.floor(i / 2) % 12, i % 2];
      if (!data[place]) return i;
      return 100 + (wide === 1 ? 0 : a) * 6 + Math.floor(place / 5) * 2 + b;
    });
    expect(await valuesOf(cube.set([null, mask], values))).toEqual(wanted);
  }
});

it("sets by a mask of unknown length, and by one of no axes", async () => {
  const some = tw.arange(9, { chunks: 2 });
  const left = some.slice(some.remainder(3).notEqual(0)) as tw.ChunkedArray;
  const set = left.set([left.greater(2)], [-1, -2, -3, -4]);
  expect(await valuesOf(set)).toEqual([1, 2, -1, -2, -3, -4]);
  for (const flag of [true, false]) {
    const given = tw.set(some, [tw.asarray(flag)], tw.ones([1, 9]));
    expect(await valuesOf(given)).toEqual(await valuesOf(flag ? tw.ones(9) : some));
  }
});

it("takes three tasks per block with the mask's own, however many values there are", () => {
  for (const shape of [[1600], [400, 400], [20, 40, 40]]) {
    const chunks = shape.map((length) => length / (shape.length === 1 ? 16 : 4));
    const array = tw.random(shape, { chunks });
    const blocks = array.numblocks.reduce((a, b) => a * b, 1);
    const mask = tw.random(shape, { chunks }).less(0.5);
    for (const values of [tw.asarray([1, 2, 3]), tw.random([1e5], { chunks: 1e3 })]) {
      const most = 3 * blocks + 4;
      expect(tasksOf(array.set([mask], values))).toBeLessThanOrEqual(most);
      expect(tasksOf(tw.place(array, mask, values))).toBeLessThanOrEqual(most);
    }
  }
});

it("adds up counts of many runs in blocks", async () => {
  const length = 70_000;
  const array = tw.zeros([length, 2], { chunks: [35_000, 1] });
  const odd = tw
    .arange(2 * length, { chunks: length })
    .remainder(2)
    .equal(1);
  const mask = odd.reshape([length, 2]).rechunk([35_000, 1]);
  const given = tw.arange(length).add(1);
  const set = array.set([mask], given);
  expect(await valuesOf(set.slice("-2:"))).toEqual([0, length - 1, 0, length]);
});

it("refuses what cannot fit", () => {
  expect(() => x.set([columns], 0)).toThrow("a mask from axis 0 on of shape (4,) cannot be set");
  expect(() => x.set([rows], [[1, 2, 3]])).toThrow("a value of shape (1, 3) cannot be set");
});

it("refuses too few values when it computes", async () => {
  await expect(valuesOf(x.set([x.greater(8)], [1, 2]))).rejects.toThrow(
    "the mask has more true places than the 2 values",
  );
});

it("keeps no list of the positions of a slice that takes one value", () => {
  const x = tw.zeros([1e12], { chunks: 1e9 }).set(["::2"], 5);
  expect(x.shape).toEqual([1e12]);
});
