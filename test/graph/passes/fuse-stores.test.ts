// Stores in the tasks of what they write: what is joined, what is not, and what is refused.
import { describe, expect, it } from "vitest";
import { ChunkedArray, fromArray, random } from "../../../src/array/index.js";
import { sourceNode } from "../../../src/array/layers/source-layer.js";
import { checkLayer } from "../../../src/graph/checks/check-layer.js";
import type { FusedLayer, Layer, StoreLayer } from "../../../src/graph/model/layer.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { type OptimizeOptions, optimize } from "../../../src/graph/passes/optimize.js";
import { expandLayers } from "../../../src/graph/tasks/expand.js";

const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
const generator = { type: "npy", path: "/data/a.npy", ...layout } as const;
const a = new ChunkedArray(sourceNode("npy", generator, [40, 30], "float64", [13, 8]));

/** A store of all blocks, as `toNpy` makes it. */
function storeOf(x: ChunkedArray) {
  const layer = nameLayer<StoreLayer>("store", {
    kind: "store",
    inputs: [x.node.layer.name],
    chunks: x.chunks.map((axis) => axis.map(() => 1)),
    dtype: "bool",
    target: { type: "npy", path: "/data/b.npy", byteOffset: 128 },
  });
  return { layer, inputs: [x.node] };
}

/** The layers by which an array is written. */
function layersFor(x: ChunkedArray, options?: OptimizeOptions): readonly Layer[] {
  return layersOf(optimize(graphBelow([storeOf(x)]), options));
}

const kindsOf = (layers: readonly Layer[]) =>
  layers.map((layer) =>
    layer.kind === "fused" ? layer.steps.map((step) => step.layer.kind).join(" ") : layer.kind,
  );

describe("stores", () => {
  it("write blocks in the task that computes them", () => {
    expect(kindsOf(layersFor(a.add(1)))).toEqual(["source blockwise store"]);
    expect(kindsOf(layersFor(a))).toEqual(["source store"]);
    const drawn = random([40, 30], { chunks: 13 });
    expect(kindsOf(layersFor(drawn.add(drawn.T.T)))).toContain("blockwise store");
    expect(kindsOf(layersFor(a.mapBlocks((block) => block)))).toEqual(["source mapBlocks store"]);
    const apart = layersFor(a.add(1), { passes: { fuseStores: false } });
    expect(kindsOf(apart)).toEqual(["source blockwise", "store"]);
  });

  it("have one task per block, which reads what the blocks are computed from", () => {
    const held = fromArray(new Float64Array(1_200), { shape: [40, 30], chunks: [13, 8] });
    const layers = layersFor(a.T.add(held.T));
    const [fused] = layers.filter(({ kind }) => kind === "fused") as [FusedLayer];
    const { layerOf, operands } = expandLayers(layers, [fused.name]);
    expect([layerOf.length, operands.length]).toEqual([32, 16]);
  });

  it("keep sources that are read along other axes in place", () => {
    const [fused, ...rest] = layersFor(a.T.add(1)) as [FusedLayer];
    expect(rest).toEqual([]);
    expect(fused).toMatchObject({ kind: "fused", steps: [{ axes: [1, 0] }, {}, {}] });
    expect(() => checkLayer(fused, [])).not.toThrow();
  });

  it("are tasks of their own where others read the blocks, or they are no step", () => {
    const x = a.add(1);
    const graph = graphBelow([storeOf(x), x.sum().node]);
    const passes = { fuseReductions: false };
    expect(kindsOf(layersOf(optimize(graph, { passes })))).toContain("store");
    expect(kindsOf(layersFor(a.add(1).cumsum(0)))).toContain("store");
    expect(kindsOf(layersFor(a.sum(0)))).toContain("store");
  });

  it("are refused as steps that others follow, and of other blocks than those before", () => {
    const [fused] = layersFor(a.add(1)) as [FusedLayer];
    const [source, added, store] = fused.steps as [never, never, FusedLayer["steps"][0]];
    const early = { ...fused, steps: [source, { ...store, reads: [0] }, added] };
    expect(() => checkLayer(early, [])).toThrow(/step 1: it is a store, and not the last step/);
    const other = { ...store, layer: { ...store.layer, chunks: [[1], [1]] } };
    const wrong = { ...fused, chunks: [[1], [1]], steps: [source, added, other] };
    expect(() => checkLayer(wrong as FusedLayer, [])).toThrow(
      /step 0: it has another number of blocks/,
    );
  });
});
