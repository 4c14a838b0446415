// Draws graphs into files with Graphviz, as WebAssembly from npm. What the pictures show is dot.ts.
import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { ArgumentError } from "../base/errors.js";
import type { LayerGraph } from "../graph/layer-graph.js";
import { optimize } from "../graph/passes/optimize.js";
import type { VisualizeOptions, Visualizer } from "../graph/visualizer-slot.js";
import { layersDot, tasksDot } from "./dot.js";

/** Where a picture goes when nothing is said. */
const DEFAULT_FILE = "tilework.svg";

/** Draws graphs as `.svg` or `.dot` files. */
export const graphvizVisualizer: Visualizer = {
  async visualize(graph: LayerGraph, options: VisualizeOptions): Promise<string> {
    const file = options.file ?? DEFAULT_FILE;
    const render = rendererOf(file);
    const drawn = options.optimize ? optimize(graph) : graph;
    const dot = options.level === "tasks" ? tasksDot(drawn) : layersDot(drawn);
    await writeFile(file, await render(dot));
    return file;
  },
};

/** What turns DOT text into the contents of `file`, by its ending. */
function rendererOf(file: string): (dot: string) => Promise<string> {
  switch (extname(file).toLowerCase()) {
    case ".dot":
      return async (dot) => dot;
    case ".svg":
      return renderSvg;
    default:
      throw new ArgumentError(
        "value",
        `cannot tell what to write to ${JSON.stringify(file)}: expected a name ending in .svg or .dot`,
        { file },
      );
  }
}

async function renderSvg(dot: string): Promise<string> {
  // Loaded when something is drawn: the WebAssembly takes longer to start than all the rest.
  const { instance } = await import("@viz-js/viz");
  return (await instance()).renderString(dot, { format: "svg" });
}
