import ndarray from "ndarray";
import { describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  eye,
  fromArray,
  full,
  linspace,
  normal,
  ones,
  onesLike,
  random,
  zeros,
  zerosLike,
} from "../../../src/array/index.js";
import { type DType, sharedArray } from "../../../src/base/dtype.js";
import table from "../../fixtures/promotion.json" with { type: "json" };
import { chunkings, numberOf, type TableNumber, valuesOf } from "../table-arrays.js";

interface Case {
  readonly group: string;
  readonly args: number[];
  readonly start: number;
  readonly stop: number;
  readonly num: number;
  readonly endpoint: boolean;
  readonly result: TableNumber[];
}
const cases = (group: string) =>
  (table.cases as unknown as Case[]).filter((c) => c.group === group);

describe("arrays of one value", () => {
  it("know their shape, chunks and dtype", async () => {
    const x = zeros([4, 6], { chunks: [2, 3], dtype: "int32" });
    expect([x.shape, x.numblocks, x.dtype, x.size, x.nbytes, x.ndim]).toEqual([
      [4, 6],
      [2, 2],
      "int32",
      24,
      96,
      2,
    ]);
    expect(await valuesOf(ones([3]))).toEqual([1, 1, 1]);
    expect([full([2], true).dtype, full([2], 3).dtype, full([2], 0.5).dtype]).toEqual([
      "bool",
      "int32",
      "float64",
    ]);
    expect(await valuesOf(full([2], -0.5, { chunks: 1 }))).toEqual([-0.5, -0.5]);
  });

  it("are one layer, whatever the number of chunks", () => {
    const x = zeros([1_000_000, 1_000_000], { chunks: [100, 100] });
    expect(x.node.inputs).toEqual([]);
    expect(x.name).toBe(zeros([1_000_000, 1_000_000], { chunks: [100, 100] }).name);
    expect(x.name).not.toBe(x.rechunk([200, 100]).name);
  });

  it("take after another array", () => {
    const x = ones([5, 4], { chunks: [2, 4], dtype: "float32" });
    expect(zerosLike(x).chunks).toEqual(x.chunks);
    expect(onesLike(x, { dtype: "float32", chunks: -1 }).numblocks).toEqual([1, 1]);
    expect(zerosLike(x).dtype).toBe("float32");
  });

  it("refuse what makes no array", () => {
    expect(() => zeros([2, -1])).toThrow("a shape is a list of whole numbers from 0, got [2,-1]");
    expect(() => zeros([2], { dtype: "int128" as DType })).toThrow('unknown dtype "int128"');
    expect(() => full([2], 300, { dtype: "uint8" })).toThrow("300 does not fit into uint8");
    expect(() => zeros([4], { chunks: [[1, 2]] })).toThrow("add up to 3");
  });
});

describe("sequences", () => {
  it("are NumPy's in every chunking", async () => {
    for (const c of cases("arange")) {
      const [start, stop, step] = c.args as [number, number, number];
      for (const [chunks] of chunkings([c.result.length])) {
        const x = c.args.length === 1 ? arange(start) : arange(start, stop, step ?? 1);
        const values = await valuesOf(x.rechunk([chunks ?? 1]));
        expect(values, JSON.stringify(c)).toHaveLength(c.result.length);
        c.result.forEach((value, i) => {
          expect(values[i], JSON.stringify(c)).toBeCloseTo(numberOf(value), 12);
        });
      }
    }
    for (const c of cases("linspace")) {
      const values = await valuesOf(
        linspace(c.start, c.stop, c.num, { endpoint: c.endpoint, chunks: 2 }),
      );
      expect(values, JSON.stringify(c)).toEqual(c.result.map(numberOf));
    }
  });

  it("take options wherever the numbers end", () => {
    expect(arange(5, { chunks: 2 }).chunks).toEqual([[2, 2, 1]]);
    expect(arange(2, 5, { dtype: "float32" }).dtype).toBe("float32");
    expect(arange(2, 10, 3, { chunks: 1 }).numblocks).toEqual([3]);
    expect([arange(5).dtype, arange(0, 1, 0.25).dtype]).toEqual(["int32", "float64"]);
    expect(arange(5, 2).size).toBe(0);
    expect(() => arange(0, 1, 0)).toThrow("a step other than 0");
  });

  it("make matrices with ones on a diagonal", async () => {
    expect(await valuesOf(eye(2, 3, { k: 1, chunks: 1 }))).toEqual([0, 1, 0, 0, 0, 1]);
    expect(eye(3).shape).toEqual([3, 3]);
  });
});

describe("random arrays", () => {
  it("depend on the seed and not on the chunks", async () => {
    const options = { seed: 7, low: -1, high: 3 };
    const whole = await valuesOf(random([5, 7], { ...options, chunks: -1 }));
    expect(await valuesOf(random([5, 7], { ...options, chunks: [2, 3] }))).toEqual(whole);
    expect(Math.min(...whole)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...whole)).toBeLessThan(3);
    expect(await valuesOf(random([5, 7], { seed: 8, low: -1, high: 3 }))).not.toEqual(whole);
    expect(await valuesOf(normal([40], { seed: 1, chunks: 7 }))).toEqual(
      await valuesOf(normal([40], { seed: 1 })),
    );
  });

  it("draw a fresh seed when none is given", () => {
    expect(random([2]).name).not.toBe(random([2]).name);
    expect(random([2], { seed: 1 }).name).toBe(random([2], { seed: 1 }).name);
  });

  it("refuse other seeds, dtypes and ranges", () => {
    expect(() => random([2], { seed: -1 })).toThrow("a seed is a whole number from 0, got -1");
    expect(() => random([2], { dtype: "int32" as "float32" })).toThrow("makes float64 or float32");
    expect(() => random([2], { low: 2, high: 1 })).toThrow("random needs low ≤ high");
    expect(() => normal([2], { deviation: -1 })).toThrow("a deviation from 0");
  });
});

describe("values in memory", () => {
  it("come as nested lists", async () => {
    expect(
      fromArray([
        [1, 2],
        [3, 4],
      ]).dtype,
    ).toBe("float64");
    expect([fromArray([1n]), fromArray([2n ** 63n]), fromArray([{ re: 1, im: 0 }])]).toMatchObject([
      { dtype: "int64" },
      { dtype: "uint64" },
      { dtype: "complex128" },
    ]);
    expect([fromArray([true]).dtype, fromArray([0.5]).dtype, fromArray([2 ** 31]).dtype]).toEqual([
      "bool",
      "float64",
      "float64",
    ]);
    expect(
      await valuesOf(
        fromArray(
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          { chunks: [1, 2] },
        ),
      ),
    ).toEqual([1, 2, 3, 4, 5, 6]);
    expect(fromArray(3).shape).toEqual([]);
    expect(fromArray([[], []]).shape).toEqual([2, 0]);
  });

  it("come as typed arrays, ndarrays with strides, and { data, shape, dtype }", async () => {
    const data = Float64Array.from({ length: 12 }, (_, i) => i);
    expect(fromArray(data, { shape: [3, 4] }).shape).toEqual([3, 4]);
    const view = ndarray(data, [3, 4]).transpose(1, 0).step(2, 1);
    expect(await valuesOf(fromArray(view, { chunks: 1 }))).toEqual([0, 4, 8, 2, 6, 10]);
    const shaped = { data: Uint8Array.of(0, 2, 1, 0), shape: [2, 2], dtype: "bool" } as const;
    expect(asarray(shaped).dtype).toBe("bool");
    expect(await valuesOf(asarray(shaped))).toEqual([0, 1, 1, 0]);
    expect(await valuesOf(asarray({ data: [1.5, 2.5], dtype: "int32" }))).toEqual([1, 2]);
    expect(fromArray(ndarray([1, 2, 3])).dtype).toBe("float64");
    const strided = { data, shape: [3, 2], stride: [4, 1] } as unknown as typeof view;
    expect(await valuesOf(fromArray(strided))).toEqual([0, 1, 4, 5, 8, 9]);
    expect(() => fromArray({ ...strided, offset: 3 } as typeof view)).toThrow(
      "shape (3, 2) with strides (4, 1) from offset 3 reaches beyond its 12 elements",
    );
  });

  it("are copied, unless they are in shared memory already", async () => {
    const own = Float64Array.of(1, 2, 3);
    const copied = fromArray(own);
    own[0] = 9;
    expect(await valuesOf(copied)).toEqual([1, 2, 3]);
    const shared = sharedArray("float64", 3);
    const { layer } = fromArray(shared).node;
    expect(layer).toMatchObject({ generator: { type: "data" } });
    expect((layer as { generator: { data: unknown } }).generator.data).toBe(shared);
  });

  it("give the same array for the same values", () => {
    expect(fromArray([1, 2]).name).toBe(fromArray(Float64Array.of(1, 2)).name);
    expect(fromArray([1, 2]).name).not.toBe(fromArray([1, 3]).name);
    const large = new Uint8Array(70_000);
    expect(fromArray(large).name).not.toBe(fromArray(large).name);
  });

  it("hand chunked arrays through", () => {
    const x = zeros([4], { chunks: 2 });
    expect(asarray(x)).toBe(x);
    expect(asarray(x, { dtype: "int32", chunks: 4 }).numblocks).toEqual([1]);
  });

  it("are refused with a reason", () => {
    expect(() => fromArray([[1, 2], [3]])).toThrow("nested lists are ragged: [1] is a list of 1");
    expect(() => fromArray([1, "2" as unknown as number])).toThrow("element 1 is the string 2");
    expect(() => fromArray(new DataView(new ArrayBuffer(2)) as unknown as Int32Array)).toThrow(
      "no dtype for the elements of a DataView",
    );
    expect(() => fromArray(Float64Array.of(1, 2, 3), { shape: [2, 2] })).toThrow(
      "shape (2, 2) holds 4 elements, 3 were given",
    );
    expect(() => fromArray("abc" as unknown as number)).toThrow("cannot make an array of abc");
  });
});
