import { describe, expect, it } from "vitest";
import type { BlockwiseLayer, Layer, LayerName } from "../../../src/graph/model/layer.js";
import { graphBelow, graphOf, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { wordOf } from "../../../src/graph/model/naming.js";
import { identityProgram } from "../../../src/graph/model/program.js";
import {
  explainPasses,
  type OptimizeOptions,
  optimize,
  PASS_NAMES,
} from "../../../src/graph/passes/optimize.js";
import { joinWords } from "../../../src/graph/passes/workspace.js";
import {
  blocks,
  blockwise,
  concatenate,
  elementwise,
  reduce,
  reshape,
  source,
  transpose,
} from "../example-layers.js";

function optimized(...outputs: readonly LayerNode[]): readonly Layer[] {
  return layersOf(optimize(graphBelow(outputs)));
}

/** What a graph is made of: kind, word and program length of each layer. */
function summary(layers: readonly Layer[]): string[] {
  return layers.map((layer) => {
    const program =
      layer.kind === "blockwise" ? ` ${layer.program.nodes.map(({ op }) => op).join(",")}` : "";
    return `${layer.kind} ${wordOf(layer.name)}${program}`;
  });
}

const x = source([blocks(4, 10), blocks(4, 10)]);

describe("optimize", () => {
  it("makes 30 tasks of (x + xᵀ).mean() over 4 × 4 blocks, 37 before those that mirror others go", () => {
    const graph = graphBelow([reduce(elementwise("add", x, transpose(x)), "mean")]);
    expect(explainPasses(graph).map(({ pass, tasks }) => [pass, tasks])).toEqual([
      ["given", 69],
      ["cull", 69],
      ["pushSlices", 69],
      ["pushTakes", 69],
      ["splitReductions", 69],
      ["slideWindows", 69],
      ["alignOperands", 69],
      ["mergeRechunks", 69],
      ["inlineSources", 69],
      ["fuseBlockwise", 53],
      ["fuseReductions", 37],
      ["fusePartitions", 37],
      ["simplify", 37],
      ["drawInside", 37],
      ["mirrorReductions", 30],
      ["remakeSources", 30],
      ["fuseFunctions", 30],
      ["fuseSources", 30],
      ["fuseStores", 30],
    ]);
    expect(summary(layersOf(optimize(graph)))).toEqual([
      "source random",
      "blockwise mean-partial-add-transpose load,load,add",
      "treeReduce mean",
      "treeReduce mean",
    ]);
  });

  it("reads one input twice, straight and transposed, and keeps it one input", () => {
    const [, fused] = optimized(elementwise("add", x, transpose(x)));
    expect(fused).toMatchObject({
      inputs: [x.layer.name],
      operands: [
        { input: 0, axes: [0, 1] },
        { input: 0, axes: [1, 0] },
      ],
    });
  });

  it("computes common steps once", () => {
    const shifted = elementwise("negative", x);
    const [, fused] = optimized(elementwise("add", elementwise("abs", shifted), shifted));
    expect((fused as BlockwiseLayer).program.nodes.map(({ op }) => op)).toEqual([
      "load",
      "negative",
      "abs",
      "add",
    ]);
  });

  it("undoes a double transpose", () => {
    expect(optimized(transpose(transpose(x)))).toEqual([x.layer]);
  });

  it("keeps a layer that someone wants", () => {
    const y = elementwise("negative", x);
    expect(summary(optimized(elementwise("abs", y), y))).toEqual([
      "source random",
      "blockwise negative load,negative",
      "blockwise abs load,abs",
    ]);
  });

  it("computes something dear once for two users, and something cheap twice", () => {
    const users = (y: LayerNode) => [reduce(y, "sum"), reduce(y, "max")];
    expect(optimized(...users(elementwise("sin", x)))).toHaveLength(8);
    expect(optimized(...users(elementwise("negative", x)))).toHaveLength(7);
    expect(
      optimized(
        ...users(
          elementwise(
            "add",
            x,
            source(x.layer.chunks, { type: "uniform", seed: 2, low: 0, high: 1 }),
          ),
        ),
      ),
    ).toHaveLength(9);
  });

  it("does not repeat something dear along a broadcast axis, nor for x and xᵀ", () => {
    const row = elementwise("exp", source([blocks(4, 10)]));
    const wide = blockwise("wide", x.layer.chunks, [[row, [1]]], identityProgram("float64"));
    expect(optimized(wide)).toHaveLength(3);
    const y = elementwise("exp", x);
    expect(optimized(elementwise("add", y, transpose(y)))).toHaveLength(3);
  });

  it("stops where a fused layer would need too many blocks at once", () => {
    const terms = Array.from({ length: 30 }, (_, seed) =>
      source([[4]], { type: "uniform", seed, low: 0, high: 1 }),
    );
    const total = terms.reduce((sum, term) => elementwise("add", sum, term));
    const fused = optimized(total).filter((layer) => layer.kind === "blockwise");
    expect(fused.length).toBeGreaterThan(1);
    for (const layer of fused) expect(layer.operands.length).toBeLessThanOrEqual(12);
  });

  it("puts constants, ranges and unit matrices into the programs that use them", () => {
    const two = source([[4, 4]], { type: "full", value: 2 });
    const range = source([[4, 4]], { type: "arange", start: 1, step: 0.1 }, "float32");
    expect(summary(optimized(elementwise("multiply", two, two)))).toEqual([
      "blockwise multiply constant,multiply",
    ]);
    expect(summary(optimized(elementwise("negative", range)))).toEqual([
      "blockwise negative position,constant,multiply,constant,add,cast,negative",
    ]);
    const unit = source([[3], [3]], { type: "eye", offset: 1 });
    expect(summary(optimized(elementwise("negative", unit)))).toEqual([
      "blockwise negative position,position,subtract,constant,equal,cast,negative",
    ]);
    expect(summary(optimized(reshape(range, [[4, 4], [1]])))).toEqual([
      "source arange",
      "reshape reshape",
    ]);
  });

  it("turns positions with the axes of the loop", () => {
    const unit = source([[3], [3]], { type: "eye", offset: 1 });
    const [turned] = optimized(transpose(unit)) as [BlockwiseLayer];
    expect(turned.program.nodes.slice(0, 2)).toEqual([
      { op: "position", axis: 0, dtype: "float64" },
      { op: "position", axis: 1, dtype: "float64" },
    ]);
  });

  it("makes one of layers that have become equal, also within a concatenation", () => {
    const straight = elementwise("negative", x);
    const detour = elementwise("negative", transpose(transpose(x)));
    const layers = optimized(concatenate([straight, detour], 0));
    expect(layers).toHaveLength(3);
    expect(layers[2]).toMatchObject({ inputs: [layers[1]?.name], parts: [0, 0] });
  });

  it("names equal graphs equally, and outputs by position", () => {
    const make = () =>
      outputsOf(optimize(graphBelow([reduce(elementwise("negative", x), "sum"), x])));
    expect(make()).toEqual(make());
    expect(make()[1]).toBe(x.layer.name);
  });

  it("leaves the graph as it was, unless it may rewrite it in place", () => {
    const build = () => graphBelow([reduce(elementwise("negative", x), "sum")]);
    const [graph, own] = [build(), build()];
    const given = layersOf(graph);
    const expected = layersOf(optimize(graph));
    expect(layersOf(graph)).toEqual(given);
    expect(optimize(own, { inPlace: true })).toBe(own);
    expect(layersOf(own)).toEqual(expected);
  });

  it("leaves out layers below nothing", () => {
    const y = elementwise("negative", x);
    const graph = graphOf([x.layer, y.layer], [x.layer.name]);
    expect(layersOf(optimize(graph))).toEqual([x.layer]);
  });

  it("leaves out the passes that are switched off", () => {
    const graph = graphBelow([reduce(elementwise("add", x, transpose(x)), "mean")]);
    const off = Object.fromEntries(PASS_NAMES.map((name) => [name, false]));
    expect(layersOf(optimize(graph, { passes: off }))).toEqual(layersOf(graph));
    expect(optimize(graph, { passes: { ...off, fuseBlockwise: true } }).order).toBe(5);
  });

  it("refuses switches of passes that there are not, and that are neither on nor off", () => {
    const graph = graphBelow([x]);
    const refused = (passes: unknown) => () => optimize(graph, { passes } as OptimizeOptions);
    expect(refused({ fuse: false })).toThrow("there is no pass fuse: expected cull, pushSlices");
    expect(refused({ cull: 0 })).toThrow("pass cull is switched by a value of type number");
    expect(refused("cull")).toThrow("passes is a value of type string: expected an object");
  });

  it("makes several outputs of common layers once, whatever they were called", () => {
    const renamed = blockwise("minus", x.layer.chunks, [[x, [0, 1]]], {
      nodes: [
        { op: "load", operand: 0, dtype: "float64" },
        { op: "negative", args: [0], dtype: "float64" },
      ],
    });
    const sine = elementwise("sin", elementwise("negative", x));
    const graph = graphBelow([reduce(sine, "sum"), reduce(elementwise("sin", renamed), "max")]);
    const [given, ...after] = explainPasses(graph).map(({ tasks }) => tasks);
    // Two negatives and two sines of 16 blocks each, of which one sine is left.
    expect(given).toBe(16 + 4 * 16 + 2 * (16 + 4 + 1));
    expect(after.at(-1)).toBe(16 + 16 + 2 * (16 + 4 + 1));
  });

  it("gets through a chain of 3,000 steps", () => {
    let chain = x;
    for (let step = 0; step < 3_000; step++) chain = elementwise("negative", chain);
    expect(optimized(chain).length).toBeLessThan(30);
  });

  it("costs little on a grid of a million blocks", () => {
    const big = source([blocks(1_000, 10), blocks(1_000, 10)]);
    const graph = graphBelow([reduce(elementwise("add", big, transpose(big)), "mean")]);
    const names: LayerName[] = layersOf(optimize(graph)).map(({ name }) => name);
    expect(names).toHaveLength(11);
  });
});

describe("joinWords", () => {
  it("says each word once and stays short", () => {
    expect(joinWords("mean-add", "add-transpose")).toBe("mean-add-transpose");
    expect(joinWords("multiply-subtract-logicalAnd", "negative-reciprocal-floorDivide")).toBe(
      "multiply-subtract-logicalAnd-negative",
    );
  });
});
