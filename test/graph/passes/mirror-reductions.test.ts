// Reductions of what is symmetric: which blocks are reduced once for two, where that must not be,
// and that the result is that of all blocks.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChunkedArray, fromArray, ones, random } from "../../../src/array/index.js";
import type { LayerName } from "../../../src/graph/model/layer.js";
import { graphBelow, graphOf, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { mirrorReductions } from "../../../src/graph/passes/mirror-reductions.js";
import { optimize, type PassSwitches } from "../../../src/graph/passes/optimize.js";
import { expandLayers } from "../../../src/graph/tasks/expand.js";
import { after } from "../after-pass.js";
import { numbersOf } from "../computed-elements.js";

const x = random([500, 500], { chunks: 100, seed: 1 });
const y = random([500, 500], { chunks: 100, seed: 2 });
const v = random([500], { chunks: 100, seed: 3 });

/** How many blocks a reduction reduces of an array of 5 × 5, which nothing else reads. */
function reducedBlocks(result: ChunkedArray): number {
  const graph = optimize(graphBelow([result.node]));
  const layers = layersOf(graph);
  const { layerOf } = expandLayers(layers, outputsOf(graph));
  const first = layers.findIndex((layer) => layer.kind === "blockwise" && layer.reduction);
  return layerOf.filter((at) => at === first).length;
}

describe("mirrorReductions", () => {
  it.each<[string, ChunkedArray]>([
    ["x + xᵀ", x.add(x.T).mean()],
    ["x · xᵀ", x.multiply(x.T).add(1).std()],
    ["|x − xᵀ|", x.subtract(x.T).abs().max()],
    ["(x − xᵀ)²", x.subtract(x.T).square().sum()],
    ["x + y + (x + y)ᵀ", x.add(y).add(x.add(y).T).min()],
    ["whether x is xᵀ", x.equal(x.T).all()],
    ["v + vᵀ", v.add(v.expandDims(1)).mean()],
    ["ones", ones([500, 500], { chunks: 100 }).sum()],
  ])("reduces %s on one side of the diagonal", (_what, result) => {
    expect(reducedBlocks(result)).toBe(15);
  });

  it.each<[string, ChunkedArray]>([
    ["x", x.sum()],
    ["x − xᵀ", x.subtract(x.T).sum()],
    ["|x − xᵀ| of unsigned integers", unsignedDifferences()],
    ["x + yᵀ", x.add(y.T).mean()],
    ["x + xᵀ, for places", x.add(x.T).argmax()],
    ["x + 2 xᵀ", x.add(x.T.multiply(2)).mean()],
  ])("reduces all of %s", (_what, result) => {
    expect(reducedBlocks(result)).toBe(25);
  });

  it("reduces all where an axis is kept, or axes are cut differently", () => {
    expect(reducedBlocks(x.add(x.T).sum(0))).toBe(25);
    const z = random([500, 500], { chunks: [100, 250], seed: 3 });
    expect(reducedBlocks(z.add(z.T.rechunk([100, 250])).sum())).toBe(10);
  });

  it("leaves out whole branches of trees", () => {
    const z = random([800, 800], { chunks: 100, seed: 4 });
    const graph = optimize(graphBelow([z.add(z.T).sum([0, 1], { splitEvery: 4 }).node]));
    // 36 of 64 blocks, then 10 of 16 states, 3 of 4, and the top.
    expect(expandLayers(layersOf(graph), outputsOf(graph)).layerOf).toHaveLength(36 + 10 + 3 + 1);
  });

  it("leaves states alone that someone wants besides", () => {
    const graph = graphBelow([x.add(x.T).sum().node]);
    const partial = layersOf(graph).find((layer) => layer.name.startsWith("sum-partial"));
    expect(partial).toBeDefined();
    const wanted = graphOf(layersOf(graph), [
      ...outputsOf(graph),
      partial?.name ?? (outputsOf(graph)[0] as LayerName),
    ]);
    expect(layersOf(after(mirrorReductions, wanted))).toEqual(layersOf(wanted));
  });

  it("changes no result but by the order of sums", async () => {
    const reductions: readonly ((a: ChunkedArray, axis: number[]) => ChunkedArray)[] = [
      (a, axis) => a.sum(axis, { splitEvery: 4 }),
      (a, axis) => a.mean(axis, { splitEvery: 2 }),
      (a, axis) => a.prod(axis),
      (a, axis) => a.min(axis, { splitEvery: 9 }),
      (a, axis) => a.max(axis),
      (a, axis) => a.std(axis, { splitEvery: 3 }),
    ];
    const programs: readonly ((a: ChunkedArray) => ChunkedArray)[] = [
      (a) => a.add(a.swapaxes(0, 1)),
      (a) => a.multiply(a.swapaxes(0, 1)),
      (a) => a.subtract(a.swapaxes(0, 1)).abs(),
      (a) => a.maximum(a.swapaxes(0, 1)),
    ];
    const cases = fc.record({
      values: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 98, maxLength: 98 }),
      chunk: fc.integer({ min: 1, max: 7 }),
      program: fc.constantFrom(...programs),
      reduction: fc.constantFrom(...reductions),
      keptAxis: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const a = fromArray(given.values, { chunks: 98 }).reshape([7, 7, 2]).astype("float64");
        const symmetric = given.program(a.rechunk([given.chunk, given.chunk, 1]));
        const result = given.reduction(symmetric, given.keptAxis ? [0, 1] : [0, 1, 2]);
        const [mirrored, all] = await Promise.all(
          [true, false].map((mirrorReductions) => elements(result, { mirrorReductions })),
        );
        all?.forEach((value, k) => {
          expect(Math.abs((mirrored?.[k] as number) - value)).toBeLessThanOrEqual(
            1e-12 * Math.max(Math.abs(value), 1),
          );
        });
      }),
      { numRuns: 60 },
    );
  });
});

function elements(result: ChunkedArray, passes: PassSwitches): Promise<number[]> {
  return numbersOf(optimize(graphBelow([result.node]), { passes }));
}

function unsignedDifferences(): ChunkedArray {
  const z = x.multiply(100).astype("uint8");
  return z.subtract(z.T).abs().sum();
}
