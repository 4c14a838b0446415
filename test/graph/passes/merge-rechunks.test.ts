import { describe, expect, it } from "vitest";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import type { Layer, RechunkLayer } from "../../../src/graph/model/layer.js";
import { graphBelow, layerOf, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import type { SourceGenerator } from "../../../src/graph/model/source-generator.js";
import { mergeRechunks } from "../../../src/graph/passes/merge-rechunks.js";
import { explainPasses } from "../../../src/graph/passes/optimize.js";
import { after } from "../after-pass.js";
import {
  blocks,
  concatenate,
  elementwise,
  persisted,
  rechunk,
  reduce,
  source,
  transpose,
} from "../example-layers.js";

const rows: Chunks = [blocks(16, 100), [1_600]];
const columns: Chunks = [[1_600], blocks(16, 100)];
const squares: Chunks = [blocks(4, 400), blocks(4, 400)];

/** Something that is no source. */
const x = elementwise("sin", persisted(rows));

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
      "persisted",
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
    expect(kinds(back)).toEqual(["persisted", "blockwise"]);
    expect(kinds(elementwise("add", back, x))).toEqual(["persisted", "blockwise", "blockwise"]);
    expect(merged(elementwise("add", back, x)).at(-1)?.inputs).toEqual([x.layer.name]);
    expect(kinds(rechunk(x, rows))).toEqual(["persisted", "blockwise"]);
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
    const y = elementwise("sin", persisted(tall));
    expect(
      kinds(rechunk(rechunk(y, [blocks(30, 33).concat(10), blocks(30, 33).concat(10)]), wide)),
    ).toEqual(["persisted", "blockwise", "rechunk", "rechunk"]);
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

  const file: SourceGenerator = {
    type: "npy",
    path: "/data/x.npy",
    byteOffset: 128,
    fortranOrder: false,
    bigEndian: false,
  };

  it("reads files in the other chunks, unless runs of bytes get too short", () => {
    const wide: Chunks = [[1_600], blocks(2, 800)];
    expect(merged(rechunk(source(rows, file), wide))).toMatchObject([
      { kind: "source", chunks: wide, generator: file },
    ]);
    expect(kinds(rechunk(source(rows, file), columns))).toEqual(["source", "rechunk"]);
    expect(kinds(rechunk(source(columns, file), rows))).toEqual(["source"]);
  });

  it("reads Zarr arrays in the other chunks where each of theirs is decoded once", () => {
    const zarr: SourceGenerator = {
      type: "zarr",
      location: "/data/x.zarr",
      document: { zarr_format: 2, chunks: [200, 200] },
      timeoutMs: 1_000,
      opened: 1,
    };
    const whole = source([blocks(2, 800), blocks(2, 800)], zarr);
    expect(kinds(rechunk(whole, [blocks(4, 400), [1_600]]))).toEqual(["source"]);
    expect(kinds(rechunk(whole, [blocks(5, 320), [1_600]]))).toEqual(["source", "rechunk"]);
  });

  it("cuts elementwise layers and the sources below them at once", () => {
    const numbers = source(rows, { type: "uniform", seed: 7, low: 0, high: 1 });
    const more = source(columns, file);
    const sum = elementwise("add", elementwise("sin", numbers), transpose(more));
    const graph = merged(rechunk(sum, squares));
    expect(graph.map(({ kind }) => kind)).not.toContain("rechunk");
    for (const { chunks } of graph) expect(chunks).toEqual(squares);
    // What is needed whole besides, what a source would be asked for in two ways, and many small
    // blocks.
    expect(kinds(rechunk(sum, squares), sum)).toContain("rechunk");
    const uneven: Chunks = [blocks(2, 800), [1_600]];
    const both = elementwise("add", numbers, transpose(source(columns)));
    expect(kinds(rechunk(both, uneven))).not.toContain("rechunk");
    const mirrored = elementwise("add", source(squares), transpose(source(squares)));
    expect(kinds(rechunk(mirrored, uneven))).toContain("rechunk");
    expect(kinds(rechunk(sum, [blocks(16, 100), blocks(16, 100)]))).toContain("rechunk");
  });

  it("cuts the parts of a concatenation, where no new block reaches into two", () => {
    const [one, two] = [source(rows, file), source(rows, { ...file, path: "/data/y.npy" })];
    const both = concatenate([one, two], 0);
    const wide: Chunks = [blocks(8, 400), [1_600]];
    const parts: Chunks = [blocks(4, 400), [1_600]];
    const graph = merged(rechunk(elementwise("sin", both), wide));
    expect(graph.map(({ kind }) => kind)).toEqual(["source", "source", "concatenate", "blockwise"]);
    for (const part of graph.slice(0, 2)) expect(part.chunks).toEqual(parts);
    expect(kinds(rechunk(both, wide))).toEqual(["source", "source", "concatenate"]);
    expect(kinds(rechunk(both, [blocks(5, 640), [1_600]]))).toContain("rechunk");
    expect(kinds(rechunk(concatenate([one, one], 0), wide))).toEqual(["source", "concatenate"]);
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
