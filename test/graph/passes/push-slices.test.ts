import { describe, expect, it } from "vitest";
import type { AxisSelection, Layer } from "../../../src/graph/model/layer.js";
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
  elementwise,
  rechunk,
  reduce,
  slice,
  source,
  transpose,
} from "../example-layers.js";

const x = source([blocks(4, 1_000), blocks(4, 1_000)]);
const y = source(x.layer.chunks, { type: "uniform", seed: 2, low: 0, high: 1 });

function range(start: number, count: number, step = 1): AxisSelection {
  return { type: "range", start, step, count };
}

const all = range(0, 4_000);
const index = (at: number): AxisSelection => ({ type: "index", at });

/** Kinds and shapes of the layers after the pass, sources left out; the grid of outputs never changes. */
function pushed(...outputs: readonly LayerNode[]): string[] {
  const graph = after(pushSlices, graphBelow(outputs));
  expect(outputsOf(graph).map((name) => layerOf(graph, name).chunks)).toEqual(
    outputs.map(({ layer }) => layer.chunks),
  );
  return layersOf(graph).flatMap((layer) => (layer.kind === "source" ? [] : [told(layer)]));
}

function told({ kind, chunks }: Layer): string {
  const shape = chunks.map((axis) => axis.reduce((sum, length) => sum + length, 0));
  return `${kind} ${shape.join("×")}`;
}

function tasks(output: LayerNode, passes: Record<string, boolean> = {}): number | undefined {
  // Sources stay where they are, so that they are counted.
  const given = { passes: { drawInside: false, ...passes } };
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
    const inner = slice(elementwise("abs", x), [range(500, 2_000), range(500, 2_000)]);
    const total = reduce(elementwise("negative", inner), "sum");
    expect([tasks(total, { pushSlices: false }), tasks(total)]).toEqual([40, 31]);
  });

  it("leaves a broadcast row as it is along the axis that it has not", () => {
    const row = source([blocks(4, 1_000)]);
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
    const kept = reduce(x, "sum", [0], true);
    expect(pushed(slice(kept, [index(0), all])).at(-1)).toBe("slice 4000");
    const small = source([blocks(40, 10), blocks(4, 10)]);
    expect(pushed(slice(reduce(small, "sum", [0]), [index(0)])).at(-1)).toBe("slice ");
  });

  it("makes formulas of the position shorter, and computes nothing else", () => {
    const counted = source([blocks(4, 10)], { type: "arange", start: 5, step: 3 });
    const graph = optimize(graphBelow([slice(counted, [range(30, 4, -2)])]));
    expect(layersOf(graph)).toMatchObject([{ kind: "source", generator: { start: 95, step: -6 } }]);
    const unit = source([blocks(4, 10), blocks(4, 10)], { type: "eye", offset: 1 });
    expect(pushed(slice(unit, [range(3, 10), range(7, 10)]))).toEqual([]);
    const fractions = source([blocks(4, 10)], { type: "arange", start: 0, step: 0.1 });
    expect(pushed(slice(fractions, [range(30, 4)]))).toEqual(["slice 4"]);
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
