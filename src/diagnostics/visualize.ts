// Draws graphs into files: chooses boxes, colours and format. picture.ts fills the boxes; the
// formats are dot.ts, render.ts, graph-exports.ts and page.ts.
import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { ArgumentError } from "../base/errors.js";
import {
  A_TEXT,
  checkOptions,
  type Expectation,
  type Expectations,
  oneOf,
  wholeNumber,
} from "../base/option-schema.js";
import { reasonOf } from "../base/reason.js";
import { formatBytes, formatDuration } from "../base/units.js";
import { plural } from "../graph/model/describe-layer.js";
import { type LayerGraph, layersOf, outputsOf } from "../graph/model/layer-graph.js";
import { optimize } from "../graph/passes/optimize.js";
import type { VisualizeOptions, Visualizer } from "../graph/ports/visualizer.js";
import { expandLayers } from "../graph/tasks/expand.js";
import { explainWithCost } from "./explain/explain-cost.js";
import { graphmlOf, mermaidOf, taskGexfOf } from "./exports/graph-exports.js";
import { jsonOf, layerGexfOf } from "./exports/graphology-exports.js";
import {
  COLOUR_MODES,
  type ColourMode,
  colourByKind,
  colourByLayer,
  colourByMeasure,
  colourByWorker,
} from "./pictures/colours.js";
import { dotOf } from "./pictures/dot.js";
import { svgOf } from "./pictures/draw-svg.js";
import { pageOf } from "./pictures/page.js";
import {
  type Boxes,
  type Colouring,
  kindBoxes,
  layerBoxes,
  type Picture,
  picture,
  taskBoxes,
  titleOf,
} from "./pictures/picture.js";
import { pngOf } from "./pictures/render.js";
import { assumedWorkers } from "./predictions/assumed-cluster.js";
import { predictRuns } from "./predictions/predicted-runs.js";

/** The default file of a picture. */
const DEFAULT_FILE = "tilework.svg";

/** A file format: how to write it, and up to how many boxes it stays useful. */
type Format = {
  readonly boxesMax: number;
} & (
  | { readonly draw: (pictures: readonly Picture[]) => Promise<string | Uint8Array> }
  | { readonly write: (picture: Picture) => Iterable<string> | Promise<string> }
);

/** More cells than this are no picture any more. */
const DRAWN_BOXES_MAX = 10_000;
/** More boxes with words than this are none, and Graphviz takes more than seconds for them. */
const CARDS_MAX = 1_500;
/** With more tasks than this, simulating would look like hanging. */
const SIMULATED_TASKS_MAX = 30_000;
/** Other tools have their own ways with many boxes. */
const EXPORTED_BOXES_MAX = 100_000;

const FORMATS: Readonly<Record<string, Format>> = {
  ".svg": { draw: svgOf, boxesMax: DRAWN_BOXES_MAX },
  ".png": { draw: pngOf, boxesMax: DRAWN_BOXES_MAX },
  ".html": {
    draw: async (pictures) => pageOf(pictures, await svgOf(pictures)),
    boxesMax: DRAWN_BOXES_MAX,
  },
  ".mmd": { write: mermaidOf, boxesMax: CARDS_MAX },
  ".dot": { write: dotOf, boxesMax: EXPORTED_BOXES_MAX },
  ".graphml": { write: graphmlOf, boxesMax: EXPORTED_BOXES_MAX },
  ".gexf": {
    write: (drawn) => (drawn.isTasks ? taskGexfOf(drawn) : layerGexfOf(drawn)),
    boxesMax: EXPORTED_BOXES_MAX,
  },
  ".json": { write: jsonOf, boxesMax: EXPORTED_BOXES_MAX },
};

const A_CHOICE_OF_GRAPHS: Expectation = [
  'true or false or "both"',
  (value) => typeof value === "boolean" || value === "both",
];

const EXPECTED: Expectations<VisualizeOptions> = {
  file: A_TEXT,
  optimize: A_CHOICE_OF_GRAPHS,
  level: oneOf(["layers", "tasks"]),
  color: oneOf(COLOUR_MODES),
  workers: wholeNumber(1),
};

/** Draws graphs into files. */
export const graphvizVisualizer: Visualizer = {
  async visualize(graph: LayerGraph, options: VisualizeOptions): Promise<string> {
    checkOptions("visualize()", options, EXPECTED);
    const file = options.file ?? DEFAULT_FILE;
    const format = formatOf(file);
    await writeTo(file, await contentOf(graph, options, format, file));
    return file;
  },
  explain: explainWithCost,
};

/** The content of the file: the graph as written, as it will run, or both. */
async function contentOf(
  graph: LayerGraph,
  options: VisualizeOptions,
  format: Format,
  file: string,
): Promise<string | Uint8Array | Iterable<string>> {
  const one = (drawn: LayerGraph) => pictureOf(drawn, options, format.boxesMax);
  if (options.optimize !== "both") {
    const picture = one(options.optimize ? optimize(graph) : graph);
    return "draw" in format ? format.draw([picture]) : format.write(picture);
  }
  if ("draw" in format) {
    const [before, after] = [one(graph), one(optimize(graph))];
    return format.draw([
      { ...before, title: `As written: ${before.title}` },
      { ...after, title: `As run: ${after.title}` },
    ]);
  }
  const drawn = Object.keys(FORMATS).filter((ending) => "draw" in (FORMATS[ending] as Format));
  const text = `both graphs cannot be written to ${JSON.stringify(file)}: expected a name ending in ${drawn.join(", ")}`;
  throw new ArgumentError("value", text, { file });
}

/** Pieces of text are put together until they are as long. */
const WRITE_CHARACTERS = 1 << 18;

function* joined(pieces: Iterable<string>): Generator<string> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < WRITE_CHARACTERS) continue;
    yield text;
    text = "";
  }
  yield text;
}

async function writeTo(file: string, content: Iterable<string> | Uint8Array): Promise<void> {
  const isPieces = typeof content !== "string" && !(content instanceof Uint8Array);
  try {
    await writeFile(file, isPieces ? joined(content) : content);
  } catch (error) {
    const reason = reasonOf(error);
    const text = `cannot write ${JSON.stringify(file)}: ${reason}; expected a file in an existing directory`;
    throw new ArgumentError("value", text, { file });
  }
}

function formatOf(file: string): Format {
  const format = FORMATS[extname(file).toLowerCase()];
  if (format !== undefined) return format;
  throw new ArgumentError(
    "value",
    `cannot choose a format for ${JSON.stringify(file)}: expected a name ending in ${Object.keys(FORMATS).join(", ")}`,
    { file },
  );
}

/**
 * Tasks if they are requested and few enough, then layers, then kinds of layers: the title explains
 * it.
 */
function pictureOf(
  graph: LayerGraph,
  { level = "layers", color: colour = "kind", workers = assumedWorkers() }: VisualizeOptions,
  boxesMax: number,
): Picture {
  const table = expandLayers(layersOf(graph), outputsOf(graph));
  const count = table.layerOf.length;
  const isSimulated = colour === "worker" || colour === "duration";
  const tasksMax = isSimulated ? Math.min(boxesMax, SIMULATED_TASKS_MAX) : boxesMax;
  if (level === "tasks" && count <= tasksMax) {
    const boxes = taskBoxes(table);
    return picture(boxes, taskColours(boxes, graph, colour, workers), titleOf(table));
  }
  const isTooMany = `${plural(count, "task")} are too many to ${count <= boxesMax ? "simulate" : "draw"}`;
  const ofLayers = level === "tasks" ? `${isTooMany}: these are their layers` : titleOf(table);
  const layers = layerBoxes(graph);
  const cardsMax = Math.max(CARDS_MAX, boxesMax === DRAWN_BOXES_MAX ? 0 : boxesMax);
  if (layers.count <= cardsMax) return picture(layers, layerColours(layers, colour), ofLayers);
  const kinds = kindBoxes(layers);
  const title = `${plural(layers.count, "layer")} are too many to draw: these are their kinds`;
  return picture(kinds, layerColours(kinds, colour === "layer" ? "kind" : colour), title);
}

/** Layers have no order, and no worker. */
function layerColours(boxes: Boxes, colour: ColourMode): Colouring {
  if (colour === "bytes") return colourByField(boxes, colour);
  return colour === "layer" ? colourByLayer(boxes) : colourByKind;
}

function taskColours(
  boxes: Boxes,
  graph: LayerGraph,
  colour: ColourMode,
  workers: number,
): Colouring {
  switch (colour) {
    case "kind":
      return colourByKind;
    case "layer":
      return colourByLayer(boxes);
    case "order":
    case "bytes":
    case "pressure":
      return colourByField(boxes, colour);
    case "worker":
      return colourByWorker(predictRuns(boxes.table, graph, workers).worker);
    case "duration": {
      const { durationMs } = predictRuns(boxes.table, graph, workers);
      return colourByMeasure({ values: durationMs, name: "duration", format: formatDuration });
    }
  }
}

/** The fields of boxes that can colour them, with their names and formats. */
const FIELDS = {
  order: { field: "order", name: "order", format: String },
  bytes: { field: "bytes", name: "bytes of the result", format: formatBytes },
  pressure: { field: "pressureBytes", name: "bytes held", format: formatBytes },
} as const;

function colourByField(boxes: Boxes, by: keyof typeof FIELDS): Colouring {
  const { field, name, format } = FIELDS[by];
  const values = Float64Array.from(
    { length: boxes.count },
    (_, at) => boxes.boxAt(at)[field] ?? Number.NaN,
  );
  return colourByMeasure({ values, name, format });
}
