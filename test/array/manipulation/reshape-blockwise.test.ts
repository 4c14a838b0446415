// Dask's functions that no table of NumPy's shows: lanes, blocks that are reshaped in place, views.
import { describe, expect, it } from "vitest";
import {
  applyAlongAxis,
  applyOverAxes,
  asarray,
  type ChunkedArray,
  copy,
  histogram2d,
  histogramdd,
  linspace,
  max,
  moment,
  ndim,
  ones,
  push,
  ravelMultiIndex,
  reshapeBlockwise,
  rollaxis,
  shape,
  sum,
  triuIndices,
  triuIndicesFrom,
  unifyChunks,
  unravelIndex,
  view,
  zeros,
} from "../../../src/array/index.js";
import { countingArray, elementsOf, tasksOf, valuesOf } from "../table-arrays.js";

const code = (name: string) => expect.objectContaining({ code: `argument.${name}` });

describe("functions of lanes", () => {
  const x = countingArray([2, 3, 4], [[2], [2, 1], [1, 3]]);

  it("see whole lanes, whatever the axis and the chunks", async () => {
    for (const axis of [0, 1, -1]) {
      const largest = applyAlongAxis((lane: Int32Array) => Math.max(...lane), axis, x);
      expect(await valuesOf(largest)).toEqual(await valuesOf(max(x, axis)));
      const turned = applyAlongAxis((lane: Int32Array) => lane.toReversed(), axis, x, {
        length: x.shape.at(axis) as number,
      });
      expect(turned.shape).toEqual(x.shape);
      expect(await valuesOf(turned)).toEqual(await valuesOf(x.flip(axis)));
    }
    const scaled = applyAlongAxis((lane: Int32Array) => (lane[0] as number) / by, 0, x, {
      dtype: "float64",
      captured: { by: 2 },
    });
    expect(await valuesOf(scaled)).toEqual(Array.from({ length: 12 }, (_, i) => i / 2));
  });

  it("say what is wrong", async () => {
    const first = (lane: Int32Array) => [lane[0] as number];
    expect(() => applyAlongAxis(first, 3, x)).toThrow(code("axis"));
    expect(() => applyAlongAxis(first, 0, x, { length: -1 })).toThrow(code("value"));
    await expect(valuesOf(applyAlongAxis(first, 0, x, { length: 2 }))).rejects.toThrow(
      "1 elements for a lane: expected 2",
    );
  });

  it("work over several axes", async () => {
    const result = applyOverAxes((y, axis) => sum(y, axis), x, [0, -1]);
    expect(result.shape).toEqual([1, 3, 1]);
    expect(await valuesOf(result)).toEqual(await valuesOf(sum(x, [0, 2])));
    expect(() => applyOverAxes((y) => sum(y), x, 1)).toThrow(code("function"));
  });

  it("push numbers over holes between blocks", async () => {
    const nan = Number.NaN;
    const holes = [nan, 1, nan, nan, nan, 2, nan, 3];
    for (const chunks of [1, 2, 3, 8]) {
      const y = asarray(holes, { chunks });
      expect(await valuesOf(push(y))).toEqual([nan, 1, 1, 1, 1, 2, 2, 3]);
      expect(await valuesOf(push(y, { limit: 2 }))).toEqual([nan, 1, 1, 1, nan, 2, 2, 3]);
    }
    const rows = asarray([holes, holes], { chunks: 1, dtype: "float32" });
    expect(push(rows, { axis: 0, limit: 1 }).dtype).toBe("float32");
    expect(await valuesOf(push(rows, { axis: 0 }))).toEqual([...holes, ...holes]);
    expect(() => push(rows, { limit: 0 })).toThrow(code("value"));
    expect(await valuesOf(push(x))).toEqual(await valuesOf(x));
  });
});

describe("grids", () => {
  it("are reshaped block by block", async () => {
    const x = countingArray(
      [4, 6],
      [
        [2, 2],
        [3, 3],
      ],
    );
    const flat = reshapeBlockwise(x, [24]);
    expect(flat.chunks).toEqual([[6, 6, 6, 6]]);
    expect(tasksOf(flat)).toBe(4);
    expect((await valuesOf(flat)).slice(0, 6)).toEqual([0, 1, 2, 6, 7, 8]);
    const back = reshapeBlockwise(flat, [4, 6], { chunks: x.chunks });
    expect(await valuesOf(back)).toEqual(await valuesOf(x));
    expect(reshapeBlockwise(ones([2, 3, 4]), [6, 4]).shape).toEqual([6, 4]);
    expect(() => reshapeBlockwise(x, [6, 4])).toThrow(code("shape"));
    expect(() =>
      reshapeBlockwise(x, [6, 4], {
        chunks: [
          [3, 3],
          [1, 3],
        ],
      }),
    ).toThrow(code("chunks"));
  });

  it("are read as other dtypes", async () => {
    const x = asarray([1, -2, 0.5, 3], { chunks: 2 });
    const bytes = view(x, "uint8");
    expect(bytes.chunks).toEqual([[16, 16]]);
    const wanted = new Uint8Array(Float64Array.of(1, -2, 0.5, 3).buffer);
    expect(await valuesOf(bytes)).toEqual([...wanted]);
    expect(await valuesOf(view(bytes, "float64"))).toEqual([1, -2, 0.5, 3]);
    expect(await elementsOf(view(x, "int64"))).toEqual([
      ...new BigInt64Array(Float64Array.of(1, -2, 0.5, 3).buffer),
    ]);
    const pairs = view(x, "complex128");
    expect(pairs.shape).toEqual([2]);
    expect(await valuesOf(pairs)).toEqual([1, -2, 0.5, 3]);
    const turned = view(
      asarray(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: "int16" },
      ).transpose(),
      "int32",
    );
    expect(await valuesOf(turned)).toEqual([1 + (3 << 16), 2 + (4 << 16)]);
    expect(() => view(zeros([3], { dtype: "int16" }), "int32")).toThrow(code("chunks"));
    expect(() => view(sum(x) as ChunkedArray, "int8")).toThrow(code("shape"));
  });

  it("are cut alike, named and turned", () => {
    const [x, y] = unifyChunks(ones([4, 6], { chunks: [2, 6] }), ones(6, { chunks: 4 }));
    expect(x.chunks).toEqual([
      [2, 2],
      [4, 2],
    ]);
    expect(y.chunks).toEqual([[4, 2]]);
    expect(() => unifyChunks(ones(2), ones(3))).toThrow(code("shape"));
    expect(shape(x)).toEqual([4, 6]);
    expect(ndim(x)).toBe(2);
    expect(copy(x)).toBe(x);
    expect(rollaxis(ones([3, 4, 5, 6]), 2).shape).toEqual([5, 3, 4, 6]);
    expect(rollaxis(ones([3, 4, 5, 6]), 1, 4).shape).toEqual([3, 5, 6, 4]);
    expect(() => rollaxis(ones([3]), 0, 2)).toThrow(code("axis"));
  });

  it("say what is wrong", () => {
    const x = linspace(0, 1, 5);
    expect(() => histogramdd([x, ones(4)], 2)).toThrow(code("shape"));
    expect(() => histogramdd(ones([2, 2, 2]), 2)).toThrow(code("shape"));
    expect(() => histogram2d(x, x, 3, { range: [[0, 1]] })).toThrow(code("value"));
    expect(() => histogramdd([x, x], [[0, 1]])).toThrow(code("value"));
    expect(() => ravelMultiIndex([x], [2, 3])).toThrow(code("value"));
    expect(() => unravelIndex(x, [])).toThrow(code("shape"));
    expect(() => triuIndices(1.5)).toThrow(code("value"));
    expect(() => triuIndicesFrom(x)).toThrow(code("shape"));
    expect(() => moment(x, 1.5)).toThrow(code("value"));
  });
});

/** What a captured variable is called in the function above. */
declare const by: number;
