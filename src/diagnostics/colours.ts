// The colours of boxes: by kind of layer, by layer, or along a scale by a number.
import { interpolateViridis, schemeSet3 } from "d3-scale-chromatic";
import type { Layer } from "../graph/model/layer.js";
import type { Boxes, Paint } from "./picture.js";

/** What boxes can be coloured by. */
export const COLOUR_MODES = [
  "kind",
  "layer",
  "order",
  "bytes",
  "pressure",
  "worker",
  "duration",
] as const;

/** One of {@link COLOUR_MODES}. */
export type ColourMode = (typeof COLOUR_MODES)[number];

const DARK_INK = "#1e293b";
const LIGHT_INK = "#ffffff";
/** For what matters less, where the fill is light enough. */
const PALE_INK = "#475569";

/** What words on a fill are written in. */
export interface Ink {
  readonly text: string;
  readonly smallText: string;
}

/** The ink that stands out from `fill`, which is `#rrggbb`. */
export function inkOn(fill: string): Ink {
  const luminance = luminanceOf(fill);
  if (luminance > 0.6) return { text: DARK_INK, smallText: PALE_INK };
  // Dark and light ink stand out equally at 0.22.
  const text = luminance > 0.22 ? DARK_INK : LIGHT_INK;
  return { text, smallText: text };
}

/** Relative luminance, 0 for black and 1 for white (WCAG 2.2). */
function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Fill and line of a box. */
export interface Colours {
  readonly fill: string;
  readonly line: string;
}

const SOURCE = { fill: "#dbeafe", line: "#3b82f6" };
const BLOCKWISE = { fill: "#dcfce7", line: "#22a559" };
const REDUCE = { fill: "#fef3c7", line: "#d99a1c" };
const MOVE = { fill: "#f3e8ff", line: "#a469e0" };
const CONTRACT = { fill: "#fee2e2", line: "#e06666" };
const USER = { fill: "#fce7f3", line: "#db6ba5" };
const KEPT = { fill: "#e5e7eb", line: "#7b8494" };

const BY_KIND: { readonly [K in Layer["kind"]]?: Colours } = {
  source: SOURCE,
  blockwise: BLOCKWISE,
  treeReduce: REDUCE,
  contract: CONTRACT,
  mapBlocks: USER,
  routine: BLOCKWISE,
  persisted: KEPT,
  store: SOURCE,
};

const LINE = "#475569";
const UNKNOWN = { fill: "#ffffff", line: LINE };

/** How boxes are coloured, and what that means: words for the title, none where it needs none. */
export interface Colouring {
  readonly paint: Paint;
  readonly legend: string;
}

/** What boxes are coloured by: a box's number, and among which numbers it stands. */
export interface Measure {
  readonly values: ArrayLike<number>;
  /** What the numbers are, and how one reads. */
  readonly name: string;
  readonly format: (value: number) => string;
}

/** Colours by kind of layer; the first step of a reduction has its line. */
export const colourByKind: Colouring = {
  paint: (box) => {
    const colours = BY_KIND[box.layerKind] ?? MOVE;
    const reduces = box.layerKind === "blockwise" && box.kind !== "blockwise";
    return reduces ? { fill: colours.fill, line: REDUCE.line } : colours;
  },
  legend: "",
};

/** Colours by layer: the same one for all its tasks. */
export function colourByLayer({ table }: Boxes): Colouring {
  const number = new Map<string, number>(table.layers.map(({ name }, at) => [name, at]));
  const paint: Paint = ({ layer }) => category(number.get(layer) as number);
  return { paint, legend: "a colour for each layer" };
}

/** Colours by the worker that runs a box's task. */
export function colourByWorker(worker: ArrayLike<number>): Colouring {
  const paint: Paint = (_box, at) => {
    const value = worker[at] ?? Number.NaN;
    return Number.isNaN(value) ? UNKNOWN : category(value);
  };
  return { paint, legend: "a colour for each worker" };
}

/** Colours by a number per box: from dark for the least to yellow for the most. */
export function colourByMeasure({ values, name, format }: Measure): Colouring {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const paint: Paint = (_box, at) => {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) return UNKNOWN;
    const share = most > least ? (value - least) / (most - least) : 0;
    return { fill: hex(interpolateViridis(share)), line: LINE };
  };
  const legend =
    most > least ? `${name} from ${format(least)}, dark, to ${format(most)}, yellow` : "";
  return { paint, legend };
}

function category(number: number): Colours {
  return { fill: schemeSet3[number % schemeSet3.length] as string, line: LINE };
}

/** `#rrggbb` of what the scale gives: that already, or `rgb(r, g, b)`. */
function hex(colour: string): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (parts === null) return colour;
  const digits = parts.slice(1).map((part) => Number(part).toString(16).padStart(2, "0"));
  return `#${digits.join("")}`;
}
