// Operands of different chunks below a layer that takes any grid: they meet where that costs least.
import { describe, expect, it } from "vitest";
import { passesText } from "../../../src/diagnostics/explain/explain-graph.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import type { Layer } from "../../../src/graph/model/layer.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import type { SourceGenerator } from "../../../src/graph/model/source-generator.js";
import { alignOperands, type MeetingChoice } from "../../../src/graph/passes/align-operands.js";
import { explainPasses } from "../../../src/graph/passes/optimize.js";
import { after } from "../after-pass.js";
import {
  blocks,
  blockwise,
  elementwise,
  persisted,
  rechunk,
  reduce,
  source,
  transpose,
} from "../example-layers.js";

const rows: Chunks = [blocks(20, 500), [10_000]];
const columns: Chunks = [[10_000], blocks(20, 500)];
const squares: Chunks = [blocks(20, 500), blocks(20, 500)];

function file(chunks: Chunks, name = "x"): LayerNode {
  const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
  const generator: SourceGenerator = { type: "npy", path: `/data/${name}.npy`, ...layout };
  return source(chunks, generator);
}

/** The operands in squares, added. */
function sumOf(...operands: readonly LayerNode[]): LayerNode {
  return elementwise("add", ...operands.map((each) => rechunk(each, squares)));
}

function aligned(...outputs: readonly LayerNode[]): readonly Layer[] {
  return layersOf(after(alignOperands, graphBelow(outputs)));
}

const kindsOf = (layers: readonly Layer[]) => layers.map(({ kind }) => kind);
const tasksOf = (...outputs: readonly LayerNode[]) =>
  explainPasses(graphBelow(outputs)).at(-1)?.tasks;

describe("alignOperands", () => {
  it("reads files along common chunks, in the longest runs", () => {
    const total = reduce(sumOf(file(columns, "y"), file(rows)), "sum");
    const graph = aligned(total);
    expect(graph.filter(({ kind }) => kind === "rechunk")).toMatchObject([{ chunks: rows }]);
    expect(tasksOf(total)).toBe(20 + 2 + 1);
  });

  it("reads a file in the chunks of what is there, and moves nothing", () => {
    for (const there of [rows, columns]) {
      const other = there === rows ? columns : rows;
      const total = reduce(sumOf(persisted(there), file(other)), "sum");
      const last = explainPasses(graphBelow([total])).at(-1);
      expect(last?.needed.filter(({ layer }) => layer.kind === "rechunk")).toEqual([]);
      expect(last?.tasks).toBe(20 + 2 + 1);
    }
  });

  it("moves the smaller of two that are there", () => {
    const wide: Chunks = [blocks(20, 500), blocks(1, 10_000)];
    const narrow = rechunk(elementwise("greater", persisted(columns)), squares);
    const both = elementwise("add", rechunk(persisted(wide), squares), narrow);
    const graph = aligned(reduce(both, "sum"));
    expect(graph.filter(({ kind }) => kind === "rechunk")).toHaveLength(1);
  });

  it("leaves the grid of results alone", () => {
    const graph = aligned(reduce(sumOf(persisted(columns), file(rows)), "sum", [0]));
    expect(graph.at(-1)).toMatchObject({ kind: "blockwise", final: true, chunks: [columns[1]] });
    const kept = aligned(reduce(sumOf(persisted(columns), file(rows)), "sum", [1]));
    expect(kept.at(-1)).toMatchObject({ chunks: [rows[0]] });
  });

  it("brings operands into the chunks of a rechunk above, through layers between", () => {
    const sum = elementwise("sin", sumOf(file(columns, "y"), file(rows)));
    const graph = aligned(rechunk(sum, rows));
    expect(kindsOf(graph)).toEqual(["source", "source", "rechunk", "blockwise", "blockwise"]);
    expect(graph.at(-1)).toMatchObject({ chunks: rows });
  });

  it("joins an axis of one element that is cut into 0 and 1, where others are repeated along it", () => {
    const cut = persisted([blocks(20, 500), [0, 1]]);
    const repeated = rechunk(cut, [blocks(20, 500), [1]]);
    const loads = [0, 1].map((operand) => ({ op: "load", operand, dtype: "float64" }) as const);
    const sum = blockwise(
      "add",
      squares,
      [
        [rechunk(persisted(columns), squares), [0, 1]],
        [repeated, [0, -1]],
      ],
      { nodes: [...loads, { op: "add", args: [0, 1], dtype: "float64" }] },
    );
    const graph = aligned(reduce(sum, "sum"));
    expect(graph.filter(({ kind }) => kind === "rechunk")).toMatchObject([
      { chunks: [[10_000], [1]] },
    ]);
  });

  it("leaves meetings alone that another layer sees, and trees that were given", () => {
    const sum = sumOf(file(columns, "y"), file(rows));
    const graphs = [[sum], [reduce(sum, "sum"), sum], [reduce(sum, "sum"), transpose(sum)]];
    for (const outputs of graphs) {
      expect(aligned(...outputs)).toEqual(layersOf(graphBelow(outputs)));
    }
    const alone = reduce(elementwise("sin", rechunk(persisted(columns), squares)), "sum");
    expect(aligned(alone)).toEqual(layersOf(graphBelow([alone])));
  });

  it("keeps blocks for all cores, and blocks that fit in memory together", () => {
    const few: Chunks = [blocks(2, 5_000), [10_000]];
    const many: Chunks = [[10_000], blocks(20, 500)];
    const grid: Chunks = [blocks(2, 5_000), blocks(20, 500)];
    const sum = elementwise("add", rechunk(file(few), grid), rechunk(file(many, "y"), grid));
    const loops = aligned(reduce(sum, "sum")).filter((layer) => layer.kind === "blockwise");
    expect(loops[0]?.chunks).toEqual(many);
    const files = ["a", "b", "c"].map((name) => file(rows, name));
    const four = reduce(sumOf(...files, file(columns, "d")), "sum");
    expect(aligned(four)).toEqual(layersOf(graphBelow([four])));
  });

  it("says in explain() what was taken and what was not", () => {
    const choices: MeetingChoice[] = [];
    const graph = graphBelow([reduce(sumOf(persisted(columns), file(rows)), "sum")]);
    alignOperands(graph, (choice) => choices.push(choice));
    expect(choices).toMatchObject([{ word: "sum", taken: { loop: columns } }]);
    const again = graphBelow([reduce(sumOf(persisted(columns), file(rows)), "sum")]);
    expect(passesText(explainPasses(again))).toContain(`
operands of sum meet in 1 × 20 of 10,000 × 500: 23 tasks, 0 B to move
  rather than 20 × 1 of 500 × 10,000: 43 tasks, 763 MiB to move
`);
  });
});
