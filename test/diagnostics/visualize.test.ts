// Pictures and exports: what is in them, and that the tools they are for can read them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DirectedGraph } from "graphology";
import { parse as parseGexf } from "graphology-gexf";
import { parse as parseGraphml } from "graphology-graphml";
import { afterAll, describe, expect, it } from "vitest";
import { compress, random } from "../../src/array/index.js";
import { graphvizVisualizer } from "../../src/diagnostics/visualize.js";
import { graphBelow, layersOf } from "../../src/graph/model/layer-graph.js";
import type { VisualizeOptions } from "../../src/graph/ports/visualizer.js";
import { fromSequence } from "../../src/index.js";
import { meanGraph } from "./graphs.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-pictures-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is written for `(x + xᵀ).mean()` over `count` × `count` blocks. */
async function draw(count: number, ending: string, options: VisualizeOptions = {}) {
  const file = join(folder, `graph.${ending}`);
  expect(await graphvizVisualizer.visualize(meanGraph(count), { ...options, file })).toBe(file);
  return readFileSync(file);
}

const python = "/usr/bin/python3";
const hasNetworkx = spawnSync(python, ["-c", "import networkx"]).status === 0;
const hasGraphviz = spawnSync("dot", ["-V"]).status === 0;

describe("layers", () => {
  it("have a box each with shape, grid, dtype and tasks", async () => {
    const dot = `${await draw(4, "dot")}`;
    expect(dot.match(/ label=</g)).toHaveLength(6);
    expect(dot).toContain("<b>random</b>");
    expect(dot).toContain("4,000 × 4,000 float64");
    expect(dot).toContain("4 × 4 of 1,000 × 1,000 · 16 tasks");
    expect(dot).toContain("n0 -> n1");
  });

  it("are drawn as SVG after the passes", async () => {
    const svg = `${await draw(4, "svg", { optimize: true })}`;
    expect(svg).toContain("<svg");
    expect(svg.match(/class="node"/g)).toHaveLength(3);
    expect(svg.replaceAll("&#45;", "-")).toContain("mean-partial-add-transpose");
  });
});

describe("tasks", () => {
  it("have a box each", async () => {
    expect(`${await draw(4, "dot", { level: "tasks" })}`.match(/ label=</g)).toHaveLength(69);
  });

  it("give way to layers, and the picture says so, where they are too many to draw", async () => {
    const svg = `${await draw(100, "svg", { level: "tasks" })}`;
    expect(svg).toContain("43,364 tasks are too many to draw");
    expect(svg.match(/class="node"/g)).toHaveLength(11);
  });

  it.each(["order", "bytes", "pressure", "worker", "duration", "layer"] as const)(
    "are coloured by %s",
    async (color) => {
      // What is left after the passes are single numbers.
      const optimize = color !== "bytes";
      const dot = `${await draw(4, "dot", { level: "tasks", optimize, color })}`;
      const fills = new Set(dot.match(/fillcolor="#[0-9a-f]{6}"/g));
      expect(fills.size).toBeGreaterThan(1);
      if (color === "worker") expect(fills.size).toBeLessThanOrEqual(4);
    },
  );

  it("say what their colours mean, in ink that stands out", async () => {
    const dot = `${await draw(4, "dot", { level: "tasks", color: "order" })}`;
    expect(dot).toContain("6 layers, 69 tasks · order from 0, dark, to 68, yellow");
    expect(dot).toMatch(/fillcolor="#440154", .*fontcolor="#ffffff"/);
    expect(dot).toMatch(/fillcolor="#fde725", .*fontcolor="#1e293b"/);
    const held = `${await draw(4, "dot", { level: "tasks", color: "pressure" })}`;
    expect(held).toMatch(/bytes held from .+, dark, to .+ MiB, yellow/);
    expect(`${await draw(4, "dot", { color: "layer" })}`).toContain("a colour for each layer");
  });

  it("hold what the pressure says", async () => {
    const { nodes } = JSON.parse(`${await draw(2, "json", { level: "tasks", optimize: true })}`);
    const held = nodes.map(({ attributes }: { attributes: Record<string, number> }) => [
      attributes.order,
      attributes.pressureBytes,
    ]);
    held.sort(([a]: number[], [b]: number[]) => (a as number) - (b as number));
    // At the end there is the mean alone, and never more than all blocks and partial sums.
    expect(held.at(-1)[1]).toBe(8);
    for (const [, bytes] of held) expect(bytes).toBeLessThanOrEqual(4 * 8e6 + 5 * 8);
  });
});

describe("exports", () => {
  describe.each([
    ["json", (text: string) => DirectedGraph.from(JSON.parse(text))],
    ["gexf", (text: string) => parseGexf(DirectedGraph, text)],
    ["graphml", (text: string) => parseGraphml(DirectedGraph, text)],
  ] as const)("as %s", (ending, read) => {
    it("load layers back into graphology: what each does, and what reads what", async () => {
      const graph = read(`${await draw(3, ending)}`);
      const layers = layersOf(meanGraph(3));
      expect(graph.mapNodes((_, { layer }) => layer)).toEqual(layers.map(({ name }) => name));
      const nameOf = (node: string) => graph.getNodeAttribute(node, "layer");
      expect(graph.mapEdges((_edge, _, from, to) => [nameOf(from), nameOf(to)])).toEqual(
        layers.flatMap(({ name, inputs }) => [...new Set(inputs)].map((input) => [input, name])),
      );
      expect(graph.getNodeAttributes("n0")).toMatchObject({
        label: "random",
        layerKind: "source",
        shape: "3,000 × 3,000",
        bytes: 72e6,
        tasks: 9,
      });
    });

    it("load tasks back into graphology", async () => {
      const graph = read(`${await draw(3, ending, { level: "tasks" })}`);
      expect([graph.order, graph.size]).toEqual([41, 49]);
      graph.forEachNode((_node, { order, bytes, key }) => {
        expect(order).toBeGreaterThanOrEqual(0);
        expect(bytes).toBeGreaterThan(0);
        expect(key).toMatch(/^[\w-]+-[0-9a-f]{7}\(/);
      });
    });

    it("say nothing of bytes that are not known", async () => {
      const file = join(folder, `dynamic.${ending}`);
      const x = random([4], { chunks: 2, seed: 1 });
      const graph = graphBelow([compress(x.greater(0.5), x).node]);
      await graphvizVisualizer.visualize(graph, { file });
      const last = read(readFileSync(file, "utf8")).getNodeAttributes(`n${graph.order - 1}`);
      expect(last.dtype).toBe("float64");
      expect(Number.isFinite(last.bytes)).toBe(false);
    });
  });

  it.each(["layers", "tasks"] as const)("of %s as GEXF have colours and types", async (level) => {
    const text = `${await draw(3, "gexf", { level })}`;
    expect(parseGexf(DirectedGraph, text).getNodeAttribute("n0", "color")).toBe("rgb(219,234,254)");
    expect(text).toContain('xmlns="http://www.gexf.net/1.2draft"');
    expect(text).toContain('xmlns:viz="http://www.gexf.net/1.2draft/viz"');
    // Integers have 32 bits there.
    expect(`${await draw(30, "gexf", { level })}`).toContain(
      'id="bytes" title="bytes" type="double"/>',
    );
  });

  it.skipIf(!hasNetworkx)("are read by networkx (GraphML and GEXF)", async () => {
    await draw(3, "graphml", { level: "tasks" });
    await draw(3, "gexf", { level: "tasks" });
    const script = [
      "import networkx as nx, sys",
      "a = nx.read_graphml(sys.argv[1] + '/graph.graphml')",
      "b = nx.read_gexf(sys.argv[1] + '/graph.gexf', version='1.2draft')",
      "print(len(a), a.size(), a.is_directed(), a.nodes['n0']['bytes'], len(b), b.size(), nx.is_directed_acyclic_graph(a))",
    ].join("\n");
    const said = execFileSync(python, ["-c", script, folder], { encoding: "utf8" });
    expect(said).toBe("41 49 True 8000000.0 41 49 True\n");
  });

  it.skipIf(!hasGraphviz)("are read by Graphviz", async () => {
    await draw(3, "dot", { level: "tasks" });
    const said = execFileSync("dot", ["-Tplain", join(folder, "graph.dot")], { encoding: "utf8" });
    expect(said.match(/^node /gm)).toHaveLength(41);
  });

  it("are Mermaid's flowcharts", async () => {
    const text = `${await draw(2, "mmd")}`;
    expect(text).toMatch(/^flowchart TB\n {2}n0\["random<br\/>source \(uniform\)/);
    expect(text).toContain("n0 --> n1");
  });

  it("are PNG files", async () => {
    const png = await draw(3, "png", { level: "tasks" });
    expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThan(500);
  });
});

describe("a bag and its items", () => {
  it("are drawn, as partitions of values without a dtype", async () => {
    const file = join(folder, "bag.json");
    const total = fromSequence([1, 2, 3], { partitionSize: 2 })
      .map((v) => v + 1)
      .sum();
    expect(await total.visualize({ file, optimize: true })).toBe(file);
    const graph = DirectedGraph.from(JSON.parse(readFileSync(file, "utf8")));
    const boxes = graph.mapNodes((_, { shape, blocks, dtype }) => [shape, blocks, dtype]);
    expect(boxes).toContainEqual(["values", "2 partitions", ""]);
    expect(boxes).toContainEqual(["values", "1 partition", ""]);
  });
});

describe("what cannot be drawn", () => {
  it("endings that are not known", async () => {
    const wrong = graphvizVisualizer.visualize(meanGraph(2), { file: join(folder, "graph.bmp") });
    await expect(wrong).rejects.toMatchObject({
      code: "argument.value",
      message: expect.stringContaining("ending in .svg, .png"),
    });
  });

  it("files that cannot be written", async () => {
    const file = join(folder, "missing", "a.svg");
    await expect(graphvizVisualizer.visualize(meanGraph(2), { file })).rejects.toMatchObject({
      code: "argument.value",
      message: expect.stringContaining("cannot write"),
    });
  });

  it.each<[object, string]>([
    [{ color: "mauve" }, 'color is "mauve": expected kind or layer or'],
    [{ level: "blocks" }, 'level is "blocks": expected layers or tasks'],
    [{ optimize: "yes" }, 'optimize is "yes": expected true or false'],
    [{ workers: 0 }, "workers is 0: expected a whole number from 1"],
    [{ file: 5 }, "file is 5: expected a text"],
    [
      { format: "svg" },
      "there is no option format of visualize() (did you mean file?): expected file,",
    ],
  ])("%j", async (options, message) => {
    const wrong = graphvizVisualizer.visualize(meanGraph(2), options);
    await expect(wrong).rejects.toMatchObject({
      code: "argument.value",
      message: expect.stringContaining(message),
    });
  });
});
