import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { layersDot, tasksDot } from "../../src/diagnostics/dot.js";
import { graphvizVisualizer } from "../../src/diagnostics/visualize.js";
import { LayerGraph } from "../../src/graph/layer-graph.js";
import { blocks, elementwise, reduce, source, transpose } from "../graph/example-layers.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-pictures-"));
afterAll(() => rmSync(folder, { recursive: true }));

function meanGraph(count: number): LayerGraph {
  const x = source([blocks(count, 1_000), blocks(count, 1_000)]);
  return LayerGraph.below([reduce(elementwise("add", x, transpose(x)), "mean")]);
}

describe("layersDot", () => {
  it("has a box for each layer with its shape, grid, dtype and tasks", () => {
    const dot = layersDot(meanGraph(4));
    expect(dot.match(/\[label=/g)).toHaveLength(6);
    expect(dot).toContain("<b>random</b>");
    expect(dot).toContain("4,000 × 4,000 float64");
    expect(dot).toContain("4 × 4 of 1,000 × 1,000 · 16 tasks");
    expect(dot).toContain("n0 -> n1");
  });
});

describe("tasksDot", () => {
  it("has a box for each task", () => {
    expect(tasksDot(meanGraph(4)).match(/\[label=/g)).toHaveLength(69);
  });

  it("falls back to layers, and says so, where tasks are too many", () => {
    const dot = tasksDot(meanGraph(100));
    expect(dot).toContain("43,364 tasks are too many to draw");
    expect(dot.match(/\[label=/g)).toHaveLength(11);
  });
});

describe("graphvizVisualizer", () => {
  it("writes an SVG and names the file", async () => {
    const file = join(folder, "graph.svg");
    expect(await graphvizVisualizer.visualize(meanGraph(4), { file, optimize: true })).toBe(file);
    const svg = readFileSync(file, "utf8");
    expect(svg).toContain("<svg");
    expect(svg.match(/class="node"/g)).toHaveLength(4);
    expect(svg.replaceAll("&#45;", "-")).toContain("mean-partial-add-transpose");
  });

  it("writes DOT text", async () => {
    const file = join(folder, "graph.dot");
    await graphvizVisualizer.visualize(meanGraph(2), { file, level: "tasks" });
    expect(readFileSync(file, "utf8")).toMatch(/^digraph tilework \{/);
  });

  it("refuses endings that it does not know", async () => {
    const file = join(folder, "graph.png");
    await expect(graphvizVisualizer.visualize(meanGraph(2), { file })).rejects.toMatchObject({
      code: "argument.value",
      message: expect.stringContaining("ending in .svg or .dot"),
    });
  });
});
