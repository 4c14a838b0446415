import { describe, expect, it } from "vitest";
import { arange, type BlockInfo, mapBlocks, ones, zeros } from "../../src/array/index.js";
import { valuesOf } from "./table-arrays.js";

// What functions below capture.
declare const factor: number;

describe("mapBlocks", () => {
  const x = arange(6, { chunks: 2 });

  it("applies a function with its captured values to every block", async () => {
    const scaled = x.mapBlocks((block) => block.data.map((value) => value * factor), {
      captured: { factor: 3 },
    });
    expect([scaled.dtype, scaled.shape, scaled.chunks]).toEqual(["int32", [6], [[2, 2, 2]]]);
    expect(await valuesOf(scaled)).toEqual([0, 3, 6, 9, 12, 15]);
  });

  it("is one layer, named by the function and what it captures", () => {
    const make = (value: number) =>
      x.mapBlocks(
        function scale(block) {
          return block.data.map((v) => v * factor);
        },
        { captured: { factor: value } },
      );
    expect(make(3).name).toMatch(/^scale-/);
    expect(make(3).name).toBe(make(3).name);
    expect(make(3).name).not.toBe(make(4).name);
    expect(x.mapBlocks((block) => block).name).toMatch(/^mapBlocks-/);
  });

  it("tells the function where it is", async () => {
    const places = x.mapBlocks((block, info) => block.data.map(() => info.offset[0] ?? 0));
    expect(await valuesOf(places)).toEqual([0, 0, 2, 2, 4, 4]);
  });

  it("takes other arrays along, in fitting blocks", async () => {
    const y = ones([2, 6], { chunks: [1, 3], dtype: "float32" });
    const sums = mapBlocks(
      y,
      (a, b, c, info: BlockInfo) =>
        a.data.map(
          (value, i) => value + Number(b.get(i) ?? 0) + Number(c.get(0) ?? 0) + info.shape.length,
        ),
      { others: [x, zeros([1])], dtype: "float64" },
    );
    expect(sums.chunks).toEqual([
      [1, 1],
      [2, 1, 1, 2],
    ]);
    expect(await valuesOf(sums)).toEqual([3, 4, 5, 6, 7, 8, 3, 4, 5, 6, 7, 8]);
    expect(mapBlocks(x, (a, b) => (a === b ? 0 : 1), { others: [x] }).node.inputs).toHaveLength(1);
  });

  it("makes blocks of other lengths when told", async () => {
    const firsts = x.mapBlocks((block) => [block.get(0)], { chunks: [1] });
    expect(firsts.shape).toEqual([3]);
    expect(await valuesOf(firsts)).toEqual([0, 2, 4]);
    expect(() => x.mapBlocks((block) => block, { chunks: [[1, 1]] })).toThrow(
      "mapBlocks makes 3 blocks",
    );
  });

  it("refuses what is no function", () => {
    expect(() => x.mapBlocks(3 as never)).toThrow("a number was given");
  });
});
