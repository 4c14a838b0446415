// Functions of the user's that are called with elements, generalised ufuncs of one result and
// several, groups that stay whole, margins that are cut off again.
import { describe, expect, it } from "vitest";
import * as t from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";
import { elementsOf, tasksOf, valuesOf } from "../table-arrays.js";

const executor = new SerialExecutor();

describe("functions of elements", () => {
  it("broadcast over chunks that differ", async () => {
    const column = t.asarray([[1], [2], [3]], { chunks: [2, 1] });
    const row = t.asarray([10, 20, 30, 40], { chunks: 3 });
    const f = t.vectorize((a: number, b: number) => a * 100 + b);
    const result = f(column, row);
    expect([result.shape, result.dtype, result.chunks]).toEqual([
      [3, 4],
      "float64",
      [
        [2, 1],
        [3, 1],
      ],
    ]);
    expect(await valuesOf(result)).toEqual([
      110, 120, 130, 140, 210, 220, 230, 240, 310, 320, 330, 340,
    ]);
    expect(tasksOf(result)).toBeGreaterThan(3);
  });

  it("get and give elements as JavaScript has them", async () => {
    const kind = t.vectorize((x: unknown) => (typeof x === "boolean" ? 1 : 0), { dtype: "int8" });
    expect(await valuesOf(kind(t.asarray([true, false])))).toEqual([1, 1]);
    const next = t.vectorize((x: bigint) => x + 1n);
    expect(await valuesOf(next(t.asarray([1n, 2n])))).toEqual([2, 3]);
    const turned = t.vectorize((z: { re: number; im: number }) => ({ re: -z.im, im: z.re }));
    const z = turned(t.asarray([{ re: 1, im: 2 }]));
    expect([z.dtype, await elementsOf(z)]).toEqual(["complex128", [-2, 1]]);
    const isBig = t.vectorize((x: number) => x > 1, { dtype: "bool" });
    expect(await valuesOf(isBig(t.asarray([1, 2])))).toEqual([0, 1]);
  });

  it("take empty arrays, arrays without axes, unknown lengths", async () => {
    const twice = t.vectorize((x: number) => 2 * x);
    expect(await valuesOf(twice(t.zeros([0])))).toEqual([]);
    expect(await twice(t.asarray(4)).compute({ executor })).toBe(8);
    const x = t.arange(6, { chunks: 4, dtype: "float64" });
    const some = t.compress(x.greater(2), x) as t.ChunkedArray;
    expect(await valuesOf(twice(some))).toEqual([6, 8, 10]);
  });

  it("give several results", async () => {
    const f = t.frompyfunc((a: number, b: number) => [a + b, a - b], 2, 2);
    const [sum, difference] = f(t.asarray([5, 6], { chunks: 1 }), 2);
    expect(await valuesOf(sum as t.ChunkedArray)).toEqual([7, 8]);
    expect(await valuesOf(difference as t.ChunkedArray)).toEqual([3, 4]);
  });

  it("refuse mistakes where they are made", async () => {
    const f = t.frompyfunc((a: number) => a, 1, 1);
    expect(() => f(t.ones(2), t.ones(2))).toThrow("takes 1 operands, got 2");
    expect(() => t.frompyfunc((a: number) => a, 0, 1)).toThrow("nin is 0");
    expect(() => t.vectorize((a: number) => a)(3)).toThrow(ArgumentError);
    expect(() => t.vectorize((a: number) => a, { dtype: "float16" as "float32" })).toThrow(
      ArgumentError,
    );
    const nothing = t.vectorize((() => undefined) as never);
    await expect(nothing(t.ones(1)).compute({ executor })).rejects.toThrow("gave nothing");
  });
});

describe("generalised ufuncs", () => {
  it("give several results", async () => {
    const x = t.asarray(
      [
        [3, 1, 2],
        [6, 4, 8],
      ],
      { chunks: [1, 2] },
    );
    const [least, most] = t.applyGufunc(
      (block: { readonly data: Float64Array }) => [
        [Math.min(...block.data)],
        [Math.max(...block.data)],
      ],
      "(i)->(),()",
      [x],
    );
    expect(await valuesOf(least as t.ChunkedArray)).toEqual([1, 4]);
    expect(await valuesOf(most as t.ChunkedArray)).toEqual([3, 8]);
  });

  it("are functions of arrays", async () => {
    const total = t.asGufunc("(i)->()")((block: { readonly data: Float64Array }) => [
      block.data.reduce((a, b) => a + b, 0),
    ]);
    const x = t.asarray(
      [
        [1, 2],
        [3, 4],
      ],
      { chunks: 1 },
    );
    expect(await valuesOf(total(x))).toEqual([3, 7]);
    expect(() => t.asGufunc("i->j")).toThrow("is no signature");
    expect(() => total(t.asarray(1))).toThrow("does not fit arrays of shapes ()");
  });
});

describe("groups", () => {
  it("stay whole", async () => {
    const x = t.arange(40, { chunks: 10 });
    const groups = [0, 1, 2, 3, 4, 5, 6].map((rest) =>
      Array.from({ length: 40 }, (_, i) => i).filter((i) => i % 7 === rest),
    );
    const y = t.shuffle(x, groups, 0);
    expect(await valuesOf(y)).toEqual(groups.flat());
    const ends = (y.chunks[0] as number[]).map((_, i, all) =>
      all.slice(0, i + 1).reduce((a, b) => a + b),
    );
    const groupEnds = groups.map((_, i) => groups.slice(0, i + 1).flat().length);
    expect(groupEnds).toEqual(expect.arrayContaining(ends));
    expect(Math.max(...(y.chunks[0] as number[]))).toBeLessThanOrEqual(12);
  });

  it("may be none, empty, or repeat", async () => {
    const x = t.arange(6, { chunks: 2 }).reshape([2, 3]);
    expect(t.shuffle(x, [], 1).shape).toEqual([2, 0]);
    expect(await valuesOf(t.shuffle(x, [[], [2, -1], [], [0]], 1))).toEqual([2, 2, 0, 5, 5, 3]);
  });

  it("refuse positions that are not there", () => {
    expect(() => t.shuffle(t.arange(4), [[0], [4]], 0)).toThrow("position 4 of a group");
    expect(() => t.shuffle(t.arange(4), [0, 1] as never, 0)).toThrow("a list of groups");
  });
});

describe("margins", () => {
  it.each(["none", "reflect", "periodic", "nearest", 0] as const)("are cut off: %s", async (b) => {
    const x = t.arange(24, { chunks: 5 }).reshape([4, 6]).rechunk([3, 4]);
    const options = { depth: { 0: 1, 1: 2 }, boundary: b };
    const trimmed = t.trimOverlap(t.overlap(x, options), options);
    expect(trimmed.chunks).toEqual(x.chunks);
    expect(await valuesOf(trimmed)).toEqual(await valuesOf(x));
  });
});
