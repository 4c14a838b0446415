// Users' functions of blocks in the tasks of their neighbours: what is joined, what is not, and the
// same values.
import { describe, expect, it } from "vitest";
import {
  blockwise,
  type ChunkedArray,
  fromArray,
  normal,
  ones,
  random,
} from "../../../src/array/index.js";
import { layersOf } from "../../../src/graph/model/layer-graph.js";
import { layerGraph } from "../../../src/graph/ports/collection-graphs.js";
import { elementsOf } from "../computed-elements.js";

type Matrix = { data: Float64Array; shape: number[] };

/** Changes the block that it gets, in place. */
const double = (block: Matrix): Matrix => {
  for (let i = 0; i < block.data.length; i++) block.data[i] = 2 * (block.data[i] as number);
  return block;
};

const x = random([40, 30], { chunks: [13, 8], seed: 1 });
const y = normal([40, 30], { chunks: [13, 8], seed: 2 });

const later = async (block: Matrix): Promise<Matrix> => {
  await null;
  return block;
};

/** The sum of two blocks, after a change of the first. */
const changedSum = (a: Matrix, b: Matrix): Matrix => {
  for (let i = 0; i < a.data.length; i++) a.data[i] = 2 * (a.data[i] as number);
  for (let i = 0; i < a.data.length; i++) a.data[i] = (a.data[i] as number) + (b.data[i] as number);
  return a;
};

/** Kinds of the layers after all passes; those of a fused layer's steps in one. */
function kindsOf(array: ChunkedArray): string[] {
  return layersOf(layerGraph(array, { optimize: true })).map((layer) =>
    layer.kind === "fused" ? layer.steps.map((step) => step.layer.kind).join(" ") : layer.kind,
  );
}

describe("functions of blocks", () => {
  it("run in the task of their source and of the reduction above", () => {
    expect(kindsOf(x.mapBlocks(double as never).sum())).toEqual([
      "source mapBlocks blockwise",
      "treeReduce",
    ]);
  });

  it("run with functions and elementwise layers on both sides", () => {
    const array = y
      .add(1)
      .mapBlocks(double as never)
      .sin()
      .mapBlocks(double as never)
      .multiply(3);
    expect(kindsOf(array)).toEqual(["source blockwise mapBlocks blockwise mapBlocks blockwise"]);
  });

  it("read other blocks beside", () => {
    const sorted = y.sort();
    const kinds = kindsOf(x.mapBlocks(double as never).add(sorted.rechunk([13, 8])));
    expect(kinds.at(-1)).toBe("source mapBlocks blockwise");
  });

  it("stay alone where others read their blocks, or read other blocks than their own", () => {
    const shared = x.mapBlocks(double as never);
    expect(kindsOf(shared.add(shared.sum(0)))).toContain("source mapBlocks");
    const square = random([20, 20], { chunks: 10, seed: 3 }).mapBlocks(double as never);
    expect(kindsOf(square.transpose().add(1))).toEqual(["source mapBlocks", "blockwise"]);
    const row = ones([30], { chunks: 8 }).mapBlocks(double as never);
    expect(kindsOf(x.add(row))).toContain("source mapBlocks");
    expect(kindsOf(x.rechunk([40, 8]).mapBlocks(double as never))).toContain("source mapBlocks");
  });

  it("are left as they are without the pass", () => {
    const passes = { fuseFunctions: false };
    const graph = layerGraph(x.mapBlocks(double as never).sum(), { passes });
    expect(layersOf(graph).every(({ kind }) => kind !== "fused")).toBe(true);
  });
});

describe("their values", () => {
  const expressions: Readonly<Record<string, () => ChunkedArray>> = {
    "a source below": () => x.mapBlocks(double as never),
    "a reduction above": () => x.mapBlocks(double as never).var(0),
    "another array beside": () =>
      x
        .mapBlocks(double as never)
        .add(y.cumsum(0))
        .mean(1),
    "two functions and data": () =>
      fromArray(
        Float64Array.from({ length: 1_000 }, (_, i) => i),
        { chunks: 77 },
      )
        .mapBlocks(double as never)
        .mapBlocks(double as never),
    "a function that waits": () =>
      x
        .sqrt()
        .mapBlocks(later as never)
        .sum(1),
    "one block for two operands": () => {
      const one = y.add(1);
      return blockwise(changedSum as never, "ij", [
        [one, "ij"],
        [one, "ij"],
      ]).add(1);
    },
    "integers and a cast": () =>
      x
        .multiply(100)
        .astype("int32")
        .mapBlocks(double as never, { dtype: "float64" } as never)
        .sum(),
  };

  it.each(Object.keys(expressions))("are those without the pass: %s", async (name) => {
    const array = (expressions[name] as () => ChunkedArray)();
    const fused = await elementsOf(layerGraph(array, { optimize: true }));
    const apart = await elementsOf(layerGraph(array, { passes: { fuseFunctions: false } }));
    expect(fused).toEqual(apart);
  });
});
