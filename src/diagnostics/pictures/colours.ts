// The colours of boxes: by kind of layer, by layer, or along a scale by a number.
import { interpolateViridis, schemeSet3 } from "d3-scale-chromatic";
import type { Layer } from "../../graph/model/layer.js";
import type { Boxes, Colouring, Colours, Paint, PlainBox } from "./picture.js";

/** The properties that can colour boxes. */
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
/** For secondary text, if the fill is light enough. */
const PALE_INK = "#475569";

/** Colours of text on a fill. */
export interface Ink {
  readonly text: string;
  readonly smallText: string;
}

/** The ink with the better contrast on `fill`, which is `#rrggbb`. */
export function inkOn(fill: string): Ink {
  const luminance = luminanceOf(fill);
  if (luminance > 0.6) return { text: DARK_INK, smallText: PALE_INK };
  // Dark and light ink have equal contrast at 0.22.
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

/** Kinds of layers that share a legend entry: its label and colours. */
interface Group extends Colours {
  readonly label: string;
}

const SOURCE: Group = { label: "source", fill: "#dbeafe", line: "#3b82f6" };
const BLOCKWISE: Group = { label: "block by block", fill: "#dcfce7", line: "#22a559" };
const REDUCE: Group = { label: "reduction", fill: "#fef3c7", line: "#d99a1c" };
const MOVE: Group = { label: "moves elements", fill: "#f3e8ff", line: "#a469e0" };
const CONTRACT: Group = { label: "product", fill: "#fee2e2", line: "#e06666" };
const USER: Group = { label: "your functions", fill: "#fce7f3", line: "#db6ba5" };
const KEPT: Group = { label: "kept result", fill: "#e5e7eb", line: "#7b8494" };
const STORE: Group = { ...SOURCE, label: "store" };
/** Blockwise layers whose program ends in the first step of a reduction. */
const FUSED: Group = {
  label: "block by block, then reduced",
  fill: BLOCKWISE.fill,
  line: REDUCE.line,
};

const BY_KIND: { readonly [K in Layer["kind"]]?: Group } = {
  source: SOURCE,
  blockwise: BLOCKWISE,
  treeReduce: REDUCE,
  contract: CONTRACT,
  mapBlocks: USER,
  calls: USER,
  partitions: USER,
  routine: BLOCKWISE,
  persisted: KEPT,
  gate: KEPT,
  barrier: KEPT,
  store: STORE,
};

const LINE = "#475569";
const UNKNOWN = { fill: "#ffffff", line: LINE };

/** A scale for colouring boxes: the number of each box, and the range of all numbers. */
export interface Measure {
  readonly values: ArrayLike<number>;
  /** The name of the quantity; `format` writes one number. */
  readonly name: string;
  readonly format: (value: number) => string;
}

/** Colours by kind of layer; the first step of a reduction has its line. */
export const colourByKind: Colouring = {
  paint: (box) => {
    const { fill, line } = groupOf(box);
    return { fill, line };
  },
  legend: "",
  meaning: (box) => groupOf(box).label,
};

function groupOf({ layerKind, kind }: PlainBox): Group {
  if (layerKind === "blockwise" && kind !== "blockwise") return FUSED;
  return BY_KIND[layerKind] ?? MOVE;
}

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
  const meaning = (_box: PlainBox, at: number) => {
    const value = worker[at] ?? Number.NaN;
    return Number.isNaN(value) ? undefined : `worker ${value}`;
  };
  return { paint, legend: "a colour for each worker", meaning };
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
  if (!(most > least)) return { paint, legend: "" };
  const legend = `${name} from ${format(least)}, dark, to ${format(most)}, yellow`;
  const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => hex(interpolateViridis(share)));
  return { paint, legend, scale: { name, least: format(least), most: format(most), stops } };
}

function category(number: number): Colours {
  return { fill: schemeSet3[number % schemeSet3.length] as string, line: LINE };
}

/** A scale's colour as `#rrggbb`; it may come as `rgb(r, g, b)`. */
function hex(colour: string): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (parts === null) return colour;
  const digits = parts.slice(1).map((part) => Number(part).toString(16).padStart(2, "0"));
  return `#${digits.join("")}`;
}
