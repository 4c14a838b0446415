// GraphML and GEXF against schemas, and how long it takes to write 100,000 tasks in any format.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { graphvizVisualizer } from "../../../src/diagnostics/visualize.js";
import { graphBelow, type LayerGraph } from "../../../src/graph/model/layer-graph.js";
import { blocks, elementwise, source } from "../../graph/example-layers.js";
import { meanGraph } from "../graphs.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-exports-"));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = (name: string) => ({
  fileName: name,
  contents: readFileSync(new URL(`schemas/${name}`, import.meta.url), "utf8"),
});
const SCHEMAS = {
  graphml: { schema: [schema("graphml.xsd")], preload: [] },
  gexf: { schema: [schema("gexf.xsd")], preload: [schema("viz.xsd")] },
};

async function mistakes(format: keyof typeof SCHEMAS, contents: string): Promise<string[]> {
  const xml = { fileName: `graph.${format}`, contents };
  const { errors } = await validateXML({ xml: [xml], ...SCHEMAS[format] });
  return errors.map(({ message }) => message);
}

async function draw(graph: LayerGraph, ending: string, level: "layers" | "tasks") {
  const file = join(folder, `graph.${ending}`);
  await graphvizVisualizer.visualize(graph, { file, level });
  return readFileSync(file, "utf8");
}

describe.each(["graphml", "gexf"] as const)("%s", (format) => {
  it.each(["layers", "tasks"] as const)("with %s is valid by its schema", async (level) => {
    expect(await mistakes(format, await draw(meanGraph(3), format, level))).toEqual([]);
  });

  it("is not valid with a node that has no name", async () => {
    const text = await draw(meanGraph(2), format, "tasks");
    expect(await mistakes(format, text.replace('<node id="n3"', "<node"))).not.toEqual([]);
  });
});

/** Two tasks for each block, just below what exports draw one by one. */
function manyTasks(): LayerGraph {
  const x = source([blocks(223, 10), blocks(223, 10)]);
  return graphBelow([elementwise("add", x, x)]);
}

describe("99,458 tasks", () => {
  // Seconds of a processor, several times what it takes: what grows with the square of the tasks
  // takes minutes.
  it.each(["svg", "png", "html", "mmd", "dot", "graphml", "gexf", "json"])(
    "are written as %s at once",
    async (ending) => {
      const graph = manyTasks();
      await draw(meanGraph(2), ending, "tasks");
      const start = process.cpuUsage();
      const text = await draw(graph, ending, "tasks");
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1e6).toBeLessThan(15);
      if (["dot", "graphml", "gexf", "json"].includes(ending)) expect(text).toContain("n99457");
    },
    30_000,
  );
});

describe("more layers than a picture shows", () => {
  it("are drawn as kinds of layers, and the title says so", async () => {
    let x = source([blocks(2, 10)]);
    for (let k = 0; k < 1_600; k++) x = elementwise("add", x, source([blocks(2, 10)]));
    const svg = await draw(graphBelow([x]), "svg", "layers");
    expect(svg).toMatch(/1,6\d\d layers are too many to draw: these are their kinds/);
    expect(svg.match(/class="node"/g)).toHaveLength(2);
  });
});
