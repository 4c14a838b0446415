// Trees of reductions by a budget of bytes: how many states a task joins, where that must stay as
// it is, and that results are those of any other tree.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChunkedArray, fromArray, random } from "../../../src/array/index.js";
import type { TreeReduceLayer } from "../../../src/graph/model/layer.js";
import {
  graphBelow,
  type LayerGraph,
  layerOf,
  layersOf,
  outputsOf,
} from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { splitReductions } from "../../../src/graph/passes/split-reductions.js";
import { expandLayers } from "../../../src/graph/tasks/expand.js";
import { after } from "../after-pass.js";
import { numbersOf } from "../computed-elements.js";

const tall = (width: number) => random([1_600, width], { chunks: [100, width], seed: 1 });
const graphOf = (...arrays: ChunkedArray[]) => graphBelow(arrays.map(({ node }) => node));

function treeOf(graph: LayerGraph): TreeReduceLayer[] {
  return layersOf(graph).flatMap((layer) => (layer.kind === "treeReduce" ? [layer] : []));
}

function treeTasks(graph: LayerGraph): number {
  const layers = layersOf(graph);
  const { layerOf } = expandLayers(layers, outputsOf(graph));
  return layerOf.filter((at) => layers[at]?.kind === "treeReduce").length;
}

describe("splitReductions", () => {
  it("leaves sixteen states together where they are small", () => {
    const graph = graphOf(tall(1_000).sum(0));
    expect(layersOf(after(splitReductions, graph))).toEqual(layersOf(graph));
    expect(treeTasks(graph)).toBe(1);
  });

  it.each<[string, ChunkedArray, number, number, number]>([
    ["four of 8 KB", tall(1_000).sum(0), 32_000, 4, 5],
    ["three of 8 KB", tall(1_000).sum(0), 24_000, 3, 9],
    ["two at least", tall(1_000).sum(0), 1, 2, 15],
    ["moments, three numbers each", tall(1_000).std(0), 96_000, 4, 5],
  ])("joins %s", (_what, x, budget, group, tasks) => {
    const split = after(splitReductions, graphOf(x), budget);
    expect(treeTasks(split)).toBe(tasks);
    for (const { groups } of treeOf(split)) expect(groups).toEqual([group, 1]);
    expect(layerOf(split, outputsOf(split)[0] as never).chunks).toEqual(x.node.layer.chunks);
  });

  it("leaves trees alone whose splitEvery was given, and levels that others see", () => {
    const given = graphOf(tall(1_000).sum(0, { splitEvery: 16 }));
    expect(layersOf(after(splitReductions, given, 1))).toEqual(layersOf(given));
    const x = random([20 * 100, 10], { chunks: [100, 10], seed: 2 }).sum(0);
    const inner = x.node.inputs[0];
    const seen = graphBelow(inner ? [x.node, inner] : []);
    expect(treeOf(seen)).toHaveLength(2);
    expect(layersOf(after(splitReductions, seen, 1))).toEqual(layersOf(seen));
  });

  it("runs after slices have gone down, and can be left out", () => {
    const wide = random([1_600, 2_000_000], { chunks: [100, 2_000_000], seed: 3 }).sum(0);
    const groupsOf = (x: ChunkedArray, passes = {}) =>
      treeOf(optimize(graphOf(x), { passes })).map(({ groups }) => groups[0]);
    expect(groupsOf(wide)).toEqual([8, 8]);
    expect(groupsOf(wide, { splitReductions: false })).toEqual([16]);
    // A slice leaves so little of each state that all may be read at once.
    expect(groupsOf(wide.slice("0:1000"))).toEqual([16]);
  });

  it("gives the results of any other tree, on random programs", async () => {
    const reductions: ((x: ChunkedArray, axis: number | number[]) => ChunkedArray)[] = [
      (x, axis) => x.sum(axis),
      (x, axis) => x.max(axis, { keepdims: true }),
      (x, axis) => x.var(axis),
      (x, axis) => x.mean(axis),
      (x, axis) => x.add(x).prod(axis),
    ];
    const cases = fc.record({
      values: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 60, maxLength: 60 }),
      chunks: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 })),
      reduction: fc.constantFrom(...reductions),
      axis: fc.constantFrom<number | number[]>(0, 1, [0, 1]),
      budget: fc.integer({ min: 1, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ values, chunks, reduction, axis, budget }) => {
        const x = fromArray(Float64Array.from(values), { shape: [10, 6], chunks });
        const graph = graphOf(reduction(x, axis));
        const split = after(splitReductions, graph, budget);
        const [wanted, got] = [await numbersOf(graph), await numbersOf(split)];
        expect(got).toHaveLength(wanted.length);
        for (const [i, value] of got.entries()) expect(value).toBeCloseTo(wanted[i] as number, 9);
      }),
      { numRuns: 60 },
    );
  });
});
