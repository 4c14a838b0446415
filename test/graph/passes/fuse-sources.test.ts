// Sources in the tasks of the layers above them: what is joined, what is not, and the same values.
import { describe, expect, it } from "vitest";
import { ChunkedArray, defaultRng, fromArray, normal, random } from "../../../src/array/index.js";
import { sourceNode } from "../../../src/array/layers/source-layer.js";
import { numBlocks } from "../../../src/graph/model/chunks.js";
import { type LayerGraph, layersOf } from "../../../src/graph/model/layer-graph.js";
import { fuseSources } from "../../../src/graph/passes/fuse-sources.js";
import { layerGraph } from "../../../src/graph/ports/collection-graphs.js";
import { after } from "../after-pass.js";
import { elementsOf } from "../computed-elements.js";

/** Elements of a file. */
function npy(shape: readonly number[], chunks: readonly number[], path = "/data/a.npy") {
  const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
  const generator = { type: "npy", path, ...layout } as const;
  return new ChunkedArray(sourceNode("npy", generator, shape, "float64", chunks));
}

/** Kinds of the layers of a graph; those of a fused layer's steps in one. */
function kindsOf(graph: LayerGraph): string[] {
  return layersOf(graph).map((layer) =>
    layer.kind === "fused" ? layer.steps.map((step) => step.layer.kind).join(" ") : layer.kind,
  );
}

const optimized = (array: ChunkedArray) => layerGraph(array, { optimize: true });
const apart = (array: ChunkedArray) => layerGraph(array, { passes: { fuseSources: false } });

const a = npy([40, 30], [13, 8]);
const b = npy([40, 30], [13, 8], "/data/b.npy");
const x = random([40, 40], { chunks: [13, 13], seed: 1 });
const y = normal([40, 40], { chunks: [13, 13], seed: 2 });

describe("files", () => {
  it("are read in the task of the reduction above them", () => {
    expect(kindsOf(optimized(a.multiply(2).sum()))).toEqual(["source blockwise", "treeReduce"]);
    expect(kindsOf(optimized(a.add(b)))).toEqual(["source source blockwise"]);
  });

  it("are read there in every format that a task can read", () => {
    const generators = [
      { type: "hdf5", path: "/data/a.h5", dataset: "x" },
      { type: "geotiff", location: "/data/a.tif" },
    ];
    for (const generator of generators) {
      const node = sourceNode("file", generator as never, [40, 30], "float64", [13, 8]);
      expect(kindsOf(optimized(new ChunkedArray(node).sqrt()))).toEqual(["source blockwise"]);
    }
  });

  it("are read where an axis runs along another one of the loop", () => {
    const graph = optimized(a.transpose().add(1));
    expect(kindsOf(graph)).toEqual(["source blockwise"]);
    expect(layersOf(graph)[0]).toMatchObject({ steps: [{ axes: [1, 0] }, {}] });
    expect(kindsOf(optimized(a.expandDims(1).add(1)))).toEqual(["source blockwise"]);
  });

  it("are read by themselves where several blocks or layers read the same part", () => {
    const row = npy([30], [8]);
    expect(kindsOf(optimized(a.add(row)))).toEqual(["source", "source blockwise"]);
    const square = npy([40, 40], [13, 13]);
    expect(kindsOf(optimized(square.add(square.transpose())))).toEqual(["source", "blockwise"]);
    expect(kindsOf(optimized(a.subtract(a.mean(0))))[0]).toBe("source");
    expect(kindsOf(optimized(a))).toEqual(["source"]);
  });

  it("are read twice by no task: blocks on a diagonal are their own transposes", () => {
    const square = npy([40, 40], [13, 13]);
    const graph = optimized(square.add(square.transpose()).mean());
    expect(kindsOf(graph)[0]).toBe("source source blockwise");
    const [fused] = layersOf(graph);
    expect(fused?.kind === "fused" && numBlocks(fused.chunks)).toEqual([4, 4]);
  });

  it("are layers of their own without the pass, and for passes of users", () => {
    expect(kindsOf(apart(a.multiply(2)))).toEqual(["source", "blockwise"]);
    let seen: string[] = [];
    const mine = (graph: LayerGraph) => {
      seen = kindsOf(graph);
      return graph;
    };
    layerGraph(a.multiply(2), { passes: { mine } });
    expect(seen).toEqual(["source", "blockwise"]);
  });
});

describe("random numbers", () => {
  it("of any distribution are drawn in the one task that reads them", () => {
    expect(kindsOf(optimized(y.mean()))).toEqual(["source blockwise", "treeReduce"]);
    expect(kindsOf(optimized(defaultRng(3).poisson(4, [40, 40], { chunks: 13 }).add(1)))).toEqual([
      "source blockwise",
    ]);
    expect(kindsOf(optimized(y.add(y.transpose()).mean()))[0]).toBe("source source blockwise");
  });

  it("are kept for two tasks where they are few, and drawn in both where they are many", () => {
    expect(kindsOf(optimized(x.add(x.transpose()).sum(0)))[0]).toBe("source");
    const many = random([4_000, 4_000], { chunks: 1_000, seed: 1 });
    const kinds = kindsOf(optimized(many.add(many.transpose()).sum(0)));
    expect(kinds[0]).toBe("source source blockwise");
    const drawn = normal([4_000, 4_000], { chunks: 1_000, seed: 1 });
    expect(kindsOf(optimized(drawn.add(drawn.transpose()).sum(0)))[0]).toBe(kinds[0]);
    const slow = defaultRng(3).gamma(2, 1, [4_000, 4_000], { chunks: 1_000 });
    expect(kindsOf(optimized(slow.add(slow.transpose()).sum(0)))[0]).toBe("source");
    expect(kindsOf(optimized(slow.sum(0)))[0]).toBe("source blockwise");
  });
});

describe("their values", () => {
  const expressions: Readonly<Record<string, () => ChunkedArray>> = {
    "two arrays": () => x.astype("float32").add(y).sin(),
    "a transposed array": () => y.transpose().exp().sum(0),
    "both sides of a diagonal": () => y.add(y.transpose()).max(),
    "one array in two places": () => x.multiply(x.transpose()).sum(0),
    "three axes in another order": () =>
      normal([9, 8, 7], { chunks: [4, 3, 2], seed: 4 })
        .transpose([2, 0, 1])
        .var(1),
    "an axis more": () => y.astype("float32").expandDims(1).sin().sum(2),
    "other arrays beside": () => y.add(fromArray(new Float64Array(40), { chunks: 13 })).mean(1),
    "a slice": () => y.slice("5:37", "3:20").add(1).sum(1),
  };

  it.each(Object.keys(expressions))("are those without the pass: %s", async (name) => {
    const array = (expressions[name] as () => ChunkedArray)();
    const graph = apart(array);
    const twice = after(fuseSources, graph, { quickBytesMin: 0, otherBytesMin: 0 });
    expect(kindsOf(twice).some((kinds) => kinds.startsWith("source "))).toBe(true);
    expect(await elementsOf(twice)).toEqual(await elementsOf(graph));
  });
});
