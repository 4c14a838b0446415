import { describe, expect, it } from "vitest";
import type { AxisLike } from "../../../src/array/chunks/axes.js";
import {
  argmax,
  argmin,
  type ChunkedArray,
  max,
  min,
  ones,
  sum,
  zeros,
} from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { splitReductions } from "../../../src/graph/passes/split-reductions.js";
import table from "../../fixtures/reduction_trees.json" with { type: "json" };
import { after } from "../../graph/after-pass.js";
import { countingArray, tasksOf, valuesOf } from "../table-arrays.js";

interface Case {
  readonly op: string;
  readonly shape: number[];
  readonly chunks: Chunks;
  readonly axis: AxisLike;
  readonly keepdims: boolean;
  readonly split_every: number | Record<number, number> | null;
  readonly result_shape: number[];
  readonly result_chunks: Chunks;
  readonly tasks: number;
  readonly error?: boolean;
}

const OPS = ["sum", "prod", "mean", "any", "var", "max", "argmin", "argmax"];
const trees = (table.cases as unknown as Case[]).filter((c) => OPS.includes(c.op));

function reduce(c: Case): ChunkedArray {
  const x = countingArray(c.shape, c.chunks, "float64") as unknown as Record<
    string,
    (axis: AxisLike, options: object) => ChunkedArray
  >;
  const options = {
    keepdims: c.keepdims,
    ...(c.split_every === null ? {} : { splitEvery: c.split_every }),
  };
  return (x[c.op] as (axis: AxisLike, options: object) => ChunkedArray)(c.axis, options);
}

/** Dask takes an axis twice, and finds out about the largest of nothing when it computes. */
function refusedByNumpyOnly({ op, axis, shape }: Case): boolean {
  const twice = Array.isArray(axis) && new Set(axis).size < axis.length;
  return twice || (op === "max" && shape.includes(0));
}

describe("trees of reductions", () => {
  it.each(OPS)("have Dask's chunks and no more tasks: %s", (op) => {
    const own = trees.filter((c) => c.op === op);
    expect(own.length).toBeGreaterThan(3);
    for (const c of own) {
      const what = JSON.stringify(c);
      if (c.error || refusedByNumpyOnly(c)) {
        expect(() => reduce(c), what).toThrow(ArgumentError);
        continue;
      }
      const result = reduce(c);
      expect(result.shape, what).toEqual(c.result_shape);
      expect(result.chunks, what).toEqual(c.result_chunks);
      expect(tasksOf(result), what).toBeLessThanOrEqual(c.tasks);
    }
  });

  it("join sixteen blocks at a time", () => {
    const x = zeros([100, 100], { chunks: [1, 1] });
    expect(tasksOf(x.sum())).toBe(10_000 + 25 * 25 + 7 * 7 + 2 * 2 + 1);
    expect(tasksOf(zeros([256], { chunks: 1 }).sum())).toBe(256 + 16 + 1);
  });

  it("are one layer where every reduced axis is one block", () => {
    const x = zeros([10, 6], { chunks: [10, 3] });
    expect(x.sum(0).node.inputs[0]).toBe(x.node);
    expect(tasksOf(x.sum(0))).toBe(2);
  });

  it("share a node when axes are named differently", () => {
    const x = zeros([4, 6]);
    expect(x.sum(-1).name).toBe(x.sum([1]).name);
    expect(x.sum().name).toBe(x.sum([0, 1]).name);
  });
});

describe("dtypes of reductions", () => {
  it("follow the array", () => {
    const ints = zeros([4], { dtype: "int32" });
    const floats = zeros([4], { dtype: "float32" });
    expect(
      [ints.sum(), ints.mean(), ints.max(), ints.any(), ints.argmax()].map((x) => x.dtype),
    ).toEqual(["int64", "float64", "int32", "bool", "int64"]);
    expect([floats.sum(), floats.std(), floats.min()].map((x) => x.dtype)).toEqual([
      "float32",
      "float32",
      "float32",
    ]);
    expect(sum(ints, null, { dtype: "int32" }).dtype).toBe("int32");
  });
});

it("the mean of nothing is NaN in both parts", async () => {
  const parts = await valuesOf(zeros([1, 0, 2], { dtype: "complex128" }).mean(1));
  expect(parts).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
});

describe("mistakes in reductions", () => {
  const empty = zeros([0, 3]);

  it("name the axis that is not there", () => {
    expect(() => zeros([2, 3]).sum(2)).toThrow(
      "axis 2 is out of range for 2 axes: expected -2 to 1",
    );
    expect(() => zeros([2, 3]).sum([0, -2])).toThrow("an axis is listed twice");
    expect(() => argmin(zeros([2, 3]), [0, 1] as unknown as number)).toThrow(
      "takes one axis or none",
    );
  });

  it("tell options in the axis' place from an axis", () => {
    for (const axis of [{ axis: 0 }, "0"]) {
      expect(() => zeros([2, 3]).mean(axis as unknown as number)).toThrow("options come after it");
    }
  });

  it("refuse the least of nothing", () => {
    for (const take of [() => min(empty, 0), () => max(empty), () => argmax(empty, 0)]) {
      expect(take).toThrow("of no elements is not defined: the shape is (0, 3)");
    }
    expect(min(empty, 1).shape).toEqual([0]);
    expect(empty.sum(0).shape).toEqual([3]);
  });

  it("refuse a tree that joins nothing", () => {
    expect(() => zeros([4]).sum(0, { splitEvery: 0 })).toThrow(
      "splitEvery must be a whole number from 2",
    );
  });

  it("join fewer blocks at once where their states are large", () => {
    const groups = (x: ChunkedArray) =>
      layersOf(after(splitReductions, graphBelow([x.node]))).flatMap((layer) =>
        layer.kind === "treeReduce" ? [layer.groups] : [],
      );
    const tall = (width: number) => zeros([1_600, width], { chunks: [100, width] });
    expect(groups(tall(1_000).sum(0))).toEqual([[16, 1]]);
    // States of 40 MB, and of three times that.
    expect(groups(tall(5_000_000).sum(0))[0]).toEqual([3, 1]);
    expect(groups(tall(5_000_000).var(0))[0]).toEqual([2, 1]);
    expect(groups(tall(5_000_000).sum(0, { splitEvery: 8 }))[0]).toEqual([8, 1]);
  });

  it("refuse a mean of whole numbers", () => {
    expect(() => zeros([4]).mean(0, { dtype: "int32" })).toThrow("a mean has fractions");
  });

  it("are truth values where those are asked for", async () => {
    const x = ones([4, 4, 2], { dtype: "bool", chunks: [4, [3, 1], 2] });
    expect(new Set(await valuesOf(x.sum(2, { dtype: "bool" })))).toEqual(new Set([1]));
    expect(await valuesOf(x.astype("int32").prod(null, { dtype: "bool" }))).toEqual([1]);
  });

  it("over no axes leave every element on its own", async () => {
    const x = countingArray(
      [3, 2],
      [
        [2, 1],
        [1, 1],
      ],
    );
    expect(await valuesOf(x.sum([]))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await valuesOf(x.max([], { keepdims: true }))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await valuesOf(x.var([]))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await valuesOf(x.any([]))).toEqual([0, 1, 1, 1, 1, 1]);
  });
});
