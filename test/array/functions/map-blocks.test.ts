import { describe, expect, it } from "vitest";
import {
  applyAlongAxis,
  applyGufunc,
  arange,
  type BlockInfo,
  blockwise,
  fromBlocks,
  mapBlocks,
  mapOverlap,
  ones,
  reduction,
  vectorize,
  zeros,
} from "../../../src/array/index.js";
import { valuesOf } from "../table-arrays.js";

// What functions below capture.
declare const factor: number;

/** A block of one axis. */
interface Row {
  readonly data: ArrayLike<number> & Iterable<number>;
}

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

  it("refuses what is no function of blocks", () => {
    expect(() => x.mapBlocks(3 as never)).toThrow("a number was given");
    const yields = function* (block: { readonly data: Iterable<number> }) {
      yield* block.data;
    };
    expect(() => x.mapBlocks(yields as never)).toThrow("return an array of what it yields instead");
  });
});

describe("asynchronous functions of blocks", () => {
  const x = arange(6, { chunks: 2 });
  const doubled = [0, 2, 4, 6, 8, 10];

  it("are waited for", async () => {
    expect(await valuesOf(x.mapBlocks(async (b) => b.data.map((v) => 2 * v)))).toEqual(doubled);
    const method = {
      async double(block: Row) {
        await null;
        return Array.from(block.data, (v) => 2 * v);
      },
    };
    expect(await valuesOf(x.mapBlocks(method.double))).toEqual(doubled);
    const promised = x.mapBlocks((b) => Promise.resolve(b.data.map((v) => 2 * v)));
    expect(await valuesOf(promised)).toEqual(doubled);
  });

  it("make blocks of lengths that no one knew", async () => {
    const some = x.slice(x.greater(2)).mapBlocks(async (b) => b.data.map((v) => -v));
    expect(await valuesOf(some)).toEqual([-3, -4, -5]);
  });

  it("have neighbours, several arrays, several results and trees", async () => {
    const smooth = mapOverlap(x, async (b) => b.data.map((v) => v + 1), { depth: 1 });
    expect(await valuesOf(smooth)).toEqual([1, 2, 3, 4, 5, 6]);
    const sum = blockwise(
      async (a: Row, b: Row) => Array.from(a.data, (v, i) => v + (b.data[i] ?? 0)),
      "i",
      [
        [x, "i"],
        [x, "i"],
      ],
    );
    expect(await valuesOf(sum)).toEqual(doubled);
    const largest = async (b: { readonly data: Iterable<number | bigint> }) => [
      Math.max(...Array.from(b.data, Number)),
    ];
    expect(await valuesOf(reduction(x, largest, largest))).toEqual([5]);
    const extremes = applyGufunc(
      async (b: Row) => [[Math.min(...b.data)], [Math.max(...b.data)]],
      "(i)->(),()",
      [x],
    );
    expect(await Promise.all(extremes.map((each) => valuesOf(each)))).toEqual([[0], [5]]);
    const made = fromBlocks(async ({ offset }) => [offset[0] ?? 0], 3, { chunks: 1 });
    expect(await valuesOf(made)).toEqual([0, 1, 2]);
  });

  it("fail with what they reject with", async () => {
    const failing = x.mapBlocks(async (b, { blockIndex }) => {
      if (blockIndex[0] === 1) throw new RangeError("no such block");
      return b.data;
    });
    await expect(valuesOf(failing)).rejects.toMatchObject({
      code: "task.failed",
      cause: { message: "no such block" },
    });
    await expect(valuesOf(x.mapBlocks(async () => [1, 2, 3]))).rejects.toThrow(
      /returned 3 elements: expected .* of shape \[2\]/,
    );
  });

  it("are refused where single elements and lanes are meant", () => {
    const later = async (v: number) => v;
    expect(() => vectorize(later as never)(x)).toThrow(/is async: only functions of whole blocks/);
    expect(() => applyAlongAxis(later as never, 0, x)).toThrow(/is async: only functions of whole/);
  });
});
