// How running totals are laid out; their values are numpy-functions.test.ts.
import { describe, expect, it } from "vitest";
import { arange, cumprod, cumsum, cumulativeSum, ones, zeros } from "../../../src/array/index.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { expandLayers } from "../../../src/graph/tasks/expand.js";
import { tasksOf, valuesOf } from "../table-arrays.js";

/** Layers on the longest way down. */
function depthOf({ inputs }: LayerNode): number {
  return 1 + Math.max(0, ...inputs.map(depthOf));
}

describe("running totals", () => {
  it("need a few tasks per block, and a tree as deep as the logarithm", () => {
    const blocks = 2_000;
    const running = cumsum(ones([2 * blocks], { chunks: 2 }), 0);
    expect(running.chunks[0]?.length).toBe(blocks);
    expect(tasksOf(running)).toBeLessThan(3.2 * blocks);
    expect(depthOf(running.node)).toBeLessThan(30);
  });

  it("are right over several levels of the tree", async () => {
    const length = 2_500;
    const running = await valuesOf(cumsum(ones([length], { chunks: 1 }), 0));
    expect(running).toEqual(Array.from({ length }, (_, i) => i + 1));
  });

  it("read the totals of a lane in one block where that is small, else one by one", async () => {
    const blocks = 6;
    for (const [width, lanes, tasks] of [
      // Scans and carries; of each lane, the last rows of all blocks and their running totals.
      [64, 2, 2 * 6 * 2 - 2 + 2 * 2],
      // And a task for the rows before the last, and for each of them.
      [2 ** 15, 2, 2 * 6 * 2 - 2 + 2 * 2 + 2 * 6],
    ] as const) {
      const x = ones([2 * blocks, lanes * width], { chunks: [2, width] });
      const running = cumsum(x, 0);
      expect(tasksOf(running) - tasksOf(x)).toBe(tasks);
      const ends = running
        .slice(":", `::${width - 1}`)
        .sum(1)
        .divide(3);
      expect(await valuesOf(ends)).toEqual(Array.from({ length: 2 * blocks }, (_, i) => i + 1));
    }
  });

  it("pass over empty blocks", async () => {
    const x = ones([4], { chunks: [[0, 2, 0, 2, 0]] });
    expect(await valuesOf(cumsum(x, 0))).toEqual([1, 2, 3, 4]);
    expect(cumsum(x, 0).chunks).toEqual(x.chunks);
    expect(await valuesOf(cumsum(zeros([0, 3]), 0))).toEqual([]);
    const beside = ones([4, 2], { chunks: [2, [1, 0, 1]] });
    expect(await valuesOf(cumsum(beside, 0))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("are one task where the axis is one block", () => {
    const x = ones([6, 4], { chunks: [6, 2] });
    const graph = graphBelow([cumsum(x, 0).node]);
    expect(expandLayers(layersOf(graph), outputsOf(graph)).layerOf.length).toBe(4);
  });

  it("are the same row by row as lane by lane", async () => {
    for (const dtype of ["float64", "float32", "int32", "int64"] as const) {
      const x = arange(2 * 7 * 24, { dtype: "float64" })
        .multiply(37)
        .remainder(11)
        .astype(dtype);
      // Rows of 24 and of 3 elements: the first are walked in order.
      const wide = x.reshape([2, 7, 24]).rechunk([2, 3, 24]);
      for (const of of [cumsum, cumprod]) {
        const wanted = await valuesOf(of(wide.rechunk([2, 3, 3]), 1));
        expect(await valuesOf(of(wide, 1)), dtype).toEqual(wanted);
      }
    }
  });

  it("take the dtype that is asked for", async () => {
    const x = ones([3], { dtype: "int32" });
    expect(cumsum(x, 0, { dtype: "int32" }).dtype).toBe("int32");
    const wrapped = cumsum(x.multiply(2 ** 30), 0, { dtype: "int32" });
    expect(await valuesOf(wrapped)).toEqual([2 ** 30, -(2 ** 31), -(2 ** 30)]);
    const truths = cumsum(ones([3, 9], { chunks: 2 }), 0, { dtype: "bool" });
    expect(new Set(await valuesOf(truths))).toEqual(new Set([1]));
    expect(() => cumulativeSum(zeros([2, 3]))).toThrow("an array of 2 axes needs an axis");
  });
});
