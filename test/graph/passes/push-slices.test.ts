import { describe, expect, it } from "vitest";
import type { AxisSelection, Layer, LayerName } from "../../../src/graph/model/layer.js";
import { graphBelow, layerOf, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { identityProgram } from "../../../src/graph/model/program.js";
import { explainPasses, optimize } from "../../../src/graph/passes/optimize.js";
import { pushSlices } from "../../../src/graph/passes/push-slices.js";
import { after } from "../after-pass.js";
import {
  blocks,
  blockwise,
  concatenate,
  contract,
  elementwise,
  persisted,
  persistedAs,
  rechunk,
  reduce,
  reshape,
  slice,
  source,
  transpose,
} from "../example-layers.js";

const x = persisted([blocks(4, 1_000), blocks(4, 1_000)]);
const y = persistedAs("persisted-y" as LayerName, x.layer.chunks);
const drawn = source([blocks(4, 1_000), blocks(4, 1_000)]);

function range(start: number, count: number, step = 1): AxisSelection {
  return { type: "range", start, step, count };
}

const all = range(0, 4_000);
const index = (at: number): AxisSelection => ({ type: "index", at });

/**
 * Kinds and shapes of the layers after the pass, without what they start from; the grid of outputs
 * never changes.
 */
function pushed(...outputs: readonly LayerNode[]): string[] {
  const graph = after(pushSlices, graphBelow(outputs));
  expect(outputsOf(graph).map((name) => layerOf(graph, name).chunks)).toEqual(
    outputs.map(({ layer }) => layer.chunks),
  );
  return layersOf(graph).flatMap((layer) =>
    layer.kind === "source" || layer.kind === "persisted" ? [] : [told(layer)],
  );
}

function told({ kind, chunks }: Layer): string {
  const shape = chunks.map((axis) => axis.reduce((sum, length) => sum + length, 0));
  return `${kind} ${shape.join("×")}`;
}

function tasks(output: LayerNode, passes: Record<string, boolean> = {}): number | undefined {
  // Sources stay where they are, so that they are counted.
  const given = { passes: { drawInside: false, fuseSources: false, ...passes } };
  return explainPasses(graphBelow([output]), given).at(-1)?.tasks;
}

describe("pushSlices", () => {
  it("takes a slice below elementwise layers and transposes", () => {
    const chain = transpose(elementwise("negative", elementwise("abs", x)));
    expect(pushed(slice(chain, [range(10, 20), index(5)]))).toEqual([
      "slice 20",
      "blockwise 20",
      "blockwise 20",
      "blockwise 20",
    ]);
  });

  it("lets layers on both sides of a slice become one, with fewer tasks", () => {
    const inner = slice(elementwise("abs", drawn), [range(500, 2_000), range(500, 2_000)]);
    const total = reduce(elementwise("negative", inner), "sum");
    expect([tasks(total, { pushSlices: false }), tasks(total)]).toEqual([40, 23]);
  });

  it("leaves a broadcast row as it is along the axis that it has not", () => {
    const row = persisted([blocks(4, 1_000)]);
    const wide = blockwise("wide", x.layer.chunks, [[row, [1]]], identityProgram("float64"));
    expect(pushed(slice(wide, [range(0, 10), all]))).toEqual(["blockwise 10×4000"]);
  });

  it("gives each use of an array its own slice", () => {
    const sum = elementwise("add", x, transpose(x));
    expect(pushed(slice(sum, [range(0, 10), range(100, 50)]))).toEqual([
      "slice 10×50",
      "slice 50×10",
      "blockwise 10×50",
      "blockwise 10×50",
    ]);
  });

  it("stays above two arrays where hardly anything is cut off", () => {
    const most = slice(elementwise("add", x, y), [range(1, 3_999), all]);
    expect(pushed(most)).toEqual(["blockwise 4000×4000", "slice 3999×4000"]);
    const few = slice(elementwise("add", x, y), [range(1, 2), all]);
    expect(pushed(few)).toEqual(["slice 2×4000", "slice 2×4000", "blockwise 2×4000"]);
  });

  it("stays above what someone needs whole", () => {
    const whole = elementwise("negative", x);
    const part = slice(whole, [range(0, 10), all]);
    expect(pushed(part, whole)).toEqual(["blockwise 4000×4000", "slice 10×4000"]);
    expect(pushed(part, reduce(whole, "sum"))).toContain("slice 10×4000");
    expect(pushed(part, reduce(whole, "sum"))).toContain("blockwise 4000×4000");
  });

  it("makes one slice of slices", () => {
    const outer = slice(slice(x, [range(3_999, 2_000, -2), range(8, 100)]), [
      range(5, 3, 2),
      index(2),
    ]);
    const graph = after(pushSlices, graphBelow([outer]));
    expect(layersOf(graph)).toHaveLength(2);
    expect(layerOf(graph, outputsOf(graph)[0] as never)).toMatchObject({
      selection: [range(3_989, 3, -4), index(10)],
    });
  });

  it("reads only the parts of a concatenation that it hits", () => {
    const parts = [x, y, x].map((part) => elementwise("negative", part));
    const joined = concatenate(parts, 0);
    expect(pushed(slice(joined, [index(4_001), all]))).toEqual(["slice 4000", "blockwise 4000"]);
    expect(pushed(slice(joined, [range(4_100, 200, -1), all]))).toEqual([
      "slice 99×4000",
      "slice 101×4000",
      "blockwise 99×4000",
      "blockwise 101×4000",
      "concatenate 200×4000",
    ]);
  });

  it("cuts before it rechunks", () => {
    const other = rechunk(x, [blocks(1, 4_000), blocks(4, 1_000)]);
    expect(pushed(slice(other, [range(0, 10), all]))).toEqual(["slice 10×4000", "rechunk 10×4000"]);
  });

  it("cuts before it reduces, with every name's states", () => {
    for (const name of ["sum", "var", "argmin"] as const) {
      const total = reduce(x, name, [0]);
      const columns = pushed(slice(total, [range(100, 50)]));
      expect([columns[0], columns.at(-1)]).toEqual(["slice 4000×50", "treeReduce 50"]);
      const column = pushed(slice(total, [index(7)]));
      expect([column[0], column.at(-1)]).toEqual(["slice 4000", "treeReduce "]);
    }
  });

  it("stays above reductions that it cuts along their axes, and above small blocks", () => {
    const kept = reduce(x, "sum", [0, 1], true);
    expect(pushed(slice(kept, [index(0), range(0, 1)])).at(-1)).toBe("slice 1");
    const small = persisted([blocks(40, 10), blocks(4, 10)]);
    expect(pushed(slice(reduce(small, "sum", [0]), [index(0)])).at(-1)).toBe("slice ");
  });

  it("cuts before it reduces where the axes that were kept go", () => {
    const kept = reduce(x, "sum", [0], true);
    const columns = pushed(slice(kept, [index(0), range(7, 10)]));
    expect([columns[0], columns.at(-1)]).toEqual(["slice 4000×10", "treeReduce 10"]);
    expect(pushed(slice(reduce(x, "max", [0, 1], true), [index(0), index(0)])).at(-1)).toBe(
      "treeReduce ",
    );
  });

  it("cuts the operands of a contraction, and leaves the axis of a position to a slice", () => {
    const product = contract(x, y, 4);
    const groups = range(0, 1);
    expect(pushed(slice(product, [range(5, 10), range(0, 20), groups]))).toEqual([
      "slice 10×4000",
      "slice 4000×20",
      "contract 10×20×1",
    ]);
    expect(pushed(slice(product, [index(5), range(0, 20), groups]))).toEqual([
      "slice 1×4000",
      "slice 4000×20",
      "contract 1×20×1",
      "slice 20×1",
    ]);
  });

  it("cuts before it reshapes, at whole rows", () => {
    const split = reshape(x, [blocks(4, 10), blocks(1, 100), blocks(4, 1_000)]);
    const whole = [range(0, 100), all] as const;
    expect(pushed(slice(split, [range(2, 3), ...whole]))).toEqual([
      "slice 300×4000",
      "reshape 3×100×4000",
    ]);
    expect(pushed(slice(split, [index(2), range(0, 100), range(5, 7)]))).toEqual([
      "slice 100×7",
      "reshape 100×7",
    ]);
    // Rows 2, 102, 202 and so on are no run.
    expect(pushed(slice(split, [range(0, 40), index(2), all])).at(-1)).toBe("slice 40×4000");
    const tall = persisted([blocks(4, 100), [10], [20]]);
    const merged = reshape(tall, [blocks(4, 1_000), [20]]);
    expect(pushed(slice(merged, [range(30, 50), range(0, 20)]))).toEqual([
      "slice 5×10×20",
      "reshape 50×20",
    ]);
    expect(pushed(slice(merged, [range(35, 50), range(0, 20)])).at(-1)).toBe("slice 50×20");
  });

  it("has each of several windows of a layer made by itself, where that is less", () => {
    const dear = elementwise("sin", x);
    const product = (first: AxisSelection, other: AxisSelection) =>
      pushed(elementwise("multiply", slice(dear, [first, all]), slice(dear, [other, all])));
    expect(product(range(0, 100), range(100, 100))).toEqual([
      "slice 100×4000",
      "slice 100×4000",
      "blockwise 100×4000",
      "blockwise 100×4000",
      "blockwise 100×4000",
    ]);
    expect(product(range(0, 900), range(100, 900))[0]).toBe("blockwise 4000×4000");
    // Blocks of both are made once, and only these.
    expect(product(range(0, 3_999), range(1, 3_999))[0]).toBe("blockwise 4000×4000");
  });

  it("goes into what makes numbers from their positions, which makes that part alone", () => {
    const part = (from: LayerNode, ...selection: AxisSelection[]) => {
      const graph = after(pushSlices, graphBelow([slice(from, selection)]));
      return layersOf(graph);
    };
    expect(part(drawn, range(990, 20), index(5))).toMatchObject([
      { chunks: [[10, 10]], region: { shape: [4_000, 4_000], starts: [990, 5], axes: [0] } },
    ]);
    const [again] = part(slice(drawn, [range(990, 20), index(5)]), range(3, 4));
    expect(again).toMatchObject({ chunks: [[4]], region: { starts: [993, 5], axes: [0] } });
    // What a step leaves out is drawn, and what is before and after it is not.
    expect(part(drawn, range(50, 3, 40), range(10, 5))).toMatchObject([
      { region: { starts: [50, 10] }, chunks: [[81], [5]] },
      { kind: "slice", selection: [range(0, 3, 40), range(0, 5)] },
    ]);
    expect(part(drawn, range(0, 2_000, 2), all)).toHaveLength(2);
  });

  it("leaves a source whole that another layer reads, and that windows read twice", () => {
    const part = slice(drawn, [range(0, 10), all]);
    expect(pushed(part, reduce(drawn, "sum"))[0]).toBe("slice 10×4000");
    const windows = [slice(drawn, [range(0, 3_999), all]), slice(drawn, [range(1, 3_999), all])];
    expect(pushed(...windows)).toEqual(["slice 3999×4000", "slice 3999×4000"]);
    expect(pushed(part, slice(drawn, [range(20, 10), all]))).toEqual([]);
  });

  it("names parts by the whole, so that equal parts are one", () => {
    const names = [1, 2].map(() => {
      const part = after(pushSlices, graphBelow([slice(drawn, [range(0, 10), all])]));
      return outputsOf(part)[0];
    });
    expect(names[0]).toBe(names[1]);
    const other = after(pushSlices, graphBelow([slice(drawn, [range(1, 10), all])]));
    expect(outputsOf(other)[0]).not.toBe(names[0]);
  });

  it("makes formulas of the position shorter, and computes nothing else", () => {
    const counted = source([blocks(4, 10)], { type: "arange", start: 5, step: 3 });
    const graph = optimize(graphBelow([slice(counted, [range(30, 4, -2)])]));
    expect(layersOf(graph)).toMatchObject([{ kind: "source", generator: { start: 95, step: -6 } }]);
    const unit = source([blocks(4, 10), blocks(4, 10)], { type: "eye", offset: 1 });
    expect(pushed(slice(unit, [range(3, 10), range(7, 10)]))).toEqual([]);
    const fractions = source([blocks(4, 10)], { type: "arange", start: 0, step: 0.1 });
    expect(pushed(slice(fractions, [range(30, 4)]))).toEqual([]);
  });

  it("leaves unknown lengths, empty blocks and empty slices alone", () => {
    const unknown = source([[Number.NaN, Number.NaN], [10]]);
    const lengths: AxisSelection[] = [range(0, Number.NaN), index(3)];
    expect(pushed(slice(elementwise("abs", unknown), lengths))[1]).toMatch(/^slice/);
    const empty = source([[3, 0, 3]]);
    expect(pushed(slice(elementwise("abs", empty), [range(1, 4)]))[1]).toBe("slice 4");
    expect(pushed(slice(elementwise("abs", x), [range(0, 0), all]))[1]).toBe("slice 0×4000");
  });

  it("gets through 1,000 slices of 1,000 steps", () => {
    let chain = x;
    for (let step = 0; step < 1_000; step++) {
      chain = slice(elementwise("negative", chain), [range(0, 3_999 - step), all]);
    }
    expect(pushed(chain)).toHaveLength(1_001);
  });
});
