import { describe, expect, it } from "vitest";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import type { Layer, RechunkLayer, SourceGenerator } from "../../../src/graph/model/layer.js";
import { graphBelow, layerOf, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { mergeRechunks } from "../../../src/graph/passes/merge-rechunks.js";
import { explainPasses } from "../../../src/graph/passes/optimize.js";
import { after } from "../after-pass.js";
import { blocks, elementwise, rechunk, reduce, source } from "../example-layers.js";

const rows: Chunks = [blocks(16, 100), [1_600]];
const columns: Chunks = [[1_600], blocks(16, 100)];
const squares: Chunks = [blocks(4, 400), blocks(4, 400)];

/** Something that is no source. */
const x = elementwise("sin", source(rows));

function merged(...outputs: readonly LayerNode[]): readonly Layer[] {
  const graph = after(mergeRechunks, graphBelow(outputs));
  expect(outputsOf(graph).map((name) => layerOf(graph, name).chunks)).toEqual(
    outputs.map(({ layer }) => layer.chunks),
  );
  return layersOf(graph);
}

function kinds(...outputs: readonly LayerNode[]): string[] {
  return merged(...outputs).map(({ kind }) => kind);
}

/** Every pass but the last as a plan leaves it. */
function planned(input: LayerNode, chunks: Chunks): LayerNode {
  const { layer } = rechunk(input, chunks);
  const pass = nameLayer<RechunkLayer>("rechunk", { ...layer, planned: true } as RechunkLayer);
  return { layer: pass, inputs: [input] };
}

describe("mergeRechunks", () => {
  it("makes one rechunk of two and of three", () => {
    expect(kinds(rechunk(rechunk(x, squares), columns))).toEqual([
      "source",
      "blockwise",
      "rechunk",
    ]);
    const thrice = rechunk(rechunk(rechunk(x, squares), [[1_600], [1_600]]), columns);
    expect(merged(thrice).at(-1)).toMatchObject({ kind: "rechunk", inputs: [x.layer.name] });
    const total = (y: LayerNode) => explainPasses(graphBelow([reduce(y, "sum")])).at(-1)?.tasks;
    const direct = total(rechunk(x, columns)) as number;
    expect(total(thrice)).toBe(direct);
  });

  it("leaves out a rechunk and its way back", () => {
    const back = rechunk(rechunk(x, columns), rows);
    expect(kinds(back)).toEqual(["source", "blockwise"]);
    expect(kinds(elementwise("add", back, x))).toEqual(["source", "blockwise", "blockwise"]);
    expect(merged(elementwise("add", back, x)).at(-1)?.inputs).toEqual([x.layer.name]);
    expect(kinds(rechunk(x, rows))).toEqual(["source", "blockwise"]);
  });

  it("keeps passes that a plan made, and what others read", () => {
    expect(kinds(rechunk(planned(x, squares), columns))).toHaveLength(4);
    const middle = rechunk(x, squares);
    expect(kinds(rechunk(middle, columns), middle)).toHaveLength(4);
    expect(kinds(rechunk(middle, columns), reduce(middle, "sum"))).toContain("rechunk");
  });

  it("keeps two passes where one would have too many pieces", () => {
    const [tall, wide]: [Chunks, Chunks] = [
      [blocks(1_000, 1), [1_000]],
      [[1_000], blocks(1_000, 1)],
    ];
    const y = elementwise("sin", source(tall));
    expect(
      kinds(rechunk(rechunk(y, [blocks(30, 33).concat(10), blocks(30, 33).concat(10)]), wide)),
    ).toEqual(["source", "blockwise", "rechunk", "rechunk"]);
  });

  it("makes sources in the other chunks", () => {
    const generators: SourceGenerator[] = [
      { type: "uniform", seed: 1, low: 0, high: 1 },
      { type: "full", value: 3 },
      { type: "eye", offset: 1 },
    ];
    for (const generator of generators) {
      expect(merged(rechunk(source(rows, generator), columns))).toMatchObject([
        { kind: "source", chunks: columns, generator },
      ]);
    }
    expect(
      kinds(rechunk(source([blocks(8, 10)], { type: "arange", start: 0, step: 0.1 }), [[80]])),
    ).toEqual(["source"]);
  });

  it("moves random numbers that another reads, or that are dear to make a few at a time", () => {
    const numbers = source(rows);
    expect(kinds(rechunk(numbers, columns), numbers)).toEqual(["source", "rechunk"]);
    expect(kinds(rechunk(numbers, [[1_600], blocks(160, 10)]))).toEqual(["source", "rechunk"]);
    const data = source([[4, 4]], { type: "data", data: new Float64Array(8) });
    expect(kinds(rechunk(data, [[8]]))).toEqual(["source", "rechunk"]);
  });

  it("leaves unknown lengths alone", () => {
    const unknown = source([[Number.NaN, Number.NaN], [10]], { type: "full", value: 1 });
    expect(
      kinds(
        rechunk(unknown, [
          [Number.NaN, Number.NaN],
          [5, 5],
        ]),
      ),
    ).toHaveLength(2);
  });
});
