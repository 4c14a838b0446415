// Few points of an array replaced, against plain loops over them.
import { describe, expect, it } from "vitest";
import { fromArray, putAt, random, set, zeros } from "../../../../src/array/index.js";
import { Rng } from "../../../../src/base/rng.js";
import { tasksOf, valuesOf } from "../../table-arrays.js";

/** An array of three axes, two lists of places along two of them, and its plain values. */
function example(seed: number) {
  const rng = new Rng(seed);
  const shape = [5 + rng.below(5), 6 + rng.below(5), 7 + rng.below(5)];
  const data = Float64Array.from({ length: shape.reduce((n, m) => n * m, 1) }, (_, i) => i);
  const chunks = shape.map((length) => 1 + rng.below(length));
  const x = fromArray({ data, shape }, { chunks });
  const axes = [
    [0, 1],
    [0, 2],
    [1, 2],
  ][seed % 3] as [number, number];
  const lists = axes.map((axis) =>
    Array.from({ length: 6 }, () => rng.below(shape[axis] as number)),
  ) as [number[], number[]];
  const entries: (number[] | null)[] = [null, null, null];
  axes.forEach((axis, k) => {
    entries[axis] = lists[k] as number[];
  });
  return { x, data, shape, axes, lists, entries };
}

describe("few points along several axes", () => {
  it.each(Array.from({ length: 9 }, (_, seed) => seed))(
    "take their values, the last where a place is named twice: seed %i",
    async (seed) => {
      const { x, data, shape, axes, lists, entries } = example(seed);
      const [kept = 0] = [0, 1, 2].filter((axis) => !axes.includes(axis));
      const length = shape[kept] as number;
      // NumPy: lists apart from one another come first.
      const isFirst = kept === 1 || kept === 2;
      const valueShape = isFirst ? [6, length] : [length, 6];
      const values = Float64Array.from({ length: 6 * length }, (_, i) => -1 - i);
      const right = data.slice();
      const strides = [(shape[1] as number) * (shape[2] as number), shape[2] as number, 1];
      for (let point = 0; point < 6; point++) {
        for (let i = 0; i < length; i++) {
          const at = axes.reduce(
            (flat, axis, k) => flat + (lists[k]?.[point] as number) * (strides[axis] as number),
            i * (strides[kept] as number),
          );
          right[at] = values[isFirst ? point * length + i : i * 6 + point] as number;
        }
      }
      const given = fromArray({ data: values, shape: valueShape }, { chunks: 2 });
      const result = set(x, entries, given);
      expect(result.chunks).toEqual(x.chunks);
      expect(await valuesOf(result)).toEqual([...right]);
      const flags = await valuesOf(set(x, entries, -7));
      expect(flags).toEqual([...right].map((value) => (value < 0 ? -7 : value)));
    },
  );

  it("may be beside a single position, and of complex numbers", async () => {
    const x = zeros([4, 4, 4], { chunks: 3, dtype: "complex128" });
    const values = fromArray([1, 2, 3]).astype("complex128");
    const result = set(x, [[0, 3, 2], 1, [2, 0, 2]], values);
    const found = await valuesOf(result.real());
    expect(found.flatMap((value, at) => (value === 0 ? [] : [[at, value]]))).toEqual([
      [6, 1],
      [38, 3],
      [52, 2],
    ]);
  });

  it("cost a task for each block, however large the array", () => {
    const x = random([400_000, 400_000], { chunks: 40_000, seed: 1 });
    const rows = Array.from({ length: 1_000 }, (_, i) => i * 397);
    const columns = Array.from({ length: 1_000 }, (_, i) => i * 11);
    expect(tasksOf(set(x, [rows, columns], 0))).toBeLessThan(110);
    const positions = rows.map((row, i) => row * 400_000 + (columns[i] as number));
    expect(tasksOf(putAt(x, positions, 0))).toBeLessThan(110);
  });

  it("are positions in row-major order", async () => {
    const x = fromArray({ data: new Float64Array(60), shape: [5, 12] }, { chunks: [2, 5] });
    const result = await valuesOf(putAt(x, [-1, 13, 0, 13], [1, 2, 3, 4]));
    expect(result.flatMap((value, at) => (value === 0 ? [] : [[at, value]]))).toEqual([
      [0, 3],
      [13, 4],
      [59, 1],
    ]);
    expect(() => putAt(x, [60], 1)).toThrow(/index 60 is out of range/);
    const few = putAt(zeros([2, 2]), [0, 1, 3], [7, 8]);
    expect(await valuesOf(few)).toEqual([7, 8, 0, 7]);
    const many = putAt(zeros([2, 2]), [1, 2], fromArray([7, 8, 9]));
    expect(await valuesOf(many)).toEqual([0, 7, 8, 0]);
    expect(() => putAt(x, [0, 1], [])).toThrow(/putAt was given no values/);
  });
});
